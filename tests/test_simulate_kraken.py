"""The simulated Kraken: names, errors and books over REST; books that prove themselves and trades over WebSocket v2."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.units import NANOS_PER_S, Nanos
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.exchange.exchange import CROWD
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kraken.checksum import checksum
from venuekit_testkit.simulate.kraken.face import KrakenSimulator
from venuekit_testkit.simulate.session import Session

D: Final = Decimal
NOW: Final = Nanos(1_795_000_000 * NANOS_PER_S)
SAMPLE: Final = Path(__file__).parents[1] / "plugins/venuekit_kraken/tests/samples/book_checksum.json"
BTC: Final = "BTC/USD"
Sides = dict[str, dict[str, str]]


@pytest.fixture
def venue() -> KrakenSimulator:
    return KrakenSimulator()


def send(venue: KrakenSimulator, call: Call) -> Reply:
    reply = venue.handle(call, NOW)
    assert reply is not None, "no answer came"
    return reply


def get(venue: KrakenSimulator, method: str, query: str = "") -> Any:
    """Ask for public data; the answer must be a success."""
    told = json.loads(send(venue, Call(method="GET", path=f"/0/public/{method}", query=query)).body)
    assert told["error"] == [], told
    return told["result"]


def refused(venue: KrakenSimulator, method: str, query: str = "") -> Any:
    """Ask for what is refused; give the whole answer."""
    reply = send(venue, Call(method="GET", path=f"/0/public/{method}", query=query))
    assert reply.status == 200
    return json.loads(reply.body)


def connect(venue: KrakenSimulator) -> Session:
    """Open a socket, and read the status that it begins with."""
    session = venue.connect(Call(method="GET", path="/v2"), NOW)
    assert isinstance(session, Session)
    (status,) = take(session)
    assert (status["channel"], status["data"][0]["system"]) == ("status", "online")
    return session


def take(session: Session) -> list[Any]:
    """Take the frames; numbers stay the text that was sent."""
    return [json.loads(frame, parse_float=str) for frame in session.take()]


def say(session: Session, method: str, req_id: int = 1, **params: Any) -> list[Any]:
    session.receive(json.dumps({"method": method, "params": params, "req_id": req_id}), NOW)
    return take(session)


def subscribe(session: Session, channel: str = "book", symbol: str = BTC, **params: Any) -> list[Any]:
    answer, *rest = say(session, "subscribe", channel=channel, symbol=[symbol], **params)
    assert answer["success"], answer
    return rest


def quote(venue: KrakenSimulator, side: str, px: str, qty: str, tif: str = "GTC") -> Any:
    return venue.exchange.place("XBTUSD", side, D(qty), D(px), account=CROWD, tif=tif)


# ── REST ──


@pytest.mark.parametrize("name", ["XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD"])
def test_a_pair_is_found_by_each_of_its_names_and_told_by_its_key(venue: KrakenSimulator, name: str) -> None:
    assert list(get(venue, "AssetPairs", f"pair={name}")) == ["XXBTZUSD"]
    assert list(get(venue, "Depth", f"pair={name}")) == ["XXBTZUSD"]


def test_pairs_tell_their_grids_and_which_may_not_be_traded(venue: KrakenSimulator) -> None:
    pairs = get(venue, "AssetPairs")
    assert {row["altname"] for row in pairs.values()} == set(venue.exchange.markets)
    assert {key for key, row in pairs.items() if row["status"] == "cancel_only"} == {"LUNAUSD"}
    for row in pairs.values():
        market = venue.exchange.markets[row["altname"]]
        assert (D(row["tick_size"]), D(1).scaleb(-row["lot_decimals"])) == (market.tick, market.lot)
        assert (D(row["ordermin"]), D(row["costmin"])) == (market.min_qty, market.min_notional)


def test_a_market_that_closes_is_told_as_closed(venue: KrakenSimulator) -> None:
    venue.exchange.markets["XBTUSD"].is_open = False
    assert get(venue, "AssetPairs", "pair=XBTUSD")["XXBTZUSD"]["status"] == "cancel_only"


def test_a_book_is_the_exchanges_cut_to_the_count(venue: KrakenSimulator) -> None:
    told = get(venue, "Depth", "pair=XBTUSD&count=3")["XXBTZUSD"]
    for name, side in (("bids", "buy"), ("asks", "sell")):
        assert [(D(px), D(qty)) for px, qty, _ in told[name]] == venue.exchange.books["XBTUSD"].levels(side)[:3]


@pytest.mark.parametrize(
    ("method", "query", "error"),
    [
        ("Depth", "pair=NOSUCH", "EQuery:Unknown asset pair"),
        ("Trades", "pair=NOSUCH", "EQuery:Unknown asset pair"),
        ("AssetPairs", "pair=XBTUSD,NOSUCH", "EQuery:Unknown asset pair"),
        ("Assets", "asset=NOSUCH", "EQuery:Unknown asset"),
        ("Depth", "", "EGeneral:Invalid arguments"),
        ("Depth", "pair=XBTUSD&count=501", "EGeneral:Invalid arguments"),
        ("Depth", "pair=XBTUSD&count=-1", "EGeneral:Invalid arguments"),
        ("Trades", "pair=XBTUSD&since=x", "EGeneral:Invalid arguments"),
        ("NoSuch", "", "EGeneral:Unknown method"),
    ],
)
def test_a_refusal_has_an_error_and_no_result(venue: KrakenSimulator, method: str, query: str, error: str) -> None:
    assert refused(venue, method, query) == {"error": [error]}


def test_private_calls_are_refused_whatever_they_are_signed_with(venue: KrakenSimulator) -> None:
    call = Call(method="POST", path="/0/private/Balance", headers={"api-key": "k", "api-sign": "s"}, body=b"nonce=1")
    assert json.loads(send(venue, call).body) == {"error": ["EAPI:Invalid key"]}
    assert venue.unproven(call, NOW) is not None


def test_too_many_requests_are_an_error_with_200(venue: KrakenSimulator) -> None:
    venue.faults.plan(Fault.RATE_LIMIT)
    assert refused(venue, "Time") == {"error": ["EGeneral:Too many requests"]}


def test_trades_are_told_oldest_first_and_after_a_time(venue: KrakenSimulator) -> None:
    for number, side in enumerate(("buy", "sell", "buy")):
        with venue.exchange.at(Nanos(NOW + number * 10**9 + 123_456_700)):
            quote(venue, side, "70000" if side == "buy" else "60000", "0.001", "IOC")
    told = get(venue, "Trades", "pair=XBTUSD")
    assert [row[3] for row in told["XXBTZUSD"]] == ["b", "s", "b"]
    assert told["last"] == str(NOW + 2 * 10**9 + 123_456_700)
    assert len(get(venue, "Trades", "pair=XBTUSD&count=2")["XXBTZUSD"]) == 2
    later = get(venue, "Trades", f"pair=XBTUSD&since={NOW + 123_456_700}")["XXBTZUSD"]
    assert [row[6] for row in later] == [row[6] for row in told["XXBTZUSD"][1:]]


def test_status_time_assets_and_tickers_are_told(venue: KrakenSimulator) -> None:
    assert get(venue, "Time")["unixtime"] == 1_795_000_000
    assert get(venue, "SystemStatus") == {"status": "online", "timestamp": "2026-11-18T11:06:40Z"}
    assert get(venue, "Assets", "asset=XBT")["XXBT"]["altname"] == "XBT"
    quote(venue, "buy", "64000.5", "0.01", "IOC")
    ticker = get(venue, "Ticker", "pair=XBTUSD")["XXBTZUSD"]
    assert (D(ticker["b"][0]), D(ticker["a"][0]), D(ticker["c"][0])) == (D("63999.5"), D("64000.5"), D("64000.5"))


# ── the checksum ──


def test_the_checksum_is_that_of_krakens_guide() -> None:
    sample = json.loads(SAMPLE.read_text())
    assert checksum(*([tuple(level) for level in sample[side]] for side in ("bids", "asks"))) == sample["checksum"]


def prove(book: Sides) -> int:
    """Compute the checksum another way: from text alone, sorted here."""
    asks = sorted(book["asks"].items(), key=lambda level: D(level[0]))[:10]
    bids = sorted(book["bids"].items(), key=lambda level: -D(level[0]))[:10]
    return crc32("".join(str(int(each.replace(".", ""))) for level in asks + bids for each in level).encode())


# ── the stream ──

MOVES = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell"]), st.integers(-90, 90), st.integers(1, 4000), st.sampled_from(["GTC", "IOC"])
    ),
    min_size=1,
    max_size=15,
)


def move(venue: KrakenSimulator, moves: Sequence[tuple[str, int, int, str]]) -> None:
    for side, ticks, lots, tif in moves:
        quote(venue, side, str(D(64000) + ticks * D("0.5")), str(lots * D("0.0005")), tif)


def apply(book: Sides, message: Any, depth: int) -> None:
    """Keep a book as Kraken's guide says: 0 removes, and what is beyond the depth is cut."""
    (row,) = message["data"]
    for side, worst_first in (("bids", False), ("asks", True)):
        if message["type"] == "snapshot":
            book[side] = {}
        for level in row[side]:
            book[side].pop(level["price"], None)
            if D(level["qty"]):
                book[side][level["price"]] = level["qty"]
        for px in sorted(book[side], key=D, reverse=worst_first)[: max(0, len(book[side]) - depth)]:
            del book[side][px]


