"""Mutants whose tables or requests claim what is not so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from venuekit.capability import Capability, Mode, Op, Support
from venuekit.errors import Unsupported
from venuekit.instrument import Instrument, Kind
from venuekit.market import BookSnapshot
from venuekit.order import Accepted, NewOrder, OpenOrder, OrderId, OrderReport, Redeemed
from venuekit.units import Nanos, Qty
from venuekit.venue import BatchItem, Venue
from venuekit.wire import Flow, Request
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.mutants.tamper import tamper
from venuekit_testkit.reference.capability import CAPABILITIES
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.endpoints import REDEEM
from venuekit_testkit.reference.venue import ReferenceVenue


def _table(op: Op, said: Capability) -> Any:
    return {Kind.PREDICTION: {**CAPABILITIES[Kind.PREDICTION], op: said}, Kind.SPOT: CAPABILITIES[Kind.SPOT]}


def _replaced(request: Request, **fields: Any) -> Request:
    return msgspec.structs.replace(request, **fields)


@mutant("ID-230")
class ClaimsAVerbItLacks(ReferenceVenue):
    """Grants a verb in its table that nobody wrote."""

    decrease = Venue.decrease


@mutant("EX-320")
class GrantsWhatItRefuses(ReferenceVenue):
    """Grants a verb in its table and says "unsupported" when it is asked for it."""

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        yield from ()
        raise Unsupported("decrease is not written yet", venue=VENUE)


@mutant("EX-310")
class DeniesAndSends(ReferenceVenue):
    """Denies a verb in its table and sends a request for it all the same."""

    capabilities = _table(Op.REDEEM, Capability(Support.ABSENT, "settles by itself"))

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        yield self._caller.tell(REDEEM, now, {"symbol": market.venue_symbol})
        return Redeemed(Mode.NATIVE)


@mutant("EX-310")
class PlansAndSends(ReferenceVenue):
    """Calls a verb planned and sends a request for it all the same."""

    capabilities = _table(Op.DECREASE, Capability(Support.PLANNED, "later"))

    def _require(self, op: Op, instrument: Instrument) -> None:
        return


@mutant("EX-330")
class TakesAnyKind(ReferenceVenue):
    """Asks the venue for a book of a kind of contract that it does not trade."""

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        return super().book(msgspec.structs.replace(instrument, kind=Kind.PREDICTION), depth)


@mutant("ID-240", "https://github.com/ccxt/ccxt/issues/3882")
class EmulatedIsAtomic(ReferenceVenue):
    """Says of a verb that takes two calls that nothing can come between."""

    capabilities = _table(Op.AMEND, Capability(Support.EMULATED, "cancel, then submit", Mode.NATIVE_ATOMIC))


@mutant("ID-220")
class DeniesWithoutAReason(ReferenceVenue):
    """Denies a verb and does not say why."""

    capabilities = _table(Op.REDEEM, Capability(Support.ABSENT))


@mutant("SE-170")
class AsksAnotherHost(ReferenceVenue):
    """Sends a request to a host that it does not declare."""

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        def elsewhere(request: Request) -> Request:
            return _replaced(request, url=request.url.replace("api.reference", "api.mirror"))

        return (yield from tamper(super().book(instrument, depth), ask=elsewhere))


@mutant("RL-110")
class DeclaresNoCost(ReferenceVenue):
    """Sends orders that take from no bucket, so that nothing keeps them within the venue's limits."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        return (yield from tamper(super().submit(order, now), ask=lambda request: _replaced(request, cost=())))


@mutant("RL-110")
class TakesFromAnUnknownBucket(ReferenceVenue):
    """Takes from a bucket that it does not declare."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        return (yield from tamper(super().query(order, now), ask=lambda one: _replaced(one, cost=(("weight", 1),))))


@mutant("EX-065")
class CallsAnOrderSerial(ReferenceVenue):
    """Says of an order that went out in one call that it took several."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        return msgspec.structs.replace(told, mode=Mode.SERIAL)


@mutant("RL-190")
class CountsABatchAsOne(ReferenceVenue):
    """Says that a batch costs what one order costs, and is over the limit before it knows."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        return (yield from tamper(super().batch(orders, now), ask=lambda one: _replaced(one, cost=(("orders", 1),))))


@mutant("RL-120")
class CallsOrdersSafe(ReferenceVenue):
    """Says of an order that it is safe to send again."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        return (yield from tamper(super().submit(order, now), ask=lambda request: _replaced(request, safe=True)))


@mutant("RL-140")
class CallsReadsUnsafe(ReferenceVenue):
    """Says of a read that it must not be sent again, so that one lost packet fails it."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        return (yield from tamper(super().query(order, now), ask=lambda request: _replaced(request, safe=False)))
