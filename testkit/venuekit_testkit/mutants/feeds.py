"""Mutants whose books are not the venue's, or never come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from venuekit.book.book import Book
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, MarketEvent
from venuekit.market import TradePrint as Print
from venuekit.units import Nanos, Qty
from venuekit.venue import Feed, Outbound
from venuekit.wire import Frame
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.feed import ReferenceFeed
from venuekit_testkit.reference.venue import ReferenceVenue


class Feeds(ReferenceVenue):
    """Makes another feed."""

    stream: ClassVar[type[ReferenceFeed]]

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        return self.stream(instruments, f"{self._urls['stream']}/v1/stream")


class ChangesEvents(ReferenceFeed):
    """Changes what it tells."""

    def change(self, event: MarketEvent) -> MarketEvent:
        """Give what is told."""
        raise NotImplementedError

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        return [self.change(event) for event in super().receive(frame, now)]


class NeverAsksAgain(ReferenceFeed):
    def resync(self, symbol: str, reason: str) -> None:
        return


@mutant("MD-330", "https://github.com/ccxt/ccxt/issues/26753")
class ForgetsToResubscribe(Feeds):
    """Does not ask for a book again that was lost."""

    stream = NeverAsksAgain


class Believes(ReferenceFeed):
    claimed = 0

    def checksum(self, symbol: str, book: Book) -> int:
        return self.claimed

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        told = super().read_delta(frame)
        self.claimed = msgspec.json.decode(frame)["checksum"]
        return told

    def read_book(self, frame: Frame) -> list[MarketEvent]:
        self.claimed = msgspec.json.decode(frame)["checksum"]
        return super().read_book(frame)


@mutant("MD-320", "https://github.com/ccxt/ccxt/issues/22758")
class IgnoresChecksums(Feeds):
    """Does not compute what the venue's checksum must be."""

    stream = Believes


class Unnumbered(ChangesEvents):
    def change(self, event: MarketEvent) -> MarketEvent:
        if isinstance(event, BookDelta):
            return msgspec.structs.replace(event, first=None, last=None, checksum=None)
        return event


@mutant("MD-300", "https://github.com/ccxt/ccxt/issues/17733")
class AppliesAcrossAGap(Feeds):
    """Applies a change although the one before it was lost."""

    stream = Unnumbered


class UpsideDown(ChangesEvents):
    def change(self, event: MarketEvent) -> MarketEvent:
        if isinstance(event, BookDelta):
            return msgspec.structs.replace(event, bids=event.asks, asks=event.bids, checksum=None)
        return event


@mutant("MD-220")
class SwapsBidsAndAsks(Feeds):
    """Applies changes of bids to the asks."""

    stream = UpsideDown


class Increments(ChangesEvents):
    def change(self, event: MarketEvent) -> MarketEvent:
        if isinstance(event, BookDelta):
            gone = [(px, Qty(qty // 2)) for px, qty in event.bids]
            return msgspec.structs.replace(event, bids=gone, checksum=None)
        return event


@mutant("MD-220")
class HalvesSizes(Feeds):
    """Takes the new size of a level for something else than it is."""

    stream = Increments


class KeepsEmptied(ChangesEvents):
    def change(self, event: MarketEvent) -> MarketEvent:
        if isinstance(event, BookDelta):
            bids = [level for level in event.bids if level[1]]
            asks = [level for level in event.asks if level[1]]
            return msgspec.structs.replace(event, bids=bids, asks=asks, checksum=None)
        return event


@mutant("MD-220")
class KeepsEmptyLevels(Feeds):
    """Leaves a level in the book that the venue took out."""

    stream = KeepsEmptied


class OtherTaker(ChangesEvents):
    def change(self, event: MarketEvent) -> MarketEvent:
        return msgspec.structs.replace(event, taker=event.taker.opposite) if isinstance(event, Print) else event


@mutant("MD-260")
class StreamsTheMaker(Feeds):
    """Tells the side of who waited as that of who took, on the stream."""

    stream = OtherTaker


class Quiet(ReferenceFeed):
    def beat(self, now: Nanos) -> None:
        return


@mutant("MD-290")
class NeverPings(Feeds):
    """Lets the venue believe that it is gone."""

    stream = Quiet


class Repeats(ReferenceFeed):
    def pending(self) -> list[Outbound]:
        return list(self._outbound[:3])


@mutant("MD-270")
class SendsItAllAgain(Feeds):
    """Gives the same frames again each time that it is asked for what is to be sent."""

    stream = Repeats


class WaitsForEver(ReferenceFeed):
    def beat(self, now: Nanos) -> None:
        waiting, self.awaited = self.awaited, {}
        super().beat(now)
        self.awaited = waiting


@mutant("MD-400", "https://github.com/ccxt/ccxt/issues/16396")
class WaitsForALostBook(Feeds):
    """Asks for a lost book once, and waits for ever where the answer is lost too."""

    stream = WaitsForEver


class Once(ReferenceFeed):
    opens = 0

    def opened(self, now: Nanos) -> None:
        self.opens += 1
        if self.opens == 1:
            super().opened(now)


@mutant("MD-360", "https://github.com/nautechsystems/nautilus_trader/pull/4991")
class SubscribesOnce(Feeds):
    """Does not subscribe again on a new connection."""

    stream = Once


class Trusts(ReferenceFeed):
    def opened(self, now: Nanos) -> None:
        super().opened(now)
        self.awaited.clear()


@mutant("MD-405")
class TrustsToBeHeard(Feeds):
    """Subscribes, and waits for ever where the venue did not hear it."""

    stream = Trusts


class Piles(ReferenceFeed):
    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        super().__init__(instruments, url)
        self.lost: list[str] = []

    def resync(self, symbol: str, reason: str) -> None:
        self.lost.append(symbol)
        for each in self.lost:
            self.ask(each)


@mutant("MD-380", "https://github.com/ccxt/ccxt/issues/26753")
class PilesUpSubscriptions(Feeds):
    """Subscribes at each repair to all that was ever repaired."""

    stream = Piles


class First(ReferenceFeed):
    def opened(self, now: Nanos) -> None:
        super().opened(now)
        self._outbound = self._outbound[:1]
        self.awaited = dict(list(self.awaited.items())[:1])


@mutant("MD-250")
class SubscribesTheFirst(Feeds):
    """Subscribes to the first of several markets only."""

    stream = First


class Mislabels(ChangesEvents):
    def change(self, event: MarketEvent) -> MarketEvent:
        first = next(iter(self.instruments))
        return msgspec.structs.replace(event, symbol=first) if isinstance(event, BookSnapshot | BookDelta) else event


@mutant("MD-250", "https://github.com/caiovicentino/polymarket-mcp-server/pull/31")
class MixesMarkets(Feeds):
    """Applies changes of every market to the first."""

    stream = Mislabels
