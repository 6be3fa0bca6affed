"""Mutants that take off another order, or misread what a cancel did."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.capability import Mode
from venuekit.errors import OrderGone, OutcomeUnknown, Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.order import Cancelled, OrderId
from venuekit.units import Nanos, Qty
from venuekit.venue import CancelItem
from venuekit.wire import Flow
from venuekit_testkit.mutants.memory import Remembers
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.endpoints import BATCH
from venuekit_testkit.reference.venue import ReferenceVenue


@mutant("EX-410")
class CancelsTheNextOne(ReferenceVenue):
    """Takes off the order after the one that was named."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        number = str(int(order.venue_id or 0) + 1)
        return (yield from super().cancel(msgspec.structs.replace(order, venue_id=number), now))


@mutant("EX-430", "https://github.com/nautechsystems/nautilus_trader/issues/4736")
class CancelForgetsWhatTraded(ReferenceVenue):
    """Tells of a cancelled order that nothing of it traded."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        told = yield from super().cancel(order, now)
        return msgspec.structs.replace(told, filled=Qty(0))


@mutant("EX-450", "https://github.com/hummingbot/hummingbot/issues/5122")
class CancelledOnceIsCancelledAgain(Remembers):
    """Answers a second cancel of an order from memory."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        if order.venue_id not in self.kept:
            self.kept[order.venue_id] = yield from super().cancel(order, now)
        told: Cancelled = self.kept[order.venue_id]
        return told


@mutant("EX-460")
class UnknownIdIsAnyRefusal(ReferenceVenue):
    """Tells an order that the venue never saw as a refusal like any other."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        try:
            return (yield from super().cancel(order, now))
        except OrderGone as error:
            raise Refused(error.message, venue=VENUE, reason=RejectReason.EXCHANGE_REJECT, code=error.code) from error


@mutant("EX-470")
class NamesTheFirstOnly(ReferenceVenue):
    """Takes all orders off and tells of one."""

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        told = yield from super().cancel_all(instrument, now)
        return told[:1]


@mutant("EX-490")
class NothingToCancelIsAnError(ReferenceVenue):
    """Refuses to take all orders off where there is none."""

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        told = yield from super().cancel_all(instrument, now)
        if not told:
            raise OrderGone("nothing rests", venue=VENUE)
        return told


@mutant("EX-520")
class CutsBatchesOfCancels(ReferenceVenue):
    """Takes the first orders of a batch that is too long off, and forgets the others."""

    def cancel_batch(self, orders: Sequence[OrderId], now: Nanos) -> Flow[Sequence[CancelItem]]:
        return (yield from super().cancel_batch(orders[:BATCH], now))


@mutant("EX-530")
class CancelsAreNoops(ReferenceVenue):
    """Says that a cancel did nothing."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        told = yield from super().cancel(order, now)
        return msgspec.structs.replace(told, mode=Mode.NOOP)


@mutant("LC-170")
class LostCancelsAreGone(ReferenceVenue):
    """Tells a batch of cancels that got no answer as so many orders that are gone."""

    def cancel_batch(self, orders: Sequence[OrderId], now: Nanos) -> Flow[Sequence[CancelItem]]:
        try:
            return (yield from super().cancel_batch(orders, now))
        except OutcomeUnknown as error:
            return [OrderGone(error.message, venue=VENUE) for _ in orders]
