"""Fake engine: real classes behind the service protocols, for tests of the server and of what speaks to it.

They keep what they were asked (`calls`), know one symbol, `BTC-USD`, and one venue, `binance`; any other is NotFound.
Set `fault` on one to make its next answers an exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from venuekit.credential import Credentials
from venuekit_engine.answer import (
    ApiKey,
    ApiKeys,
    BookLevel,
    ConnectedVenue,
    EdgeRow,
    Edges,
    FeeRow,
    Fees,
    FillRow,
    Fills,
    GraphStatus,
    MergedBook,
    Nbbo,
    NbboPx,
    NodeStatus,
    Order,
    Orders,
    Positions,
    Preview,
    PreviewLeg,
    Quote,
    QuoteFault,
    Quotes,
    QuotesBatch,
    Submission,
    SymbolRow,
    Totals,
    VenueQuote,
)
from venuekit_engine.caller import Caller
from venuekit_engine.refusal import Conflict, Detail, NotFound, Unauthorized, Unprocessable

LIVE_KEY: Final = "seq_live_" + "a" * 64
TEST_KEY: Final = "seq_test_" + "b" * 64
OTHER_KEY: Final = "seq_live_" + "c" * 64
NOW_NS: Final = 1_776_828_335_325_953_000
SYMBOL: Final = "BTC-USD"
VENUE: Final = "binance"
GRAPH_ID: Final = "graph_" + "0" * 32
ORDER_ID: Final = f"graph:{GRAPH_ID}:order:1"
PX: Final = 64_000_000_000_000
QTY: Final = 9_007_199_254_740_993  # above 2**53: a float would lose it


class Faulty:
    """Remembers its calls, and fails where it is told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.fault: Exception | None = None

    def note(self, *call: Any) -> None:
        self.calls.append(call)
        if self.fault is not None:
            raise self.fault


class FakeMarket(Faulty):
    """A market of one symbol."""

    async def quote(self, symbol: str, depth: int, *, nowait: bool) -> Quote:
        self.note("quote", symbol, depth, nowait)
        return make_quote(symbol)

    async def quotes(self, symbols: Sequence[str] | None, max_age_s: float) -> Quotes:
        self.note("quotes", symbols, max_age_s)
        return Quotes([make_quote(symbol) for symbol in symbols or [SYMBOL]])

    async def quotes_batch(self, symbols: Sequence[str], depth: int, *, nowait: bool) -> QuotesBatch:
        self.note("quotes_batch", symbols, depth, nowait)
        fault = "resolver: unknown symbol"
        rows = [make_quote(symbol) if symbol == SYMBOL else QuoteFault(symbol, fault) for symbol in symbols]
        return QuotesBatch(rows, len(rows), 1)

    def symbols(self) -> list[SymbolRow]:
        self.note("symbols")
        return [SymbolRow(SYMBOL, "BTC", "USD", [VENUE], "spot", "spot")]

    def fees(self, ticker: str, venues: Sequence[str] | None) -> Fees:
        self.note("fees", ticker, venues)
        row = FeeRow(VENUE, None, 10.0, "flat", {"rate_bps": 10.0}, {"taker_fee_usd": "qty * px * 0.001"}, "schedule")
        return Fees(ticker, [row])

    def edges(self) -> Edges:
        self.note("edges")
        return Edges([EdgeRow("binance-spot", VENUE, "spot", "local", False, "connected", NOW_NS, 1)])

    def preview(self, caller: Caller, payload: dict[str, Any]) -> Preview:
        self.note("preview", caller, payload)
        require_symbol(payload)
        leg = PreviewLeg(VENUE, "buy", QTY, PX, PX, 1.5, 1.0)
        nbbo = NbboPx(None, PX, None, None)
        return Preview(
            SYMBOL, "buy", QTY, [VENUE], VENUE, 1.0, 1.0, 0.5, 1.5, None, nbbo, "edge_nbbo", NOW_NS, [leg], 0, {}
        )


