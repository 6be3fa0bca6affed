"""The market streams of the simulated Binance: subscriptions, and changes that join on to snapshots."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulate_call import SYMBOL, Caller
from venuekit_testkit.simulate.binance.streams import MESSAGES_A_SECOND
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.exchange.exchange import CROWD
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.session import Session

D = Decimal
DEPTH = "btcusdt@depth@100ms"


@pytest.fixture
def caller() -> Caller:
    return Caller()


def connect(caller: Caller, path: str, query: str = "") -> Session:
    session = caller.venue.connect(Call(method="GET", path=path, query=query), caller.now)
    assert isinstance(session, Session)
    return session


def take(session: Session) -> list[Any]:
    return [json.loads(frame) for frame in session.take()]


def say(caller: Caller, session: Session, **frame: Any) -> Any:
    """Send a frame; give its answer, at a time when it is not too many."""
    caller.wait(1)
    session.receive(json.dumps(frame), caller.now)
    (answer,) = take(session)
    return answer


# ── books ──

MOVES = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell"]), st.integers(-60, 60), st.integers(1, 400), st.sampled_from(["GTC", "IOC"])
    ),
    min_size=1,
    max_size=12,
)


def move(caller: Caller, moves: list[tuple[str, int, int, str]]) -> None:
    """Let the crowd trade and quote around the middle."""
    for side, ticks, lots, tif in moves:
        px, qty = D(64000) + ticks * D("0.01"), lots * D("0.01")
        caller.venue.exchange.place(SYMBOL, side, qty, px, account=CROWD, tif=tif)


@given(MOVES, MOVES, MOVES)
def test_a_snapshot_and_the_changes_after_it_are_the_book(before: Any, between: Any, after: Any) -> None:
    """As the venue tells how a book is kept: drop what the snapshot holds, then each `U` follows the `u` before."""
    caller = Caller()
    session = connect(caller, "/stream", f"streams={DEPTH}")
    move(caller, before)
    snapshot = caller.get("depth", "symbol=BTCUSDT&limit=5000")
    move(caller, between)
    move(caller, after)
    last = snapshot["lastUpdateId"]
    book = {side: {D(px): D(qty) for px, qty in snapshot[side]} for side in ("bids", "asks")}
    for event in (frame["data"] for frame in take(session)):
        assert event["U"] <= event["u"]
        if event["u"] <= last:
            continue
        assert event["U"] == last + 1, "a change was lost"
        last = event["u"]
        for side, key in (("bids", "b"), ("asks", "a")):
            book[side].update({D(px): D(qty) for px, qty in event[key]})
    now = caller.get("depth", "symbol=BTCUSDT&limit=5000")
    assert last == now["lastUpdateId"]
    for side, levels in book.items():
        assert {px: qty for px, qty in levels.items() if qty} == {D(px): D(qty) for px, qty in now[side]}


def test_a_part_of_the_book_is_told_whole(caller: Caller) -> None:
    session = connect(caller, "/ws/btcusdt@depth5@100ms")
    caller.venue.exchange.place(SYMBOL, "buy", D(1), D("63999.99"), account=CROWD)
    (told,) = take(session)
    assert told == caller.get("depth", "symbol=BTCUSDT&limit=5")


def test_best_prices_and_trades_are_told(caller: Caller) -> None:
    session = connect(caller, "/stream", "streams=btcusdt@bookTicker/btcusdt@trade")
    caller.venue.exchange.place(SYMBOL, "buy", D("0.1"), D("64001"), account=CROWD, tif="IOC")
    best, trade = (frame["data"] for frame in take(session))
    assert (best["a"], best["A"]) == ("64000.05000000", "0.15000000")
    assert (trade["p"], trade["q"], trade["m"]) == ("64000.05000000", "0.10000000", False)
    assert trade["t"] == caller.get("trades", "symbol=BTCUSDT")[-1]["id"]


def test_a_lost_change_shows(caller: Caller) -> None:
    session = connect(caller, f"/ws/{DEPTH}")
    caller.venue.faults.plan(Fault.GAP, "book")
    for _ in range(2):
        caller.venue.exchange.stir(SYMBOL)
    (told,) = take(session)
    assert told["U"] > 121, "the first change was lost, and its numbers with it"


# ── subscriptions ──


def test_streams_come_and_go(caller: Caller) -> None:
    session = connect(caller, "/ws")
    assert say(caller, session, method="SUBSCRIBE", params=[DEPTH], id=1) == {"result": None, "id": 1}
    assert say(caller, session, method="LIST_SUBSCRIPTIONS", id="a") == {"result": [DEPTH], "id": "a"}
    caller.venue.exchange.stir(SYMBOL)
    assert [frame["e"] for frame in take(session)] == ["depthUpdate"]
    assert say(caller, session, method="UNSUBSCRIBE", params=[DEPTH], id=2) == {"result": None, "id": 2}
    caller.venue.exchange.stir(SYMBOL)
    assert take(session) == []


def test_a_stream_that_there_is_not_stays_silent(caller: Caller) -> None:
    session = connect(caller, "/ws/3")
    assert say(caller, session, method="SUBSCRIBE", params=["nosuch@depth"], id=1)["result"] is None
    caller.venue.exchange.stir(SYMBOL)
    assert take(session) == []


def test_frames_may_be_asked_for_with_the_name_of_their_stream(caller: Caller) -> None:
    session = connect(caller, f"/ws/{DEPTH}")
    assert say(caller, session, method="GET_PROPERTY", params=["combined"], id=1)["result"] is False
    assert say(caller, session, method="SET_PROPERTY", params=["combined", True], id=2)["result"] is None
    caller.venue.exchange.stir(SYMBOL)
    assert [frame["stream"] for frame in take(session)] == [DEPTH]


@pytest.mark.parametrize(
    ("frame", "code", "says"),
    [
        ("{", 3, "Invalid JSON"),
        ("[]", 3, "Invalid JSON"),
        ('{"id": 1}', 2, "missing field `method`"),
        ('{"method": "FLY", "id": 1}', 2, "unknown variant `FLY`"),
        ('{"method": "SUBSCRIBE", "params": [1], "id": 1}', 2, "must be a string"),
        ('{"method": "SUBSCRIBE", "params": {}, "id": 1}', 2, "must be an array"),
        ('{"method": "SUBSCRIBE", "params": [], "id": 1.5}', 2, "request ID"),
        ('{"method": "SET_PROPERTY", "params": ["combined", 1], "id": 1}', 1, "expected Boolean"),
        ('{"method": "GET_PROPERTY", "params": ["other"], "id": 1}', 0, "Unknown property"),
        ('{"method": "GET_PROPERTY", "id": 1}', 2, "property name"),
    ],
)
def test_a_frame_that_is_wrong_is_answered(caller: Caller, frame: str, code: int, says: str) -> None:
    session = connect(caller, "/ws")
    session.receive(frame, caller.now)
    (told,) = take(session)
    assert told["error"]["code"] == code
    assert says in told["error"]["msg"]


def test_too_many_frames_a_second_end_the_connection(caller: Caller) -> None:
    session = connect(caller, "/ws")
    for number in range(MESSAGES_A_SECOND + 1):
        session.receive(json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": number}), caller.now)
    assert session.closed == (1008, "Too many requests")
    assert len(take(session)) == MESSAGES_A_SECOND


def test_who_left_or_was_left_hears_no_more(caller: Caller) -> None:
    sessions = [connect(caller, f"/ws/{DEPTH}") for _ in range(2)]
    sessions[0].left()
    caller.venue.restart()
    caller.venue.exchange.stir(SYMBOL)
    assert [take(session) for session in sessions] == [[], []]
    assert [session.closed for session in sessions] == [(1001, "going away")] * 2


def test_there_are_no_other_sockets(caller: Caller) -> None:
    reply = caller.venue.connect(Call(method="GET", path="/other"), caller.now)
    assert getattr(reply, "status", 0) == 404
