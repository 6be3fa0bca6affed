"""Clients of Kalshi are refused, or hear nothing, and know what to make of it."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.peers.desk import only
from tests.peers.kalshi_desk import KalshiDesk
from venuekit_testkit.simulate.fault import Fault

# ── refusals ──


async def test_a_bad_signature_is_told_apart(kalshi: KalshiDesk) -> None:
    another = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    await kalshi.reconnect(pem=another.decode())
    kalshi.assert_refused(await kalshi.refused("balance"), "authentication_error")


async def test_what_is_not_there_cannot_be_spent(kalshi: KalshiDesk) -> None:
    error = await kalshi.refused("place", **kalshi.order(qty="9999999"))
    kalshi.assert_refused(error, "insufficient_balance")
    assert kalshi.exchange.mine() == []


async def test_a_client_id_works_once(kalshi: KalshiDesk) -> None:
    placed = await kalshi.place()
    await kalshi.do("cancel", order_id=placed.id, ticker=kalshi.ticker)
    kalshi.assert_refused(await kalshi.refused("place", **kalshi.order()), "order_already_exists")


async def test_a_maker_that_would_take_is_refused(kalshi: KalshiDesk) -> None:
    kalshi.assert_refused(await kalshi.refused("place", **kalshi.order(price="0.60", post_only=True)), "invalid_order")


async def test_an_unknown_order_is_not_found(kalshi: KalshiDesk) -> None:
    kalshi.assert_refused(await kalshi.refused("query", order_id="no-such-order"), "not_found")
    kalshi.assert_refused(await kalshi.refused("cancel", order_id="no-such-order", ticker=kalshi.ticker), "not_found")


@only("kalshi", "ccxt_kalshi")
async def test_writes_of_the_first_version_are_gone(kalshi: KalshiDesk) -> None:
    error = await kalshi.refused("retired", ticker=kalshi.ticker)
    assert "410" in error["message"]
    assert "deprecated_v1_order_endpoint" in error["message"]


# ── silence ──


async def test_after_an_answer_that_was_lost_the_order_is_found(kalshi: KalshiDesk) -> None:
    kalshi.plan(Fault.ERROR_AFTER, "submit")
    await kalshi.silent("place", **kalshi.order())
    assert await kalshi.orders("resting") == [kalshi.seen()]


async def test_too_many_requests_are_told_as_such(kalshi: KalshiDesk) -> None:
    kalshi.plan(Fault.RATE_LIMIT, "submit")
    error = await kalshi.refused("place", **kalshi.order())
    names = {"kalshi_sdk": "KalshiRateLimitError", "ccxt_kalshi": "RateLimitExceeded"}
    assert names.get(kalshi.peer.name, "ApiException") in error["is"], error
    assert kalshi.exchange.mine() == []
