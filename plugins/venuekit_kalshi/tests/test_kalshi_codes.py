"""What each error proves: a refusal needs the venue's word, and silence is never one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from venuekit.errors import OrderGone, OutcomeUnknown, Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, OrderId
from venuekit.units import Nanos
from venuekit.wire import Response
from venuekit_kalshi.codes import CODES, STATUSES
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.play import play

MakeOrder = Callable[..., NewOrder]
NOW = Nanos(1)
R = RejectReason


def failure(status: int, code: str, message: str = "no", **more: str) -> Response:
    return Response(status, json.dumps({"error": {"code": code, "message": message, **more}}).encode())


@pytest.mark.parametrize(
    ("status", "code", "details", "reason"),
    [
        (400, "insufficient_balance", "", R.INSUFFICIENT_BALANCE),
        (400, "invalid_order", "price grid", R.INVALID_PARAMS),
        (400, "invalid_order", "post only cross", R.EXCHANGE_REJECT),
        (400, "missing_parameters", "", R.INVALID_PARAMS),
        (400, "a_new_word", "", R.EXCHANGE_REJECT),
        (401, "authentication_error", "INCORRECT_API_KEY_SIGNATURE", R.AUTH),
        (403, "a_scope_is_missing", "", R.AUTH),
        (404, "market_not_found", "", R.INVALID_PARAMS),
        (404, "not_found", "", R.INVALID_PARAMS),
        (409, "fill_or_kill_insufficient_resting_volume", "", R.EXCHANGE_REJECT),
        (409, "immediate_or_cancel_insufficient_resting_volume", "", R.EXCHANGE_REJECT),
        (410, "deprecated_v1_order_endpoint", "", R.EXCHANGE_REJECT),
        (429, "too_many_requests", "", R.RATE_LIMIT),
    ],
)
def test_a_refusal_keeps_the_venues_word(
    venue: Kalshi, make_order: MakeOrder, status: int, code: str, details: str, reason: RejectReason
) -> None:
    with pytest.raises(Refused) as caught:
        play(venue.submit(make_order(), NOW), failure(status, code, details=details))
    assert not isinstance(caught.value, OrderGone)
    assert (caught.value.reason, caught.value.code) == (reason, code)
    assert caught.value.source.startswith("https://docs.kalshi.com")
    assert details in str(caught.value)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@pytest.mark.parametrize("code", ["insufficient_balance", "service_unavailable", ""])
def test_a_server_error_proves_nothing_whatever_it_says(
    venue: Kalshi, make_order: MakeOrder, status: int, code: str
) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.submit(make_order(), NOW), failure(status, code))


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"error":{}}', b"[" * 100_000])
@pytest.mark.parametrize("status", [400, 409, 418, 500])
def test_a_body_that_says_nothing_proves_nothing(
    venue: Kalshi, make_order: MakeOrder, status: int, body: bytes
) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.submit(make_order(), NOW), Response(status, body))


def test_a_used_client_id_is_not_called_refused(venue: Kalshi, make_order: MakeOrder) -> None:
    # The first attempt made it, and may rest or have traded: to call the id refused would lose sight of it.
    with pytest.raises(OutcomeUnknown) as caught:
        play(venue.submit(make_order(), NOW), failure(409, "order_already_exists"))
    assert caught.value.code == "order_already_exists"


def test_too_many_requests_come_without_an_envelope(venue: Kalshi, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match="too many requests") as caught:
        play(venue.submit(make_order(), NOW), Response(429, b'{"error":"too many requests"}'))
    assert caught.value.reason is R.RATE_LIMIT


def test_a_body_that_could_not_be_parsed_is_refused_at_the_top_level(venue: Kalshi, make_order: MakeOrder) -> None:
    body = b'{"code":"bad_request","message":"bad request","details":"expected a string"}'
    with pytest.raises(Refused, match="expected a string") as caught:
        play(venue.submit(make_order(), NOW), Response(400, body))
    assert caught.value.reason is R.INVALID_PARAMS


@pytest.mark.parametrize("verb", ["cancel", "query"])
def test_an_order_that_is_not_found_is_gone_and_may_be_filled(venue: Kalshi, yes: Instrument, verb: str) -> None:
    with pytest.raises(OrderGone):
        play(getattr(venue, verb)(OrderId(yes, "a", "v-1"), NOW), failure(404, "not_found"))


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"order_id":"v-1"}',
        b'{"order_id":"v-1","fill_count":"0.00","remaining_count":"11.00","ts_ms":1}',
        b'{"order_id":"v-1","fill_count":"-1.00","remaining_count":"1.00","ts_ms":1}',
        b'{"order_id":"v-1","fill_count":0,"remaining_count":10,"ts_ms":1}',
        b'{"order_id":"v-1","client_order_id":"another","fill_count":"0.00","remaining_count":"10.00","ts_ms":1}',
        b"not json",
    ],
)
def test_a_good_answer_that_makes_no_sense_leaves_the_outcome_open(
    venue: Kalshi, make_order: MakeOrder, body: bytes
) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.submit(make_order(), NOW), Response(201, body))


def test_every_line_of_the_tables_has_a_source() -> None:
    verdicts: list[Any] = [*CODES.values(), *STATUSES.values()]
    assert all(each.source.startswith("https://docs.kalshi.com/") for each in verdicts)