@given(MOVES, MOVES, st.sampled_from([10, 25, 100]))
def test_a_snapshot_and_the_changes_after_it_are_the_book_and_prove_it(before: Any, after: Any, depth: int) -> None:
    venue = KrakenSimulator()
    move(venue, before)
    session, book = connect(venue), Sides(bids={}, asks={})
    for message in subscribe(session, depth=depth):
        apply(book, message, depth)
        assert message["data"][0]["checksum"] == prove(book)
    move(venue, after)
    for message in take(session):
        apply(book, message, depth)
        assert message["data"][0]["checksum"] == prove(book)
    for name, side in (("bids", "buy"), ("asks", "sell")):
        true = venue.exchange.books["XBTUSD"].levels(side)[:depth]
        assert {D(px): D(qty) for px, qty in book[name].items()} == dict(true)


def test_what_falls_out_of_the_depth_is_not_told_and_what_comes_in_is(venue: KrakenSimulator) -> None:
    session = connect(venue)
    (snapshot,) = subscribe(session)
    assert [len(snapshot["data"][0][side]) for side in ("bids", "asks")] == [10, 10]
    better = quote(venue, "buy", "63999.8", "1")
    (told,) = take(session)
    assert told["data"][0]["bids"] == [{"price": "63999.8", "qty": "1.00000000"}]
    venue.exchange.cancel(better)
    (told,) = take(session)
    assert told["data"][0]["bids"] == [
        {"price": "63999.8", "qty": "0.00000000"},
        {"price": "63995.0", "qty": "0.12500010"},
    ]
    quote(venue, "buy", "63950.0", "1")
    assert take(session) == []


