"""The reference venue: what each error proves, as a table.

Used by `answers.py`. What must stay true: a refusal needs the venue's word. A 5xx, an unreadable body and a code that
is not in the table prove nothing, so they leave the outcome open.
Source: docs/conformance/reference-protocol.md, "Errors".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.errors import OrderGone, OutcomeUnknown, Refused, RejectReason, TradeError

VENUE: Final = "reference"
SOURCE: Final = "docs/conformance/reference-protocol.md#errors"
_R: Final = RejectReason

REASONS: Final[Mapping[str, RejectReason]] = {
    "bad_request": _R.INVALID_PARAMS,
    "invalid_price": _R.INVALID_PARAMS,
    "invalid_quantity": _R.INVALID_PARAMS,
    "below_notional": _R.INVALID_PARAMS,
    "too_many_items": _R.INVALID_PARAMS,
    "no_change": _R.INVALID_PARAMS,
    "bad_key": _R.AUTH,
    "bad_sign": _R.AUTH,
    "nonce_reused": _R.AUTH,
    "insufficient_funds": _R.INSUFFICIENT_BALANCE,
    "not_found": _R.INVALID_PARAMS,
    "unknown_market": _R.BAD_VENUE,
    "market_closed": _R.BAD_VENUE,
    "would_take": _R.EXCHANGE_REJECT,
    "fok_killed": _R.EXCHANGE_REJECT,
    "ioc_empty": _R.EXCHANGE_REJECT,
    "not_reducing": _R.EXCHANGE_REJECT,
    "not_resolved": _R.EXCHANGE_REJECT,
    "too_many_requests": _R.RATE_LIMIT,
}
GONE: Final = "order_not_found"
# An order of this very id was taken before, so to call it refused would lose sight of it.
TAKEN: Final = "duplicate_client_id"


def error_of(code: str, message: str) -> TradeError:
    """Make the error for a code of the venue, its words kept."""
    if code == GONE:
        return OrderGone(message, venue=VENUE, code=code, source=SOURCE)
    reason = REASONS.get(code)
    if reason is None:
        return OutcomeUnknown(message, venue=VENUE, code=code, source=SOURCE)
    return Refused(message, venue=VENUE, reason=reason, code=code, source=SOURCE)
