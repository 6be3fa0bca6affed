"""Mutants that lose a part of a list, or its order."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.market import BookSnapshot, TradePrint
from venuekit.order import Cancelled, OrderReport
from venuekit.units import Nanos
from venuekit.wire import Flow, Response
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.mutants.tamper import tamper
from venuekit_testkit.reference.venue import ReferenceVenue


def _last_page(told: Response) -> Response:
    body = {**msgspec.json.decode(told.body), "cursor": "", "more": False}
    return msgspec.structs.replace(told, body=msgspec.json.encode(body))


@mutant("EX-810")
class OneOpenPage(ReferenceVenue):
    """Reads the first page of the open orders only."""

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        return (yield from tamper(super().open_orders(instrument, now), hear=_last_page))


@mutant("EX-850", "https://github.com/QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/249")
class OneFillPage(ReferenceVenue):
    """Reads the first page of our trades only."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        return (yield from tamper(super().fills(instrument, since, now), hear=_last_page))


@mutant("EX-500")
class OneCancelPage(ReferenceVenue):
    """Takes the first page of orders off and believes that it was all."""

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        return (yield from tamper(super().cancel_all(instrument, now), hear=_last_page))


@mutant("EX-840")
class NewestFillFirst(ReferenceVenue):
    """Tells our trades the newest first."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        told = yield from super().fills(instrument, since, now)
        return told[::-1]


@mutant("EX-860")
class FillsOfOneDay(ReferenceVenue):
    """Asks for the trades of the last day, however long we were away."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        return (yield from super().fills(instrument, Nanos(max(since, now - 86_400 * 10**9)), now))


@mutant("EX-820")
class OpenOrdersOfOneMarket(ReferenceVenue):
    """Asked for the open orders of all markets, tells those of one."""

    def open_orders(self, instrument: Instrument | None, now: Nanos) -> Flow[Sequence[OrderReport]]:
        told = yield from super().open_orders(instrument, now)
        return [one for one in told if one.venue_symbol == told[0].venue_symbol]


@mutant("EX-480")
class CancelsEverywhere(ReferenceVenue):
    """Asked to take the orders of one market off, takes those of all."""

    def cancel_all(self, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
        told = list((yield from super().cancel_all(instrument, now)))
        for other in (yield from self.instruments()):
            told += yield from super().cancel_all(other, now)
        return told


@mutant("MD-140")
class NewestTradeFirst(ReferenceVenue):
    """Tells public trades the newest first."""

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        told = yield from super().trades(instrument, limit)
        return told[::-1]


@mutant("MD-140")
class TakerIsWhoWaited(ReferenceVenue):
    """Tells the side of who waited as that of who took."""

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        told = yield from super().trades(instrument, limit)
        return [msgspec.structs.replace(one, taker=one.taker.opposite) for one in told]


@mutant("MD-110")
class FetchesTheBookUpsideDown(ReferenceVenue):
    """Tells bids as asks."""

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        told = yield from super().book(instrument, depth)
        return msgspec.structs.replace(told, bids=told.asks, asks=told.bids)


@mutant("IN-180", "https://github.com/nautechsystems/nautilus_trader/issues/3612")
class OneTickForAll(ReferenceVenue):
    """Takes the tick of the first market for that of every market."""

    def instruments(self) -> Flow[Sequence[Instrument]]:
        told = yield from super().instruments()
        return [msgspec.structs.replace(one, lot=told[0].lot) if one.lot else one for one in told]


@mutant("IN-180")
class ListsTheOpenOnly(ReferenceVenue):
    """Leaves markets out of its list that cannot be traded now."""

    def instruments(self) -> Flow[Sequence[Instrument]]:
        told = yield from super().instruments()
        return [one for one in told if not one.untradable]
