"""The names of graphs and node orders.

A graph is `graph_<32 hex>`; one dispatch of a node is `graph:<graph_id>:<node_id>:<seq>`. The public client cuts such a
name at its first colon and then asks for a graph called "graph"; here it is parsed.
"""

from __future__ import annotations

from uuid import UUID

_PREFIX = "graph:"


def graph_id_from(noise: UUID) -> str:
    """Name a new graph. The noise is an argument: only the clients draw it."""
    return f"graph_{noise.hex}"


def graph_id_of(order_or_graph_id: str) -> str:
    """Find the graph of a node order's name; a graph's own name is given back.

    Also takes `<graph_id>:<node_id>:<seq>`, which the public client prints. Raises: ValueError for anything else.
    """
    name = order_or_graph_id.strip()
    parts = name.removeprefix(_PREFIX).split(":")
    whole = name.startswith(_PREFIX)
    well_made = all(parts) and ((len(parts) == 3 and parts[2].isdecimal()) or (len(parts) == 1 and not whole))
    if not well_made or any(part.isspace() or "/" in part for part in parts):
        raise ValueError(f"expected a graph id or graph:<graph_id>:<node_id>:<seq>, found {order_or_graph_id!r}")
    return parts[0]


def is_node_order_id(name: str) -> bool:
    """Tell whether a name is that of a node order rather than of a graph."""
    return ":" in name
