"""The simulated Kalshi knows who calls, and how often."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.kalshi_desk import ORDERS, ROOT, START, TICKER, Desk
from venuekit.units import Nanos
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.kalshi.budget import Budget
from venuekit_testkit.simulate.kalshi.face import KalshiSimulator
from venuekit_testkit.simulate.kalshi.signature import is_proven, public_key

VECTORS = Path(__file__).resolve().parents[1] / "plugins" / "venuekit_kalshi" / "tests" / "samples" / "vectors.json"


@pytest.fixture
def desk() -> Desk:
    return Desk()


# ── signatures ──


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(VECTORS.read_text())["cases"]
    return [case for case in found if "signature_b64" in case["expected"]]


def test_every_published_signature_is_accepted_and_a_flipped_byte_is_not() -> None:
    assert {case["credentials"]["key_type"] for case in cases()} == {"rsa", "ed25519"}
    for case in cases():
        key = public_key(case["credentials"]["private_key_pem"])
        text, signature = case["expected"]["message"], case["expected"]["signature_b64"]
        assert is_proven(key, text, signature), case["name"]
        assert not is_proven(key, text + "x", signature)
        flipped = ("A" if signature[9] != "A" else "B").join((signature[:9], signature[10:]))
        assert not is_proven(key, text, flipped), case["name"]


def test_both_kinds_of_keys_are_known() -> None:
    kinds = [KalshiSimulator.keys, KalshiSimulator.rsa_keys]
    made = [type(load_pem_private_key(each["api_secret"].encode(), password=None)) for each in kinds]
    assert issubclass(made[0], Ed25519PrivateKey)
    assert issubclass(made[1], RSAPrivateKey)


@pytest.mark.parametrize(
    ("change", "details"),
    [
        ({"kalshi-access-key": "another"}, "NOT_FOUND"),
        ({"kalshi-access-signature": "AAAA"}, "INCORRECT_API_KEY_SIGNATURE"),
        ({"kalshi-access-signature": "no base64 at all"}, "INCORRECT_API_KEY_SIGNATURE"),
        ({"kalshi-access-timestamp": "1"}, "HEADER_TIMESTAMP_EXPIRED"),
        ({"kalshi-access-timestamp": ""}, "MISSING_HEADER: kalshi-access-timestamp"),
    ],
)
def test_a_call_that_is_not_proven_is_told_why(desk: Desk, change: dict[str, str], details: str) -> None:
    path = f"{ROOT}/portfolio/balance"
    call = Call(method="GET", path=path, headers=desk.headers("GET", path) | change)
    reply = desk.venue.handle(call, Nanos(desk.now))
    assert reply is not None
    assert reply.status == 401
    assert json.loads(reply.body)["error"] == {
        "code": "authentication_error",
        "message": "authentication error",
        "details": details,
    }


def test_a_salt_of_another_length_is_refused() -> None:
    key = load_pem_private_key(KalshiSimulator.rsa_keys["api_secret"].encode(), password=None)
    assert isinstance(key, RSAPrivateKey)
    for length, is_right in ((32, True), (20, False), (PSS.MAX_LENGTH, False)):
        signature = key.sign(b"text", PSS(MGF1(SHA256()), salt_length=length), SHA256())
        assert is_proven(key.public_key(), "text", b64encode(signature).decode()) is is_right


def test_a_public_read_with_a_bad_signature_is_refused(desk: Desk) -> None:
    headers = desk.headers("GET", f"{ROOT}/series")
    reply = desk.venue.handle(Call(method="GET", path=f"{ROOT}/markets", headers=headers), Nanos(desk.now))
    assert reply is not None
    assert reply.status == 401


def test_the_query_is_not_signed_and_public_reads_need_no_key(desk: Desk) -> None:
    assert desk.get("/portfolio/orders", ticker=TICKER, limit=5)["orders"] == []
    bare = desk.venue.handle(Call(method="GET", path=f"{ROOT}/markets", query="limit=1"), Nanos(START))
    assert bare is not None
    assert bare.status == 200


# ── budgets ──


def test_a_spent_budget_is_told_in_its_own_shape_and_refills(desk: Desk) -> None:
    desk.venue.budget = Budget("basic")
    answers = [desk.send("POST", ORDERS, desk.wanted(count="0.01")) for _ in range(23)]
    refused = [told for status, told in answers if status == 429]
    assert len(refused) >= 1
    assert refused[0] == {"error": "too many requests"}
    assert len(desk.venue.exchange.mine()) == 23 - len(refused)
    desk.wait(1)
    desk.place()


def test_a_balance_has_a_bucket_of_its_own(desk: Desk) -> None:
    desk.venue.budget = Budget("basic")
    desk.get("/portfolio/balance")
    assert desk.send("GET", "/portfolio/balance")[0] == 429
    assert desk.get("/portfolio/positions")["market_positions"] == []


def test_limits_and_costs_are_told(desk: Desk) -> None:
    desk.venue.budget = Budget("basic")
    limits = desk.get("/account/limits")
    assert (limits["usage_tier"], limits["write"]) == ("basic", {"refill_rate": 100, "bucket_capacity": 200})
    costs = desk.get("/account/endpoint_costs")
    assert costs["default_cost"] == 10
    assert {each["method"]: each["cost"] for each in costs["endpoint_costs"]} == {"GET": 2, "DELETE": 2}
