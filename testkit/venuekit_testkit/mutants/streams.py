"""Mutants that miss, repeat or misread what the account's stream tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from venuekit.errors import OutcomeUnknown
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Balance, OrderReport
from venuekit.units import Nanos, Qty
from venuekit.venue import AccountEvent, AccountFeed
from venuekit.wire import Frame
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.account import ReferenceAccountFeed
from venuekit_testkit.reference.venue import ReferenceVenue


class Streams(ReferenceVenue):
    """Makes another stream of the account."""

    stream: ClassVar[type[ReferenceAccountFeed]]

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        return self.stream(self._caller, self._urls["stream"])


class ChangesEvents(ReferenceAccountFeed):
    """Changes what it tells; None leaves it out."""

    def change(self, event: AccountEvent) -> AccountEvent | None:
        """Give what is told."""
        raise NotImplementedError

    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        told = (self.change(event) for event in super().receive(frame, now))
        return [event for event in told if event is not None]


class Renumbers(ChangesEvents):
    told = 0

    def change(self, event: AccountEvent) -> AccountEvent:
        self.told += 1
        return msgspec.structs.replace(event, trade_id=f"s{self.told}") if isinstance(event, Fill) else event


@mutant("LC-510", "https://github.com/nautechsystems/nautilus_trader/issues/3046")
class CountsADeliveryTwice(Streams):
    """Gives each delivery of a trade an id of its own, so that one that comes twice counts twice."""

    stream = Renumbers


class Cumulates(ChangesEvents):
    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.had: dict[str, int] = {}

    def change(self, event: AccountEvent) -> AccountEvent:
        if not isinstance(event, Fill):
            return event
        self.had[event.venue_id] = self.had.get(event.venue_id, 0) + event.qty
        return msgspec.structs.replace(event, qty=Qty(self.had[event.venue_id]))


@mutant("LC-420")
class TotalsAsIncrements(Streams):
    """Tells all that an order traded so far as the quantity of its newest trade."""

    stream = Cumulates


class OrdersOnly(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent | None:
        return None if isinstance(event, Fill) else event


@mutant("LC-430", "https://github.com/nautechsystems/nautilus_trader/issues/4124")
class DropsFills(Streams):
    """Reads orders from the stream and no trades."""

    stream = OrdersOnly


class FillsOnly(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent | None:
        return None if isinstance(event, OrderReport) else event


@mutant("LC-440")
class DropsOrders(Streams):
    """Reads trades from the stream and no orders, so that a cancel is never heard of."""

    stream = FillsOnly


class LateIsDropped(ReferenceAccountFeed):
    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        seq = msgspec.json.decode(frame).get("seq", self._last + 1)
        return [] if seq <= self._last else super().receive(frame, now)


@mutant("LC-520", "https://github.com/nautechsystems/nautilus_trader/pull/4491")
class DropsWhatComesLate(Streams):
    """Throws a trade away that comes after a later one."""

    stream = LateIsDropped


class LivesOn(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent:
        if isinstance(event, OrderReport) and event.state is OrderState.CANCELLED:
            return msgspec.structs.replace(event, state=OrderState.ACCEPTED)
        return event


@mutant("LC-440", "https://github.com/barter-rs/barter-rs/issues/206")
class RevivesTheCancelled(Streams):
    """Tells an order that is over as one that rests."""

    stream = LivesOn


class LogsInOnce(ReferenceAccountFeed):
    opens = 0

    def opened(self, now: Nanos) -> None:
        self.opens += 1
        if self.opens == 1:
            super().opened(now)


@mutant("LC-540", "https://github.com/nautechsystems/nautilus_trader/pull/4991")
class LogsInOnlyOnce(Streams):
    """Does not log in again on a new connection, and hears nothing."""

    stream = LogsInOnce


class TrustsItsLogin(ReferenceAccountFeed):
    def opened(self, now: Nanos) -> None:
        super().opened(now)
        self._asked = None


@mutant("LC-597")
class ListensUnheard(Streams):
    """Logs in, and listens for ever where the venue did not hear it."""

    stream = TrustsItsLogin


class Sleeps(ReferenceAccountFeed):
    def beat(self, now: Nanos) -> None:
        return


@mutant("LC-595")
class FallsAsleep(Streams):
    """Lets the venue hang up on the account's stream."""

    stream = Sleeps


