"""What the engine answers: the public JSON shapes of the Sequence API.

`_1e9` is money or a price × 10⁹, `_1e8` a quantity × 10⁸, `_ns` Unix nanoseconds; names without a suffix are floats for
people, never computed with. Source: the public API documents, as gathered in the project's specification.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec


class Nbbo(msgspec.Struct, frozen=True):
    """Best bid and offer over all venues; zeros where there is none. `mid` and `spread_bps` are 0 when crossed."""

    bid: float
    ask: float
    mid: float
    spread_bps: float


class VenueQuote(msgspec.Struct, frozen=True):
    """One venue's top. `state` says whether it may be routed on, `reason` why not."""

    bid: float
    ask: float
    bid_size: float
    ask_size: float
    age_ms: int
    state: str = "live"
    reason: str = ""


class BookLevel(msgspec.Struct, frozen=True):
    """One level of the merged book."""

    price: float
    size: float
    venue: str


class MergedBook(msgspec.Struct, frozen=True):
    """The price-sorted union of all venues, best first."""

    bids: list[BookLevel]
    asks: list[BookLevel]


class Quote(msgspec.Struct, frozen=True, omit_defaults=True):
    """`GET /v1/quotes/{symbol}`."""

    symbol: str
    source: str
    nbbo: Nbbo
    venues: dict[str, VenueQuote]
    book: MergedBook | None = None


class QuoteFault(msgspec.Struct, frozen=True):
    """One symbol of a batch that could not be quoted."""

    symbol: str
    error: str


class Quotes(msgspec.Struct, frozen=True):
    """`GET /v1/quotes`."""

    quotes: list[Quote]


class QuotesBatch(msgspec.Struct, frozen=True):
    """`POST /v1/quotes_batch`. Each of `quotes` is a `Quote` or a `QuoteFault`; msgspec describes no such union."""

    quotes: list[Any]
    count: int
    elapsed_ms: int


class SymbolRow(msgspec.Struct, frozen=True):
    """`GET /v1/symbols`, a plain array of these; both keys for the kind, because clients differ."""

    symbol: str
    base: str
    quote: str
    venues: list[str]
    type: str
    instrument_type: str


class FeeRow(msgspec.Struct, frozen=True):
    """One venue's fees; null means unknown, so do not route."""

    venue: str
    maker_bps: float | None
    taker_bps: float | None
    fee_model: str
    components: dict[str, float | None]
    formula: dict[str, str]
    source: str


class Fees(msgspec.Struct, frozen=True):
    """`GET /v1/fees`."""

    ticker: str
    fees: list[FeeRow]


class NbboPx(msgspec.Struct, frozen=True):
    """The quote that a preview was made on; null on a missing side."""

    bid_px_1e9: int | None
    ask_px_1e9: int | None
    mid_px_1e9: int | None
    spread_bps: float | None


class PreviewLeg(msgspec.Struct, frozen=True):
    """One child order that the router would send now."""

    venue: str
    side: str
    qty_1e8: int
    limit_px_1e9: int
    avg_px_1e9: int
    cost_bps: float
    fee_bps: float


class Preview(msgspec.Struct, frozen=True):
    """`POST /v1/orders/preview`. `excluded` says of each venue that cannot serve why."""

    symbol: str
    side: str
    qty_1e8: int
    candidate_venues: list[str]
    best_venue: str | None
    estimated_fee_bps: float | None
    worst_case_fee_bps: float | None
    estimated_slippage_bps: float | None
    estimated_total_cost_bps: float | None
    historical_ttff: float | None
    nbbo: NbboPx
    source: str
    generated_at_ns: int
    legs: list[PreviewLeg]
    residual_qty_1e8: int
    excluded: dict[str, str]


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


POSITION_KINDS: Final = ("fiat", "crypto", "perp", "event_contract")


class PositionView(msgspec.Struct, frozen=True):
    """One holding. `instrument` is tagged by `kind`, `lifecycle` by `state`. All money is in US dollars."""

    id: int
    venue: str
    instrument: dict[str, Any]
    qty_1e8: int
    locked_qty_1e8: int
    available_qty_1e8: int
    entry_price_usd_1e9: int
    current_price_usd_1e9: int
    current_value_usd_1e9: int
    unrealized_pnl_usd_1e9: int
    realized_pnl_usd_1e9: int
    fees_usd_1e9: int
    lifecycle: dict[str, Any]
    transferable: bool
    settled: bool
    settled_mark_usd_1e9: int | None


class Totals(msgspec.Struct, frozen=True):
    """Sums over positions, in US dollars."""

    nav_usd_1e9: int
    cash_usd_1e9: int
    unrealized_pnl_usd_1e9: int
    realized_pnl_usd_1e9: int
    fees_usd_1e9: int
    num_positions: int


class Positions(msgspec.Struct, frozen=True):
    """`GET /v1/positions` and `/v1/positions/unified`."""

    positions: list[PositionView]
    totals: Totals
    as_of_ns: int


class ConnectedVenue(msgspec.Struct, frozen=True):
    """`GET /v1/credentials`, a plain array of these."""

    venue: str
    connected: bool
    last_heartbeat_ns: int | None = None
    error: str | None = None


class EdgeRow(msgspec.Struct, frozen=True):
    """One desk and the state of its market data."""

    edge_id: str
    venue: str
    instrument_type: str
    region: str
    remote: bool
    status: str
    last_heartbeat_ns: int | None
    symbols: int
    reason: str = ""


class Edges(msgspec.Struct, frozen=True):
    """`GET /v1/edges`."""

    edges: list[EdgeRow]


class Account(msgspec.Struct, frozen=True):
    """`GET /v1/account`."""

    client_id: str
    tier: str
    rate_limit_qps: float
    burst: float
    features: dict[str, bool]
    is_sandbox: bool


class ApiKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """One API key. `key` is there once, when it is made or rotated."""

    key_id: str
    label: str
    prefix: str
    sandbox: bool
    created_at_ns: int
    admin: bool = False
    last_used_ns: int | None = None
    revoked: bool = False
    key: str | None = None


class ApiKeys(msgspec.Struct, frozen=True):
    """`GET /v1/api_keys`."""

    api_keys: list[ApiKey]
