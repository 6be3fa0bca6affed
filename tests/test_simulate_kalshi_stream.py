"""The WebSocket of the simulated Kalshi tells what happens, numbers it, and misbehaves on request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.kalshi_desk import CRYPTO, ORDERS, TICKER, Desk
from venuekit.units import Nanos
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kalshi.face import SOCKET
from venuekit_testkit.simulate.kalshi.stream import KalshiSession

D = Decimal
THIN = "KXFED-27DEC-T5.00"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def types(frames: list[Any]) -> list[str]:
    return [each["type"] for each in frames]


def test_a_socket_needs_a_signature_also_for_what_is_public(desk: Desk) -> None:
    refused = desk.venue.connect(Call(method="GET", path=SOCKET), Nanos(desk.now))
    assert isinstance(refused, Reply)
    assert refused.status == 401
    assert desk.venue.sessions == []


def test_a_snapshot_comes_first_and_leaves_an_empty_side_out(desk: Desk) -> None:
    told, book, thin = desk.socket().subscribe("orderbook_delta", tickers=(TICKER, THIN))
    assert told == {"id": 1, "type": "subscribed", "msg": {"channel": "orderbook_delta", "sid": 1}}
    assert (book["type"], book["sid"], book["seq"]) == ("orderbook_snapshot", 1, 1)
    assert book["msg"]["no_dollars_fp"][-1] == ["0.5500", "247.50"]
    assert "no_dollars_fp" not in thin["msg"]


def test_prices_of_no_may_be_told_as_prices_of_yes(desk: Desk) -> None:
    wire = desk.socket()
    _, book = wire.subscribe("orderbook_delta", tickers=(TICKER,), use_yes_price=True)
    assert book["msg"]["no_dollars_fp"][-1] == ["0.4500", "247.50"]
    desk.place(side="ask", price="0.44")
    (delta,) = wire.hear()
    assert (delta["msg"]["side"], delta["msg"]["price_dollars"], delta["msg"]["delta_fp"]) == ("no", "0.4400", "10.00")


def test_a_delta_is_signed_and_names_our_own_order(desk: Desk) -> None:
    wire = desk.socket()
    wire.subscribe("orderbook_delta", tickers=(TICKER,))
    order = desk.place(client_order_id="mine")["order_id"]
    desk.venue.exchange.stir(TICKER)
    desk.send("DELETE", f"{ORDERS}/{order}")
    mine, crowd, gone = wire.hear()
    assert (mine["msg"]["delta_fp"], mine["msg"]["client_order_id"]) == ("10.00", "mine")
    assert "client_order_id" not in crowd["msg"]
    assert (gone["msg"]["delta_fp"], gone["seq"]) == ("-10.00", 4)
    assert [each["msg"]["clock"] for each in (mine, crowd, gone)] == sorted(
        {each["msg"]["clock"] for each in (mine, crowd, gone)}
    )


def test_deltas_of_one_action_share_a_clock(desk: Desk) -> None:
    wire = desk.socket()
    wire.subscribe("orderbook_delta", tickers=(TICKER,))
    desk.place(price="0.46", count="300")
    first, second = wire.hear()
    assert first["msg"]["clock"] == second["msg"]["clock"]


def test_what_an_amend_changes_is_newer_than_the_snapshot_before_it(desk: Desk) -> None:
    order = desk.place()["order_id"]
    wire = desk.socket()
    _, book = wire.subscribe("orderbook_delta", tickers=(TICKER,))
    change = {"ticker": TICKER, "side": "bid", "price": "0.44", "count": "10"}
    assert desk.send("POST", f"{ORDERS}/{order}/amend", change)[0] == 200
    assert all(each["msg"]["clock"] > book["msg"]["clock"] for each in wire.hear())


def test_acknowledgements_use_numbers_up(desk: Desk) -> None:
    wire = desk.socket()
    wire.subscribe("orderbook_delta", tickers=(TICKER,))
    (again,) = wire.subscribe("orderbook_delta", tickers=(TICKER,))
    assert (again["type"], again["seq"]) == ("ok", 2)
    ok, book = wire.say("update_subscription", sids=[1], action="add_markets", market_tickers=[CRYPTO])
    assert (ok["seq"], ok["msg"]["market_tickers"], book["seq"]) == (3, [TICKER, CRYPTO], 4)
    (ok,) = wire.say("update_subscription", sids=[1], action="delete_markets", market_tickers=[TICKER, CRYPTO])
    assert (ok["seq"], ok["msg"]["market_tickers"]) == (5, [])
    desk.place()
    assert wire.hear() == []
    (book,) = wire.say("update_subscription", sid=1, action="get_snapshot", market_tickers=[TICKER])
    assert (book["type"], book["id"], book["seq"]) == ("orderbook_snapshot", 5, 6)
    (gone,) = wire.say("unsubscribe", sids=[1])
    assert (gone["type"], gone["sid"], gone["seq"]) == ("unsubscribed", 1, 7)
    told, book = wire.subscribe("orderbook_delta", tickers=(TICKER,))
    assert (told["msg"]["sid"], book["seq"]) == (2, 1)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"cmd": "subscribe"}, 2),
        ({"cmd": "subscribe", "params": {}}, 3),
        ({"cmd": "unsubscribe", "params": {}}, 4),
        ({"cmd": "dance", "params": {}}, 5),
        ({"cmd": "unsubscribe", "params": {"sids": [7]}}, 7),
        ({"cmd": "subscribe", "params": {"channels": ["ticker_v2"]}}, 8),
        ({"cmd": "subscribe", "params": {"channels": ["trade"], "market_ticker": "A", "market_tickers": ["B"]}}, 11),
        ({"cmd": "update_subscription", "params": {"sids": [1, 2], "action": "add_markets"}}, 12),
        ({"cmd": "update_subscription", "params": {"sids": [1], "action": "dance"}}, 13),
        ({"cmd": "subscribe", "params": {"channels": ["orderbook_delta"]}}, 14),
        ({"cmd": "update_subscription", "params": {"sids": [1]}}, 15),
        ({"cmd": "subscribe", "params": {"channels": ["trade"], "market_tickers": ["NOPE"]}}, 16),
    ],
)
def test_a_command_that_is_wrong_has_its_code(desk: Desk, command: dict[str, Any], code: int) -> None:
    wire = desk.socket()
    wire.subscribe("trade")
    params = command.get("params")
    if params is None:
        wire.session.receive('{"id": 2, "cmd": "subscribe"}', Nanos(desk.now))
        (told,) = wire.hear()
    else:
        (told,) = wire.say(command["cmd"], **params)
    assert (told["type"], told["id"], told["msg"]["code"]) == ("error", 2, code)


def test_what_is_no_command_is_an_error_and_no_end(desk: Desk) -> None:
    wire = desk.socket()
    for frame in ("{", "[]", '"x"', "5"):
        wire.session.receive(frame, Nanos(desk.now))
    assert [each["msg"]["code"] for each in wire.hear()] == [1, 1, 1, 1]
    assert types(wire.subscribe("trade")) == ["subscribed"]


def test_our_orders_and_trades_are_told(desk: Desk) -> None:
    wire = desk.socket()
    wire.subscribe("user_orders", "fill", "market_positions")
    desk.place(client_order_id="mine")
    desk.venue.exchange.fill(desk.venue.exchange.mine()[0], D(4))
    frames = wire.hear()
    assert types(frames) == ["user_order", "user_order", "fill", "market_position"]
    resting, partly, fill, position = (each["msg"] for each in frames)
    assert (resting["status"], resting["remaining_count_fp"]) == ("resting", "10.00")
    assert (partly["status"], partly["fill_count_fp"], partly["client_order_id"]) == ("resting", "4.00", "mine")
    assert (fill["client_order_id"], fill["count_fp"], fill["is_taker"]) == ("mine", "4.00", False)
    assert (fill["post_position_fp"], position["position_fp"]) == ("4.00", "4.00")
    (row,) = desk.get("/portfolio/fills")["fills"]
    assert {name: fill[name] for name in ("trade_id", "order_id", "fee_cost", "count_fp")} == {
        name: row[name] for name in ("trade_id", "order_id", "fee_cost", "count_fp")
    }


def test_public_channels_tell_all_markets_where_none_is_named(desk: Desk) -> None:
    wire = desk.socket()
    wire.subscribe("trade", "ticker", "market_lifecycle_v2")
    desk.place(ticker=CRYPTO, price="0.45", time_in_force="immediate_or_cancel")
    trade, ticker = wire.hear()
    assert (trade["msg"]["market_ticker"], trade["msg"]["taker_book_side"]) == (CRYPTO, "bid")
    assert ticker["msg"]["price_dollars"] == "0.4500"
    desk.venue.exchange.resolve(TICKER, "no", "0.00")
    assert [each["msg"]["event_type"] for each in wire.hear()] == ["determined", "settled"]


@pytest.mark.parametrize(
    ("fault", "numbers"), [(Fault.GAP, [3]), (Fault.DUPLICATE, [2, 2, 3]), (Fault.REORDER, [3, 2])]
)
def test_a_planned_fault_strikes_a_frame_that_was_numbered(desk: Desk, fault: Fault, numbers: list[int]) -> None:
    wire = desk.socket()
    wire.subscribe("orderbook_delta", tickers=(TICKER,))
    desk.venue.faults.plan(fault, "book")
    desk.place()
    desk.place()
    assert [each["seq"] for each in wire.hear()] == numbers
    assert desk.venue.faults.left == []


@pytest.mark.parametrize("kind", ["order", "fill", "trade"])
def test_faults_choose_among_the_kinds_of_frames(desk: Desk, kind: str) -> None:
    wire = desk.socket()
    wire.subscribe("user_orders", "fill", "trade")
    desk.venue.faults.plan(Fault.DUPLICATE, kind)
    desk.place(price="0.45", time_in_force="immediate_or_cancel")
    names = {"order": "user_order", "fill": "fill", "trade": "trade"}
    usual = {"order": 2, "fill": 1, "trade": 1}
    told = types(wire.hear())
    assert {each: told.count(names[each]) for each in usual} == usual | {kind: usual[kind] + 1}


def test_after_a_restart_orders_rest_and_numbers_begin_anew(desk: Desk) -> None:
    wire = desk.socket()
    wire.subscribe("orderbook_delta", tickers=(TICKER,))
    desk.place()
    desk.venue.restart()
    assert wire.session.closed is not None
    desk.place()
    again = desk.socket()
    told, book = again.subscribe("orderbook_delta", tickers=(TICKER,))
    assert (told["msg"]["sid"], book["seq"]) == (1, 1)
    assert book["msg"]["yes_dollars_fp"][-1] == ["0.4300", "20.00"]


def test_a_client_that_reads_too_slowly_loses_one_subscription(desk: Desk) -> None:
    wire = desk.socket()
    wire.subscribe("orderbook_delta", tickers=(TICKER,))
    wire.subscribe("trade")
    assert isinstance(wire.session, KalshiSession)
    wire.session.commands.overflow(1)
    desk.place(price="0.45", time_in_force="immediate_or_cancel")
    error, trade = wire.hear()
    assert (error["type"], error["sid"], error["msg"]["code"]) == ("error", 1, 25)
    assert trade["type"] == "trade"


def test_who_left_is_told_nothing_more(desk: Desk) -> None:
    wire = desk.socket()
    wire.subscribe("trade")
    wire.session.left()
    desk.place(price="0.45", time_in_force="immediate_or_cancel")
    assert wire.hear() == []
    assert desk.venue.sessions == []
