"""The reference venue: judge an answer, and decode it where it is good.

Used by every flow. What must stay true: a refusal has the venue's word, and a body that cannot be read, or that makes
no sense, leaves the outcome open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from venuekit.answer import understand
from venuekit.errors import OutcomeUnknown, TradeError
from venuekit.wire import Response
from venuekit_testkit.reference.codes import VENUE, error_of
from venuekit_testkit.reference.wire import Error

T = TypeVar("T")
R = TypeVar("R")


def read(response: Response, shape: type[T], convert: Callable[[T], R]) -> R:
    """Decode a good answer and convert it.

    Raises: Refused with the venue's words; OutcomeUnknown where nothing is proven or the answer makes no sense.
    """
    if response.status != 200:
        raise judge(response)
    return understand(VENUE, response, lambda body: convert(msgspec.json.decode(body, type=shape)))


def judge(response: Response) -> TradeError:
    """Tell what an answer that is not good proves."""
    if not 400 <= response.status < 500:
        return OutcomeUnknown("the venue failed", venue=VENUE, code=str(response.status))
    try:
        told = msgspec.json.decode(response.body, type=Error)
    except (msgspec.DecodeError, RecursionError):
        return OutcomeUnknown("its refusal cannot be read", venue=VENUE, code=str(response.status))
    return error_of(told.code, told.message)
