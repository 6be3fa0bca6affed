"""Mutants that tell what the venue told, wrongly: amounts, fees, times, states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from venuekit.credential import Credentials
from venuekit.fill import Fill, Liquidity
from venuekit.instrument import FeeSchedule, Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, Balance, NewOrder, OrderId, OrderReport
from venuekit.units import NANOS_PER_MS, Nanos, Px, Qty, Usd
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.venue import ReferenceVenue

T = TypeVar("T")


class ChangesFills(ReferenceVenue):
    """Changes every trade that it tells, in an answer or in a list."""

    def change(self, fill: Fill) -> dict[str, Any]:
        """Give what to change."""
        raise NotImplementedError

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        return msgspec.structs.replace(told, fills=tuple(self._changed(fill) for fill in told.fills))

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        return [self._changed(fill) for fill in told]

    def _changed(self, fill: Fill) -> Fill:
        return msgspec.structs.replace(fill, **self.change(fill))


@mutant("LC-280", "https://github.com/nautechsystems/nautilus_trader/issues/3046")
class NewTradeIdEachTime(ChangesFills):
    """Gives a trade a new id each time that it is told, so that it is counted again."""

    def __init__(self, credentials: Credentials | None = None, hosts: Any = None) -> None:
        super().__init__(credentials, hosts)
        self.told = 0

    def change(self, fill: Fill) -> dict[str, Any]:
        self.told += 1
        return {"trade_id": f"{fill.trade_id}-{self.told}"}


@mutant("EX-870")
class TradeIdIsTheTime(ChangesFills):
    """Names trades by their time, so that two of one instant are one."""

    def change(self, fill: Fill) -> dict[str, Any]:
        return {"trade_id": str(fill.ts)}


@mutant("EX-830")
class DropsTheFee(ChangesFills):
    """Tells trades without their fee."""

    def change(self, fill: Fill) -> dict[str, Any]:
        return {"fee": Usd(0)}


@mutant("EX-830")
class FeeIsARebate(ChangesFills):
    """Tells fees with the wrong sign."""

    def change(self, fill: Fill) -> dict[str, Any]:
        return {"fee": Usd(-fill.fee)}


@mutant("EX-830")
class SwapsMakerAndTaker(ChangesFills):
    """Says that it waited where it took."""

    def change(self, fill: Fill) -> dict[str, Any]:
        return {"liquidity": Liquidity.TAKER if fill.liquidity is Liquidity.MAKER else Liquidity.MAKER}


@mutant("EX-840")
class MillisecondsAsNanoseconds(ChangesFills):
    """Tells the venue's milliseconds as nanoseconds, so that all trades are of 1970."""

    def change(self, fill: Fill) -> dict[str, Any]:
        return {"ts": Nanos(fill.ts // NANOS_PER_MS)}


@mutant("EX-830", "https://github.com/nautechsystems/nautilus_trader/issues/3345")
class FillsOfTheOtherSide(ChangesFills):
    """Tells the side of who took in the place of ours."""

    def change(self, fill: Fill) -> dict[str, Any]:
        return {"side": fill.side.opposite if fill.liquidity is Liquidity.MAKER else fill.side}


@mutant("EX-110")
class TradesAtTheLimit(ReferenceVenue):
    """Tells the order's own price as the price at which it traded."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        fills = tuple(msgspec.structs.replace(fill, px=order.px or fill.px) for fill in told.fills)
        return msgspec.structs.replace(told, fills=fills)


@mutant("EX-040")
class PartlyFilledIsFilled(ReferenceVenue):
    """Tells an order as filled as soon as something of it traded."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        return msgspec.structs.replace(told, state=OrderState.FILLED) if told.filled else told


class ChangesReports(ReferenceVenue):
    """Changes what a query tells."""

    def change(self, told: OrderReport) -> dict[str, Any]:
        """Give what to change."""
        raise NotImplementedError

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        told = yield from super().query(order, now)
        return msgspec.structs.replace(told, **self.change(told))


@mutant("EX-790")
class AverageIsTheLimit(ChangesReports):
    """Tells the limit price as the average that was paid."""

    def change(self, told: OrderReport) -> dict[str, Any]:
        return {"avg_px": told.px if told.filled else None}


@mutant("EX-790", "https://github.com/ryanfrigo/kalshi-ai-trading-bot/pull/41")
class MissingPriceIsZero(ChangesReports):
    """Tells a price that the venue does not give as 0."""

    def change(self, told: OrderReport) -> dict[str, Any]:
        return {"avg_px": told.avg_px or Px(0)}


@mutant("EX-750")
class FilledIsWhatIsLeft(ChangesReports):
    """Tells what is left of an order as what was filled."""

    def change(self, told: OrderReport) -> dict[str, Any]:
        return {"filled": Qty(told.qty - told.filled)}


@mutant("EX-760", "https://github.com/nautechsystems/nautilus_trader/issues/4736")
class CancelledFilledNothing(ChangesReports):
    """Tells a cancelled order as one that never traded."""

    def change(self, told: OrderReport) -> dict[str, Any]:
        return {"filled": Qty(0)} if told.state is OrderState.CANCELLED else {}


@mutant("EX-750", "https://github.com/barter-rs/barter-rs/issues/206")
class FilledIsOpenAgain(ChangesReports):
    """Revives an order that is over: a filled one is told as accepted."""

    def change(self, told: OrderReport) -> dict[str, Any]:
        return {"state": OrderState.ACCEPTED} if told.state is OrderState.FILLED else {}


class ChangesBalances(ReferenceVenue):
    """Changes what the account has."""

    def change(self, told: Balance) -> Balance:
        """Give what is told."""
        raise NotImplementedError

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        told = yield from super().balances(now)
        return _each(told, self.change)


@mutant("EX-880")
class BalancesInCents(ChangesBalances):
    """Tells balances in cents."""

    def change(self, told: Balance) -> Balance:
        return Balance(told.asset, Qty(told.free * 100), Qty(told.locked * 100))


@mutant("EX-890", "https://github.com/Polymarket/py-clob-client/issues/287")
class LockedIsFree(ChangesBalances):
    """Tells what orders hold as free, so that it is spent twice."""

    def change(self, told: Balance) -> Balance:
        return Balance(told.asset, Qty(told.free + told.locked))


@mutant("EX-910")
class TellsTheMakersFee(ReferenceVenue):
    """Tells the fee of who waits as that of who takes."""

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        told = yield from super().fees(instrument, now)
        return msgspec.structs.replace(told, taker=told.maker)


def _each(told: Sequence[T], change: Callable[[T], T]) -> list[T]:
    return [change(one) for one in told]
