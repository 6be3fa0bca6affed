"""Mutants that change an order in another way than they were asked, or say."""

from __future__ import annotations

import msgspec

from venuekit.capability import Mode
from venuekit.errors import OrderGone
from venuekit.order import Accepted, NewOrder, OpenOrder
from venuekit.units import Nanos, Qty
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.venue import ReferenceVenue


@mutant("EX-570", "https://github.com/QuantConnect/Lean.Brokerages.TradeStation/issues/84")
class AmendForgetsWhatTraded(ReferenceVenue):
    """Asks for the new total on top of what traded, so that too much trades."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        return (yield from super().amend(order, msgspec.structs.replace(to, qty=Qty(to.qty + order.filled)), now))


class Replaces(ReferenceVenue):
    """Cancels and submits where the venue could amend."""

    claims = Mode.CANCEL_REPLACE

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        yield from self.take_off(order, now)
        named = to if to.client_id != order.id.client_id else msgspec.structs.replace(to, client_id=f"{to.client_id}-r")
        told = yield from super().submit(self.rest_of(order, named), now)
        return msgspec.structs.replace(told, mode=self.claims)

    def take_off(self, order: OpenOrder, now: Nanos) -> Flow[None]:
        """Take the old order off."""
        yield from super().cancel(order.id, now)

    def rest_of(self, order: OpenOrder, to: NewOrder) -> NewOrder:
        """Give the order that takes its place."""
        return msgspec.structs.replace(to, qty=Qty(to.qty - order.filled))


@mutant("EX-600", "https://github.com/ccxt/ccxt/issues/9429")
class ReplacesAndSaysAtomic(Replaces):
    """Cancels and submits, and says that the change was atomic."""

    claims = Mode.NATIVE_ATOMIC


@mutant("EX-580", "https://github.com/QuantConnect/Lean.Brokerages.TradeStation/issues/84")
class ReplacesWhatTraded(Replaces):
    """Replaces an order by what we believed was left of it, although more had traded."""


@mutant("EX-590", "https://github.com/hummingbot/hummingbot/issues/7503")
class ReplacesWhatIsGone(Replaces):
    """Sends a replacement although the old order could not be taken off."""

    def take_off(self, order: OpenOrder, now: Nanos) -> Flow[None]:
        try:
            yield from super().take_off(order, now)
        except OrderGone:
            return


@mutant("EX-640")
class ReplacesBeforeItChecks(Replaces):
    """Cancels first and finds then that the new terms cannot be sent."""


@mutant("EX-610")
class AmendKeepsTheOldName(ReferenceVenue):
    """Gives the ids that the order had before it was changed."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().amend(order, to, now)
        return msgspec.structs.replace(told, client_id=order.id.client_id, venue_id="0")


@mutant("EX-660")
class DecreasesBy(ReferenceVenue):
    """Decreases by what it should decrease to."""

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        return (yield from super().decrease(order, Qty(order.terms.qty - to), now))


@mutant("EX-660")
class DecreaseLeavesThatMuch(ReferenceVenue):
    """Decreases to what should be the total and what traded, so that too much is left."""

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        return (yield from super().decrease(order, Qty(min(order.terms.qty - 1, to + order.filled)), now))


@mutant("EX-650")
class DecreaseLosesThePlace(ReferenceVenue):
    """Decreases by a new order at the end of the queue."""

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        yield from super().cancel(order.id, now)
        smaller = msgspec.structs.replace(order.terms, client_id=f"{order.id.client_id}-d", qty=Qty(to - order.filled))
        told = yield from super().submit(smaller, now)
        return msgspec.structs.replace(told, client_id=order.id.client_id, mode=Mode.NATIVE_ATOMIC)


@mutant("EX-550")
class AmendKeepsThePrice(ReferenceVenue):
    """Changes the quantity and leaves the price as it was."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        return (yield from super().amend(order, msgspec.structs.replace(to, px=order.terms.px), now))


@mutant("EX-560")
class AmendNeverShrinks(ReferenceVenue):
    """Leaves an order as large as it was where it should become smaller."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        most = Qty(max(to.qty, order.terms.qty))
        return (yield from super().amend(order, msgspec.structs.replace(to, qty=most), now))


@mutant("EX-620")
class AmendRenamesOnPaperOnly(ReferenceVenue):
    """Tells a new name of an amended order that the venue was never told."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        named = msgspec.structs.replace(to, client_id=order.id.client_id)
        told = yield from super().amend(order, named, now)
        return msgspec.structs.replace(told, client_id=to.client_id)


@mutant("EX-630")
class AmendsBelowWhatTraded(ReferenceVenue):
    """Asks for a total that has traded already."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        return (yield from super().amend(msgspec.structs.replace(order, filled=Qty(0)), to, now))


@mutant("EX-670")
class DecreasesToAnything(ReferenceVenue):
    """Asks for a decrease to more than there is."""

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        terms = msgspec.structs.replace(order.terms, qty=Qty(10**15))
        return (yield from super().decrease(OpenOrder(order.id, terms), to, now))
