"""The hub: who hears what, what it costs, and what things are worth."""

from __future__ import annotations

from collections.abc import Sequence

from tests.market_stage import NOW, Stage, px, qty, snapshot
from venuekit.market import TradePrint
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus

LATER = Nanos(NOW + 3600 * NANOS_PER_S)


def trade(symbol: str, price: str = "100") -> TradePrint:
    return TradePrint(symbol, "1", px(price), qty("1"), Side.BUY, NOW)


class Ear:
    """Notes what it hears."""

    def __init__(self) -> None:
        self.books: list[tuple[str, str]] = []
        self.trades: list[tuple[str, str]] = []

    def book(self, venue: str, symbol: str) -> None:
        self.books.append((venue, symbol))

    def trade(self, venue: str, trades: Sequence[TradePrint]) -> None:
        self.trades += [(venue, each.symbol) for each in trades]


def test_a_listener_of_one_market_hears_only_that_market() -> None:
    hub, one, everything = MarketHub(), Ear(), Ear()
    hub.on_book(one.book, "a", "BTC-USD")
    hub.on_book(everything.book)
    for venue, symbol in (("a", "BTC-USD"), ("a", "ETH-USD"), ("b", "BTC-USD")):
        hub.channel(venue, symbol).tell_book()
    assert one.books == [("a", "BTC-USD")]
    assert everything.books == [("a", "BTC-USD"), ("a", "ETH-USD"), ("b", "BTC-USD")]


def test_trades_of_one_frame_reach_the_listeners_of_their_own_symbol() -> None:
    hub, ear = MarketHub(), Ear()
    hub.on_trades(ear.trade, "a", "ETH-USD")
    hub.tell_trades("a", [trade("BTC-USD"), trade("ETH-USD"), trade("BTC-USD")])
    hub.tell_trades("b", [trade("ETH-USD")])
    assert ear.trades == [("a", "ETH-USD")]


def test_a_listener_that_left_hears_nothing_even_while_it_is_called() -> None:
    hub, ear = MarketHub(), Ear()
    cancels = [hub.on_book(ear.book, "a", "X")]
    hub.on_book(lambda *_: cancels[0](), "a", "X")
    hub.channel("a", "X").tell_book()
    hub.channel("a", "X").tell_book()
    assert ear.books == [("a", "X")]


def test_a_listener_that_fails_stops_no_other() -> None:
    hub, ear = MarketHub(), Ear()

    def fail(*_: object) -> None:
        raise RuntimeError("a fault of its own")

    hub.on_book(fail, "a", "X")
    hub.on_book(ear.book, "a", "X")
    hub.on_trades(fail)
    hub.on_trades(ear.trade, "a", "X")
    hub.channel("a", "X").tell_book()
    hub.tell_trades("a", [trade("X")])
    assert ear.books == ear.trades == [("a", "X")]


def test_an_event_costs_its_own_listeners_however_many_symbols_there_are() -> None:
    heard: dict[int, int] = {}
    for count in (10, 10_000):
        stage, calls = Stage(), Ear()
        for number in range(count):
            stage.hub.on_book(calls.book, "a", f"C{number}-USD")
        stage.hub.channel("a", "C3-USD").tell_book()
        heard[count] = len(calls.books)
    assert heard == {10: 1, 10_000: 1}


def test_listeners_wait_for_a_book_that_comes_later_and_survive_its_absence() -> None:
    stage, ear = Stage(), Ear()
    stage.hub.on_book(ear.book, "a", "BTC-USD")
    book = stage.show("a", "BTC-USD", [("99", "1")], [("101", "1")])
    assert stage.hub.book("a", "BTC-USD") is book
    stage.hub.detach("a", "BTC-USD")
    assert stage.hub.book("a", "BTC-USD") is None
    assert stage.hub.consolidated("BTC-USD") is None
    stage.hub.attach("a", "BTC-USD", book).tell_book()
    assert ear.books == [("a", "BTC-USD")]


def test_dollars_and_stablecoins_are_worth_one_dollar() -> None:
    hub = MarketHub()
    assert {hub.mid_usd(asset, NOW) for asset in ("USD", "USDT", "USDC")} == {px("1")}


def test_an_asset_is_worth_its_mid_and_a_dollar_pair_goes_first() -> None:
    stage = Stage()
    stage.show("a", "ETH-USDT", [("3000", "1")], [("3002", "1")])
    assert stage.hub.mid_usd("ETH", NOW) == px("3001")
    stage.show("b", "ETH-USD", [("2990", "1")], [("2994", "1")])
    assert stage.hub.mid_usd("ETH", NOW) == px("2992")
    assert stage.hub.mid_usd("DOGE", NOW) is None


def test_a_stale_asset_keeps_its_last_known_price() -> None:
    stage = Stage()
    book = stage.show("a", "ETH-USD", [("3000", "1")], [("3002", "1")])
    assert stage.hub.mid_usd("ETH", LATER) == px("3001")  # never read while fresh: the old book tells
    stage.hub.mid_usd("ETH", NOW)
    book.distrust("a gap")
    assert stage.hub.mid_usd("ETH", LATER) == px("3001")


def test_a_crossed_book_prices_nothing() -> None:
    stage = Stage()
    stage.show("a", "ETH-USD", [("3003", "1")], [("3002", "1")])
    assert stage.hub.mid_usd("ETH", NOW) is None


def test_a_link_tells_its_books_and_its_last_heartbeat() -> None:
    class Beat:
        heard = Nanos(0)

    stage, beat = Stage(), Beat()
    book = stage.show("a", "ETH-USD")
    stage.hub.attach("a", "ETH-USD", book, beat)
    link = stage.hub.link("a")
    assert [link.heartbeat, link.books.total()] == [None, 1]
    beat.heard = NOW
    assert [link.heartbeat] == [NOW]
    stage.hub.report("a", LinkStatus.DISCONNECTED, "the venue closed the socket")
    assert (link.status, link.reason) == (LinkStatus.DISCONNECTED, "the venue closed the socket")
    stage.hub.detach("a", "ETH-USD")
    stage.hub.forget("a", beat)
    assert [link.heartbeat, link.books.total()] == [None, 0]


def test_a_snapshot_is_seen_at_once() -> None:
    stage = Stage()
    book = stage.show("a", "ETH-USD")
    book.restore(snapshot("ETH-USD", [("1", "2")], [("3", "4")], seq=9), NOW)
    market = stage.hub.consolidated("ETH-USD")
    assert market is not None
    assert market.nbbo(NOW).mid == px("2")