class FakeTrade(Faulty):
    """Admits everything that names the symbol, and remembers graph ids."""

    def __init__(self) -> None:
        super().__init__()
        self._graphs: dict[str, dict[str, Any]] = {}

    async def submit(self, caller: Caller, payload: dict[str, Any]) -> Submission:
        self.note("submit", caller, payload)
        if "nodes" not in payload:
            require_symbol(payload)
        graph_id = str(payload.get("graph_id") or GRAPH_ID)
        if self._graphs.setdefault(graph_id, payload) != payload and "graph_id" in payload:
            raise Conflict(f"{graph_id} was used with other parameters")
        return Submission(graph_id, "active", len(payload.get("nodes", "1")), len(payload.get("edges", "")))

    async def cancel_graph(self, caller: Caller, graph_id: str) -> GraphStatus:
        self.note("cancel_graph", caller, graph_id)
        return await self.graph(caller, graph_id)

    async def cancel_order(self, caller: Caller, node_order_id: str) -> Order:
        self.note("cancel_order", caller, node_order_id)
        return make_order(caller, node_order_id)

    async def graph(self, caller: Caller, graph_id: str) -> GraphStatus:
        self.note("graph", caller, graph_id)
        if graph_id != GRAPH_ID:
            raise NotFound(f"no graph {graph_id}")
        node = NodeStatus("filled", ORDER_ID, QTY, QTY, PX, 1)
        return GraphStatus(graph_id, caller.client_id, "completed", {"order": node}, {})

    async def orders(
        self, caller: Caller, *, limit: int, offset: int, symbol: str | None, node_order_id: str | None
    ) -> Orders:
        self.note("orders", caller, limit, offset, symbol, node_order_id)
        rows = [make_order(caller, ORDER_ID)] if node_order_id in (None, ORDER_ID) else []
        return Orders(rows, len(rows), limit, offset, False)

    async def order(self, caller: Caller, node_order_id: str) -> Order:
        self.note("order", caller, node_order_id)
        return make_order(caller, node_order_id)

    async def fills(self, caller: Caller, *, limit: int, offset: int, symbol: str | None) -> Fills:
        self.note("fills", caller, limit, offset, symbol)
        return Fills([FillRow("f1", ORDER_ID, SYMBOL, "BUY", QTY, PX, VENUE, 1, NOW_NS)], 1, limit, offset, False)

    def positions(
        self, caller: Caller, *, venues: Sequence[str] | None, kinds: Sequence[str] | None, include_closed: bool
    ) -> Positions:
        self.note("positions", caller, venues, kinds, include_closed)
        return Positions([], Totals(PX, PX, 0, 0, 0, 0), NOW_NS)


class FakeKeys(Faulty):
    """Three keys of two clients."""

    def __init__(self) -> None:
        super().__init__()
        self.callers = {
            LIVE_KEY: Caller("client_1", "key_1", sandbox=False, admin=True),
            TEST_KEY: Caller("client_1", "key_2", sandbox=True),
            OTHER_KEY: Caller("client_2", "key_3", sandbox=False),
        }

    def authenticate(self, key: str) -> Caller:
        try:
            return self.callers[key]
        except KeyError:
            raise Unauthorized("the API key is wrong or was revoked") from None

    async def create(self, caller: Caller, label: str, *, sandbox: bool) -> ApiKey:
        self.note("create", caller, label, sandbox)
        return make_key("key_9", label, sandbox=sandbox, key=TEST_KEY)

    async def list(self, caller: Caller) -> ApiKeys:
        self.note("list", caller)
        return ApiKeys([make_key("key_1", "first", sandbox=False, key=None)])

    async def rotate(self, caller: Caller, key_id: str, grace_s: float = 0) -> ApiKey:
        self.note("rotate", caller, key_id, grace_s)
        return make_key(key_id, "first", sandbox=False, key=OTHER_KEY)

    async def revoke(self, caller: Caller, key_id: str) -> None:
        self.note("revoke", caller, key_id)


class FakeCredentials(Faulty):
    """Keeps credentials in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[str, Credentials] = {}

    async def connect(self, caller: Caller, venue: str, credentials: Credentials) -> None:
        self.note("connect", caller, venue)
        if venue != VENUE:
            raise NotFound(f"no plugin offers the venue {venue}")
        self.stored[venue] = credentials

    async def disconnect(self, caller: Caller, venue: str) -> None:
        self.note("disconnect", caller, venue)
        self.stored.pop(venue, None)

    async def list(self, caller: Caller) -> list[ConnectedVenue]:
        self.note("list", caller)
        return [ConnectedVenue(venue, connected=True) for venue in self.stored]


class FakeServices:
    """All doors."""

    def __init__(self) -> None:
        self.market, self.trade = FakeMarket(), FakeTrade()
        self.keys, self.credentials = FakeKeys(), FakeCredentials()


def require_symbol(payload: dict[str, Any]) -> None:
    """Refuse what a validator would refuse."""
    if payload.get("symbol") != SYMBOL:
        raise Unprocessable("symbol: unknown symbol", [Detail("symbol", "unknown symbol")])


def make_quote(symbol: str) -> Quote:
    """Quote at 64,000, one dollar wide."""
    book = MergedBook([BookLevel(63999.5, 1.0, VENUE)], [BookLevel(64000.5, 1.0, VENUE)])
    venues = {VENUE: VenueQuote(63999.5, 64000.5, 1.0, 1.0, 12)}
    return Quote(symbol, "edge_nbbo", Nbbo(63999.5, 64000.5, 64000.0, 0.15625), venues, book)


def make_order(caller: Caller, node_order_id: str) -> Order:
    """Read the one order there is. Raises: NotFound for any other."""
    if node_order_id != ORDER_ID:
        raise NotFound(f"no order {node_order_id}")
    return Order(ORDER_ID, caller.client_id, "BUY", SYMBOL, QTY, QTY, "COMPLETED", None, NOW_NS, NOW_NS, None, PX)


def make_key(key_id: str, label: str, *, sandbox: bool, key: str | None) -> ApiKey:
    """Show a key."""
    return ApiKey(key_id, label, "seq_live_aaaa", sandbox, NOW_NS, key=key)
