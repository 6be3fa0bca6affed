"""Mutants whose feeds keep too much, or too little, or come from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, MarketEvent
from venuekit.units import Nanos
from venuekit.wire import Frame
from venuekit_testkit.mutants.feeds import Feeds
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.feed import ReferenceFeed


class Keeps(ReferenceFeed):
    """Keeps every frame that it read."""

    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        super().__init__(instruments, url)
        self.read: list[list[MarketEvent]] = []

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        self.read.append(super().receive(frame, now))
        return self.read[-1]


@mutant("ST-120", "https://github.com/nautechsystems/nautilus_trader/issues/4533")
class KeepsWhatItRead(Feeds):
    """Keeps all that a feed ever told."""

    stream = Keeps


class Tallies(ReferenceFeed):
    """Keeps a note of each repair."""

    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        super().__init__(instruments, url)
        self.notes: list[tuple[str, int]] = []

    def resync(self, symbol: str, reason: str) -> None:
        self.notes.append((reason, len(self.notes) + 10**6))
        super().resync(symbol, reason)


@mutant("ST-130", "https://github.com/ccxt/ccxt/issues/26753")
class KeepsANoteOfEachRepair(Feeds):
    """Keeps something for each repair, for ever."""

    stream = Tallies


class Shallow(ReferenceFeed):
    """Reads no more than forty levels."""

    def read_book(self, frame: Frame) -> list[MarketEvent]:
        told = [each for each in super().read_book(frame) if isinstance(each, BookSnapshot)]
        return [msgspec.structs.replace(each, bids=each.bids[:40], asks=each.asks[:40], checksum=None) for each in told]

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        told = [each for each in super().read_delta(frame) if isinstance(each, BookDelta)]
        return [msgspec.structs.replace(each, checksum=None) for each in told]


@mutant("ST-150", "https://github.com/ctubio/Krypto-trading-bot/issues/553")
class CutsDeepBooks(Feeds):
    """Cuts a book at forty levels and says nothing of it."""

    stream = Shallow


class Elsewhere(ReferenceFeed):
    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        super().__init__(instruments, url.replace("stream.reference.example", "mirror.example"))


@mutant("SE-150")
class StreamsFromElsewhere(Feeds):
    """Opens its feed at a host that it does not declare."""

    stream = Elsewhere
