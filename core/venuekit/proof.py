"""What an answer proves about the request that it answers, and the error that says so.

Used by the tables of codes in plugins. What must stay true: a refusal needs the venue's word; what proves nothing
leaves the outcome open.
"""

from __future__ import annotations

from enum import Enum

from venuekit.errors import OrderGone, OutcomeUnknown, Refused, RejectReason, TradeError


class Proof(Enum):
    """What an answer proves."""

    REFUSED = "refused"
    GONE = "gone"  # there is no such live order
    NOTHING = "nothing"

    def error(self, message: str, *, venue: str, reason: RejectReason, code: str, source: str) -> TradeError:
        """Make the error that says so; only a refusal has a `reason`."""
        if self is Proof.NOTHING:
            return OutcomeUnknown(message, venue=venue, code=code, source=source)
        if self is Proof.GONE:
            return OrderGone(message, venue=venue, code=code, source=source)
        return Refused(message, venue=venue, reason=reason, code=code, source=source)
