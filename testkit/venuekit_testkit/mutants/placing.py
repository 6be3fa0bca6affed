"""Mutants that place an order on other terms, or misread what became of it at once."""

from __future__ import annotations

from typing import Any

import msgspec

from venuekit.capability import Capability, Feature, Support
from venuekit.instrument import Kind
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, NewOrder, TimeInForce
from venuekit.units import NANOS_PER_MS, Nanos, Px, Qty, Usd
from venuekit.wire import Flow
from venuekit_testkit.mutants.asking import Changes
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.capability import FEATURES
from venuekit_testkit.reference.venue import ReferenceVenue


@mutant("EX-070")
class RoundsLotsToTens(Changes):
    """Sends tens of lots, because round numbers look better."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        tens = order.instrument.lot * 10
        return {"qty": Qty(max(order.qty - order.qty % tens, tens))}


@mutant("EX-080")
class PricesOfTwoTicks(Changes):
    """Sends every second price of the grid only."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        wide = order.instrument.tick * 2
        return {} if order.px is None else {"px": Px(max(order.px - order.px % wide, wide))}


@mutant("EX-150")
class NothingRests(Changes):
    """Sends GTC as immediate-or-cancel."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {} if order.post_only else {"tif": TimeInForce.IOC}


@mutant("EX-180")
class FillOrKillIsPostOnly(Changes):
    """Sends fill-or-kill as an order that must not take."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"tif": TimeInForce.GTC, "post_only": True} if order.tif is TimeInForce.FOK else {}


@mutant("EX-200")
class PostOnlyIsImmediate(Changes):
    """Sends post-only as immediate-or-cancel, so that it never rests."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"post_only": False, "tif": TimeInForce.IOC} if order.post_only else {}


@mutant("EX-230")
class ReduceOnlyIsPostOnly(Changes):
    """Sends one flag in the place of the other."""

    def change(self, order: NewOrder) -> dict[str, Any]:
        return {"reduce_only": False, "post_only": True} if order.reduce_only else {}


@mutant("EX-240")
class SendsWhatItDenies(ReferenceVenue):
    """Denies fill-or-kill in its table and sends it."""

    features = {
        **FEATURES,
        Kind.PREDICTION: {**FEATURES[Kind.PREDICTION], Feature.FOK: Capability(Support.ABSENT, "not here")},
    }


class Answers(ReferenceVenue):
    """Changes what it answers to an order."""

    def change(self, order: NewOrder, told: Accepted) -> dict[str, Any]:
        """Give what to change."""
        raise NotImplementedError

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        return msgspec.structs.replace(told, **self.change(order, told))


@mutant("EX-010")
class ForgetsTheVenuesId(Answers):
    """Leaves the venue's id out."""

    def change(self, order: NewOrder, told: Accepted) -> dict[str, Any]:
        return {"venue_id": ""}


@mutant("EX-030", "https://github.com/QuantConnect/Lean.Brokerages.Alpaca/issues/28")
class AcceptedIsAllItSays(Answers):
    """Tells every order as accepted, and leaves the rest to the stream."""

    def change(self, order: NewOrder, told: Accepted) -> dict[str, Any]:
        return {"state": OrderState.ACCEPTED, "filled": Qty(0), "fills": ()}


@mutant("EX-050")
class FreeAtOnce(Answers):
    """Tells the trades of an answer without their fees, and those of a list with them."""

    def change(self, order: NewOrder, told: Accepted) -> dict[str, Any]:
        return {"fills": tuple(msgspec.structs.replace(fill, fee=Usd(0)) for fill in told.fills)}


@mutant("EX-090")
class AcceptedInMilliseconds(Answers):
    """Tells the venue's milliseconds as nanoseconds."""

    def change(self, order: NewOrder, told: Accepted) -> dict[str, Any]:
        return {"ts": Nanos(told.ts // NANOS_PER_MS)}


@mutant("EX-170")
class ExpiredRests(Answers):
    """Tells an order that expired at once as one that rests."""

    def change(self, order: NewOrder, told: Accepted) -> dict[str, Any]:
        return {"state": OrderState.ACCEPTED} if told.state is OrderState.CANCELLED else {}


@mutant("LC-380")
class ExpiredIsPartial(Answers):
    """Tells the rest of an IOC order as one that rests, where a query says that it is over."""

    def change(self, order: NewOrder, told: Accepted) -> dict[str, Any]:
        return {"state": OrderState.PARTIAL} if told.state is OrderState.CANCELLED and told.filled else {}
