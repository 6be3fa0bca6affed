"""Kalshi: what each error proves, as a table.

Used by `answers.py`, `batch.py` and `placing.py`. What must stay true: a refusal needs the venue's word. A 5xx, a 408,
an unreadable body and an item of a batch with a word that we do not know prove nothing, so they leave the outcome open.
Sources: https://docs.kalshi.com/getting_started/order_errors, https://docs.kalshi.com/getting_started/rate_limits and
OpenAPI 3.34.0, read 2026-11-21; the two codes of orders that found no volume were seen live by others (2026-06).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from venuekit.errors import RejectReason, TradeError
from venuekit.proof import Proof

VENUE: Final = "kalshi"
DOCS: Final = "https://docs.kalshi.com"
ERRORS: Final = f"{DOCS}/getting_started/order_errors"
RATES: Final = f"{DOCS}/getting_started/rate_limits"
KEYS: Final = f"{DOCS}/getting_started/api_keys"


class Verdict(msgspec.Struct, frozen=True):
    """One line of the table."""

    proof: Proof
    reason: RejectReason = RejectReason.UNKNOWN
    source: str = ERRORS

    def error(self, message: str, code: str) -> TradeError:
        """Make the error that says so."""
        return self.proof.error(message, venue=VENUE, reason=self.reason, code=code, source=self.source)


def _no(reason: RejectReason, source: str = ERRORS) -> Verdict:
    return Verdict(Proof.REFUSED, reason, source)


_R: Final = RejectReason
NOTHING: Final = Verdict(Proof.NOTHING)
REJECTED: Final = _no(_R.EXCHANGE_REJECT)
_INVALID: Final = _no(_R.INVALID_PARAMS)

# Statuses that prove something whatever the body holds.
STATUSES: Final[Mapping[int, Verdict]] = {
    401: _no(_R.AUTH, KEYS),
    403: _no(_R.AUTH, KEYS),  # a scope, a region or a subaccount that the key lacks
    408: NOTHING,
    410: _no(_R.EXCHANGE_REJECT),  # deprecated_v1_order_endpoint
    429: _no(_R.RATE_LIMIT, RATES),
}
# Statuses by which the venue says no, with a code that need not stand in `CODES`.
REFUSING: Final = frozenset((400, 404, 409, 422))

CODES: Final[Mapping[str, Verdict]] = {
    "authentication_error": _no(_R.AUTH, KEYS),
    "bad_request": _INVALID,
    "deprecated_v1_order_endpoint": REJECTED,
    "fill_or_kill_insufficient_resting_volume": REJECTED,
    "immediate_or_cancel_insufficient_resting_volume": REJECTED,
    "insufficient_balance": _no(_R.INSUFFICIENT_BALANCE),  # of the account, or of the market's shard alone
    "invalid_order": _INVALID,
    "invalid_parameters": _INVALID,
    "market_not_found": _INVALID,
    "missing_parameters": _INVALID,
    # An order of this very client id exists or did, so to call the id refused would lose sight of it.
    "order_already_exists": NOTHING,
    "service_unavailable": NOTHING,
    "internal_server_error": NOTHING,
}
NOT_FOUND: Final = "not_found"
_GONE: Final = Verdict(Proof.GONE, _R.EXCHANGE_REJECT)
POST_ONLY_CROSS: Final = "post only cross"


def judge(code: str, details: str, *, of_order: bool, otherwise: Verdict = NOTHING) -> Verdict:
    """Tell what a code proves; `of_order` says that the request was about an order that should exist."""
    if code == NOT_FOUND:
        return _GONE if of_order else _INVALID
    if code == "invalid_order" and POST_ONLY_CROSS in details.lower():
        return REJECTED
    return CODES.get(code, otherwise)


def judge_status(status: int) -> Verdict | None:
    """Tell what a status proves by itself; None where the body decides."""
    return NOTHING if status >= 500 else STATUSES.get(status)
