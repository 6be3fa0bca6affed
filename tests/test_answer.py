"""Reading an answer: what cannot be read proves nothing, and no answer raises anything else than a TradeError."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.answer import translate, understand
from venuekit.errors import OutcomeUnknown, Refused, RejectReason
from venuekit.wire import Response


class Placed(msgspec.Struct):
    id: int


def read(body: bytes) -> int:
    return msgspec.json.decode(body, type=Placed).id


def test_an_answer_that_can_be_read_is_converted() -> None:
    assert understand("acme", Response(200, b'{"id": 7, "new": true}'), read) == 7


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"id": "7"}', b'{"id": 1, "x": ' + b"[" * 100_000])
def test_an_answer_that_cannot_be_read_leaves_the_outcome_open(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        understand("acme", Response(202, body), read)
    assert (caught.value.venue, caught.value.code) == ("acme", "202")


@given(st.binary())
def test_no_body_raises_anything_else(body: bytes) -> None:
    try:
        understand("acme", Response(200, body), read)
    except OutcomeUnknown:
        return


def test_a_refusal_found_while_reading_stays_one() -> None:
    def refuse(body: bytes) -> int:
        raise Refused("poor", venue="acme", reason=RejectReason.INSUFFICIENT_BALANCE)

    with pytest.raises(Refused, match="poor"):
        understand("acme", Response(200, b"{}"), refuse)


def test_a_word_that_is_not_known_is_not_guessed() -> None:
    assert translate("acme", {"NEW": 1}, "NEW", "status") == 1
    with pytest.raises(OutcomeUnknown, match="unknown status 'NEWISH'"):
        translate("acme", {"NEW": 1}, "NEWISH", "status")
