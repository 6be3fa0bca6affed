"""Who may call the simulated Binance: keys, times and signatures, proven over what was sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulate_call import LIMIT, NOW, SYMBOL, Caller, denial, signed_call
from venuekit.units import NANOS_PER_MS, Nanos
from venuekit_testkit.simulate.binance.keys import KEYS
from venuekit_testkit.simulate.binance.signature import join_sorted, make_verifier, split_signature

VECTORS = Path(__file__).parents[1] / "plugins/venuekit_binance/tests/samples/vectors.json"


@pytest.fixture
def caller() -> Caller:
    return Caller()


def vectors() -> list[Any]:
    """Give the requests that the venue's own SDK and ccxt signed."""
    cases = json.loads(VECTORS.read_text())["cases"]
    return [pytest.param(case, id=case["name"]) for case in cases]


def secret_of(case: dict[str, Any]) -> str:
    given = case["credentials"]
    return str(given.get("private_key_pem") or given["api_secret"])


def payload_of(case: dict[str, Any]) -> tuple[bytes, str]:
    """Read what a recorded request signed, and its proof, as the simulator reads them."""
    expected = case["expected"]
    if case["inputs"].get("method") == "WS":
        params = {name: str(value) for name, value in expected["frame_params"].items()}
        return join_sorted(params), params["signature"]
    payload, proof = split_signature(urlsplit(expected["url"]).query, expected.get("body") or "")
    assert proof
    return payload, proof


@pytest.mark.parametrize("case", vectors())
def test_what_others_signed_is_proven_and_a_flipped_byte_is_not(case: dict[str, Any]) -> None:
    payload, proof = payload_of(case)
    verify = make_verifier(secret_of(case))
    assert verify(payload, proof)
    for at in range(0, len(payload), 7):
        flipped = bytes([*payload[:at], payload[at] ^ 1, *payload[at + 1 :]])
        assert not verify(flipped, proof)
    assert not verify(payload, proof[:-2] + ("AA" if proof[-2:] != "AA" else "BB"))
    assert not verify(payload, "")


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("in_body", [False, True])
def test_a_call_may_be_signed_with_a_key_of_any_kind_in_query_or_body(caller: Caller, kind: str, in_body: bool) -> None:
    order = LIMIT
    told = caller.read(caller.send(signed_call("POST", "order", order, kind=kind, in_body=in_body)))
    assert told["status"] == "NEW"


def test_query_and_body_are_joined_with_nothing_between() -> None:
    """As in example 3 of the documentation, with its own published signature."""
    secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    proof = "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"
    query, body = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC", "quantity=1&price=0.1&recvWindow=5000&timestamp="
    payload, told = split_signature(query, f"{body}1499827319559&signature={proof}")
    assert told == proof
    assert make_verifier(secret)(payload, proof.upper())


def test_what_is_signed_is_what_was_sent_and_not_what_it_means(caller: Caller) -> None:
    call = signed_call("GET", "openOrders", {"symbol": SYMBOL})
    rewritten = msgspec.structs.replace(call, query=call.query.replace("BTCUSDT", "%42TCUSDT"))
    assert denial(caller.send(rewritten)) == (400, -1022, "Signature for this request is not valid.")


@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, -2014), ({"x-mbx-apikey": "short"}, -2014), ({"x-mbx-apikey": "a" * 64}, -2015)],
)
def test_a_key_that_is_none_is_refused(caller: Caller, headers: dict[str, str], code: int) -> None:
    call = msgspec.structs.replace(signed_call("GET", "account", {}), headers=headers)
    assert denial(caller.send(call))[:2] == (401, code)


@pytest.mark.parametrize("missing", ["timestamp", "signature"])
def test_time_and_proof_must_be_there(caller: Caller, missing: str) -> None:
    call = signed_call("GET", "account", {})
    kept = "&".join(pair for pair in call.query.split("&") if not pair.startswith(missing))
    status, code, message = denial(caller.send(msgspec.structs.replace(call, query=kept)))
    assert (status, code) == (400, -1102)
    assert f"'{missing}'" in message


@pytest.mark.parametrize(
    ("skew_ms", "window", "says"),
    [
        (5001, "", "outside of the recvWindow"),
        (5000, "", ""),
        (1500, "1000", "outside of the recvWindow"),
        (-999, "", ""),
        (-1000, "", "1000ms ahead"),
        (59_000, "60000", ""),
        (0, "60001", "recvWindow must be less"),
    ],
)
def test_a_call_is_good_for_its_window(caller: Caller, skew_ms: int, window: str, says: str) -> None:
    caller.venue.skew_ns = skew_ms * NANOS_PER_MS
    reply = caller.send(signed_call("GET", "account", {"recvWindow": window} if window else {}))
    assert (says in denial(reply)[2]) if says else reply.status == 200


def test_microseconds_are_understood(caller: Caller) -> None:
    now = Nanos(NOW * 1000)
    assert caller.send(signed_call("GET", "account", {}, now=now)).status == 200


@given(st.binary(min_size=1, max_size=40))
def test_no_noise_is_taken_for_a_signature(noise: bytes) -> None:
    for kind in KEYS:
        text = noise.decode("latin-1")
        assert not make_verifier(KEYS[kind]["api_secret"])(b"timestamp=1", text)
