"""A graph as it stands: the state that the reducer gives, one frozen value at a time."""

from __future__ import annotations

import msgspec

from venuekit.errors import RejectReason
from venuekit.graph.event import Intent
from venuekit.graph.model import Graph, Node
from venuekit.lifecycle import GRAPH_LIVE, NODE_LIVE, ORDER_LIVE, GraphState, NodeState, OrderState
from venuekit.units import QTY_SCALE, Nanos, Px, Qty, Usd


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One child order. `trades` are the venue's ids of the fills that counted."""

    intent: Intent
    state: OrderState = OrderState.INTENT
    venue_id: str = ""
    filled: Qty = Qty(0)
    value: Usd = Usd(0)
    trades: tuple[str, ...] = ()
    reason: RejectReason | None = None
    message: str = ""

    @property
    def is_live(self) -> bool:
        """Tell whether the venue may still trade it."""
        return self.state in ORDER_LIVE


class NodeRun(msgspec.Struct, frozen=True, gc=False):
    """One node and its child orders. `seq` counts dispatches; `target` is 0 until the router decided."""

    node: Node
    state: NodeState = NodeState.PENDING
    seq: int = 1
    target: Qty = Qty(0)
    residual: Qty = Qty(0)
    legs: tuple[Leg, ...] = ()
    cancel_asked: bool = False
    reason: RejectReason | None = None
    message: str = ""
    updated: Nanos = Nanos(0)

    @property
    def filled(self) -> Qty:
        """What traded so far."""
        return Qty(sum([leg.filled for leg in self.legs]))

    @property
    def value(self) -> Usd:
        """What traded so far, at its prices, in the quote asset."""
        return Usd(sum([leg.value for leg in self.legs]))

    @property
    def avg_px(self) -> Px:
        """The average price of what traded, 0 before."""
        filled = self.filled
        return Px((self.value * QTY_SCALE + filled // 2) // filled) if filled else Px(0)

    @property
    def fill_count(self) -> int:
        """How many fills counted."""
        return sum([len(leg.trades) for leg in self.legs])

    @property
    def is_live(self) -> bool:
        """Tell whether anything can still happen to it."""
        return self.state in NODE_LIVE


class GraphRun(msgspec.Struct, frozen=True, gc=False):
    """One graph and its nodes. `events` counts what the reducer took, which is the journal's next place."""

    graph: Graph
    state: GraphState
    nodes: dict[str, NodeRun]
    created: Nanos
    updated: Nanos
    cancelled: bool = False
    events: int = 1

    @property
    def is_live(self) -> bool:
        """Tell whether anything can still happen to it."""
        return self.state in GRAPH_LIVE
