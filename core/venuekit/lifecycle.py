"""The states of orders, nodes and graphs, as tables that draw themselves.

What must stay true: terminal is terminal. A late, duplicate or reordered report never revives an order; a late fill
still counts, because fills are added up apart from states.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeVar


class Singleton(Enum):
    """States are looked up several times an order; members are unique, so identity is all that a hash needs."""

    __hash__ = object.__hash__


class OrderState(Singleton):
    """One order at one venue, as we believe it."""

    INTENT = "intent"  # journalled, perhaps on the wire
    UNKNOWN = "unknown"  # sent, and nothing proves what became of it
    ACCEPTED = "accepted"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class NodeState(Singleton):
    """One node of a graph, in the public words."""

    PENDING = "pending"
    ARMED = "armed"
    EXECUTING = "executing"
    FILLED = "filled"
    PARTIAL_FILL = "partial_fill"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class GraphState(Singleton):
    """One graph, in the public words."""

    PENDING = "pending"
    ACTIVE = "active"
    PARTIAL_FILL = "partial_fill"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ABORTED = "aborted"
    EXPIRED = "expired"


State = TypeVar("State", bound=Enum)
Table = Mapping[State, frozenset[State]]

_O, _N, _G = OrderState, NodeState, GraphState
_ORDER_END: Final = (_O.FILLED, _O.CANCELLED, _O.REJECTED)
_NODE_END: Final = (_N.FILLED, _N.PARTIAL_FILL, _N.CANCELLED, _N.REJECTED)
_GRAPH_END: Final = (_G.COMPLETED, _G.CANCELLED, _G.FAILED, _G.ABORTED, _G.EXPIRED)

ORDERS: Final[Table[OrderState]] = {
    _O.INTENT: frozenset((_O.UNKNOWN, _O.ACCEPTED, _O.PARTIAL, *_ORDER_END)),
    _O.UNKNOWN: frozenset((_O.ACCEPTED, _O.PARTIAL, *_ORDER_END)),
    _O.ACCEPTED: frozenset((_O.PARTIAL, *_ORDER_END)),
    _O.PARTIAL: frozenset((_O.FILLED, _O.CANCELLED)),
    **{end: frozenset() for end in _ORDER_END},
}

NODES: Final[Table[NodeState]] = {
    _N.PENDING: frozenset((_N.ARMED, _N.EXECUTING, _N.CANCELLED, _N.REJECTED)),
    _N.ARMED: frozenset((_N.EXECUTING, _N.CANCELLED, _N.REJECTED)),
    _N.EXECUTING: frozenset(_NODE_END),
    **{end: frozenset() for end in _NODE_END},
}

GRAPHS: Final[Table[GraphState]] = {
    _G.PENDING: frozenset((_G.ACTIVE, *_GRAPH_END)),
    _G.ACTIVE: frozenset((_G.PARTIAL_FILL, _G.PAUSED, *_GRAPH_END)),
    _G.PARTIAL_FILL: frozenset((_G.PAUSED, *_GRAPH_END)),
    _G.PAUSED: frozenset((_G.ACTIVE, _G.PARTIAL_FILL, *_GRAPH_END)),
    **{end: frozenset() for end in _GRAPH_END},
}

TABLES: Final[Mapping[str, Table[OrderState] | Table[NodeState] | Table[GraphState]]] = {
    "order": ORDERS,
    "node": NODES,
    "graph": GRAPHS,
}

ORDER_LIVE: Final = frozenset(state for state, after in ORDERS.items() if after)
NODE_LIVE: Final = frozenset(state for state, after in NODES.items() if after)
GRAPH_LIVE: Final = frozenset(state for state, after in GRAPHS.items() if after)


def advance(table: Table[State], state: State, to: State) -> State:
    """Give the state after a report: `to` where the table allows it, else the state that was."""
    return to if to in table[state] else state


def draw(table: Mapping[State, frozenset[State]]) -> str:
    """Draw a table as a Mermaid state diagram."""
    states = list(table)
    lines = ["stateDiagram-v2", f"    [*] --> {states[0].value}"]
    for state, after in table.items():
        lines += [f"    {state.value} --> {to.value}" for to in states if to in after]
        if not after:
            lines.append(f"    {state.value} --> [*]")
    return "\n".join(lines) + "\n"
