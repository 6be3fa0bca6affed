"""cancelReplace at the simulated Binance: two halves, each of which may fail."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.simulate_call import LIMIT, Caller, signed_call


@pytest.fixture
def caller() -> Caller:
    return Caller()


def replacing(mode: str = "STOP_ON_FAILURE", **changes: str) -> dict[str, str]:
    return {**LIMIT, "cancelReplaceMode": mode, "cancelOrigClientOrderId": "one", "newClientOrderId": "two", **changes}


def halves(caller: Caller, asked: dict[str, str]) -> tuple[int, int, str, str, dict[str, Any]]:
    reply = caller.send(signed_call("POST", "order/cancelReplace", asked))
    told = msgspec.json.decode(reply.body)
    data = told["data"]
    return reply.status, told["code"], data["cancelResult"], data["newOrderResult"], data


def test_both_halves_of_a_replacement_are_told(caller: Caller) -> None:
    caller.rest()
    told = caller.ask("POST", "order/cancelReplace", **replacing(cancelNewClientOrderId="gone"))
    assert (told["cancelResult"], told["newOrderResult"]) == ("SUCCESS", "SUCCESS")
    assert (told["cancelResponse"]["origClientOrderId"], told["cancelResponse"]["clientOrderId"]) == ("one", "gone")
    assert [order.client_id for order in caller.venue.exchange.open_orders()] == ["two"]


def test_without_its_cancel_a_replacement_stops(caller: Caller) -> None:
    status, code, cancel, new, data = halves(caller, replacing())
    assert (status, code, cancel, new) == (400, -2022, "FAILURE", "NOT_ATTEMPTED")
    assert (data["cancelResponse"]["code"], data["newOrderResponse"]) == (-2011, None)
    assert caller.venue.exchange.mine() == []


def test_without_its_cancel_a_replacement_may_go_on(caller: Caller) -> None:
    status, code, cancel, new, data = halves(caller, replacing("ALLOW_FAILURE"))
    assert (status, code, cancel, new) == (409, -2021, "FAILURE", "SUCCESS")
    assert data["newOrderResponse"]["clientOrderId"] == "two"


@pytest.mark.parametrize("mode", ["STOP_ON_FAILURE", "ALLOW_FAILURE"])
def test_a_new_order_that_is_refused_does_not_bring_the_old_one_back(caller: Caller, mode: str) -> None:
    order = caller.rest()
    status, code, cancel, new, data = halves(caller, replacing(mode, quantity="100"))
    assert (status, code, cancel, new) == (409, -2021, "SUCCESS", "FAILURE")
    assert (data["newOrderResponse"]["code"], order.is_live) == (-2010, False)


def test_two_failures_are_one_failure(caller: Caller) -> None:
    status, code, cancel, new, _ = halves(caller, replacing("ALLOW_FAILURE", quantity="100"))
    assert (status, code, cancel, new) == (400, -2022, "FAILURE", "FAILURE")


def test_filters_are_looked_at_before_the_cancel(caller: Caller) -> None:
    order = caller.rest()
    assert caller.refused("POST", "order/cancelReplace", **replacing(price="64000.001"))[1] == -1013
    assert order.is_live
