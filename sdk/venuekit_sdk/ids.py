"""The names of graphs and node orders.

A graph is `graph_<32 hex>`; one dispatch of a node is `graph:<graph_id>:<node_id>:<seq>`. The public client cuts such a
name at its first colon and then asks for a graph called "graph"; here it is parsed.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

_NAME: Final = r"[A-Za-z0-9._-]{1,128}"
_GRAPH: Final = re.compile(rf"(?P<graph>{_NAME})")
_NODE_ORDER: Final = re.compile(rf"(graph:)?(?P<graph>{_NAME}):{_NAME}:\d{{1,9}}")


def graph_id_from(noise: UUID) -> str:
    """Name a new graph. The noise is an argument: only the clients draw it."""
    return f"graph_{noise.hex}"


def graph_id_of(order_or_graph_id: str) -> str:
    """Find the graph of a node order's name; a graph's own name is given back.

    Also takes `<graph_id>:<node_id>:<seq>`, which the public client prints. Raises: ValueError for anything else.
    """
    found = _NODE_ORDER.fullmatch(order_or_graph_id.strip()) or _GRAPH.fullmatch(order_or_graph_id.strip())
    if found is None:
        raise ValueError(f"expected a graph id or graph:<graph_id>:<node_id>:<seq>, found {order_or_graph_id!r}")
    return found["graph"]


def is_node_order_id(name: str) -> bool:
    """Tell whether a name is that of a node order rather than of a graph."""
    return ":" in name
