"""Orders at the simulated Binance: types, amends, cancels, and answers that never come."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.simulate_call import BID, LIMIT, NOW, SYMBOL, Caller, denial, signed_call
from venuekit_testkit.simulate.fault import Fault

D = Decimal


@pytest.fixture
def caller() -> Caller:
    return Caller()


def test_a_market_order_may_be_told_what_to_spend(caller: Caller) -> None:
    asked = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quoteOrderQty": "1000"}
    told = caller.ask("POST", "order", **asked)
    assert (told["status"], told["origQuoteOrderQty"]) == ("FILLED", "1000.00000000")
    assert D(990) < D(told["cummulativeQuoteQty"]) <= D(1000)
    assert sum(D(fill["qty"]) for fill in told["fills"]) == D(told["executedQty"])


@pytest.mark.parametrize(
    ("tif", "reason"), [("IOC", "UNFILLED_IOC_QUANTITY_EXPIRED"), ("FOK", "UNFILLED_FOK_ORDER_EXPIRED")]
)
def test_what_may_not_rest_expires_with_a_reason(caller: Caller, tif: str, reason: str) -> None:
    told = caller.ask("POST", "order", **{**LIMIT, "timeInForce": tif})
    assert (told["status"], told["expiryReason"], told["fills"]) == ("EXPIRED", reason, [])


@pytest.mark.parametrize(("form", "has"), [("ACK", set[str]()), ("RESULT", {"status"}), ("FULL", {"status", "fills"})])
def test_an_answer_has_as_many_words_as_were_asked_for(caller: Caller, form: str, has: set[str]) -> None:
    told = caller.ask("POST", "order", **LIMIT, newOrderRespType=form)
    assert has == set(told) & {"status", "fills"}


def test_trying_an_order_places_none(caller: Caller) -> None:
    assert caller.ask("POST", "order/test", **LIMIT) == {}
    assert caller.refused("POST", "order/test", **{**LIMIT, "quantity": "0.00001"})[1] == -1013
    assert caller.venue.exchange.mine() == []


def test_keeping_priority_takes_less_and_nothing_else(caller: Caller) -> None:
    order, which = caller.rest(), {"symbol": SYMBOL, "origClientOrderId": "one"}
    place = order.place
    for qty in ("0.01", "0.02"):
        assert caller.refused("PUT", "order/amend/keepPriority", **which, newQty=qty)[1] == -2038
    told = caller.ask("PUT", "order/amend/keepPriority", **which, newQty="0.004", newClientOrderId="two")
    amended = told["amendedOrder"]
    assert (amended["qty"], amended["origClientOrderId"], amended["clientOrderId"]) == ("0.00400000", "one", "two")
    assert (order.place, caller.held("USDT").locked) == (place, D(BID) * D("0.004"))
    caller.venue.exchange.fill(order, D("0.001"))
    assert (
        caller.refused("PUT", "order/amend/keepPriority", symbol=SYMBOL, orderId=str(order.id), newQty="0.001")[1]
        == -2038
    )


@pytest.mark.parametrize(
    ("restriction", "traded", "goes"),
    [("ONLY_NEW", "0", True), ("ONLY_NEW", "0.001", False), ("ONLY_PARTIALLY_FILLED", "0.001", True)],
)
def test_a_cancel_may_be_for_some_states_only(caller: Caller, restriction: str, traded: str, goes: bool) -> None:
    order = caller.rest()
    if D(traded):
        caller.venue.exchange.fill(order, D(traded))
    call = signed_call(
        "DELETE", "order", {"symbol": SYMBOL, "orderId": str(order.id), "cancelRestrictions": restriction}
    )
    reply = caller.send(call)
    assert (reply.status == 200, order.is_live) == (goes, not goes)
    assert goes or denial(reply)[1:] == (-2011, "Order was not canceled due to cancel restrictions.")


def test_all_that_rests_of_a_market_goes_but_what_a_trade_took_first(caller: Caller) -> None:
    first, second = caller.rest("one"), caller.rest("two")
    elsewhere = caller.rest("three", symbol="ETHUSDT", price="3000")
    caller.venue.faults.plan(Fault.FILL_THEN_CANCEL, "cancel")
    told = caller.ask("DELETE", "openOrders", symbol=SYMBOL)
    assert [each["origClientOrderId"] for each in told] == ["two"]
    assert not first.left
    assert (second.is_live, elsewhere.is_live) == (False, True)


# ── silence and noise ──


@pytest.mark.parametrize(
    "fault", [Fault.DROP_ACK, Fault.ERROR_AFTER, Fault.GARBLE, Fault.TRUNCATE, Fault.ACK_AFTER_FILL]
)
def test_an_answer_that_is_lost_or_spoilt_leaves_the_work_done(caller: Caller, fault: Fault) -> None:
    caller.venue.faults.plan(fault, "submit")
    caller.venue.handle(signed_call("POST", "order", LIMIT), NOW)
    (order,) = caller.venue.exchange.mine()
    assert order.is_live is (fault is not Fault.ACK_AFTER_FILL)


@pytest.mark.parametrize("fault", [Fault.LOSE_REQUEST, Fault.ERROR_BEFORE, Fault.RATE_LIMIT])
def test_a_call_that_is_lost_or_turned_away_does_nothing(caller: Caller, fault: Fault) -> None:
    caller.venue.faults.plan(fault, "submit")
    caller.venue.handle(signed_call("POST", "order", LIMIT), NOW)
    assert caller.venue.exchange.mine() == []


def test_a_read_may_lag_by_a_trade(caller: Caller) -> None:
    order = caller.rest()
    caller.venue.exchange.fill(order, order.left)
    caller.venue.faults.plan(Fault.STALE_READ, "query")
    caller.venue.faults.plan(Fault.STALE_READ, "fills")
    assert [caller.ask("GET", "order", symbol=SYMBOL, orderId=str(order.id))["status"] for _ in range(2)] == [
        "NEW",
        "FILLED",
    ]
    assert [len(caller.ask("GET", "myTrades", symbol=SYMBOL)) for _ in range(2)] == [0, 1]
