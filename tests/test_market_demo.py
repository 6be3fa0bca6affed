"""The made-up market: the same every time, whole, and worth trading on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.market_stage import NOW
from venuekit.book.book import BookState
from venuekit.market import BookDelta, TradePrint
from venuekit.route.intent import Intent
from venuekit.route.plan import route
from venuekit.run.clock import VirtualClock, settle
from venuekit.side import Side
from venuekit.units import Nanos, parse_qty
from venuekit_engine.market.candidates import gather
from venuekit_engine.market.demo.generator import Generator
from venuekit_engine.market.demo.listing import COINS, VENUES, places
from venuekit_engine.market.demo.source import DemoSource
from venuekit_engine.market.hub import MarketHub


async def start(**options: object) -> tuple[DemoSource, MarketHub, VirtualClock]:
    clock, hub = VirtualClock(NOW), MarketHub()
    source = DemoSource(clock, **options)  # type: ignore[arg-type]
    await source.start(hub)
    await settle()
    return source, hub, clock


def test_the_same_seed_tells_the_same_events_and_another_tells_others() -> None:
    def run(seed: int) -> list[object]:
        generator = Generator(seed, places(VENUES))
        told = generator.start(NOW) + [each for step in range(40) for each in generator.step(Nanos(NOW + step))]
        return [(maker.venue, events) for maker, events in told]

    assert run(1) == run(1)
    assert run(1) != run(2)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_book_and_no_market_is_ever_crossed_and_books_keep_their_depth(seed: int) -> None:
    generator = Generator(seed, places(VENUES))
    books = {id(maker): maker for maker in generator.makers}
    assert len(books) == len(COINS) * len(VENUES)
    for step in range(60):
        generator.step(Nanos(NOW + step))
        tops: dict[str, tuple[int, int]] = {}
        for maker in generator.makers:
            book = maker.snapshot(NOW)
            bid, ask = max(px for px, _ in book.bids), min(px for px, _ in book.asks)
            assert len(book.bids) == len(book.asks) >= 25
            assert all(qty > 0 and qty % maker.instrument.lot == 0 for _, qty in book.bids + book.asks)
            assert all(px % maker.instrument.tick == 0 for px, _ in book.bids + book.asks)
            best = tops.get(book.symbol, (0, 10**30))
            tops[book.symbol] = max(best[0], bid), min(best[1], ask)
        assert all(bid < ask for bid, ask in tops.values())


async def test_books_built_from_the_changes_end_on_the_generators_own_books() -> None:
    source, hub, _ = await start()
    source.step(300)
    for maker in source._generator.makers:
        book, whole = hub.book(maker.venue, maker.instrument.symbol), maker.snapshot(NOW)
        assert book is not None
        assert (book.state, book.seq) == (BookState.LIVE, 300)
        assert book.bids.levels(99) == sorted(whole.bids, reverse=True)
        assert book.asks.levels(99) == sorted(whole.asks)
    await source.stop()


def test_every_trade_hits_a_level_that_was_there_and_takes_no_more_than_it_held() -> None:
    generator = Generator(5, places(VENUES))
    met = 0
    for step in range(200):
        before = {id(maker): maker.snapshot(NOW) for maker in generator.makers}
        for maker, events in generator.step(Nanos(NOW + step)):
            book = before[id(maker)]
            added = {px: qty for event in events if isinstance(event, BookDelta) for px, qty in event.bids + event.asks}
            for trade in (event for event in events if isinstance(event, TradePrint)):
                met += 1
                side = dict(book.asks if trade.taker is Side.BUY else book.bids)
                # A level may also be put up in the very step that trades it.
                assert trade.px in side or trade.px in added
                assert trade.px not in side or trade.qty <= side[trade.px]
    assert met > 500


async def test_a_price_next_to_the_market_is_traded_through_before_long() -> None:
    source, hub, _ = await start()
    book = hub.book("binance", "BTC-USD")
    assert book is not None
    resting = book.asks.px
    reached: list[TradePrint] = []

    def hear(_: str, trades: Sequence[TradePrint]) -> None:
        reached.extend(trade for trade in trades if trade.taker is Side.BUY and trade.px > resting)

    hub.on_trades(hear, "binance", "BTC-USD")
    source.step(500)
    assert reached
    await source.stop()


async def test_time_moves_the_market_and_a_pause_holds_it_and_keeps_it_fresh() -> None:
    source, hub, clock = await start(per_s=10)
    book = hub.book("kraken", "ETH-USD")
    assert book is not None
    await clock.advance(1.0)
    assert book.seq == 10
    source.paused = True
    await clock.advance(600.0)
    assert book.seq == 10
    market = hub.consolidated("ETH-USD")
    assert market is not None
    assert market.nbbo(clock.now()).mid is not None
    await source.stop()
    await clock.advance(5.0)
    assert book.seq == 10


@pytest.mark.parametrize("venues", [("kraken",), ("binance", "coinbase")])
async def test_only_the_venues_that_are_there_are_made_up(venues: tuple[str, ...]) -> None:
    source, hub, _ = await start(venues=(*venues, "elsewhere"))
    assert sorted(hub.catalog.venues()) == sorted(venues)
    assert set(hub.listings("BTC-USD")) == set(venues)
    await source.stop()


async def test_every_demo_instrument_tells_its_fees() -> None:
    source, hub, _ = await start()
    listed = [instrument for venue in VENUES for instrument in hub.catalog.of(venue).values()]
    assert len(listed) == len(COINS) * len(VENUES)
    assert all(each.fees is not None and each.fees.taker and each.fees.maker for each in listed)
    await source.stop()


def test_the_page_about_markets_shows_code_that_runs() -> None:
    page = (Path(__file__).parents[1] / "docs" / "market.md").read_text()
    snippet = page.split("```python\n")[1].split("```")[0]
    exec(compile(snippet, "docs/market.md", "exec"), {"__name__": "page"})


async def test_the_cheapest_venue_alone_does_not_serve_the_order_that_the_page_names() -> None:
    source, hub, clock = await start()
    found, _ = gather(hub, "BTC-USD", None, clock.now())
    for amount, venues in (("1", {"binance"}), ("3", {"binance", "kraken"})):
        intent = Intent(symbol="BTC-USD", side=Side.BUY, qty=parse_qty(amount))
        assert {leg.venue for leg in route(intent, found).legs} == venues
    await source.stop()