class Unnamed(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent:
        return msgspec.structs.replace(event, venue_id="", client_id="") if isinstance(event, Fill) else event


@mutant("LC-420", "https://github.com/QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/189")
class NamelessFills(Streams):
    """Tells trades without the order that they are of."""

    stream = Unnamed


class Skips(ReferenceAccountFeed):
    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        try:
            return super().receive(frame, now)
        except (ValueError, OutcomeUnknown):
            return []


@mutant("LC-580", "https://github.com/BYTEX-TRADE/bytex/issues/30")
class SkipsWhatItCannotRead(Streams):
    """Passes a frame over that it cannot read, as if nothing had been in it."""

    stream = Skips


class Numberless(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent:
        return msgspec.structs.replace(event, venue_id="") if isinstance(event, OrderReport) else event


@mutant("LC-410")
class StreamsWithoutNumbers(Streams):
    """Leaves the venue's ids of orders out of the stream."""

    stream = Numberless


class Nameless(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent:
        named = isinstance(event, OrderReport | Fill)
        return msgspec.structs.replace(event, client_id="") if named else event


@mutant("LC-570", "https://github.com/nautechsystems/nautilus_trader/issues/3770")
class StreamsWithoutNames(Streams):
    """Leaves our own ids out of the stream, so that an order whose answer was lost stays lost."""

    stream = Nameless


class Unexpired(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent | None:
        return None if isinstance(event, OrderReport) and event.reason == "IOC" else event


@mutant("LC-450")
class NothingExpires(Streams):
    """Knows cancelled orders from the stream and no expired ones."""

    stream = Unexpired


class OldNames(ChangesEvents):
    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.names: dict[str, str] = {}

    def change(self, event: AccountEvent) -> AccountEvent:
        if not isinstance(event, OrderReport | Fill):
            return event
        named = self.names.setdefault(event.venue_id, event.client_id)
        return msgspec.structs.replace(event, client_id=named, venue_id="")


@mutant("LC-460")
class StreamsOldNames(Streams):
    """Goes on calling an amended order by its first name."""

    stream = OldNames


class Priceless(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent:
        return msgspec.structs.replace(event, px=None) if isinstance(event, OrderReport) else event


@mutant("LC-480")
class StreamsWithoutPrices(Streams):
    """Tells orders without their price on the stream, where a query tells it."""

    stream = Priceless


class Spendable(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent:
        return Balance(event.asset, Qty(event.free + event.locked)) if isinstance(event, Balance) else event


@mutant("LC-490")
class StreamsLockedAsFree(Streams):
    """Tells what orders hold as free, on the stream."""

    stream = Spendable


class Persists(LateIsDropped):
    def opened(self, now: Nanos) -> None:
        last = self._last
        super().opened(now)
        self._last = last


@mutant("LC-560")
class CountsOnAfterARestart(Streams):
    """Waits for the numbers to go on where the venue has begun anew."""

    stream = Persists


class OneName(ChangesEvents):
    named = ""

    def change(self, event: AccountEvent) -> AccountEvent:
        if not isinstance(event, OrderReport | Fill):
            return event
        self.named = self.named or event.client_id
        return msgspec.structs.replace(event, client_id=self.named)


@mutant("LC-590")
class AllOrdersAreOurs(Streams):
    """Tells the orders of other programs under the name of ours."""

    stream = OneName


class Prefixed(ChangesEvents):
    def change(self, event: AccountEvent) -> AccountEvent:
        if not isinstance(event, Fill):
            return event
        return msgspec.structs.replace(event, trade_id=f"{event.venue_id}-{event.trade_id}")


@mutant("LC-470", "https://github.com/OpenByteInc/QuantDinger/pull/232")
class TwoIdsForOneTrade(Streams):
    """Gives a trade another id on the stream than in the list, so that it counts twice after a restart."""

    stream = Prefixed
