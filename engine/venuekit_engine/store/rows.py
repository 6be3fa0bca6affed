"""The rows of the store, as values. One `Batch` is one step of the engine: all of it becomes durable, or none."""

from __future__ import annotations

import msgspec


class EventRow(msgspec.Struct, frozen=True, gc=False):
    """One event of one graph, as the reducer took it. `seq` counts from 1 in each graph; `body` is its JSON."""

    graph_id: str
    seq: int
    ts_ns: int
    body: bytes


class GraphRow(msgspec.Struct, frozen=True, gc=False):
    """One graph: whose, and whether it is over. `digest` is of the payload, for idempotency."""

    graph_id: str
    client_id: str
    sandbox: bool
    digest: str
    state: str
    live: bool
    created_ns: int
    updated_ns: int


class OrderRow(msgspec.Struct, frozen=True, gc=False):
    """One node order as it stands; written again when it changes."""

    node_order_id: str
    graph_id: str
    client_id: str
    sandbox: bool
    side: str
    symbol: str
    qty_1e8: int
    filled_qty_1e8: int
    avg_px_1e9: int
    status: str
    constraints: str
    reason: str
    created_ns: int
    updated_ns: int


class FillRow(msgspec.Struct, frozen=True, gc=False):
    """One fill. `fill_id` is unique: a fill counts once. `fee_1e9` is in `fee_asset`, `fee_usd_1e9` in dollars."""

    fill_id: str
    node_order_id: str
    client_id: str
    sandbox: bool
    symbol: str
    side: str
    qty_1e8: int
    px_1e9: int
    venue: str
    fee_1e9: int
    fee_asset: str
    fee_usd_1e9: int
    liquidity: str
    ts_ns: int


class PositionRow(msgspec.Struct, frozen=True, gc=False):
    """One holding as it stands: what a client has of an asset at a venue. Quantities may be negative for perps only."""

    client_id: str
    sandbox: bool
    venue: str
    kind: str
    asset: str
    qty_1e8: int
    entry_usd_1e9: int
    realized_usd_1e9: int
    fees_usd_1e9: int
    updated_ns: int


class Batch(msgspec.Struct, frozen=True, gc=False):
    """Everything that one step changes, to be made durable in one transaction."""

    events: tuple[EventRow, ...] = ()
    graph: GraphRow | None = None
    orders: tuple[OrderRow, ...] = ()
    fills: tuple[FillRow, ...] = ()
    positions: tuple[PositionRow, ...] = ()
