"""Binance spot: judge an answer, and decode it where it is good.

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
from venuekit_binance.codes import VENUE, error_of, judge_status
from venuekit_binance.wire import Error

T = TypeVar("T")
R = TypeVar("R")

_decode_error: Final = msgspec.json.Decoder(Error).decode


def read(response: Response, shape: type[T], convert: Callable[[T], R]) -> R:
    """Decode a good answer and convert it.

    Raises: Refused with the venue's words; OutcomeUnknown where nothing is proven or the answer makes no sense.
    """
    if not 200 <= response.status < 300:
        refuse(response)
    return understand(VENUE, response, lambda body: convert(msgspec.json.decode(body, type=shape)))


def refuse(response: Response) -> NoReturn:
    """Raise what an answer that is not good proves."""
    told = _told(response.body)
    verdict = judge_status(response.status)
    if verdict is not None:
        message, code = (told.msg, told.code) if told else (f"HTTP {response.status}", response.status)
        raise verdict.error(message, str(code))
    if told is None:
        raise OutcomeUnknown(f"HTTP {response.status}, and the body cannot be read", venue=VENUE)
    raise error_of(told.code, told.msg)


def _told(body: bytes) -> Error | None:
    try:
        return _decode_error(body)
    except (msgspec.DecodeError, RecursionError):
        return None
