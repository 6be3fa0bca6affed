"""Mutants that list markets wrongly, or tell wrong things of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from venuekit.errors import Invalid
from venuekit.instrument import Band, FeeSchedule, Instrument, Kind
from venuekit.market import BookSnapshot, Levels, TradePrint
from venuekit.order import Accepted, NewOrder, OrderId, OrderReport
from venuekit.units import Nanos, Px, Qty, Rate, parse_px, parse_qty
from venuekit.wire import Flow
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference import endpoints
from venuekit_testkit.reference.answers import read
from venuekit_testkit.reference.venue import ReferenceVenue


class ChangesMarkets(ReferenceVenue):
    """Changes what it lists."""

    def change(self, each: Instrument) -> Instrument:
        """Give what is listed."""
        return each

    def instruments(self) -> Flow[Sequence[Instrument]]:
        listed = yield from super().instruments()
        return [self.change(each) for each in listed]


def altered(each: Instrument, **terms: Any) -> Instrument:
    """Change an instrument that can be traded."""
    return each if each.untradable else msgspec.structs.replace(each, **terms)


@mutant("IN-100")
class ClosesEverything(ChangesMarkets):
    """Takes every market for closed."""

    def change(self, each: Instrument) -> Instrument:
        return altered(each, untradable="its status is open")


@mutant("IN-110")
class ListsTwice(ReferenceVenue):
    """Lists its first market twice."""

    def instruments(self) -> Flow[Sequence[Instrument]]:
        listed = yield from super().instruments()
        return [*listed, listed[0]]


@mutant("IN-120")
class SpellsItsOwnWay(ChangesMarkets):
    """Spells spot markets with a stroke, as the venue's site does."""

    def change(self, each: Instrument) -> Instrument:
        return altered(each, symbol=each.symbol.replace("-", "/")) if each.kind is Kind.SPOT else each


@mutant("IN-130")
class TakesEventsForSpot(ChangesMarkets):
    """Lists event markets as spot markets."""

    def change(self, each: Instrument) -> Instrument:
        return altered(each, kind=Kind.SPOT) if each.kind is Kind.PREDICTION else each


@mutant("IN-140", "https://github.com/ryanfrigo/kalshi-ai-trading-bot/pull/41")
class ReadsARenamedMinimum(ChangesMarkets):
    """Takes a maximum from a field that holds something else, so that it is below the minimum."""

    def change(self, each: Instrument) -> Instrument:
        return altered(each, max_qty=Qty(each.min_qty - 1))


@mutant("IN-150", "https://github.com/nautechsystems/nautilus_trader/issues/3612")
class BandsOverlap(ChangesMarkets):
    """Has two bands for the same prices."""

    def change(self, each: Instrument) -> Instrument:
        return altered(each, bands=(Band(each.tick, Px(each.tick * 50), each.tick),) * 2)


@mutant("IN-150")
class TickIsTheCoarsest(ChangesMarkets):
    """Gives the step of one band as the tick, and another band is finer."""

    def change(self, each: Instrument) -> Instrument:
        return altered(each, bands=(Band(each.tick, Px(each.tick * 50), Px(each.tick // 10)),))


@mutant("IN-160")
class FreeByDefault(ChangesMarkets):
    """Has no fees where it does not know them."""

    def change(self, each: Instrument) -> Instrument:
        return altered(each, fees=FeeSchedule(Rate(0), Rate(0)))


@mutant("IN-160")
class PercentAsFraction(ChangesMarkets):
    """Reads a fee in percent as a fraction."""

    def change(self, each: Instrument) -> Instrument:
        assert each.fees is not None
        assert each.fees.taker is not None
        return altered(each, fees=FeeSchedule(each.fees.maker, Rate(each.fees.taker * 100), "a page"))


@mutant("IN-170")
class FeesNeedKeys(ReferenceVenue):
    """Tells no fees without keys."""

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        if not self._caller.has_keys:
            raise Invalid("log in first", venue=self.id)
        return super().fees(instrument, now)


@mutant("IN-190", "https://github.com/richkuo/go-trader/issues/105")
class RoundsGridsUntilTheyFit(ChangesMarkets):
    """Rounds steps that are finer than the scale, and trades."""

    def change(self, each: Instrument) -> Instrument:
        if each.tick and each.lot:
            return each
        return msgspec.structs.replace(each, tick=Px(1), lot=Qty(1), untradable="")


@mutant("IN-220")
class ReportsAreRounded(ReferenceVenue):
    """Tells prices of orders in whole units."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        told = yield from super().query(order, now)
        return msgspec.structs.replace(told, px=None if told.px is None else Px(round(told.px / 1e9) * 10**9))


class Lenient(ReferenceVenue):
    """Takes any order for one that fits its market."""

    def loosen(self, order: NewOrder) -> dict[str, Any]:
        """Give the rules of the market that are forgotten."""
        raise NotImplementedError

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        loose = msgspec.structs.replace(order.instrument, **self.loosen(order))
        return (yield from super().submit(msgspec.structs.replace(order, instrument=loose), now))


@mutant("IN-230")
class TradesWhatIsClosed(Lenient):
    """Sends orders for markets that are closed."""

    def loosen(self, order: NewOrder) -> dict[str, Any]:
        return {"untradable": "", "tick": order.px, "lot": order.qty, "min_qty": Qty(0), "bands": ()}


@mutant("IN-240", "https://github.com/hyperliquid-dex/hyperliquid-python-sdk/issues/179")
class LeavesTheGridToTheVenue(Lenient):
    """Sends prices that are off the grid."""

    def loosen(self, order: NewOrder) -> dict[str, Any]:
        return {"tick": Px(1), "bands": ()}


@mutant("MD-100")
class BookOfAnother(ReferenceVenue):
    """Gives a book under the venue's symbol."""

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        told = yield from super().book(instrument, depth)
        return msgspec.structs.replace(told, symbol=instrument.venue_symbol)


@mutant("MD-120")
class BookAsDeepAsItLikes(ReferenceVenue):
    """Asks for a hundred levels whatever is wanted."""

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        return super().book(instrument, 100)


@mutant("MD-130")
class TimesInMilliseconds(ReferenceVenue):
    """Gives times of trades in milliseconds."""

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        told = yield from super().trades(instrument, limit)
        return [msgspec.structs.replace(each, ts=Nanos(each.ts // 10**6)) for each in told]


@mutant("MD-560", "https://github.com/pmxt-dev/pmxt/issues/59")
class BookWithoutItsFields(ReferenceVenue):
    """Reads a book without bids as one that has none, and a price that is none as 0."""

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        params = [("symbol", instrument.venue_symbol), ("depth", str(depth))]
        response = yield self._caller.public(endpoints.BOOK, params)
        told = read(response, dict[str, Any], lambda body: body)
        bids, asks = (_loose(told.get(side)) for side in ("bids", "asks"))
        return BookSnapshot(instrument.symbol, bids, asks)


def _loose(rows: Any) -> Levels:
    return [(parse_px(str(px or 0)), parse_qty(str(qty or 0))) for px, qty in rows or ()]
