"""Mutants that mix up, hide or invent the results of batches."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.capability import Mode
from venuekit.errors import Invalid, OutcomeUnknown, Refused, RejectReason
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, NewOrder, OrderId
from venuekit.units import Nanos
from venuekit.venue import BatchItem, CancelItem
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.endpoints import BATCH
from venuekit_testkit.reference.venue import ReferenceVenue


@mutant("EX-680")
class BatchInTheOtherOrder(ReferenceVenue):
    """Gives the results of a batch in the other order."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        told = yield from super().batch(orders, now)
        return told[::-1]


@mutant("EX-690")
class OneRefusalIsAll(ReferenceVenue):
    """Tells a batch as refused when one order of it is."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        told = yield from super().batch(orders, now)
        for one in told:
            if isinstance(one, Refused):
                raise one
        return told


@mutant("EX-690")
class LeavesRefusalsOut(ReferenceVenue):
    """Tells only of the orders of a batch that were taken."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        told = yield from super().batch(orders, now)
        return [one for one in told if isinstance(one, Accepted)]


@mutant("LC-150")
class LostBatchIsRefused(ReferenceVenue):
    """Tells a batch that got no answer as so many refusals."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        try:
            return (yield from super().batch(orders, now))
        except OutcomeUnknown as error:
            return [Refused(error.message, venue=VENUE, reason=RejectReason.NETWORK) for _ in orders]


@mutant("EX-700")
class CutsBatches(ReferenceVenue):
    """Sends the first orders of a batch that is too long, and forgets the others."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        return (yield from super().batch(orders[:BATCH], now))


@mutant("EX-720")
class SerialSaysBatch(ReferenceVenue):
    """Places the orders of a batch one by one, and says that it was one call."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        told: list[BatchItem] = []
        for order in orders:
            placed = yield from super().submit(order, now)
            told.append(msgspec.structs.replace(placed, mode=Mode.NATIVE_BATCH))
        return told


@mutant("EX-510")
class GoneIsLeftOut(ReferenceVenue):
    """Tells only of the cancels that found their order."""

    def cancel_batch(self, orders: Sequence[OrderId], now: Nanos) -> Flow[Sequence[CancelItem]]:
        told = yield from super().cancel_batch(orders, now)
        return [one for one in told if not isinstance(one, Refused)]


@mutant("EX-710")
class RefusesWhatItsTableAllows(ReferenceVenue):
    """Takes half as many orders in a batch as its table says."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        if len(orders) > BATCH // 2:
            raise Invalid("too many", venue=VENUE)
        return (yield from super().batch(orders, now))


@mutant("EX-730")
class BatchesTellOfNoTrades(ReferenceVenue):
    """Tells every order of a batch as one that rests."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        told = yield from super().batch(orders, now)
        rests = {"state": OrderState.ACCEPTED, "filled": 0, "fills": ()}
        return [msgspec.structs.replace(one, **rests) if isinstance(one, Accepted) else one for one in told]


@mutant("EX-740")
class SendsTheGoodOnes(ReferenceVenue):
    """Leaves an order out of a batch that breaks a rule, and sends the others."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        good = [order for order in orders if not order.qty % order.instrument.lot]
        return (yield from super().batch(good, now))
