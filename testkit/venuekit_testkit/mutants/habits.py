"""Mutants that ask too much, too often, without keys, or in the clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from venuekit.credential import Credentials
from venuekit.errors import OutcomeUnknown, Refused
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.market import TradePrint
from venuekit.order import Accepted, NewOrder
from venuekit.units import Nanos
from venuekit.venue import AccountFeed, BatchItem
from venuekit.wire import Flow, Request
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.mutants.tamper import tamper
from venuekit_testkit.reference import endpoints
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.venue import ReferenceVenue

ANYBODY = Credentials(api_key="anybody", api_secret="anything at all")  # noqa: S106 - it opens nothing


@mutant("SE-180")
class AsksWithoutKeys(ReferenceVenue):
    """Signs with keys of its own where it was given none."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        has_keys = credentials is not None and credentials.api_key
        super().__init__(credentials if has_keys else ANYBODY, hosts)


@mutant("SE-190")
class StreamsWithoutKeys(AsksWithoutKeys):
    """Opens the account's stream with keys of its own where it was given none."""


@mutant("SE-160")
class AccountFromElsewhere(ReferenceVenue):
    """Opens the account's stream at a host that it does not declare."""

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        feed = super().account_feed(instruments)
        feed.url = feed.url.replace("stream.reference.example", "mirror.example")
        return feed


@mutant("RL-100")
class MarketDataCostsNothing(ReferenceVenue):
    """Asks for trades without saying what that takes."""

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        return (yield from tamper(super().trades(instrument, limit), ask=_for_nothing))


@mutant("RL-130")
class TradesAreNotSafe(ReferenceVenue):
    """Says that to read trades changes something."""

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        return (yield from tamper(super().trades(instrument, limit), ask=_unsafe))


@mutant("RL-160")
class BusyBatchIsUnknown(ReferenceVenue):
    """Tells a batch that was too fast as one whose outcome is not known."""

    def batch(self, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
        try:
            return (yield from super().batch(orders, now))
        except Refused as error:
            return [OutcomeUnknown(error.message, venue=VENUE) for _ in orders]


@mutant("RL-180", "https://github.com/ccxt/ccxt/issues/17733")
class PagesWithoutEnd(ReferenceVenue):
    """Asks for the next page for as long as there is a cursor."""

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[Sequence[Fill]]:
        response = yield self._caller.ask(endpoints.FILLS, now)
        while b'"cursor":""' not in response.body:
            response = yield self._caller.ask(endpoints.FILLS, now)
        return []


def _for_nothing(request: Request) -> Request:
    return msgspec.structs.replace(request, cost=())


def _unsafe(request: Request) -> Request:
    return msgspec.structs.replace(request, safe=False)


@mutant("ST-100")
class ListsAThousand(ReferenceVenue):
    """Lists the first thousand markets."""

    def instruments(self) -> Flow[Sequence[Instrument]]:
        listed = yield from super().instruments()
        return listed[:1000]


@mutant("ST-110", "https://github.com/hummingbot/hummingbot/issues/7621")
class LooksThroughAllForEach(ReferenceVenue):
    """Looks through all markets for each of them."""

    def instruments(self) -> Flow[Sequence[Instrument]]:
        listed = yield from super().instruments()
        return [each for each in listed if sum(_is_same(each, other) for other in listed[::8]) < 9]


def _is_same(one: Instrument, other: Instrument) -> bool:
    return one.symbol == other.symbol


@mutant("ST-140")
class ForgetsEverySeventhId(ReferenceVenue):
    """Gives the id of an earlier order now and then."""

    def submit(self, order: NewOrder, now: Nanos) -> Flow[Accepted]:
        told = yield from super().submit(order, now)
        number = int(told.venue_id)
        return msgspec.structs.replace(told, venue_id=str(number - 1)) if number % 700 == 0 else told
