"""What the simulated Binance refuses, and in which words."""

from __future__ import annotations

import pytest

from tests.simulate_call import LIMIT, SYMBOL, Caller, denial
from venuekit_testkit.simulate.binance.errors import AMENDING, ASKING, CANCELLING, PLACING
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.exchange.rules import Why


@pytest.fixture
def caller() -> Caller:
    return Caller()


REFUSED: dict[str, tuple[dict[str, str], int, str]] = {
    "an unknown market": ({"symbol": "NOSUCH"}, -1121, "Invalid symbol."),
    "a market in small letters": ({"symbol": "btcusdt"}, -1100, "'symbol'"),
    "no symbol": ({"symbol": ""}, -1102, "'symbol'"),
    "an unknown side": ({"side": "HOLD"}, -1117, "Invalid side."),
    "an unknown type": ({"type": "STOP_LOSS"}, -1116, "Invalid orderType."),
    "an unknown time in force": ({"timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
    "no time in force": ({"timeInForce": ""}, -1102, "'timeInForce'"),
    "a price that is no number": ({"price": "1e5"}, -1100, "'price'"),
    "a negative quantity": ({"quantity": "-1"}, -1100, "'quantity'"),
    "nothing to trade": ({"quantity": "0"}, -1102, "'quantity'"),
    "too many decimals": ({"price": "64000.123456789"}, -1111, "'price'"),
    "a price off the grid": ({"price": "64000.001"}, -1013, "Filter failure: PRICE_FILTER"),
    "a quantity off the grid": ({"quantity": "0.0100001"}, -1013, "Filter failure: LOT_SIZE"),
    "too much": ({"quantity": "9001"}, -1013, "Filter failure: LOT_SIZE"),
    "a price that is too high": ({"price": "1000000.01"}, -1013, "Filter failure: PRICE_FILTER"),
    "too much money": ({"quantity": "200"}, -1013, "Filter failure: NOTIONAL"),
    "too little": ({"quantity": "0.00001"}, -1013, "Filter failure: NOTIONAL"),
    "more than there is": ({"quantity": "100"}, -2010, "insufficient balance"),
    "a maker that would take": ({"type": "LIMIT_MAKER", "price": "65000"}, -2010, "immediately match and take"),
    "a client id with dots": ({"newClientOrderId": "a.b"}, -1100, "'newClientOrderId'"),
    "a client id that is too long": ({"newClientOrderId": "a" * 37}, -1100, "'newClientOrderId'"),
    "an unknown form of the answer": ({"newOrderRespType": "LONG"}, -1130, "'newOrderRespType'"),
    "a parameter that there is not": ({"reduceOnly": "true"}, -1104, "read '8' parameter(s) but was sent '9'"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_order_that_is_wrong_is_refused_and_changes_nothing(caller: Caller, what: str) -> None:
    changes, code, says = REFUSED[what]
    asked = {**LIMIT, **changes}
    if asked["type"] == "LIMIT_MAKER":
        del asked["timeInForce"]
    before = caller.ask("GET", "account")["balances"]
    status, told, message = caller.refused("POST", "order", **asked)
    assert (status, told) == (400, code), message
    assert says in message
    assert caller.venue.exchange.mine() == []
    assert caller.ask("GET", "account")["balances"] == before


def test_a_market_order_has_no_price(caller: Caller) -> None:
    asked = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": "1", "price": "1"}
    assert caller.refused("POST", "order", **asked) == (400, -1106, "Parameter 'price' sent when not required.")


def test_a_parameter_twice_is_refused(caller: Caller) -> None:
    reply = caller.send(Call(method="GET", path="/api/v3/depth", query="symbol=BTCUSDT&symbol=ETHUSDT"))
    assert denial(reply)[:2] == (400, -1101)


def test_the_query_wins_over_the_body(caller: Caller) -> None:
    call = Call(method="GET", path="/api/v3/depth", query="symbol=BTCUSDT&limit=1", body=b"limit=5")
    assert len(caller.read(caller.send(call))["bids"]) == 1


def test_a_client_id_may_be_used_again_once_its_order_is_over(caller: Caller) -> None:
    caller.rest()
    assert caller.refused("POST", "order", **LIMIT, newClientOrderId="one")[1:] == (-2010, "Duplicate order sent.")
    caller.ask("DELETE", "order", symbol=SYMBOL, origClientOrderId="one")
    caller.rest()
    assert caller.ask("GET", "order", symbol=SYMBOL, origClientOrderId="one")["status"] == "NEW"


@pytest.mark.parametrize(
    ("method", "path", "code"), [("GET", "order", -2013), ("DELETE", "order", -2011), ("DELETE", "openOrders", -2011)]
)
def test_what_is_not_there_is_not_found(caller: Caller, method: str, path: str, code: int) -> None:
    which = {} if path == "openOrders" else {"orderId": "7"}
    assert caller.refused(method, path, symbol=SYMBOL, **which)[:2] == (400, code)


def test_an_order_is_found_in_its_own_market_only(caller: Caller) -> None:
    order = caller.rest()
    assert caller.refused("GET", "order", symbol="ETHUSDT", orderId=str(order.id))[1] == -2013
    assert caller.refused("GET", "order", symbol=SYMBOL)[1] == -1102


def test_a_call_that_there_is_not_is_refused(caller: Caller) -> None:
    reply = caller.send(Call(method="GET", path="/api/v3/klines"))
    assert denial(reply) == (404, -1020, "This operation is not supported.")


def test_every_reason_that_can_come_up_has_its_words() -> None:
    elsewhere = {Why.FOK_KILLED, Why.IOC_EMPTY, Why.NOT_REDUCING}  # answered as EXPIRED, and no contracts here
    told = {*PLACING, *CANCELLING, *ASKING, *AMENDING}
    assert told == set(Why) - elsewhere
