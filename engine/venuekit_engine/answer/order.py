"""What became of graphs, orders and fills."""

from __future__ import annotations

from typing import Any

import msgspec


class Submission(msgspec.Struct, frozen=True):
    """`POST /v1/orders`."""

    graph_id: str
    status: str
    node_count: int
    edge_count: int


class NodeStatus(msgspec.Struct, frozen=True):
    """One node of a graph. `reason` is a public reject reason, or null; `message` says it in full."""

    status: str
    node_order_id: str | None
    target_qty_1e8: int
    filled_qty_1e8: int
    avg_fill_price_1e9: int
    fill_count: int
    reason: str | None = None
    message: str | None = None


class EdgeStatus(msgspec.Struct, frozen=True):
    """One edge of a graph."""

    status: str
    fired: bool


class GraphStatus(msgspec.Struct, frozen=True):
    """`GET /v1/execution_graphs/{graph_id}`."""

    graph_id: str
    client_id: str
    status: str
    nodes: dict[str, NodeStatus]
    edges: dict[str, EdgeStatus]


class Order(msgspec.Struct, frozen=True):
    """One node order, flat. `status` is terminal as COMPLETED, CANCELLED, REJECTED or FAILED."""

    node_order_id: str
    client_id: str
    side: str
    symbol: str
    qty_1e8: int
    filled_qty_1e8: int
    status: str
    constraints: dict[str, Any] | None
    created_unix_ns: int
    updated_unix_ns: int
    failure_reason: str | None
    avg_fill_price_1e9: int
    client_order_id: str | None = None
    tca: None = None


class Orders(msgspec.Struct, frozen=True):
    """`GET /v1/orders`."""

    orders: list[Order]
    total: int
    limit: int
    offset: int
    has_more: bool


class FillRow(msgspec.Struct, frozen=True):
    """One fill, flat. `fee_1e9` is in `fee_asset`."""

    fill_id: str
    node_order_id: str
    symbol: str
    side: str
    qty_1e8: int
    price_1e9: int
    venue: str
    fee_1e9: int
    timestamp_ns: int
    fee_asset: str = ""
    liquidity: str = "taker"


class Fills(msgspec.Struct, frozen=True):
    """`GET /v1/fills`."""

    fills: list[FillRow]
    total: int
    limit: int
    offset: int
    has_more: bool
