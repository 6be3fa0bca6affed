"""The WebSocket API of the simulated Binance: requests, sessions, and what the account's stream tells."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.simulate_call import LIMIT, SYMBOL, Caller, sign
from venuekit.units import NANOS_PER_MS
from venuekit_testkit.simulate.binance.keys import KEYS
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.exchange.exchange import CROWD
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.session import Session

D = Decimal
SUBSCRIBE = "userDataStream.subscribe.signature"


class Line:
    """A socket of the WebSocket API."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        session = caller.venue.connect(Call(method="GET", path="/ws-api/v3"), caller.now)
        assert isinstance(session, Session)
        self.session = session

    def take(self) -> list[Any]:
        return [json.loads(frame) for frame in self.session.take()]

    def ask(self, method: str, /, **params: Any) -> Any:
        """Send one request; give its answer, which is the last frame. Its events are left out."""
        self.session.receive(json.dumps({"id": 7, "method": method, "params": params}), self.caller.now)
        answer = self.take()[-1]
        assert answer["id"] == 7
        return answer

    def signed(self, method: str, kind: str = "HMAC", /, **params: Any) -> Any:
        """Send one request, signed."""
        named = {**params, "apiKey": KEYS[kind]["api_key"], "timestamp": self.caller.now // NANOS_PER_MS}
        payload = "&".join(f"{name}={value}" for name, value in sorted(named.items()))
        return self.ask(method, **named, signature=sign(KEYS[kind]["api_secret"], payload.encode()))

    def events(self) -> list[Any]:
        """Take the events of the account, out of their wrapping."""
        frames = self.take()
        assert all(set(frame) == {"subscriptionId", "event"} for frame in frames)
        return [frame["event"] for frame in frames]


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def line(caller: Caller) -> Line:
    return Line(caller)


@pytest.fixture
def told(line: Line) -> Line:
    """A line whose stream is on."""
    assert line.signed(SUBSCRIBE)["result"] == {"subscriptionId": 0}
    return line


# ── requests ──


def test_a_request_is_answered_with_its_status_and_limits(line: Line) -> None:
    told = line.ask("time")
    assert (told["status"], told["result"]) == (200, {"serverTime": line.caller.now // NANOS_PER_MS})
    assert [limit["rateLimitType"] for limit in told["rateLimits"]] == ["REQUEST_WEIGHT"]
    assert "rateLimits" not in line.ask("v3/ping", returnRateLimits=False)


@pytest.mark.parametrize("kind", KEYS)
def test_orders_are_placed_asked_for_and_cancelled(line: Line, kind: str) -> None:
    placed = line.signed("order.place", kind, **LIMIT, newClientOrderId="one")
    assert (placed["result"]["status"], len(placed["rateLimits"])) == ("NEW", 3)
    which = {"symbol": SYMBOL, "orderId": placed["result"]["orderId"]}
    assert line.signed("order.status", kind, **which)["result"]["clientOrderId"] == "one"
    assert line.signed("order.cancel", kind, **which)["result"]["status"] == "CANCELED"


@pytest.mark.parametrize(
    ("method", "params", "status", "code"),
    [
        ("order.fly", {}, 400, -1102),
        ("order.place", {**LIMIT}, 400, -1102),
        ("order.place", {**LIMIT, "apiKey": "short", "timestamp": 1, "signature": "x"}, 401, -2014),
        ("userDataStream.subscribe", {}, 401, -2015),
        ("depth", {"symbol": "NOSUCH"}, 400, -1121),
        ("depth", {"symbol": SYMBOL, "other": 1}, 400, -1104),
    ],
)
def test_a_request_that_is_wrong_is_refused(line: Line, method: str, params: Any, status: int, code: int) -> None:
    told = line.ask(method, **params)
    assert (told["status"], told["error"]["code"]) == (status, code)


@pytest.mark.parametrize("frame", ["{", "[]", '{"id": 1, "method": "ping", "params": []}', '{"id": 1, "params": 3}'])
def test_noise_is_refused(line: Line, frame: str) -> None:
    line.session.receive(frame, line.caller.now)
    (told,) = line.take()
    assert told["status"] == 400


def test_a_signature_of_other_parameters_is_refused(line: Line) -> None:
    named = {"apiKey": KEYS["HMAC"]["api_key"], "timestamp": line.caller.now // NANOS_PER_MS}
    proof = sign(KEYS["HMAC"]["api_secret"], b"timestamp=1")
    assert line.ask(SUBSCRIBE, **named, signature=proof)["error"]["code"] == -1022


# ── sessions ──


def test_only_an_ed25519_key_logs_on(line: Line) -> None:
    assert line.signed("session.logon")["status"] == 400
    assert line.ask("session.status")["result"]["apiKey"] is None
    told = line.signed("session.logon", "ED25519")["result"]
    assert told["apiKey"] == KEYS["ED25519"]["api_key"]
    assert line.ask("userDataStream.subscribe")["result"] == {"subscriptionId": 0}
    now = line.caller.now // NANOS_PER_MS
    assert line.ask("order.place", **LIMIT, timestamp=now)["status"] == 200, "no key and no signature are needed now"
    assert line.ask("order.place", **LIMIT, timestamp=now - 6000)["error"]["code"] == -1021


def test_logging_out_ends_the_stream(line: Line) -> None:
    line.signed("session.logon", "ED25519")
    line.ask("userDataStream.subscribe")
    line.session.receive('{"id": 7, "method": "session.logout"}', line.caller.now)
    ended, answer = line.take()
    assert (ended["event"]["e"], answer["result"]["userDataStream"]) == ("eventStreamTerminated", False)
    assert line.ask("order.place", **LIMIT, timestamp=1)["error"]["code"] == -1102, "nobody is logged on"


def test_a_stream_is_had_once_and_ends_when_asked(told: Line) -> None:
    assert told.signed(SUBSCRIBE)["status"] == 400
    assert told.ask("session.subscriptions")["result"] == [{"subscriptionId": 0}]
    told.session.receive('{"id": 7, "method": "userDataStream.unsubscribe"}', told.caller.now)
    assert told.take()[0] == {
        "subscriptionId": 0,
        "event": {"e": "eventStreamTerminated", "E": told.caller.now // NANOS_PER_MS},
    }
    told.caller.rest()
    assert told.take() == []
    assert told.ask("userDataStream.unsubscribe")["status"] == 400
    assert told.signed(SUBSCRIBE)["result"] == {"subscriptionId": 1}


# ── events ──


def test_an_order_is_told_from_its_birth_to_its_end(told: Line) -> None:
    order = told.caller.rest()
    told.caller.venue.exchange.fill(order, D("0.004"))
    told.caller.ask("DELETE", "order", symbol=SYMBOL, orderId=str(order.id), newClientOrderId="gone")
    reports = [event for event in told.events() if event["e"] == "executionReport"]
    assert [(each["x"], each["X"]) for each in reports] == [
        ("NEW", "NEW"),
        ("TRADE", "PARTIALLY_FILLED"),
        ("CANCELED", "CANCELED"),
    ]
    assert [(each["c"], each["C"]) for each in reports] == [("one", ""), ("one", ""), ("gone", "one")]
    assert [each["z"] for each in reports] == ["0.00000000", "0.00400000", "0.00400000"]
    assert [each["t"] for each in reports] == [-1, order.executions[0].id, -1]
    assert [each["w"] for each in reports] == [True, True, False]
    numbers = [each["I"] for each in reports]
    assert numbers == sorted(set(numbers))


def test_after_each_report_the_balances_are_told(told: Line) -> None:
    order = told.caller.rest()
    told.caller.venue.exchange.fill(order, order.left)
    events = told.events()
    assert [event["e"] for event in events] == ["executionReport", "outboundAccountPosition"] * 2
    held = {row["a"]: (D(row["f"]), D(row["l"])) for row in events[-1]["B"]}
    for asset in ("BTC", "USDT"):
        assert held[asset] == (told.caller.held(asset).free, told.caller.held(asset).locked)


def test_a_shrunk_order_is_told_as_replaced(told: Line) -> None:
    told.caller.rest()
    which = {"symbol": SYMBOL, "origClientOrderId": "one", "newClientOrderId": "two"}
    told.caller.ask("PUT", "order/amend/keepPriority", **which, newQty="0.004")
    (report,) = [event for event in told.events() if event.get("x") == "REPLACED"]
    assert (report["c"], report["C"], report["q"], report["X"]) == ("two", "one", "0.00400000", "NEW")


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ({"timeInForce": "IOC"}, "EXPIRED", "UNFILLED_IOC_QUANTITY_EXPIRED"),
        ({"price": "64000.05"}, "EXPIRED_IN_MATCH", None),
    ],
)
def test_what_the_venue_ends_is_told_as_expired(told: Line, asked: Any, status: str, reason: str | None) -> None:
    exchange = told.caller.venue.exchange
    for maker in list(exchange.books[SYMBOL].ranked("sell")):
        exchange.cancel(maker)
    told.caller.rest("own", side="SELL", price="64000.05")
    told.caller.ask("POST", "order", **{**LIMIT, **asked})
    last = [event for event in told.events() if event["e"] == "executionReport"][-1]
    assert (last["X"], last.get("eR")) == (status, reason)


def test_what_others_do_is_not_told(told: Line) -> None:
    told.caller.venue.exchange.place(SYMBOL, "buy", D("0.1"), None, account=CROWD, tif="IOC")
    assert told.events() == []


def test_faults_of_streams_strike_the_account_too(told: Line) -> None:
    order = told.caller.rest()
    told.take()
    told.caller.venue.faults.plan(Fault.DUPLICATE, "fill")
    told.caller.venue.exchange.fill(order, order.left)
    assert [event["e"] for event in told.events()] == ["executionReport"] * 2 + ["outboundAccountPosition"]
