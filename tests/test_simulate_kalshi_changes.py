"""What rests at the simulated Kalshi is changed, expires, is braked and paused, as the venue's documents say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.kalshi_desk import CRYPTO, ORDERS, START, TICKER, Desk, no_of
from venuekit.units import NANOS_PER_S

D = Decimal


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_cancelled_order_is_gone_and_keeps_what_was_filled(desk: Desk) -> None:
    order = desk.place()["order_id"]
    desk.venue.exchange.fill(desk.venue.exchange.mine()[0], D(4))
    assert desk.send("DELETE", f"{ORDERS}/{order}")[1]["reduced_by"] == "6.00"
    told = desk.get(f"/portfolio/orders/{order}")["order"]
    assert (told["status"], told["fill_count_fp"], told["remaining_count_fp"]) == ("canceled", "4.00", "0.00")
    assert no_of(desk.send("DELETE", f"{ORDERS}/{order}"))[:2] == (404, "not_found")


def test_a_decrease_keeps_the_place_and_a_raise_loses_it(desk: Desk) -> None:
    first, second = desk.place()["order_id"], desk.place()["order_id"]
    desk.send("POST", f"{ORDERS}/{first}/decrease", {"reduce_by": "4.00"})

    def queue() -> list[str]:
        return [each["queue_position_fp"] for each in desk.get("/portfolio/orders/queue_positions")["queue_positions"]]

    assert queue() == ["0.00", "6.00"]
    change = {"ticker": TICKER, "side": "bid", "price": "0.43", "count": "11"}
    status, told = desk.send("POST", f"{ORDERS}/{first}/amend", change)
    assert (status, told["remaining_count"]) == (200, "11.00")
    assert queue() == ["10.00", "0.00"]
    assert desk.get(f"/portfolio/orders/{second}/queue_position") == {"queue_position_fp": "0.00"}


@pytest.mark.parametrize("body", [{}, {"reduce_by": "1", "reduce_to": "1"}, {"reduce_to": "10"}, {"reduce_by": "-1"}])
def test_a_decrease_says_one_thing_and_shrinks(desk: Desk, body: dict[str, str]) -> None:
    order = desk.place()["order_id"]
    assert desk.send("POST", f"{ORDERS}/{order}/decrease", body)[0] == 400
    assert desk.get(f"/portfolio/orders/{order}")["order"]["remaining_count_fp"] == "10.00"


def test_a_decrease_to_nothing_ends_the_order(desk: Desk) -> None:
    order = desk.place()["order_id"]
    assert desk.send("POST", f"{ORDERS}/{order}/decrease", {"reduce_to": "0"})[1]["remaining_count"] == "0.00"
    assert desk.get(f"/portfolio/orders/{order}")["order"]["status"] == "canceled"


def test_an_amend_that_crosses_trades(desk: Desk) -> None:
    order = desk.place()["order_id"]
    change = {"ticker": TICKER, "side": "bid", "price": "0.45", "count": "10"}
    told = desk.send("POST", f"{ORDERS}/{order}/amend", change)[1]
    assert (told["fill_count"], told["remaining_count"], told["average_fill_price"]) == ("10.00", "0.00", "0.4500")


def test_an_order_expires_at_its_second(desk: Desk) -> None:
    order = desk.place(expiration_time=START // NANOS_PER_S + 60)["order_id"]
    desk.wait(58)
    assert desk.get(f"/portfolio/orders/{order}")["order"]["status"] == "resting"
    desk.wait(2)
    assert desk.get(f"/portfolio/orders/{order}")["order"]["status"] == "canceled"


@pytest.mark.parametrize(
    ("rule", "left"), [("taker_at_cross", ["resting", "canceled"]), ("maker", ["canceled", "resting"])]
)
def test_nobody_trades_with_himself(desk: Desk, rule: str, left: list[str]) -> None:
    desk.place(price="0.44")
    desk.place(price="0.44", side="ask", self_trade_prevention_type=rule)
    told = desk.get("/portfolio/orders")["orders"]
    assert [each["status"] for each in reversed(told)] == left
    assert desk.get("/portfolio/fills")["fills"] == []


def test_reduce_only_is_capped_by_the_position(desk: Desk) -> None:
    desk.place(price="0.45", time_in_force="immediate_or_cancel")
    told = desk.place(side="ask", price="0.42", count="50", time_in_force="immediate_or_cancel", reduce_only=True)
    assert told["fill_count"] == "10.00"
    (position,) = desk.get("/portfolio/positions")["market_positions"]
    assert position["position_fp"] == "0.00"


def test_a_pause_takes_off_what_asked_for_it_and_refuses_orders(desk: Desk) -> None:
    desk.place(cancel_order_on_pause=True)
    kept = desk.place()["order_id"]
    desk.venue.pause()
    assert desk.refused()[:2] == (503, "service_unavailable")
    assert [each["order_id"] for each in desk.get("/portfolio/orders", status="resting")["orders"]] == [kept]
    assert desk.send("DELETE", f"{ORDERS}/{kept}")[0] == 200
    assert desk.get("/exchange/status")["trading_active"] is False


def test_a_group_that_trades_too_much_stops(desk: Desk) -> None:
    status, group = desk.send("POST", "/portfolio/order_groups/create", {"contracts_limit": 12})
    assert status == 201
    name = group["order_group_id"]
    desk.place(order_group_id=name)
    desk.place(order_group_id=name, price="0.40")
    desk.place(price="0.45", order_group_id=name, time_in_force="immediate_or_cancel", count="13")
    assert desk.get("/portfolio/orders", status="resting")["orders"] == []
    assert desk.refused(order_group_id=name)[:2] == (409, "order_group_triggered")
    assert desk.send("PUT", f"/portfolio/order_groups/{name}/reset")[0] == 200
    desk.place(order_group_id=name)
    assert len(desk.get(f"/portfolio/order_groups/{name}")["orders"]) == 1


def test_a_group_is_stopped_and_closed_by_hand(desk: Desk) -> None:
    name = desk.send("POST", "/portfolio/order_groups/create", {"contracts_limit_fp": "50.00"})[1]["order_group_id"]
    desk.place(order_group_id=name)
    assert desk.send("PUT", f"/portfolio/order_groups/{name}/limit", {"contracts_limit": 9})[0] == 200
    assert desk.get("/portfolio/order_groups")["order_groups"][0]["contracts_limit_fp"] == "9.00"
    assert desk.send("PUT", f"/portfolio/order_groups/{name}/trigger")[0] == 200
    assert desk.get("/portfolio/orders", status="resting")["orders"] == []
    assert desk.send("DELETE", f"/portfolio/order_groups/{name}")[0] == 200
    assert no_of(desk.send("GET", f"/portfolio/order_groups/{name}"))[:2] == (404, "not_found")
    assert desk.refused(order_group_id=name)[:2] == (400, "invalid_order")
    assert no_of(desk.send("POST", "/portfolio/order_groups/create", {}))[1] == "invalid_parameters"


@pytest.mark.parametrize(
    ("change", "details"),
    [
        ({"ticker": CRYPTO}, ""),
        ({"side": "ask"}, "side does not match the order"),
        ({"client_order_id": "another"}, "client_order_id does not match the order"),
        ({"price": "0.435"}, "price is not on the price grid of the market"),
        ({"count": "4.00"}, "count must exceed what is filled"),
        ({"expiration_time": 5}, "expiration_time must be in the future"),
        ({"price": "0.45"}, "post only cross"),
    ],
)
def test_an_amend_that_is_refused_leaves_the_order_as_it_was(desk: Desk, change: dict[str, Any], details: str) -> None:
    order = desk.place(post_only=True)["order_id"]
    desk.venue.exchange.fill(desk.venue.exchange.mine()[0], D(4))
    before = desk.get(f"/portfolio/orders/{order}")
    usual = {"ticker": TICKER, "side": "bid", "price": "0.43", "count": "12"}
    status, _, told = no_of(desk.send("POST", f"{ORDERS}/{order}/amend", usual | change))
    assert (status, told) == (404 if "ticker" in change else 400, details)
    assert desk.get(f"/portfolio/orders/{order}") == before


def test_an_amend_changes_the_expiry_and_may_take_it_away(desk: Desk) -> None:
    order = desk.place(expiration_time=START // NANOS_PER_S + 60)["order_id"]
    change = {"ticker": TICKER, "side": "bid", "price": "0.43", "count": "10", "expiration_time": 0}
    assert desk.send("POST", f"{ORDERS}/{order}/amend", change)[0] == 200
    desk.wait(120)
    assert desk.get(f"/portfolio/orders/{order}")["order"]["status"] == "resting"
    assert desk.get(f"/portfolio/orders/{order}")["order"]["expiration_time"] is None
