"""Mutants that give another reason for a refusal than the venue did, or none."""

from __future__ import annotations

from typing import ClassVar

from venuekit.errors import OutcomeUnknown, Refused, RejectReason
from venuekit.order import Accepted, NewOrder
from venuekit.units import Nanos
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.venue import ReferenceVenue


class Misreads(ReferenceVenue):
    """Takes one code for another reason; None is no reason."""

    code: ClassVar[str]
    reason: ClassVar[RejectReason | None] = None

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except Refused as error:
            if error.code != self.code:
                raise
            if self.reason is None:
                raise OutcomeUnknown(error.message, venue=VENUE, code=error.code) from error
            raise Refused(error.message, venue=VENUE, reason=self.reason, code=error.code) from error


@mutant("EX-920", "https://github.com/Polymarket/py-clob-client/issues/290")
class TooLittleMoneyIsABadOrder(Misreads):
    """Tells that the order was wrong where the money was short."""

    code, reason = "insufficient_funds", RejectReason.INVALID_PARAMS


@mutant("EX-960")
class ClosedMarketIsUnknown(Misreads):
    """Tells an order for a closed market as one that may live."""

    code = "market_closed"


@mutant("EX-965")
class NoSuchMarketIsAuth(Misreads):
    """Tells that the keys are wrong where the market is."""

    code, reason = "unknown_market", RejectReason.AUTH


@mutant("EX-975")
class WouldTakeIsABadOrder(Misreads):
    """Tells that the order was wrong where the market had moved."""

    code, reason = "would_take", RejectReason.INVALID_PARAMS


@mutant("EX-980")
class BadKeyIsABadOrder(Misreads):
    """Tells that the order was wrong where the key was."""

    code, reason = "bad_key", RejectReason.EXCHANGE_REJECT
