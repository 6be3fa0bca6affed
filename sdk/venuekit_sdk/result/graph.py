"""Graphs: what was submitted and how it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from venuekit_sdk.fixed import px_of, qty_of

ENDED: Final = frozenset({"completed", "cancelled", "failed", "aborted", "expired"})
REFUSED: Final = frozenset({"failed", "aborted"})


class Submission(msgspec.Struct, frozen=True):
    """The server took the order; `graph_id` names it for ever."""

    graph_id: str
    status: str
    node_count: int = 1
    edge_count: int = 0


class NodeStatus(msgspec.Struct, frozen=True):
    """One node of a graph. `reason` is a public reject reason, or None."""

    status: str
    node_order_id: str | None = None
    target_qty_1e8: int = 0
    filled_qty_1e8: int = 0
    avg_fill_price_1e9: int = 0
    fill_count: int = 0
    reason: str | None = None

    @property
    def qty(self) -> Decimal:
        """What the node wants."""
        return qty_of(self.target_qty_1e8)

    @property
    def filled_qty(self) -> Decimal:
        """What it has."""
        return qty_of(self.filled_qty_1e8)

    @property
    def avg_px(self) -> Decimal:
        """The average price of its fills; 0 where there are none."""
        return px_of(self.avg_fill_price_1e9)

    @property
    def fill_pct(self) -> float:
        """How much is filled, 0 to 100."""
        return 100.0 * self.filled_qty_1e8 / self.target_qty_1e8 if self.target_qty_1e8 else 0.0


class EdgeStatus(msgspec.Struct, frozen=True):
    """One edge of a graph."""

    status: str
    fired: bool = False


class GraphStatus(msgspec.Struct, frozen=True):
    """One graph and its nodes."""

    graph_id: str
    status: str
    client_id: str = ""
    nodes: dict[str, NodeStatus] = {}
    edges: dict[str, EdgeStatus] = {}

    @property
    def is_terminal(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.status in ENDED

    @property
    def is_refused(self) -> bool:
        """Tell whether it ended without doing what was asked, and not because it was cancelled."""
        return self.status in REFUSED

    @property
    def reason(self) -> str | None:
        """The first node's reject reason, or None."""
        return next((node.reason for node in self.nodes.values() if node.reason), None)
