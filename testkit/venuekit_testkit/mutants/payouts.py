"""Mutants that misread what markets pay, and what is held of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from venuekit.capability import Mode
from venuekit.credential import Credentials
from venuekit.errors import Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.order import Accepted, Balance, NewOrder, Redeemed
from venuekit.position import Position, Settlement
from venuekit.units import NANOS_PER_MS, Nanos, Qty, Usd, format_qty
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.venue import ReferenceVenue


@mutant("VS-110")
class RedeemsWhatTrades(ReferenceVenue):
    """Tells a market that still trades as paid."""

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        try:
            return (yield from super().redeem(market, now))
        except Refused:
            return Redeemed(Mode.NATIVE)


@mutant("VS-130", "https://github.com/Polymarket/polymarket-cli/issues/46")
class RedeemsTwice(ReferenceVenue):
    """Tells a second redemption as one that paid."""

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        told = yield from super().redeem(market, now)
        return msgspec.structs.replace(told, mode=Mode.NATIVE)


class ChangesSettlements(ReferenceVenue):
    """Changes what markets paid."""

    def change(self, told: Settlement) -> dict[str, Any]:
        """Give what to change."""
        raise NotImplementedError

    def settlements(self, since: Nanos, now: Nanos) -> Flow[Sequence[Settlement]]:
        told = yield from super().settlements(since, now)
        return [msgspec.structs.replace(one, **self.change(one)) for one in told]


@mutant("VS-220", "https://github.com/DarriEy/Auramaur/pull/409")
class SettlesWithoutSign(ChangesSettlements):
    """Tells what was sold as if it had been bought."""

    def change(self, told: Settlement) -> dict[str, Any]:
        return {"qty": Qty(abs(told.qty))}


@mutant("VS-210")
class PaysThePrincipalOnly(ChangesSettlements):
    """Tells a settlement without what it paid."""

    def change(self, told: Settlement) -> dict[str, Any]:
        return {"paid": Usd(0)}


@mutant("VS-230")
class SettlesInMilliseconds(ChangesSettlements):
    """Tells the venue's milliseconds as nanoseconds."""

    def change(self, told: Settlement) -> dict[str, Any]:
        return {"ts": Nanos(told.ts // NANOS_PER_MS)}


@mutant("VS-310")
class HoldsWithoutSign(ReferenceVenue):
    """Tells a position that was sold as one that was bought."""

    def positions(self, now: Nanos) -> Flow[Sequence[Position]]:
        told = yield from super().positions(now)
        return [msgspec.structs.replace(one, qty=Qty(abs(one.qty))) for one in told]


@mutant("VS-330")
class HoldsWhatWasPaid(ReferenceVenue):
    """Tells a position on that was paid out."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self.held: dict[str, Position] = {}

    def positions(self, now: Nanos) -> Flow[Sequence[Position]]:
        self.held |= {one.venue_symbol: one for one in (yield from super().positions(now))}
        return list(self.held.values())


@mutant("VS-120", "https://github.com/Polymarket/py-clob-client/issues/139")
class RedeemsNothing(ReferenceVenue):
    """Says that it redeemed and asks the venue for nothing."""

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        yield from super().positions(now)
        return Redeemed(Mode.NATIVE, "done")


@mutant("VS-140")
class NothingToRedeemIsAnError(ReferenceVenue):
    """Refuses to redeem a market of which nothing was held."""

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        told = yield from super().redeem(market, now)
        if told.mode is Mode.NOOP:
            raise Refused("nothing to redeem", venue=self.id, reason=RejectReason.EXCHANGE_REJECT)
        return told


@mutant("VS-320")
class HoldsWhatItBought(ReferenceVenue):
    """Adds up what was bought and leaves what was sold out."""

    def positions(self, now: Nanos) -> Flow[Sequence[Position]]:
        told: dict[str, int] = {}
        for each in (yield from super().positions(now)):
            rules = next(one for one in (yield from super().instruments()) if one.venue_symbol == each.venue_symbol)
            bought = [fill.qty for fill in (yield from super().fills(rules, Nanos(0), now)) if fill.side.buys]
            told[each.venue_symbol] = sum(bought)
        return [Position(venue_symbol=symbol, qty=Qty(qty)) for symbol, qty in told.items()]


@mutant("VS-340", "https://github.com/Polymarket/py-clob-client/issues/287")
class PaidIsLocked(ReferenceVenue):
    """Tells what was free before the market ended, and the rest as locked."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self.free: dict[str, Qty] = {}

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        self.free = {one.asset: one.free for one in (yield from super().balances(now))}
        return told

    def balances(self, now: Nanos) -> Flow[Sequence[Balance]]:
        told = yield from super().balances(now)
        return [Balance(one.asset, min(one.free, self.free.get(one.asset, one.free)), one.locked) for one in told]


@mutant("VS-150", "https://github.com/ImMike/polymarket-arbitrage/pull/4")
class HoldsWhatLost(ReferenceVenue):
    """Tells contracts on that lost."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self.lost: list[Position] = []

    def redeem(self, market: Instrument, now: Nanos) -> Flow[Redeemed]:
        held = yield from super().positions(now)
        told = yield from super().redeem(market, now)
        self.lost += [] if told.note != f"{_count(held)} contracts paid 0" else held
        return told

    def positions(self, now: Nanos) -> Flow[Sequence[Position]]:
        told = yield from super().positions(now)
        return [*told, *self.lost]


def _count(held: Sequence[Position]) -> str:
    return format_qty(Qty(sum(one.qty for one in held)))
