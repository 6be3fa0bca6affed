"""The laws of the feed: what it asks for, what it makes of frames, and how a book heals.

Frames are hand-made after https://github.com/binance/binance-spot-api-docs web-socket-streams.md, read 2026-11-21.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.book.book import Book, BookState
from venuekit.book.keeper import Keeper
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, TradePrint
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit.venue import Fetch, Outbound, Send
from venuekit.wire import Response
from venuekit_binance.feed import MAX_STREAMS, BinanceFeed
from venuekit_binance.venue import Binance
from venuekit_testkit.spot import make_spot

Rows = Sequence[tuple[str, str]]

NOW: Final = Nanos(1_763_683_200_000_000_000)
BTC: Final = make_spot("binance", "BTC-USDT", "BTCUSDT", "0.01", "0.00001")
URL: Final = "wss://stream.binance.com:9443/stream?streams="


def frame(first: int, last: int, bids: Rows = (), asks: Rows = (), symbol: str = "BTCUSDT") -> str:
    data = {"e": "depthUpdate", "E": 1672515782136, "s": symbol, "U": first, "u": last, "b": bids, "a": asks}
    return json.dumps({"stream": f"{symbol.lower()}@depth@100ms", "data": data})


def snapshot(last: int, bids: Rows = (), asks: Rows = ()) -> Response:
    return Response(200, json.dumps({"lastUpdateId": last, "bids": bids, "asks": asks}).encode())


def fetches(pending: list[Outbound]) -> list[Fetch]:
    return [out for out in pending if isinstance(out, Fetch)]


@pytest.fixture
def feed(btc: Instrument) -> BinanceFeed:
    feed = BinanceFeed([btc], "wss://stream.binance.com:9443", "https://api.binance.com")
    feed.opened(NOW)
    return feed


class Desk:
    """A feed and its keeper, wired as the core wires them."""

    def __init__(self, feed: BinanceFeed) -> None:
        self.feed, self.keeper = feed, Keeper(feed)
        self.asked = fetches(feed.pending())

    @property
    def book(self) -> Book:
        return self.keeper.books["BTC-USDT"]

    def hear(self, text: str) -> None:
        self.keeper.take(self.feed.receive(text, NOW), NOW)
        self.asked += fetches(self.feed.pending())

    def answer(self, response: Response | None) -> None:
        self.keeper.take(self.feed.respond(self.asked.pop(0), response, NOW), NOW)
        self.asked += fetches(self.feed.pending())


@pytest.fixture
def desk(feed: BinanceFeed) -> Desk:
    return Desk(feed)


# ── what it asks for ──


def test_the_url_names_both_streams_of_each_instrument(feed: BinanceFeed) -> None:
    assert feed.url == f"{URL}btcusdt@depth@100ms/btcusdt@trade"


def test_a_symbol_outside_ascii_is_percent_encoded_in_the_url(venue: Binance, btc: Instrument) -> None:
    odd = msgspec.structs.replace(btc, symbol="币安-USDT", venue_symbol="币安USDT")
    assert venue.feed([odd]).url == f"{URL}%E5%B8%81%E5%AE%89usdt@depth@100ms/%E5%B8%81%E5%AE%89usdt@trade"


def test_opening_asks_for_one_snapshot_and_asking_twice_gives_nothing_new(feed: BinanceFeed) -> None:
    [asked] = feed.pending()
    assert isinstance(asked, Fetch)
    assert (asked.symbol, asked.request.target) == (
        "BTC-USDT",
        "https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000",
    )
    assert dict(asked.request.cost) == {"REQUEST_WEIGHT": 50, "RAW_REQUESTS": 1}
    assert feed.pending() == []


def many(btc: Instrument, count: int) -> list[Instrument]:
    return [msgspec.structs.replace(btc, symbol=f"A{n}-USDT", venue_symbol=f"A{n}USDT") for n in range(count)]


def test_what_a_url_cannot_hold_is_subscribed_with_frames(venue: Binance, btc: Instrument) -> None:
    feed = venue.feed(many(btc, 250))
    feed.opened(NOW)
    pending = feed.pending()
    sent = [json.loads(out.frame) for out in pending if isinstance(out, Send)]
    assert [(each["method"], each["id"], len(each["params"])) for each in sent] == [
        ("SUBSCRIBE", 1, 200),
        ("SUBSCRIBE", 2, 100),
    ]
    named = [*feed.url.partition("streams=")[2].split("/"), *(name for each in sent for name in each["params"])]
    assert len(set(named)) == 500
    assert len(fetches(pending)) == 250


def test_more_streams_than_a_connection_carries_are_refused(venue: Binance, btc: Instrument) -> None:
    assert venue.feed(many(btc, MAX_STREAMS // 2))
    with pytest.raises(ValueError, match="carries 1024 streams"):
        venue.feed(many(btc, MAX_STREAMS // 2 + 1))


# ── frames ──


def test_a_depth_update_becomes_a_change(feed: BinanceFeed) -> None:
    events = feed.receive(frame(157, 160, [("0.0024", "10")], [("0.0026", "0.00000000")]), NOW)
    assert events == [
        BookDelta(
            symbol="BTC-USDT",
            bids=[(parse_px("0.0024"), parse_qty("10"))],
            asks=[(parse_px("0.0026"), parse_qty("0"))],
            first=157,
            last=160,
            ts=Nanos(1672515782136 * 1_000_000),
        )
    ]


@pytest.mark.parametrize(("is_maker", "taker"), [(True, Side.SELL), (False, Side.BUY)])
def test_the_side_that_did_not_wait_took(feed: BinanceFeed, is_maker: bool, taker: Side) -> None:
    data = {"e": "trade", "E": 1, "s": "BTCUSDT", "t": 12345, "p": "0.001", "q": "100", "T": 1672515782136}
    events = feed.receive(json.dumps({"stream": "x", "data": {**data, "m": is_maker, "M": True}}), NOW)
    ts = Nanos(1672515782136 * 1_000_000)
    assert events == [TradePrint("BTC-USDT", "12345", parse_px("0.001"), parse_qty("100"), taker, ts)]


def test_bytes_read_as_text_does(feed: BinanceFeed) -> None:
    text = frame(1, 2, [("1.5", "2")])
    assert feed.receive(text.encode(), NOW) == feed.receive(text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        '{"result":null,"id":1}',
        '{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1"}}',
        '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BTCUSDT","p":"1"}}',
        '{"stream":"!x","data":{"e":"serverShutdown","E":1}}',
        frame(1, 2, symbol="ETHUSDT"),
        frame(1, 2, [("99999999", "1")], symbol="ETHUSDT"),
        '{"stream":"x","data":{"e":"trade","s":"ETHUSDT","t":1,"p":"1","q":"1","T":1,"m":true}}',
    ],
)
def test_frames_of_others_are_ignored(feed: BinanceFeed, text: str) -> None:
    assert feed.receive(text, NOW) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pong",
        "[]",
        '{"stream":',
        '{"error":{"code":2,"msg":"Invalid request"},"id":1}',
        '{"code":0,"msg":"Unknown property"}',
        '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","s":"BTCUSDT","U":1}}',
        frame(1, 2, [("1", "-1")]),
        frame(1, 2, [("0", "1")]),
        frame(1, 2, [("1", "nan")]),
        frame(1, 2, [("inf", "1")]),
        frame(1, 2, [("1.0000000001", "99999999999")]),
        '{"stream":"x","data":{"e":"trade","s":"BTCUSDT","t":1,"p":"x","q":"1","T":1,"m":true}}',
        '{"stream":"x","data":{"e":"trade","s":"BTCUSDT","t":1,"p":"-1","q":"1","T":1,"m":true}}',
    ],
)
def test_what_is_not_documented_raises(feed: BinanceFeed, text: str) -> None:
    with pytest.raises(ValueError):
        feed.receive(text, NOW)


def decimals(places: int, most: int) -> st.SearchStrategy[str]:
    return st.integers(1, most * 10**places).map(lambda n: f"{n // 10**places}.{n % 10**places:0{places}d}")


@given(st.lists(st.tuples(decimals(8, 10**9), decimals(8, 10**11)), min_size=1, max_size=5))
def test_every_number_is_read_exactly_however_large(rows: list[tuple[str, str]]) -> None:
    feed = Binance().feed([BTC])
    [event] = feed.receive(frame(1, 2, rows), NOW)
    assert isinstance(event, BookDelta)
    assert event.bids == [(parse_px(px), parse_qty(qty)) for px, qty in rows]


GOOD: Final = frame(1, 2, [("61837.63", "3.78826"), ("1", "0")], [("61837.64", "1")])


@given(
    st.integers(0, len(GOOD) - 1), st.integers(1, 12), st.text(alphabet='0123456789.-e"[]{},:truenul\\ é', max_size=6)
)
def test_a_damaged_frame_raises_value_error_or_is_read_and_does_nothing_else(at: int, cut: int, put: str) -> None:
    feed = Binance().feed([BTC])
    damaged = GOOD[:at] + put + GOOD[at + cut :]
    for text in (damaged, damaged.encode(), damaged.encode()[: at + 1]):
        try:
            events = feed.receive(text, NOW)
        except ValueError:
            continue
        for event in events:
            assert isinstance(event, BookDelta)
            assert all(px > 0 and qty >= 0 for px, qty in [*event.bids, *event.asks])


# ── how a book heals ──


def test_what_came_before_the_snapshot_is_joined_on(desk: Desk) -> None:
    desk.hear(frame(98, 99, [("9", "1")]))
    desk.hear(frame(100, 102, [("10", "1")]))
    desk.answer(snapshot(100, [("9", "5")], [("11", "1")]))
    assert desk.book.state is BookState.LIVE
    assert desk.book.seq == 102
    assert desk.book.top() == (parse_px("10"), parse_qty("1"), parse_px("11"), parse_qty("1"))
    assert desk.book.bids.levels(2)[1] == (parse_px("9"), parse_qty("5"))  # event 98-99 was older than the snapshot


def test_a_snapshot_older_than_the_first_event_is_fetched_again(desk: Desk) -> None:
    desk.hear(frame(105, 106, [("10", "1")]))
    desk.answer(snapshot(100))
    assert (desk.book.state, len(desk.asked)) == (BookState.WAITING, 1)
    desk.answer(snapshot(104, [("9", "1")]))
    assert (desk.book.state, desk.book.seq) == (BookState.LIVE, 106)


def test_a_gap_takes_the_book_away_until_a_newer_snapshot(desk: Desk) -> None:
    desk.answer(snapshot(100, [("9", "1")], [("11", "1")]))
    desk.hear(frame(101, 103))
    desk.hear(frame(105, 106))
    assert (desk.book.state, desk.book.top(), len(desk.asked)) == (BookState.WAITING, (0, 0, 0, 0), 1)
    desk.hear(frame(107, 108, [("10", "1")]))
    desk.answer(snapshot(105, [("9", "1")]))
    assert (desk.book.seq, desk.book.bids.px, desk.asked) == (108, parse_px("10"), [])


def test_old_events_change_nothing(desk: Desk) -> None:
    desk.answer(snapshot(100, [("9", "1")]))
    desk.hear(frame(101, 103, [("9", "2")]))
    desk.hear(frame(101, 103, [("9", "7")]))
    desk.hear(frame(90, 100, [("9", "7")]))
    assert (desk.book.bids.qty, desk.keeper.counts["old"], desk.asked) == (parse_qty("2"), 2, [])


@pytest.mark.parametrize("answer", [None, Response(500, b""), Response(429, b""), Response(200, b"<html>")])
def test_a_snapshot_that_does_not_come_is_asked_for_again(desk: Desk, answer: Response | None) -> None:
    desk.answer(answer)
    assert (desk.book.state, len(desk.asked)) == (BookState.WAITING, 1)
    desk.answer(snapshot(100, [("9", "1")]))
    assert desk.book.state is BookState.LIVE


def test_a_snapshot_on_its_way_is_not_asked_for_twice(feed: BinanceFeed) -> None:
    feed.pending()
    feed.resync("BTC-USDT", "again")
    assert feed.pending() == []


def test_an_answer_that_nobody_waits_for_is_ignored(desk: Desk) -> None:
    fetch = desk.asked[0]
    desk.answer(snapshot(100, [("9", "1")]))
    assert desk.feed.respond(fetch, snapshot(50), NOW) == []


def test_a_new_connection_starts_afresh(desk: Desk) -> None:
    desk.answer(snapshot(100, [("9", "1")]))
    desk.keeper.distrust_all("the connection is gone")
    desk.feed.opened(NOW)
    desk.asked = fetches(desk.feed.pending())
    assert len(desk.asked) == 1
    desk.hear(frame(101, 102, [("8", "1")]))
    assert desk.book.state is BookState.WAITING
    desk.answer(snapshot(101, [("7", "1")]))
    assert (desk.book.seq, desk.book.bids.px) == (102, parse_px("8"))
