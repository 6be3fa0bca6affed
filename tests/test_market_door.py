"""Quotes, symbols, fees and edges as clients see them, against books written by hand."""

from __future__ import annotations

import asyncio

import pytest

from tests.market_stage import NOW, Rows, Stage, StillSource, snapshot, taker
from venuekit.book.book import Book
from venuekit.book.nbbo import Source
from venuekit.instrument import FeeModel, FeeSchedule
from venuekit.units import NANOS_PER_S, Nanos, parse_rate
from venuekit_engine.answer import BookLevel, Quote, QuoteFault
from venuekit_engine.market.door import COLD_WAIT_S, Market
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus
from venuekit_engine.refusal import InvalidParams, NotFound

SYMBOL = "BTC-USD"


class Scene(Stage):
    """A stage with a door and a time that can be moved."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.source = StillSource()
        self.door = Market(self.hub, self.source, lambda: self.now)

    def pass_s(self, seconds: float) -> None:
        self.now = Nanos(self.now + round(seconds * NANOS_PER_S))

    async def quote(self, symbol: str = SYMBOL, depth: int = 10) -> Quote:
        return await self.door.quote(symbol, depth, nowait=True)


async def test_a_quote_is_the_best_of_all_venues_with_its_merged_book() -> None:
    scene = Scene()
    scene.show("a", SYMBOL, [("99.5", "2"), ("99", "5")], [("101", "1")])
    scene.show("b", SYMBOL, [("99", "1")], [("100.5", "0.25"), ("101", "3")])
    scene.pass_s(0.25)
    quote = await scene.quote("btc/usd")
    assert (quote.symbol, quote.source) == (SYMBOL, "edge_nbbo")
    assert (quote.nbbo.bid, quote.nbbo.ask, quote.nbbo.mid) == (99.5, 100.5, 100.0)
    assert quote.nbbo.spread_bps == 100.0
    assert quote.venues["a"].bid_size == 2.0
    assert (quote.venues["b"].ask, quote.venues["b"].age_ms, quote.venues["b"].state) == (100.5, 250, "live")
    assert quote.book is not None
    assert quote.book.bids == [BookLevel(99.5, 2.0, "a"), BookLevel(99.0, 5.0, "a"), BookLevel(99.0, 1.0, "b")]
    assert quote.book.asks == [BookLevel(100.5, 0.25, "b"), BookLevel(101.0, 3.0, "b"), BookLevel(101.0, 1.0, "a")]


async def test_a_market_that_crosses_between_venues_has_no_mid_and_no_spread() -> None:
    scene = Scene()
    scene.show("a", SYMBOL, [("102", "1")], [("103", "1")])
    scene.show("b", SYMBOL, [("99", "1")], [("101", "1")])
    nbbo = (await scene.quote()).nbbo
    assert (nbbo.bid, nbbo.ask, nbbo.mid, nbbo.spread_bps) == (102.0, 101.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("bids", "asks", "state", "reason"),
    [
        ([("102", "1")], [("101", "1")], "crossed", "its bid is at or above its ask"),
        ([("99", "1")], [], "one_sided", "no asks"),
        ([], [("101", "1")], "one_sided", "no bids"),
        ([], [], "empty", "no levels"),
    ],
)
async def test_a_book_that_is_not_whole_says_so(bids: Rows, asks: Rows, state: str, reason: str) -> None:
    scene = Scene()
    scene.show("a", SYMBOL, bids, asks)
    quote = await scene.quote()
    assert (quote.venues["a"].state, quote.venues["a"].reason) == (state, reason)
    assert (quote.nbbo.mid, quote.nbbo.spread_bps) == (0.0, 0.0)
    assert quote.source == ("edge_nbbo" if state == "one_sided" else "unavailable")


async def test_a_crossed_or_stale_venue_is_no_part_of_the_best_prices_or_the_book() -> None:
    scene = Scene()
    scene.show("old", SYMBOL, [("100.9", "9")], [("100.95", "9")], at=NOW - 11 * NANOS_PER_S)
    scene.show("crossed", SYMBOL, [("105", "9")], [("90", "9")])
    scene.show("good", SYMBOL, [("99", "1")], [("101", "1")])
    quote = await scene.quote()
    assert (quote.nbbo.bid, quote.nbbo.ask) == (99.0, 101.0)
    assert (quote.venues["old"].state, quote.venues["old"].reason) == ("stale", "nothing heard for 11000 ms")
    assert quote.book is not None
    assert {level.venue for level in quote.book.bids + quote.book.asks} == {"good"}


async def test_a_waiting_book_shows_nothing_and_why() -> None:
    scene = Scene()
    scene.show("a", SYMBOL, [("99", "1")], [("101", "1")]).distrust("sequence gap: expected 5, found 9")
    quote = await scene.quote()
    assert quote.source == "unavailable"
    assert (quote.venues["a"].bid, quote.venues["a"].state) == (0.0, "waiting")
    assert quote.venues["a"].reason == "sequence gap: expected 5, found 9"


async def test_a_listed_symbol_without_a_book_is_unavailable_and_an_unlisted_one_is_not_found() -> None:
    scene = Scene()
    scene.list("a", "XRP-USD")
    quote = await scene.quote("XRP-USD")
    assert (quote.source, quote.venues, quote.nbbo.bid) == ("unavailable", {}, 0.0)
    with pytest.raises(NotFound, match="unknown symbol 'XRP-USE'; near are XRP-USD"):
        await scene.quote("XRP-USE")


async def test_a_fetched_book_tells_its_source_until_a_stream_serves() -> None:
    scene = Scene()
    scene.list("a", SYMBOL)
    book = Book()
    book.restore(snapshot(SYMBOL, [("99", "1")], [("101", "1")]), NOW)
    scene.hub.attach("a", SYMBOL, book, None, Source.PUBLIC)
    assert (await scene.quote()).source == "venue_public_api"
    scene.show("b", SYMBOL, [("98", "1")], [("102", "1")])
    assert (await scene.quote()).source == "edge_nbbo"


@pytest.mark.parametrize(("asked", "shown"), [(-3, 1), (0, 1), (1, 1), (7, 7), (100, 100), (5_000, 100)])
async def test_depth_is_held_between_1_and_100(asked: int, shown: int) -> None:
    scene = Scene()
    scene.show("a", SYMBOL, [(str(1 + n), "1") for n in range(150)], [(str(200 + n), "1") for n in range(150)])
    book = (await scene.quote(depth=asked)).book
    assert book is not None
    assert (len(book.bids), len(book.asks)) == (shown, shown)


async def test_a_cold_symbol_is_asked_for_once_by_all_who_wait() -> None:
    scene = Scene()
    scene.list("a", SYMBOL)
    await asyncio.gather(*(scene.door.quote(SYMBOL, 1, nowait=False) for _ in range(5)))
    assert scene.source.wanted == [(SYMBOL, COLD_WAIT_S)]


async def test_a_reader_who_does_not_wait_still_warms_the_symbol() -> None:
    scene = Scene()
    scene.list("a", SYMBOL)
    await scene.quote()
    await asyncio.sleep(0)
    assert scene.source.wanted == [(SYMBOL, COLD_WAIT_S)]
    scene.show("a", SYMBOL, [("99", "1")], [("101", "1")])
    await scene.quote()
    await asyncio.sleep(0)
    assert len(scene.source.wanted) == 1


async def test_quotes_leave_out_what_is_too_old_and_zero_leaves_out_everything() -> None:
    scene = Scene()
    scene.show("a", SYMBOL, [("99", "1")], [("101", "1")], at=NOW - 400 * NANOS_PER_S)
    scene.show("a", "ETH-USD", [("9", "1")], [("11", "1")])
    scene.show("a", "SOL-USD")
    symbols = {
        seconds: [q.symbol for q in (await scene.door.quotes(None, seconds)).quotes] for seconds in (0, 300, 1e5)
    }
    assert symbols == {0: [], 300: ["ETH-USD"], 1e5: [SYMBOL, "ETH-USD"]}
    asked = await scene.door.quotes(["eth/usd"], 300)
    assert [(q.symbol, q.book) for q in asked.quotes] == [("ETH-USD", None)]
    with pytest.raises(NotFound):
        await scene.door.quotes(["NO-SUCH"], 300)


async def test_a_batch_tells_faults_in_their_place() -> None:
    scene = Scene()
    scene.show("a", SYMBOL, [("99", "1")], [("101", "1")])
    batch = await scene.door.quotes_batch(["NOPE", SYMBOL, "ZIP"], 1, nowait=True)
    assert batch.count == 3
    assert [type(row) for row in batch.quotes] == [QuoteFault, Quote, QuoteFault]
    assert batch.quotes[0] == QuoteFault("NOPE", "resolver: unknown symbol 'NOPE'")


async def test_a_batch_of_more_than_two_thousand_is_refused() -> None:
    with pytest.raises(InvalidParams, match="at most 2000 symbols in one batch, found 2001"):
        await Scene().door.quotes_batch(["A"] * 2001, 1, nowait=True)


def test_fees_are_basis_points_and_null_where_unknown() -> None:
    scene = Scene()
    scene.list("b", SYMBOL, FeeSchedule(parse_rate("-0.0001"), parse_rate("0.00055"), "a page"))
    scene.list("a", SYMBOL, None)
    fees = scene.door.fees("btcusd", None)
    assert (fees.ticker, [row.venue for row in fees.fees]) == (SYMBOL, ["a", "b"])
    unknown, known = fees.fees
    assert (unknown.maker_bps, unknown.taker_bps, unknown.components["rate_bps"]) == (None, None, None)
    assert (known.maker_bps, known.taker_bps, known.fee_model, known.source) == (-1.0, 5.5, "maker_taker", "a page")
    assert [row.venue for row in scene.door.fees(SYMBOL, ["B"]).fees] == ["b"]


def test_prediction_fees_are_told_at_one_half() -> None:
    scene = Scene()
    model = FeeModel.PROBABILITY
    scene.list("kalshi", "KXBTC-1:YES", FeeSchedule(parse_rate("0"), parse_rate("0.07"), "a page", model))
    row = scene.door.fees("KXBTC-1", None).fees[0]
    # 0.07 × p × (1 − p) a contract that costs p is 0.07 × (1 − p) of the cost: 350 bps at one half.
    assert (row.taker_bps, row.maker_bps, row.components["rate_bps"]) == (350.0, 0.0, 700.0)
    assert row.formula["taker_fee_usd"] == "qty * price * (1 - price) * rate_bps / 10000"


def test_edges_tell_each_venue_with_its_reason() -> None:
    scene = Scene()
    scene.show("a", SYMBOL, [("99", "1")], [("101", "1")])
    scene.show("a", "ETH-USD", [("9", "1")], [("11", "1")], fees=taker("0.001"))
    scene.hub.report("z", LinkStatus.DISCONNECTED, "ClientConnectorError at GET https://api.example/info")
    one, other = scene.door.edges().edges
    assert (one.venue, one.instrument_type, one.status, one.symbols) == ("a", "spot", "connected", 2)
    assert (other.venue, other.status, other.symbols) == ("z", "disconnected", 0)
    assert other.reason.startswith("ClientConnectorError")


def test_symbols_are_those_of_the_catalog() -> None:
    scene = Scene()
    scene.list("a", SYMBOL)
    row = scene.door.symbols()[0]
    assert (row.symbol, row.base, row.quote, row.venues, row.type, row.instrument_type) == (
        *(SYMBOL, "BTC", "USD", ["a"]),
        *("spot", "spot"),
    )


def test_the_door_is_what_the_server_expects() -> None:
    from venuekit_engine.service import MarketService

    door: MarketService = Market(MarketHub(), StillSource(), lambda: NOW)
    assert door.symbols() == []
