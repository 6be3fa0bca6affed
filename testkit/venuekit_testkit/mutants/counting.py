"""Mutants whose feeds lose count of changes, or mix one connection with another."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, MarketEvent, TradePrint
from venuekit.units import Nanos, Px, Qty
from venuekit.venue import Fetch
from venuekit.wire import Frame, Response
from venuekit_testkit.mutants.feeds import ChangesEvents, Feeds
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.endpoints import BOOK
from venuekit_testkit.reference.feed import ReferenceFeed

REST = "https://api.reference.example"


class Mute(ReferenceFeed):
    def opened(self, now: Nanos) -> None:
        super().opened(now)
        self._outbound.clear()
        self.awaited.clear()


@mutant("MD-200")
class NeverSubscribes(Feeds):
    """Opens its socket and says nothing."""

    stream = Mute


class Milliseconds(ChangesEvents):
    def change(self, event: MarketEvent) -> MarketEvent:
        if isinstance(event, BookSnapshot | BookDelta | TradePrint):
            return msgspec.structs.replace(event, ts=Nanos(event.ts // 10**6))
        return event


@mutant("MD-210")
class StreamsMilliseconds(Feeds):
    """Gives times of changes in milliseconds."""

    stream = Milliseconds


class Early(ReferenceFeed):
    def read_book(self, frame: Frame) -> list[MarketEvent]:
        told = [each for each in super().read_book(frame) if isinstance(each, BookSnapshot)]
        return [msgspec.structs.replace(each, seq=(each.seq or 0) + 1, checksum=None) for each in told]

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        told = [each for each in super().read_delta(frame) if isinstance(each, BookDelta)]
        return [msgspec.structs.replace(each, checksum=None) for each in told]


@mutant("MD-230", "https://github.com/ccxt/ccxt/issues/17733")
class NumbersItsBookTooHigh(Feeds):
    """Takes the number of a book for that of the change after it, which is then dropped."""

    stream = Early


class OnlyFirst(ReferenceFeed):
    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        super().__init__(instruments[:1], url)


@mutant("MD-240")
class KnowsTheFirst(Feeds):
    """Knows the first of several markets only."""

    stream = OnlyFirst


class Patient(ReferenceFeed):
    silence_s = 86_400.0


@mutant("MD-280")
class WaitsAllDay(Feeds):
    """Takes a socket that was silent for a day for alive."""

    stream = Patient


class Unchecked(ReferenceFeed):
    """Keeps its own count of the numbers, so that only a checksum could tell, and gives none."""

    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        super().__init__(instruments, url)
        self.last = 0

    def read_book(self, frame: Frame) -> list[MarketEvent]:
        self.last = 10**6
        told = [each for each in super().read_book(frame) if isinstance(each, BookSnapshot)]
        return [msgspec.structs.replace(each, seq=self.last, checksum=None) for each in told]

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        self.last += 1
        told = [each for each in super().read_delta(frame) if isinstance(each, BookDelta)]
        return [msgspec.structs.replace(each, first=self.last, last=self.last, checksum=None) for each in told]


@mutant("MD-310", "https://github.com/ccxt/ccxt/issues/22758")
class CountsByItself(Feeds):
    """Numbers changes as they come, and leaves the venue's checksum out."""

    stream = Unchecked


@mutant("MD-350", "https://github.com/ccxt/ccxt/issues/16396")
class AppliesAsItComes(Feeds):
    """Applies changes in the order in which they arrive, whatever their numbers say."""

    stream = Unchecked


class Adds(ReferenceFeed):
    """Adds what a change told to what it had, so that what comes twice counts twice."""

    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        super().__init__(instruments, url)
        self.times: dict[Px, int] = {}

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        told = [each for each in super().read_delta(frame) if isinstance(each, BookDelta)]
        return [event for each in told for event in self.add(each)]

    def add(self, delta: BookDelta) -> list[MarketEvent]:
        number = delta.last or 0
        again = self.times.get(Px(0)) == number
        self.times[Px(0)] = number
        twice = [(px, Qty(2 * qty)) for px, qty in delta.bids]
        return [msgspec.structs.replace(delta, bids=twice, first=None, last=None, checksum=None) if again else delta]


@mutant("MD-340")
class CountsARepeatTwice(Feeds):
    """Adds a change that comes twice a second time."""

    stream = Adds


class Remembers(ReferenceFeed):
    """Drops what is not above the highest number it ever saw."""

    highest = -1

    def read_book(self, frame: Frame) -> list[MarketEvent]:
        return self.above(super().read_book(frame))

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        return self.above(super().read_delta(frame))

    def above(self, told: list[MarketEvent]) -> list[MarketEvent]:
        for each in told:
            number = each.seq if isinstance(each, BookSnapshot) else each.last if isinstance(each, BookDelta) else None
            if number is not None and number < self.highest:
                return []
            self.highest = max(self.highest, number or 0)
        return told


@mutant("MD-370", "https://github.com/nautechsystems/nautilus_trader/pull/4991")
class RemembersOldNumbers(Feeds):
    """Goes on counting where the venue has begun anew."""

    stream = Remembers


class Shrugs(ReferenceFeed):
    """Fetches each book too, and tells nobody where that failed."""

    def ask(self, symbol: str) -> None:
        super().ask(symbol)
        params = [("symbol", self.instruments[symbol].venue_symbol), ("depth", "0")]
        self._outbound.append(Fetch(BOOK.request(REST, params), symbol))

    def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[MarketEvent]:
        return [] if response is None or response.status != 200 else self.read_book(response.body)


@mutant("MD-390", "https://github.com/ccxt/ccxt/issues/16396")
class ShrugsAtALostBook(Feeds):
    """Says nothing where a book that it fetched did not come."""

    stream = Shrugs


class TakesLateAnswers(Shrugs):
    """Fetches a book that was lost, and passes over the streamed one once the fetched one is there."""

    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        super().__init__(instruments, url)
        self.have: set[str] = set()

    def opened(self, now: Nanos) -> None:
        super().opened(now)
        self._outbound = [each for each in self._outbound if not isinstance(each, Fetch)]
        self.have.clear()

    def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[MarketEvent]:
        told = [each for each in super().respond(fetch, response, now) if isinstance(each, BookSnapshot)]
        self.have.add(fetch.symbol)
        return [msgspec.structs.replace(each, seq=None, checksum=None) for each in told]

    def read_book(self, frame: Frame) -> list[MarketEvent]:
        return [] if self.have else super().read_book(frame)

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        told = [each for each in super().read_delta(frame) if isinstance(each, BookDelta)]
        return [msgspec.structs.replace(each, first=None, last=None, checksum=None) for each in told]


@mutant("MD-410", "https://github.com/nautechsystems/nautilus_trader/pull/4991")
class BelievesALateAnswer(Feeds):
    """Takes a book that was asked for on the connection before for one of this."""

    stream = TakesLateAnswers
