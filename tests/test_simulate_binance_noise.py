"""Whatever is sent to the simulated Binance is answered in its own words: nothing falls over, noise does nothing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.simulate_call import SYMBOL, Caller, signed_call
from venuekit_testkit.simulate.binance.endpoints import ENDPOINTS, ORDER, REQUESTS
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.session import Session

NAMES = st.sampled_from(
    [*ORDER.split(), *["orderId", "origClientOrderId", "limit", "startTime", "symbols", "newQty", "cancelReplaceMode"]]
)
WORDS = st.sampled_from(
    ["", "0", "1", "-1", "1e9", "1.5", "x" * 50, SYMBOL, "BUY", "LIMIT", "GTC", "[]", "ä", "\x00", "9" * 25]
)
PARAMS = st.dictionaries(NAMES, WORDS | st.text(max_size=8), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
METHODS = [
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "SET_PROPERTY",
    "GET_PROPERTY",
    "userDataStream.unsubscribe",
    "session.logon",
    *REQUESTS,
]


@given(st.sampled_from(sorted(ENDPOINTS)), PARAMS)
def test_any_parameters_are_answered(endpoint: tuple[str, str], params: dict[str, str]) -> None:
    caller = Caller()
    reply = caller.send(signed_call(*endpoint, params))
    told = json.loads(reply.body)
    assert reply.status in (200, 400, 409)
    assert reply.status == 200 or {"code", "msg"} <= set(told)


@given(st.sampled_from(sorted(ENDPOINTS)), st.text(max_size=30), st.binary(max_size=30))
def test_any_bytes_are_answered(endpoint: tuple[str, str], query: str, body: bytes) -> None:
    method, path = endpoint
    caller = Caller()
    reply = caller.send(Call(method=method, path=f"/api/v3/{path}", query=query, body=body))
    assert reply.status in (200, 400, 401)
    assert caller.venue.exchange.mine() == []


@given(st.sampled_from(["/ws", "/ws-api/v3"]), st.binary(max_size=40) | st.text(max_size=40))
def test_any_frame_is_answered_once(path: str, frame: str | bytes) -> None:
    assert len(answers(path, frame)) == 1


@given(st.sampled_from(["/ws", "/ws-api/v3"]), st.sampled_from(METHODS) | JSON, JSON, JSON)
def test_any_request_is_answered_once(path: str, method: Any, params: Any, id: Any) -> None:
    (told,) = answers(path, json.dumps({"method": method, "params": params, "id": id}))
    assert "result" in told or "error" in told


def answers(path: str, frame: str | bytes) -> list[Any]:
    caller = Caller()
    session = caller.venue.connect(Call(method="GET", path=path), caller.now)
    assert isinstance(session, Session)
    session.receive(frame, caller.now)
    return [json.loads(each) for each in session.take()]
