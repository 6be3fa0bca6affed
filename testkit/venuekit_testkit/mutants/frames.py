"""Mutants whose feeds take frames for what they are not, or lose count of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, MarketEvent, TradePrint
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, parse_px, parse_qty
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


class Crashes(ReferenceFeed):
    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        told = msgspec.json.decode(frame)
        return super().receive(frame, now) if told["type"] else []


@mutant("MD-500")
class CrashesOnNonsense(Feeds):
    """Takes for granted that a frame is an object with a type."""

    stream = Crashes


class Swallows(ReferenceFeed):
    """Passes over what it cannot read, and over the numbers that would tell."""

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        try:
            told = super().receive(frame, now)
        except ValueError:
            return []
        return [
            msgspec.structs.replace(each, first=None, last=None, checksum=None) if isinstance(each, BookDelta) else each
            for each in told
        ]


@mutant("MD-520")
class PassesOverHalfAFrame(Feeds):
    """Passes over a frame that it cannot read, and goes on as if there had been none."""

    stream = Swallows


class Guesses(ReferenceFeed):
    """Reads changes field by field, with something in the place of what is not there."""

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        told: Mapping[str, Any] = msgspec.json.decode(frame)
        sides = ([(_px(row), _qty(row)) for row in told.get(side) or ()] for side in ("bids", "asks"))
        bids, asks = ([level for level in side if level[0] > 0] for side in sides)
        symbol = self._symbols.get(str(told.get("symbol")), next(iter(self.instruments)))
        return [BookDelta(symbol, bids, asks)]


@mutant("MD-530", "https://github.com/pmxt-dev/pmxt/issues/59")
class MissingIsZero(Feeds):
    """Takes a size that is missing for 0, and a change without a price for none."""

    stream = Guesses


def _px(row: Any) -> Px:
    try:
        return parse_px(str(row[0]))
    except (ValueError, LookupError, TypeError):
        return Px(0)


def _qty(row: Any) -> Qty:
    try:
        return Qty(max(0, parse_qty(str(row[1]))))
    except (ValueError, LookupError, TypeError):
        return Qty(0)


class Strict(ReferenceFeed):
    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        if len(msgspec.json.decode(frame)) > 7:
            raise ValueError("there are more fields than there were")
        return super().receive(frame, now)


@mutant("MD-540")
class RefusesWhatIsNew(Feeds):
    """Refuses a frame that has a field which it does not know."""

    stream = Strict


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


class Takes(ReferenceFeed):
    def read_trade(self, frame: Frame) -> list[MarketEvent]:
        told = msgspec.json.decode(frame)
        px, qty = parse_px(told["price"]), parse_qty(told["quantity"])
        return [
            TradePrint(self._symbols[told["symbol"]], told["id"], px, qty, Side(told["taker"]), Nanos(told["time"]))
        ]

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        kind = msgspec.json.decode(frame)
        return self.read_trade(frame) if "trade" in kind.values() else super().receive(frame, now)


@mutant("MD-555", "https://github.com/pmxt-dev/pmxt/issues/59")
class TakesTradesForWhole(Feeds):
    """Takes for granted that a trade has all its fields."""

    stream = Takes


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


class TextOnly(ReferenceFeed):
    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        return super().receive(frame, now) if isinstance(frame, str) else []


@mutant("MD-550")
class ReadsTextOnly(Feeds):
    """Passes over frames that come as bytes."""

    stream = TextOnly


class Stumbles(ReferenceFeed):
    """Subscribes to nothing any more once it has met nonsense."""

    stumbled = False

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        try:
            return super().receive(frame, now)
        except (ValueError, RecursionError):
            self.stumbled = True
            raise

    def _subscribe(self, symbol: str) -> None:
        if not self.stumbled:
            super()._subscribe(symbol)


@mutant("MD-510")
class StumblesOverNonsense(Feeds):
    """Asks for no book any more once it has met nonsense."""

    stream = Stumbles


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
