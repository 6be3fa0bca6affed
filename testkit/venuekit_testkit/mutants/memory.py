"""Mutants that keep what they should ask for, or forget what they should not need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from venuekit.credential import Credentials
from venuekit.errors import Invalid, OrderGone
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, Balance, Cancelled, NewOrder, OpenOrder, OrderId, OrderReport
from venuekit.units import Nanos, Qty
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.venue import ReferenceVenue


class Remembers(ReferenceVenue):
    """Keeps things between calls."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self.kept: dict[str, Any] = {}


@mutant("LC-350", "https://github.com/nautechsystems/nautilus_trader/pull/4991")
class KeepsTheFirstFills(Remembers):
    """Tells the trades that it read first, however often it is asked."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        if "fills" not in self.kept:
            self.kept["fills"] = yield from super().fills(instrument, since, now)
        told: Sequence[Fill] = self.kept["fills"]
        return told


@mutant("LC-310", "https://github.com/barter-rs/barter-rs/issues/206")
class BelievesTheAcceptance(Remembers):
    """Tells an order as its acceptance did, although it filled before that arrived."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        self.kept[told.venue_id] = told
        return told

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        told = yield from super().query(order, now)
        if order.venue_id not in self.kept:
            return told
        return msgspec.structs.replace(told, state=self.kept[order.venue_id].state)


@mutant("LC-270", "https://github.com/QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/189")
class KnowsItsOwnOnly(Remembers):
    """Tells only of orders that it placed itself since it was started."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        self.kept[told.venue_id] = True
        return told

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        told = yield from super().open_orders(instrument, now)
        return [one for one in told if one.venue_id in self.kept]


@mutant("LC-280", "https://github.com/nautechsystems/nautilus_trader/issues/3878")
class NamesTradesAsTheyCome(Remembers):
    """Names trades by when it was asked for them, so that recovery finds new ones each time."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        return [msgspec.structs.replace(one, trade_id=f"{now}-{at}") for at, one in enumerate(told)]


@mutant("EX-420", "https://github.com/hummingbot/hummingbot/issues/6716")
class NeedsTheVenuesId(ReferenceVenue):
    """Cannot cancel an order whose answer was lost, because it knows no other id than the venue's."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        if not order.venue_id:
            raise Invalid("the venue's id is not known", venue=VENUE)
        return (yield from super().cancel(order, now))


@mutant("EX-770")
class FindsTheLivingOnly(ReferenceVenue):
    """Finds an order by our id only while it rests, so that one that filled unseen was never there."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        told = yield from super().query(order, now)
        if not order.venue_id and told.state in (OrderState.FILLED, OrderState.CANCELLED):
            raise OrderGone("not among the open orders", venue=VENUE)
        return told


@mutant("LC-610", "https://github.com/nautechsystems/nautilus_trader/issues/4024")
class DustIsFilled(ReferenceVenue):
    """Tells an order with a lot left as filled."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        told = yield from super().query(order, now)
        left, lot = told.qty - told.filled, order.instrument.lot
        is_dust = told.filled and left <= lot
        return msgspec.structs.replace(told, state=OrderState.FILLED, filled=told.qty) if is_dust else told


@mutant("LC-630")
class DustIsLost(ReferenceVenue):
    """Leaves trades of a single lot out."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        return [one for one in told if one.qty > instrument.lot]


@mutant("LC-620")
class DustIsKept(Remembers):
    """Refuses to cancel what is left where it is less than a smallest order."""

    def cancel(self, order: OrderId, now: Nanos) -> Flow[Cancelled]:
        told = yield from super().query(order, now)
        if told.qty - told.filled < order.instrument.min_qty:
            raise Invalid("too little to cancel", venue=VENUE)
        return (yield from super().cancel(order, now))


@mutant("LC-190")
class HalfAnAmendWasNotSent(ReferenceVenue):
    """Says that nothing was sent when the second of two calls could not leave, although the first had."""

    def amend(self, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().cancel(order.id, now)
        left = Qty(to.qty - (told.filled or 0))
        return (yield from super().submit(msgspec.structs.replace(to, qty=left), now))


@mutant("EX-900", "https://github.com/Polymarket/py-clob-client/issues/274")
class KeepsTheFirstBalances(Remembers):
    """Tells the balances that it read first, however often it is asked."""

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        if "balances" not in self.kept:
            self.kept["balances"] = yield from super().balances(now)
        told: Sequence[Balance] = self.kept["balances"]
        return told


@mutant("LC-280", "https://github.com/nautechsystems/nautilus_trader/pull/4991")
class TellsTradesOnce(Remembers):
    """Leaves trades out that it saw before, in a list that was asked for again."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        fresh = [one for one in told if one.trade_id not in self.kept]
        self.kept |= {one.trade_id: True for one in told}
        return fresh
