"""What each error proves: a refusal with the venue's word, silence never."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.errors import OrderGone, OutcomeUnknown, Refused, RejectReason, TradeError
from venuekit.instrument import Instrument
from venuekit.order import NewOrder
from venuekit.proof import Proof
from venuekit.units import Nanos
from venuekit.wire import Response
from venuekit_binance.answers import refuse
from venuekit_binance.codes import CODES, RANGES, STATUSES, error_of
from venuekit_binance.venue import Binance
from venuekit_testkit.play import play

MakeOrder = Callable[..., NewOrder]

NOW: Final = Nanos(1_763_683_200_000_000_000)
R: Final = RejectReason


def told(code: int, msg: str, status: int = 400) -> Response:
    return Response(status, json.dumps({"code": code, "msg": msg}).encode())


@pytest.mark.parametrize(
    ("code", "msg", "reason"),
    [
        (-2010, "Account has insufficient balance for requested action.", R.INSUFFICIENT_BALANCE),
        (-2010, "Order would immediately match and take.", R.EXCHANGE_REJECT),
        (-2010, "Market is closed.", R.BAD_VENUE),
        (-2010, "This symbol is not permitted for this account.", R.AUTH),
        (-2010, "Market orders are not supported for this symbol.", R.INVALID_PARAMS),
        (-2010, "Rest API trading is not enabled.", R.AUTH),
        (-2010, "Price * QTY is zero or less.", R.INVALID_PARAMS),
        (-2010, "Unsupported order combination", R.INVALID_PARAMS),
        (-2010, "Order would trigger immediately.", R.EXCHANGE_REJECT),
        (-2010, "A reason of next year.", R.EXCHANGE_REJECT),
        (-1010, "Account has insufficient balance for requested action.", R.INSUFFICIENT_BALANCE),
        (-1013, "Market is closed.", R.BAD_VENUE),
        (-1014, "Unsupported order combination.", R.INVALID_PARAMS),
        (-1020, "This operation is not supported.", R.INVALID_PARAMS),
        (-1112, "No orders on book for symbol.", R.EXCHANGE_REJECT),
        (-1220, "Symbol does not match the status.", R.BAD_VENUE),
        (-1013, "Filter failure: PRICE_FILTER", R.INVALID_PARAMS),
        (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", R.PRICE_DEVIATION),
        (-1013, "Filter failure: MAX_POSITION", R.POSITION_LIMIT),
        (-1003, "Too much request weight used; current limit is 6000 request weight per 1 MINUTE.", R.RATE_LIMIT),
        (-1015, "Too many new orders; current limit is 50 orders per 10 SECOND.", R.RATE_LIMIT),
        (-1008, "Server is currently overloaded with other requests.", R.EXCHANGE_BUSY),
        (-1021, "Timestamp for this request is outside of the recvWindow.", R.AUTH),
        (-1022, "Signature for this request is not valid.", R.AUTH),
        (-1002, "You are not authorized to execute this request.", R.AUTH),
        (-2008, "Invalid Api-Key ID.", R.AUTH),
        (-2014, "API-key format invalid.", R.AUTH),
        (-2015, "Invalid API-key, IP, or permissions for action.", R.AUTH),
        (-1121, "Invalid symbol.", R.INVALID_PARAMS),
        (-1111, "Parameter 'quantity' has too much precision.", R.INVALID_PARAMS),
    ],
)
def test_a_refusal_has_its_public_reason_and_the_venues_words(
    venue: Binance, make_order: MakeOrder, code: int, msg: str, reason: RejectReason
) -> None:
    with pytest.raises(Refused) as caught:
        play(venue.submit(make_order(), NOW), told(code, msg))
    assert (caught.value.reason, caught.value.code) == (reason, str(code))
    assert msg in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        told(-1006, "An unexpected response was received from the message bus. Execution status unknown."),
        told(-1007, "Timeout waiting for response from backend server. Send status unknown."),
        told(-1000, "An unknown error occurred while processing the request."),
        told(-1001, "Internal error; unable to process your request. Please try again."),
        told(-1010, "Duplicate order sent."),
        told(-2010, "Duplicate order sent."),
        told(-2021, "Order cancel-replace partially failed."),
        told(-2022, "Order cancel-replace failed."),
        told(-99, "a code out of every range"),
        told(-1121, "Invalid symbol.", 500),
        Response(500, b""),
        Response(502, b"<html>Bad gateway</html>"),
        Response(503, b"Service Unavailable"),
        Response(408, b""),
        Response(400, b"<html>"),
        Response(404, b""),
        Response(302, b""),
        Response(200, b""),
        Response(200, b"{}"),
        Response(200, b"[]"),
    ],
    ids=lambda answer: f"{answer.status}-{answer.body[:24]!r}",
)
def test_silence_is_never_a_refusal(venue: Binance, make_order: MakeOrder, answer: Response) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.submit(make_order(), NOW), answer)


@pytest.mark.parametrize("status", [403, 418, 429])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":-1003,"msg":"Too many requests."}'])
def test_a_limit_is_a_refusal_whatever_the_body(
    venue: Binance, make_order: MakeOrder, status: int, body: bytes
) -> None:
    with pytest.raises(Refused) as caught:
        play(venue.submit(make_order(), NOW), Response(status, body))
    assert caught.value.reason is RejectReason.RATE_LIMIT


def test_no_authority_is_a_refusal_whatever_the_body(venue: Binance, make_order: MakeOrder) -> None:
    with pytest.raises(Refused) as caught:
        play(venue.submit(make_order(), NOW), Response(401, b""))
    assert caught.value.reason is RejectReason.AUTH


def test_reads_are_judged_by_the_same_table(venue: Binance, btc: Instrument) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.book(btc, 5), Response(503, b""))
    with pytest.raises(Refused):
        play(venue.book(btc, 5), told(-1121, "Invalid symbol."))


def test_every_line_of_the_table_can_be_reached_and_has_a_source() -> None:
    lines = [verdict for verdicts in CODES.values() for verdict in verdicts]
    assert all(verdict.source.startswith("https://") for verdict in [*lines, *STATUSES.values()])
    for code, verdicts in CODES.items():
        assert all(verdict.text for verdict in verdicts[:-1]), code
        assert not verdicts[-1].text, code


def test_every_code_of_the_fact_sheet_stands_in_the_table() -> None:
    told = {-1000, -1001, -1002, -1003, -1006, -1007, -1008, -1010, -1013, -1015, -1016, -1021, -1022, -1220}
    assert (told | {-2008, -2010, -2011, -2013, -2014, -2015, -2021, -2022, -2026}) <= set(CODES)
    assert {error_of(code, "").__class__ for code in (-1100, -1111, -1121)} == {Refused}


def test_an_amend_of_an_unknown_order_is_gone() -> None:
    assert isinstance(error_of(-2038, "Unknown order sent."), OrderGone)
    assert not isinstance(error_of(-2038, "Order amend is not supported for this symbol."), OrderGone)


@given(st.integers(-10_000, 10_000), st.text(max_size=40))
def test_only_a_known_code_or_range_is_a_refusal(code: int, msg: str) -> None:
    known = code in CODES or any(code in codes for codes, verdict in RANGES if verdict.proof is not Proof.NOTHING)
    assert known or isinstance(error_of(code, msg), OutcomeUnknown)


@given(st.integers(500, 599), st.binary(max_size=60))
def test_no_body_turns_a_server_error_into_a_refusal(status: int, body: bytes) -> None:
    with pytest.raises(TradeError) as caught:
        refuse(Response(status, body))
    assert isinstance(caught.value, OutcomeUnknown)
