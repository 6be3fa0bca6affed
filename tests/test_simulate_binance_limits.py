"""What the simulated Binance counts: request weight and unfilled orders."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.simulate_call import LIMIT, NOW, SYMBOL, Caller, denial, signed_call
from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.call import Call

D = Decimal


@pytest.fixture
def caller() -> Caller:
    return Caller()


def test_every_answer_says_how_much_weight_is_used(caller: Caller) -> None:
    caller.get("exchangeInfo")
    caller.get("depth", "symbol=BTCUSDT&limit=5000")
    reply = caller.send(Call(method="GET", path="/api/v3/ping"))
    assert reply.headers["x-mbx-used-weight-1m"] == str(20 + 250 + 1)


def test_too_much_weight_is_refused_until_the_minute_is_over(caller: Caller) -> None:
    caller.venue.limits.weight.limit = 60
    for _ in range(3):
        caller.get("exchangeInfo")
    reply = caller.send(signed_call("POST", "order", LIMIT))
    assert denial(reply)[:2] == (429, -1003)
    assert reply.headers["retry-after"] == str(60 - NOW // NANOS_PER_S % 60)
    assert caller.venue.exchange.mine() == []
    caller.wait(60)
    caller.rest()


def test_an_order_weighs_nothing_unless_it_fails(caller: Caller) -> None:
    caller.rest()
    assert caller.venue.limits.weight.used == 0
    caller.refused("DELETE", "order", symbol=SYMBOL, orderId="7")
    assert caller.venue.limits.weight.used == 1


def test_orders_are_counted_until_they_trade(caller: Caller) -> None:
    caller.venue.limits.orders[0].limit = 3
    orders = [caller.rest(name) for name in ("a", "b", "c")]
    status, code, message = caller.refused("POST", "order", **LIMIT)
    assert (status, code, message) == (429, -1015, "Too many new orders; current limit is 3 orders per 10 SECOND.")
    caller.venue.exchange.fill(orders[0], D("0.001"))
    reply = caller.send(signed_call("POST", "order", LIMIT))
    assert (reply.status, reply.headers["x-mbx-order-count-10s"]) == (200, "1")
    caller.wait(10)
    caller.rest("e")
    assert [window["count"] for window in caller.ask("GET", "rateLimit/order")] == [1, 2]


def test_an_order_that_is_refused_is_not_counted(caller: Caller) -> None:
    caller.refused("POST", "order", **{**LIMIT, "quantity": "100"})
    assert [window.used for window in caller.venue.limits.orders] == [0, 0]


def test_two_hundred_orders_of_a_market_are_the_most(caller: Caller) -> None:
    caller.venue.limits.orders[0].limit = 1000
    for number in range(200):
        caller.rest(f"n{number}", quantity="0.0001")
    assert caller.refused("POST", "order", **LIMIT)[1:] == (-1013, "Filter failure: MAX_NUM_ORDERS")
