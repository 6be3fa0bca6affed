"""The live source against a Binance on loopback: real sockets, the real transport, the real plugin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tests.live.exchange import BinanceAtHand
from tests.live.fault import fail
from venuekit.plugin import Plugins, VenueOffer, discover
from venuekit.run.clock import RealClock
from venuekit.run.http import HttpTransport, Timeouts
from venuekit.run.pace import Backoff
from venuekit.units import Px, parse_px, parse_qty
from venuekit_engine.market.door import Market
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus
from venuekit_engine.market.live import LiveSource

pytest.importorskip("venuekit_binance.venue", reason="the Binance plugin is not installed here")

QUICK = Backoff(first_s=0.02, longest_s=0.05)
PATIENCE_S = 10.0


class Rig:
    """A source of one venue that runs on loopback."""

    def __init__(self, exchange: BinanceAtHand, symbols: tuple[str, ...] = ("BTC-USDT",)) -> None:
        self.clock, self.hub = RealClock(), MarketHub()
        self.transport = HttpTransport(self.clock, Timeouts(connect_s=1.0, total_s=2.0))
        found = discover()
        plugins = Plugins({"binance": found.venues["binance"]}, found.sources)
        self.source = LiveSource(
            plugins, self.transport, self.clock, symbols=symbols, hosts=exchange.hosts, backoff=QUICK
        )
        self.door = Market(self.hub, self.source, self.clock.now)

    async def until(self, true: Callable[[], bool], symbol: str = "BTC-USDT") -> None:
        """Wait until something holds, looking at each change of a book and each turn of the loop."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                changed = asyncio.Event()
                stop = self.hub.on_book(lambda *_, told=changed: told.set(), "binance", symbol)
                ticking = asyncio.get_running_loop().call_later(0.02, changed.set)
                await changed.wait()
                ticking.cancel()
                stop()

    def touch(self, symbol: str = "BTC-USDT") -> tuple[Px, Px]:
        book = self.hub.book("binance", symbol)
        return (book.bids.px, book.asks.px) if book is not None else (Px(0), Px(0))

    async def stop(self) -> None:
        await self.door.close()
        await self.source.stop()
        await self.transport.close()


@pytest.fixture
async def exchange() -> AsyncIterator[BinanceAtHand]:
    server = BinanceAtHand()
    await server.start()
    yield server
    await server.stop()


async def test_the_sticky_symbols_are_streamed_and_their_changes_reach_the_book(exchange: BinanceAtHand) -> None:
    rig = Rig(exchange)
    trades: list[object] = []
    rig.hub.on_trades(lambda _, told: trades.extend(told), "binance", "BTC-USDT")
    await rig.source.start(rig.hub)
    await rig.until(lambda: rig.touch() == (parse_px("99.5"), parse_px("100.5")))
    exchange.change("BTCUSDT", [("99.75", "0.5")], [("100.50", "0")])
    await rig.until(lambda: rig.touch() == (parse_px("99.75"), parse_px("101")))
    exchange.take("BTCUSDT", "101.00", "0.25")
    await rig.until(lambda: bool(trades))
    assert [(trade.px, trade.qty) for trade in trades] == [(parse_px("101"), parse_qty("0.25"))]  # type: ignore[attr-defined]
    assert rig.hub.link("binance").status is LinkStatus.CONNECTED
    assert sorted(rig.hub.catalog.of("binance")) == ["BTC-USDT", "ETH-USDT"]
    assert rig.source.counts["binance"]["delta"] == 3, "two levels changed, and a third when somebody took of it"
    await rig.stop()


async def test_a_cold_symbol_is_streamed_when_it_is_asked_for(exchange: BinanceAtHand) -> None:
    rig = Rig(exchange)
    await rig.source.start(rig.hub)
    quote = await rig.door.quote("ETH-USDT", 5, nowait=False)
    assert (quote.source, quote.nbbo.bid, quote.nbbo.ask) == ("edge_nbbo", 99.5, 100.5)
    assert exchange.streams[-1] == ["ethusdt@depth@100ms", "ethusdt@trade"]
    await rig.door.quote("ETH-USDT", 5, nowait=False)
    assert len(exchange.streams) == 2
    await rig.stop()


