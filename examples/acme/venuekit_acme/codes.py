"""What each of Acme's errors proves, as a table.

A refusal needs the venue's word: a 5xx, a body that cannot be read and a code that is not in the table leave the
outcome open. Source: docs/conformance/reference-protocol.md, "Errors".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import msgspec

from venuekit.answer import understand
from venuekit.errors import OrderGone, OutcomeUnknown, Refused, RejectReason, TradeError
from venuekit.wire import Response
from venuekit_acme.wire import Error

T = TypeVar("T")
R = TypeVar("R")

VENUE: Final = "acme"
_R: Final = RejectReason
REASONS: Final[Mapping[str, RejectReason]] = {
    **dict.fromkeys(
        ("bad_request", "invalid_price", "invalid_quantity", "below_notional", "not_found"), _R.INVALID_PARAMS
    ),
    **dict.fromkeys(("bad_key", "bad_sign", "nonce_reused"), _R.AUTH),
    **dict.fromkeys(("unknown_market", "market_closed"), _R.BAD_VENUE),
    **dict.fromkeys(("would_take", "fok_killed", "ioc_empty", "not_reducing"), _R.EXCHANGE_REJECT),
    "insufficient_funds": _R.INSUFFICIENT_BALANCE,
    "too_many_requests": _R.RATE_LIMIT,
}


def read(response: Response, shape: type[T], convert: Callable[[T], R]) -> R:
    """Decode a good answer and convert it. Raises: Refused with proof, OutcomeUnknown without."""
    if response.status != 200:
        raise judge(response)
    return understand(VENUE, response, lambda body: convert(msgspec.json.decode(body, type=shape)))


def judge(response: Response) -> TradeError:
    """Tell what an answer that is not good proves."""
    status = str(response.status)
    if not 400 <= response.status < 500:
        return OutcomeUnknown("the venue failed", venue=VENUE, code=status)
    try:
        told = msgspec.json.decode(response.body, type=Error)
    except (msgspec.DecodeError, RecursionError):
        return OutcomeUnknown("its refusal cannot be read", venue=VENUE, code=status)
    if told.code == "order_not_found":
        return OrderGone(told.message, venue=VENUE, code=told.code)
    reason = REASONS.get(told.code)
    if reason is None:  # `duplicate_client_id` too: an order of this id was taken before, and may live
        return OutcomeUnknown(told.message, venue=VENUE, code=told.code)
    return Refused(told.message, venue=VENUE, reason=reason, code=told.code)
