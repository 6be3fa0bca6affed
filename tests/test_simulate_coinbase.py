"""The simulated Coinbase: products, books and trades over REST; a stream that one number a connection counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.units import NANOS_PER_S, Nanos
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.coinbase.face import CoinbaseSimulator
from venuekit_testkit.simulate.exchange.exchange import CROWD
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.session import Session

D: Final = Decimal
NOW: Final = Nanos(1_795_000_000 * NANOS_PER_S)
API: Final = "/api/v3/brokerage/"
BTC: Final = "BTC-USD"
Book = dict[str, dict[Decimal, Decimal]]


@pytest.fixture
def venue() -> CoinbaseSimulator:
    return CoinbaseSimulator()


def send(venue: CoinbaseSimulator, path: str, query: str = "", method: str = "GET") -> Reply:
    reply = venue.handle(Call(method=method, path=API + path, query=query), NOW)
    assert reply is not None, "no answer came"
    return reply


def get(venue: CoinbaseSimulator, path: str, query: str = "") -> Any:
    """Ask for public data; the answer must be a success."""
    reply = send(venue, path, query)
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


def connect(venue: CoinbaseSimulator) -> Session:
    session = venue.connect(Call(method="GET", path="/"), NOW)
    assert isinstance(session, Session)
    return session


def take(session: Session) -> list[Any]:
    return [json.loads(frame) for frame in session.take()]


def say(session: Session, kind: str, channel: str, *products: str, **more: Any) -> list[Any]:
    """Send a request; give what came of it."""
    named = {"product_ids": products} if products else {}
    session.receive(json.dumps({"type": kind, "channel": channel, **named, **more}), NOW)
    return take(session)


def quote(venue: CoinbaseSimulator, side: str, px: str, qty: str, tif: str = "GTC", product: str = BTC) -> Any:
    return venue.exchange.place(product, side, D(qty), D(px), account=CROWD, tif=tif)


# ── REST ──


def test_products_tell_their_grids_and_which_may_not_be_traded(venue: CoinbaseSimulator) -> None:
    listed = get(venue, "market/products", "product_type=SPOT")
    rows = {row["product_id"]: row for row in listed["products"]}
    assert set(rows) == set(venue.exchange.markets)
    assert listed["num_products"] == len(rows)
    assert [id for id, row in rows.items() if row["cancel_only"]] == ["MATIC-USD"]
    for id, row in rows.items():
        market = venue.exchange.markets[id]
        assert (D(row["price_increment"]), D(row["base_increment"])) == (market.tick, market.lot)
        assert (D(row["base_min_size"]), D(row["base_max_size"])) == (market.min_qty, market.max_qty)


def test_products_are_chosen_and_paged(venue: CoinbaseSimulator) -> None:
    assert get(venue, "market/products", "product_type=FUTURE") == {"products": [], "num_products": 0}
    chosen = get(venue, "market/products", "product_ids=ETH-USD&product_ids=BTC-USD")["products"]
    assert [row["product_id"] for row in chosen] == ["ETH-USD", "BTC-USD"]
    paged = get(venue, "market/products", "limit=2&offset=1")["products"]
    assert [row["product_id"] for row in paged] == ["ETH-USD", "SOL-USD"]
    assert get(venue, "market/products/BTC-USD")["product_id"] == BTC


def test_a_product_that_shares_a_book_says_so_and_shows_it(venue: CoinbaseSimulator) -> None:
    alias, owner = (get(venue, f"market/products/{id}") for id in ("BTC-USDC", BTC))
    assert (alias["alias"], owner["alias_to"]) == (BTC, ["BTC-USDC"])
    quote(venue, "buy", "64000.01", "2", product="BTC-USDC")
    books = [get(venue, "market/product_book", f"product_id={id}")["pricebook"] for id in (BTC, "BTC-USDC")]
    assert books[0]["bids"] == books[1]["bids"]
    assert books[0]["bids"][0] == {"price": "64000.01", "size": "2"}


def test_a_book_is_the_exchanges_cut_to_the_limit(venue: CoinbaseSimulator) -> None:
    told = get(venue, "market/product_book", "product_id=BTC-USD&limit=4")
    for name, side in (("bids", "buy"), ("asks", "sell")):
        rungs = [(D(rung["price"]), D(rung["size"])) for rung in told["pricebook"][name]]
        assert rungs == venue.exchange.books[BTC].levels(side)[:4]
    assert (told["mid_market"], told["spread_absolute"]) == ("64000", "0.1")


def test_trades_come_newest_first_with_the_makers_side(venue: CoinbaseSimulator) -> None:
    for second, side in enumerate(("buy", "sell", "buy")):
        with venue.exchange.at(Nanos(NOW + second * NANOS_PER_S)):
            quote(venue, side, "70000" if side == "buy" else "60000", "0.001", "IOC")
    told = get(venue, "market/products/BTC-USD/ticker", "limit=10")
    assert [row["side"] for row in told["trades"]] == ["SELL", "BUY", "SELL"]
    assert [row["trade_id"] for row in told["trades"]] == ["5003", "5002", "5001"]
    assert (told["best_bid"], told["best_ask"]) == ("63999.95", "64000.05")
    newest = get(venue, "market/products/BTC-USD/ticker", "limit=1")["trades"]
    assert newest == told["trades"][:1]
    between = get(venue, "market/products/BTC-USD/ticker", "limit=9&start=1795000001&end=1795000002")["trades"]
    assert between == told["trades"][1:2]


@pytest.mark.parametrize(
    ("path", "query", "status", "error"),
    [
        ("market/products/NO-SUCH", "", 404, "NOT_FOUND"),
        ("market/products/NO-SUCH/ticker", "limit=5", 404, "NOT_FOUND"),
        ("market/product_book", "", 404, "NOT_FOUND"),
        ("market/product_book", "product_id=BTC-USD&limit=x", 400, "INVALID_ARGUMENT"),
        ("market/product_book", "product_id=BTC-USD&limit=-1", 400, "INVALID_ARGUMENT"),
        ("market/nothing", "", 404, "NOT_FOUND"),
        ("market/products/BTC-USD/nothing", "", 404, "NOT_FOUND"),
    ],
)
def test_a_refusal_is_told_by_status_and_by_name(
    venue: CoinbaseSimulator, path: str, query: str, status: int, error: str
) -> None:
    reply = send(venue, path, query)
    assert (reply.status, json.loads(reply.body)["error"]) == (status, error)


@pytest.mark.parametrize(("method", "path"), [("GET", "products"), ("GET", "accounts"), ("POST", "orders")])
def test_what_needs_a_key_is_unauthorized(venue: CoinbaseSimulator, method: str, path: str) -> None:
    reply = send(venue, path, method=method)
    assert (reply.status, reply.body) == (401, b"Unauthorized")
    assert venue.unproven(Call(method=method, path=API + path), NOW) is not None


def test_too_many_requests_tell_the_limit(venue: CoinbaseSimulator) -> None:
    venue.faults.plan(Fault.RATE_LIMIT)
    reply = send(venue, "time")
    assert (reply.status, reply.headers["x-ratelimit-limit"]) == (429, "10")
    assert get(venue, "time")["epochSeconds"] == "1795000000"


# ── the stream ──


def test_every_message_of_a_connection_is_counted_over_all_channels(venue: CoinbaseSimulator) -> None:
    session = connect(venue)
    told = say(session, "subscribe", "heartbeats")
    told += say(session, "subscribe", "level2", BTC, "ETH-USD")
    told += say(session, "subscribe", "market_trades", BTC)
    quote(venue, "buy", "70000", "0.001", "IOC")
    session.beat(Nanos(NOW + NANOS_PER_S))
    told += take(session)
    assert [frame["sequence_num"] for frame in told] == list(range(len(told)))
    channels = [frame["channel"] for frame in told]
    first = ["subscriptions", "l2_data", "l2_data", "subscriptions", "market_trades", "subscriptions"]
    assert channels[: len(first)] == first
    assert sorted(channels[len(first) :]) == ["heartbeats", "l2_data", "market_trades"]
    assert connect(venue) is not session
    assert say(connect(venue), "subscribe", "heartbeats")[0]["sequence_num"] == 0


def test_what_is_subscribed_is_confirmed_as_a_whole(venue: CoinbaseSimulator) -> None:
    session = connect(venue)
    say(session, "subscribe", "heartbeats")
    *_, confirmed = say(session, "subscribe", "level2", BTC, "BTC-USDC")
    subscribed = {"heartbeats": ["heartbeats"], "level2": [BTC, "BTC-USDC"]}
    assert confirmed["events"] == [{"subscriptions": subscribed}]
    (left,) = say(session, "unsubscribe", "level2")
    assert left["events"] == [{"subscriptions": {"heartbeats": ["heartbeats"]}}]
    quote(venue, "buy", "64000.01", "2")
    assert take(session) == []


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell"]),
        st.integers(-900, 900),
        st.integers(1, 4000),
        st.sampled_from(["GTC", "IOC"]),
        st.sampled_from([BTC, "BTC-USDC"]),
    ),
    min_size=1,
    max_size=15,
)


def move(venue: CoinbaseSimulator, moves: Sequence[tuple[str, int, int, str, str]]) -> None:
    for side, ticks, lots, tif, product in moves:
        quote(venue, side, str(D(64000) + ticks * D("0.01")), str(lots * D("0.0005")), tif, product)


def apply(book: Book, frames: list[Any]) -> None:
    """Keep a book as Coinbase says: a quantity is the new one, and 0 removes."""
    for event in (each for frame in frames if frame["channel"] == "l2_data" for each in frame["events"]):
        assert event["product_id"] == BTC
        if event["type"] == "snapshot":
            book.clear()
        for update in event["updates"]:
            side = book.setdefault(update["side"], {})
            side[D(update["price_level"])] = D(update["new_quantity"])
            if not D(update["new_quantity"]):
                del side[D(update["price_level"])]


@given(MOVES, MOVES, st.sampled_from([BTC, "BTC-USDC"]))
def test_a_snapshot_and_the_changes_after_it_are_the_book(before: Any, after: Any, product: str) -> None:
    venue, book = CoinbaseSimulator(), Book()
    move(venue, before)
    session = connect(venue)
    apply(book, say(session, "subscribe", "level2", product))
    move(venue, after)
    apply(book, take(session))
    for name, side in (("bid", "buy"), ("offer", "sell")):
        assert book[name] == dict(venue.exchange.books[BTC].levels(side))


def test_a_book_of_its_own_is_told_under_its_own_name(venue: CoinbaseSimulator) -> None:
    snapshot, _ = say(connect(venue), "subscribe", "level2", "USDT-USDC")
    assert [event["product_id"] for event in snapshot["events"]] == ["USDT-USDC"]


def test_old_trades_are_a_snapshot_and_new_ones_updates(venue: CoinbaseSimulator) -> None:
    quote(venue, "sell", "60000", "0.001", "IOC")
    session = connect(venue)
    snapshot, _ = say(session, "subscribe", "market_trades", BTC)
    (old,) = snapshot["events"]
    assert (old["type"], [row["side"] for row in old["trades"]]) == ("snapshot", ["BUY"])
    quote(venue, "buy", "70000", "0.001", "IOC")
    (told,) = take(session)
    (new,) = told["events"]
    assert (new["type"], new["trades"][0]["side"], new["trades"][0]["size"]) == ("update", "SELL", "0.001")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ("{", "malformed request"),
        ("[]", "malformed request"),
        (b"\xff\xfe", "malformed request"),
        ("[" * 5000, "malformed request"),
        ('{"type":"subscribe"}', "malformed request"),
        ('{"type":["subscribe"],"channel":"level2"}', "malformed request"),
        ('{"type":"subscribe","channel":"level2","product_ids":"BTC-USD"}', "malformed request"),
        ('{"type":"subscribe","channel":"l3"}', "authentication failure"),
        ('{"type":"subscribe","channel":"user"}', "authentication failure"),
        ('{"type":"subscribe","channel":"level2","jwt":"x"}', "authentication failure"),
        ('{"type":"subscribe","channel":"level2","product_ids":["NO-SUCH"]}', "valid product_id is required: NO-SUCH"),
    ],
)
def test_what_cannot_be_is_an_error_that_counts_nothing(
    venue: CoinbaseSimulator, frame: str | bytes, message: str
) -> None:
    session = connect(venue)
    session.receive(frame, NOW)
    assert take(session) == [{"type": "error", "message": message}]
    assert say(session, "subscribe", "heartbeats")[0]["sequence_num"] == 0


def test_who_asks_for_nothing_is_cut_off_after_five_seconds(venue: CoinbaseSimulator) -> None:
    session = connect(venue)
    session.beat(Nanos(NOW + 5 * NANOS_PER_S))
    assert session.closed is None
    session.beat(Nanos(NOW + 6 * NANOS_PER_S))
    assert session.closed is not None


def test_a_quiet_connection_is_closed_unless_it_has_heartbeats(venue: CoinbaseSimulator) -> None:
    quiet, alive = connect(venue), connect(venue)
    say(quiet, "subscribe", "level2", BTC)
    say(alive, "subscribe", "heartbeats")
    for second in range(1, 92):
        for session in (quiet, alive):
            session.beat(Nanos(NOW + second * NANOS_PER_S))
    assert (quiet.closed is None, alive.closed is None) == (False, True)
    assert [frame["events"][0]["heartbeat_counter"] for frame in take(alive)] == list(range(1, 92))


def test_a_lost_frame_leaves_a_gap_in_the_count(venue: CoinbaseSimulator) -> None:
    session = connect(venue)
    say(session, "subscribe", "level2", BTC)
    venue.faults.plan(Fault.GAP, "book")
    quote(venue, "buy", "64000.01", "2")
    quote(venue, "buy", "64000.02", "2")
    (told,) = take(session)
    assert told["sequence_num"] == 3


def test_who_left_is_told_nothing_more(venue: CoinbaseSimulator) -> None:
    session = connect(venue)
    heard = len(venue.exchange.heard)
    venue.restart()
    assert session.closed is not None
    assert len(venue.exchange.heard) == heard - 1