async def test_a_symbol_without_a_stream_is_fetched_and_one_without_either_is_unavailable(
    exchange: BinanceAtHand,
) -> None:
    exchange.venue.streams_on = False
    rig = Rig(exchange, symbols=())
    await rig.source.start(rig.hub)
    await rig.source.want("ETH-USDT", 0.1)
    quote = await rig.door.quote("ETH-USDT", 5, nowait=True)
    assert (quote.source, quote.nbbo.ask, quote.venues["binance"].state) == ("venue_public_api", 100.5, "live")
    exchange.always["GET depth"] = fail
    await rig.source.want("BTC-USDT", 0.1)
    quote = await rig.door.quote("BTC-USDT", 5, nowait=True)
    assert (quote.source, quote.nbbo.ask) == ("unavailable", 0.0)
    await rig.stop()


async def test_the_symbol_asked_for_longest_ago_makes_room(
    exchange: BinanceAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("venuekit_engine.market.live.venue.MAX_COLD", 1)
    rig = Rig(exchange, symbols=())
    await rig.source.start(rig.hub)
    for symbol in ("BTC-USDT", "ETH-USDT"):
        await rig.source.want(symbol, PATIENCE_S)
    assert rig.hub.symbols() == ["ETH-USDT"]
    await rig.source.want("BTC-USDT", PATIENCE_S)
    assert rig.hub.symbols() == ["BTC-USDT"]
    assert rig.hub.link("binance").books.total() == 1
    await rig.stop()


async def test_a_stream_that_comes_back_takes_the_place_of_the_fetched_book(exchange: BinanceAtHand) -> None:
    rig = Rig(exchange)
    await rig.source.start(rig.hub)
    await rig.until(lambda: rig.touch()[0] > 0)
    streamed = rig.hub.book("binance", "BTC-USDT")
    assert streamed is not None
    streamed.distrust("the test says so")
    await rig.source.want("BTC-USDT", 0.05)
    assert (await rig.door.quote("BTC-USDT", 1, nowait=True)).source == "venue_public_api"
    assert rig.hub.book("binance", "BTC-USDT") is not streamed
    await exchange.stop()
    await exchange.start()
    await rig.until(lambda: rig.hub.book("binance", "BTC-USDT") is streamed)
    assert (await rig.door.quote("BTC-USDT", 1, nowait=True)).source == "edge_nbbo"
    await rig.stop()


async def test_a_venue_that_closes_is_not_trusted_and_comes_back_by_itself(exchange: BinanceAtHand) -> None:
    rig = Rig(exchange)
    await rig.source.start(rig.hub)
    await rig.until(lambda: rig.touch()[0] > 0)
    await exchange.stop()
    await rig.until(lambda: rig.hub.link("binance").status is LinkStatus.DISCONNECTED)
    assert rig.touch() == (0, 0)
    assert rig.door.edges().edges[0].reason
    await exchange.start()
    await rig.until(lambda: rig.touch()[0] > 0)
    assert rig.hub.link("binance").status is LinkStatus.CONNECTED
    await rig.stop()


async def test_a_venue_that_cannot_be_reached_is_told_retried_and_stops_nothing() -> None:
    exchange = BinanceAtHand()
    await exchange.start()
    await exchange.stop()
    rig = Rig(exchange)
    await rig.source.start(rig.hub)
    row = rig.door.edges().edges[0]
    assert (row.status, row.symbols) == ("disconnected", 0)
    assert "exchangeInfo" in row.reason
    await exchange.start()
    await rig.until(lambda: rig.touch()[0] > 0)
    await rig.stop()
    await exchange.stop()


async def test_a_broken_plugin_costs_its_own_venue_only(exchange: BinanceAtHand) -> None:
    rig = Rig(exchange)
    broken = VenueOffer(id="broken", factory="no_such_module_of_ours:Venue")
    plugins = Plugins({"broken": broken, "binance": discover().venues["binance"]}, {})
    source = LiveSource(plugins, rig.transport, rig.clock, symbols=("BTC-USDT",), hosts=exchange.hosts, backoff=QUICK)
    await source.start(rig.hub)
    await rig.until(lambda: rig.touch()[0] > 0)
    assert "ModuleNotFoundError" in rig.hub.link("broken").reason
    await source.stop()
    await rig.stop()
