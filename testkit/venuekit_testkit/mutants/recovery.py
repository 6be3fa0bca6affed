"""Mutants that cannot find the truth again after silence, races or absence."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from venuekit.capability import Mode
from venuekit.errors import OrderGone, OutcomeUnknown
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, Cancelled, NewOrder, OpenOrder, OrderId, OrderReport
from venuekit.units import Nanos, Qty
from venuekit.venue import BatchItem
from venuekit.wire import Flow
from venuekit_testkit.mutants.memory import Remembers
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.mutants.telling import ChangesReports
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.venue import ReferenceVenue


def _believed(order: OpenOrder, client_id: str) -> Accepted:
    return Accepted(client_id=client_id, venue_id=order.id.venue_id, state=OrderState.ACCEPTED, mode=Mode.NATIVE)


@mutant("LC-130", "https://github.com/QuantConnect/Lean.Brokerages.TradeStation/issues/84")
class LostAmendIsDone(ReferenceVenue):
    """Tells an amend that got no answer as done."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().amend(order, to, now))
        except OutcomeUnknown:
            return _believed(order, to.client_id)


@mutant("LC-140")
class LostDecreaseIsDone(ReferenceVenue):
    """Tells a decrease that got no answer as done."""

    def decrease(self, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().decrease(order, to, now))
        except OutcomeUnknown:
            return _believed(order, order.id.client_id)


@mutant("LC-180", "https://github.com/hummingbot/hummingbot/issues/8094")
class ReplacesAfterSilence(ReferenceVenue):
    """Sends a replacement although nobody answered the cancel before it."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        with suppress(OutcomeUnknown):
            yield from super().cancel(order.id, now)
        told = yield from super().submit(to, now)
        return msgspec.structs.replace(told, mode=Mode.CANCEL_REPLACE)


@mutant("LC-195", "https://github.com/nautechsystems/nautilus_trader/pull/3715")
class LostQueryIsGone(ReferenceVenue):
    """Tells an order as gone where the question got no answer."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        try:
            return (yield from super().query(order, now))
        except OutcomeUnknown as error:
            raise OrderGone(error.message, venue=VENUE) from error


@mutant("LC-220", "https://github.com/nautechsystems/nautilus_trader/issues/4958")
class ListsNamelessFills(ReferenceVenue):
    """Lists trades without the order that they are of."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        return [msgspec.structs.replace(one, client_id="", venue_id="") for one in told]


@mutant("LC-230")
class RenamesWhatItSendsAgain(Remembers):
    """Sends an order again under a new id where the old one was used."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        again = order.client_id in self.kept
        self.kept[order.client_id] = True
        named = msgspec.structs.replace(order, client_id=f"{order.client_id}-2") if again else order
        told = yield from super().submit(named, now)
        return msgspec.structs.replace(told, client_id=order.client_id)


@mutant("LC-240", "https://github.com/hummingbot/hummingbot/issues/1295")
class BelievesItsCancels(Remembers):
    """Tells an order as cancelled because it was asked to be."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        self.kept[order.client_id] = True
        return (yield from super().cancel(order, now))

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        told = yield from super().query(order, now)
        cancelled = order.client_id in self.kept
        return msgspec.structs.replace(told, state=OrderState.CANCELLED) if cancelled else told


@mutant("LC-250")
class HidesWhatItAmended(Remembers):
    """Leaves orders out of the list that it asked to change, until it hears of that."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        self.kept[order.id.venue_id] = True
        return (yield from super().amend(order, to, now))

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        told = yield from super().open_orders(instrument, now)
        return [one for one in told if one.venue_id not in self.kept]


@mutant("LC-260")
class NamesBatchesItself(ReferenceVenue):
    """Sends ids of its own in a batch, so that its orders cannot be found after silence."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        renamed = [msgspec.structs.replace(one, client_id=f"own-{one.client_id}") for one in orders]
        told = yield from super().batch(renamed, now)
        return [
            msgspec.structs.replace(one, client_id=order.client_id) if isinstance(one, Accepted) else one
            for order, one in zip(orders, told, strict=True)
        ]


@mutant("LC-300", "https://github.com/QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/249")
class TellsTheNewestFill(ReferenceVenue):
    """Tells the newest trade of a time when nobody listened."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        return told[-1:]


@mutant("LC-320")
class PartlyCancelledIsFilled(ChangesReports):
    """Tells an order as filled that was cancelled after a part of it traded."""

    def change(self, told: OrderReport) -> dict[str, Any]:
        return {"state": OrderState.FILLED} if told.state is OrderState.CANCELLED and told.filled else {}


@mutant("LC-330", "https://github.com/hummingbot/hummingbot/issues/7503")
class FilledIsCancelled(ChangesReports):
    """Tells every order that is over as cancelled."""

    def change(self, told: OrderReport) -> dict[str, Any]:
        return {"state": OrderState.CANCELLED} if told.state is OrderState.FILLED else {}


@mutant("LC-340")
class KeepsTheMostItHeard(Remembers):
    """Adds what it was told before to what it is told."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        self.kept[told.venue_id] = told
        return told

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        told = yield from super().query(order, now)
        had = self.kept.get(told.venue_id, told)
        return msgspec.structs.replace(told, filled=had.filled, state=had.state) if had.filled > told.filled else told


@mutant("LC-370", "https://github.com/nautechsystems/nautilus_trader/issues/4736")
class ForgetsTradesOfTheCancelled(Remembers):
    """Leaves trades out of orders that it cancelled."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        told = yield from super().cancel(order, now)
        self.kept[told.venue_id] = told
        return told

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        return [one for one in told if one.venue_id not in self.kept]


@mutant("LC-710", "https://github.com/nautechsystems/nautilus_trader/issues/4958")
class GivesUpOnSilence(Remembers):
    """Tells an order as gone that was not answered, whatever the venue says of it later."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        try:
            return (yield from super().submit(order, now))
        except OutcomeUnknown:
            self.kept[order.client_id] = True
            raise

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        if order.client_id in self.kept:
            raise OrderGone("it was never answered", venue=VENUE)
        return (yield from super().query(order, now))


@mutant("EX-800")
class OpenMeansUntouched(ReferenceVenue):
    """Leaves orders out of the list that traded in part."""

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        told = yield from super().open_orders(instrument, now)
        return [one for one in told if one.state is OrderState.ACCEPTED]


@mutant("LC-640")
class MergesTrades(ReferenceVenue):
    """Tells trades of one price as one."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        return list({(one.venue_id, one.px): one for one in told}.values())