def test_numbers_are_bare_and_keep_their_zeros(venue: KrakenSimulator) -> None:
    session = connect(venue)
    session.receive(json.dumps({"method": "subscribe", "params": {"channel": "book", "symbol": [BTC]}}), NOW)
    assert '{"price":63999.0,"qty":0.02500002}' in str(session.take()[-1])


def test_a_wrong_checksum_is_sent_when_it_is_planned(venue: KrakenSimulator) -> None:
    session, book = connect(venue), Sides(bids={}, asks={})
    for message in subscribe(session):
        apply(book, message, 10)
    venue.faults.plan(Fault.BAD_CHECKSUM, "book")
    for right in (False, True):
        quote(venue, "buy", "63999.5", "1")
        (message,) = take(session)
        apply(book, message, 10)
        assert (message["data"][0]["checksum"] == prove(book)) is right


def test_each_symbol_is_answered_for_by_itself(venue: KrakenSimulator) -> None:
    session = connect(venue)
    told = say(session, "subscribe", 7, channel="trade", symbol=[BTC, "NO/SUCH", "DOGE/USD"])
    assert [answer["success"] for answer in told] == [True, False, True]
    assert [answer["req_id"] for answer in told] == [7, 7, 7]
    assert told[0]["result"] == {"channel": "trade", "snapshot": False, "symbol": BTC}
    assert (told[1]["error"], told[1]["symbol"]) == ("Currency pair not supported NO/SUCH", "NO/SUCH")


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("subscribe", {"channel": "book", "symbol": [BTC], "depth": 20}, "Subscription depth not supported"),
        ("subscribe", {"channel": "book", "symbol": [BTC], "depth": "10"}, "Subscription depth not supported"),
        ("subscribe", {"channel": "book", "symbol": [BTC], "depth": 10.0}, "Subscription depth not supported"),
        ("subscribe", {"channel": "book", "symbol": BTC}, "Pair field must be an array"),
        ("subscribe", {"channel": "book", "symbol": [BTC], "snapshot": 1}, "Malformed request"),
        ("subscribe", {"channel": "none", "symbol": [BTC]}, "Subscription name invalid"),
        ("subscribe", {"channel": "executions"}, "Private data and trading are unavailable on this endpoint"),
        ("add_order", {"symbol": BTC}, "Private data and trading are unavailable on this endpoint"),
        ("unsubscribe", {"channel": "book", "symbol": [BTC]}, "Subscription Not Found"),
        ("nonsense", {}, "Method(s) not found"),
    ],
)
def test_a_request_that_cannot_be_is_refused(venue: KrakenSimulator, method: str, params: Any, error: str) -> None:
    (answer,) = say(connect(venue), method, **params)
    assert (answer["success"], answer["method"]) == (False, method)
    assert answer["error"].startswith(error)


