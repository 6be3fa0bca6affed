"""Kalshi: judge an answer, and decode it where it is good.

Used by every flow. What must stay true: a refusal has the venue's word, and a body that cannot be read, or that makes
no sense, leaves the outcome open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

import msgspec

from venuekit.answer import understand
from venuekit.errors import OutcomeUnknown
from venuekit.wire import Response
from venuekit_kalshi.codes import NOT_FOUND, NOTHING, REFUSING, REJECTED, VENUE, judge, judge_status
from venuekit_kalshi.wire import Failure, Fault

T = TypeVar("T")
R = TypeVar("R")

_decode_failure: Final = msgspec.json.Decoder(Failure).decode


def read(response: Response, shape: type[T], convert: Callable[[T], R], *, of_order: bool = False) -> R:
    """Decode a good answer and convert it; `of_order` says that the request was about an order that should exist.

    Raises: Refused with the venue's words, OrderGone for an order that it does not have; OutcomeUnknown where nothing
        is proven or the answer makes no sense.
    """
    if not 200 <= response.status < 300:
        refuse(response, of_order=of_order)
    return understand(VENUE, response, lambda body: convert(msgspec.json.decode(body, type=shape)))


def refuse(response: Response, *, of_order: bool) -> NoReturn:
    """Raise what an answer that is not good proves."""
    fault, status = _told(response.body), response.status
    message = f"HTTP {status}" if fault is None else fault.words
    verdict = judge_status(status)
    if verdict is not None:
        raise verdict.error(message, (fault.code if fault else "") or str(status))
    if fault is None or not fault.code:
        raise OutcomeUnknown(f"HTTP {status}, and the body cannot be read", venue=VENUE, code=str(status))
    otherwise = REJECTED if status in REFUSING else NOTHING
    code = fault.code if status != 404 or fault.code == "market_not_found" else NOT_FOUND
    raise judge(code, fault.words, of_order=of_order, otherwise=otherwise).error(message, fault.code)


def _told(body: bytes) -> Fault | None:
    try:
        failure = _decode_failure(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    if isinstance(failure.error, str):
        return Fault(message=failure.error)
    return failure.error or failure