@pytest.mark.parametrize("frame", ["", "{", "[]", "null", "{}", b"\xff\xfe", "[" * 5000, '{"method":["subscribe"]}'])
def test_noise_is_refused_and_the_socket_stays(venue: KrakenSimulator, frame: str | bytes) -> None:
    session = connect(venue)
    session.receive(frame, NOW)
    (answer,) = take(session)
    assert not answer["success"]
    assert subscribe(session)


def test_a_book_is_subscribed_once_and_again_after_it_was_left(venue: KrakenSimulator) -> None:
    session = connect(venue)
    subscribe(session)
    (again,) = say(session, "subscribe", channel="book", symbol=[BTC])
    assert again["error"] == "Already subscribed"
    (left,) = say(session, "unsubscribe", channel="book", symbol=[BTC])
    assert (left["success"], left["result"]) == (True, {"channel": "book", "symbol": BTC})
    quote(venue, "buy", "63999.5", "1")
    assert take(session) == []
    (snapshot,) = subscribe(session, depth=25)
    assert len(snapshot["data"][0]["bids"]) == 25


def test_trades_are_told_with_the_takers_side_and_old_ones_on_request(venue: KrakenSimulator) -> None:
    session, late = connect(venue), connect(venue)
    assert subscribe(session, "trade") == []
    quote(venue, "sell", "63999.5", "0.01", "IOC")
    (told,) = take(session)
    (row,) = told["data"]
    assert (told["type"], row["symbol"], row["side"]) == ("update", BTC, "sell")
    assert (row["price"], row["qty"], row["trade_id"]) == ("63999.5", "0.01000000", 5001)
    (old,) = subscribe(late, "trade", snapshot=True)
    assert (old["type"], old["data"]) == ("snapshot", [row])


def test_a_heartbeat_comes_where_nothing_else_does(venue: KrakenSimulator) -> None:
    session = connect(venue)
    for _ in range(2):
        session.beat(NOW)
    assert take(session) == [], "nothing is subscribed"
    subscribe(session)
    session.beat(NOW)
    assert take(session) == [], "a snapshot was sent since the last beat"
    session.beat(NOW)
    assert take(session) == [{"channel": "heartbeat"}]


def test_a_ping_is_answered(venue: KrakenSimulator) -> None:
    (pong,) = say(connect(venue), "ping", 101)
    assert (pong["method"], pong["req_id"], pong["time_in"]) == ("pong", 101, "2026-11-18T11:06:40.000000Z")


def test_who_left_is_told_nothing_more(venue: KrakenSimulator) -> None:
    session = connect(venue)
    subscribe(session)
    heard = len(venue.exchange.heard)
    venue.restart()
    assert session.closed is not None
    assert len(venue.exchange.heard) == heard - 1
