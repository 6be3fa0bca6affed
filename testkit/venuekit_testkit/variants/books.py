"""Variants of the books: how they are proven, where a whole one comes from, and what a lost one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from venuekit.capability import Feature
from venuekit.errors import TradeError
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, Gap, MarketEvent
from venuekit.units import Nanos
from venuekit.venue import Feed, Fetch, Reconnect
from venuekit.wire import Frame, Response
from venuekit_testkit.reference import endpoints, wire
from venuekit_testkit.reference.answers import read
from venuekit_testkit.reference.feed import ReferenceFeed
from venuekit_testkit.reference.parse import to_snapshot
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged
from venuekit_testkit.simulate.reference.denials import Denied
from venuekit_testkit.simulate.reference.face import ReferenceSimulator
from venuekit_testkit.simulate.reference.shapes import book_shape
from venuekit_testkit.simulate.reference.stream import MarketSession
from venuekit_testkit.simulate.session import Session
from venuekit_testkit.variants.spelling import RespeltSimulator, Spelling
from venuekit_testkit.variants.variant import absent, variant, with_features

UNNUMBERED = absent("changes come without numbers")
UNPROVEN = absent("no checksum comes with a book")


class PlainFeed(ReferenceFeed):
    """Reads books without what the class leaves out."""

    sequence, checksums = True, True

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame."""
        return [self._plain(each) for each in super().receive(frame, now)]

    def _plain(self, event: MarketEvent) -> MarketEvent:
        out: dict[str, Any] = {} if self.checksums else {"checksum": None}
        if isinstance(event, BookSnapshot):
            return msgspec.structs.replace(event, **out, **({} if self.sequence else {"seq": None}))
        if isinstance(event, BookDelta):
            return msgspec.structs.replace(event, **out, **({} if self.sequence else {"first": None, "last": None}))
        return event


class UncheckedFeed(PlainFeed):
    """Leaves the checksum out."""

    checksums = False


class UnnumberedFeed(PlainFeed):
    """Leaves the numbers out."""

    sequence = False


class UncheckedSimulator(RespeltSimulator):
    """Proves no book."""

    told: ClassVar[Spelling] = {"checksum": lambda _: 0}


class UnnumberedSession(MarketSession):
    """Numbers no book and no change."""

    def _say(self, kind: str, type_: str, told: Mapping[str, Any]) -> None:
        super()._say(kind, type_, {**told, "seq": 0} if "seq" in told else told)


class UnnumberedSimulator(ReferenceSimulator):
    """Numbers what it tells of the account, and no book."""

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket."""
        return UnnumberedSession(self, now) if call.path == "/v1/stream" else super().open_session(call, now)


class OfFeed(ReferenceVenue):
    """Makes the feed that its class names."""

    made: type[ReferenceFeed] = ReferenceFeed

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades."""
        return self.made(instruments, f"{self._urls['stream']}/v1/stream")


@variant(UncheckedSimulator)
class NoChecksum(OfFeed):
    """Changes are numbered, and no checksum proves a book."""

    features = with_features({Feature.BOOK_CHECKSUM: UNPROVEN})
    made = UncheckedFeed

    def book(self, instrument: Instrument, depth: int) -> Any:
        """Fetch one book, which nothing proves."""
        book = yield from super().book(instrument, depth)
        return msgspec.structs.replace(book, checksum=None)


@variant(UnnumberedSimulator)
class NoSequence(OfFeed):
    """A checksum proves each book, and no change has a number."""

    features = with_features({Feature.BOOK_SEQUENCE: UNNUMBERED})
    made = UnnumberedFeed

    def book(self, instrument: Instrument, depth: int) -> Any:
        """Fetch one book, which has no number."""
        book = yield from super().book(instrument, depth)
        return msgspec.structs.replace(book, seq=None)


class WholeBookSession(MarketSession):
    """Tells the whole book at each change."""

    def hear(self, event: Event) -> None:
        """Tell whole books of subscribed markets, and their trades."""
        if isinstance(event, LevelChanged) and event.symbol in self.symbols:
            self._say("book", "book", book_shape(self.exchange, event.symbol))
        else:
            super().hear(event)


class WholeBookSimulator(ReferenceSimulator):
    """Tells whole books, and no changes."""

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket."""
        return WholeBookSession(self, now) if call.path == "/v1/stream" else super().open_session(call, now)


class WholeBookFeed(PlainFeed):
    """Reads whole books, which nothing numbers or proves."""

    sequence, checksums = False, False


@variant(WholeBookSimulator)
class WholeBooks(OfFeed):
    """The stream tells the whole book at each change: a lost one is made good by the next, and nothing is proven."""

    features = with_features({Feature.BOOK_SEQUENCE: UNNUMBERED, Feature.BOOK_CHECKSUM: UNPROVEN})
    made = WholeBookFeed


class ChangesOnlySession(MarketSession):
    """Tells changes from the subscription on, and no whole book."""

    def _subscribe(self, asked: Mapping[str, Any]) -> None:
        symbol = str(asked["symbol"])
        if symbol not in self.exchange.markets:
            raise Denied("unknown_market")
        self.symbols.add(symbol)
        self._say("other", "subscribed", {"subscribed": symbol})


class ChangesOnlySimulator(ReferenceSimulator):
    """Tells changes by its stream and whole books by REST."""

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket."""
        return ChangesOnlySession(self, now) if call.path == "/v1/stream" else super().open_session(call, now)


class Subscribed(msgspec.Struct, frozen=True):
    """The venue's word that changes are on their way."""

    subscribed: str


class FetchingFeed(ReferenceFeed):
    """Subscribes, and then fetches the whole book by REST."""

    host = ""

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame; once changes are on their way, fetch the book that they join on to."""
        try:
            symbol = self._symbols[msgspec.json.decode(frame, type=Subscribed).subscribed]
        except (msgspec.DecodeError, KeyError):
            return super().receive(frame, now)
        params = [("symbol", self.instruments[symbol].venue_symbol), ("depth", "0")]
        self._outbound.append(Fetch(endpoints.BOOK.request(self.host, params), symbol))
        return []

    def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[MarketEvent]:
        """Read a whole book; where none came, say so."""
        symbol = fetch.symbol
        try:
            if response is None:
                return [Gap(symbol, "the whole book did not come")]
            book = read(response, wire.Book, lambda told: to_snapshot(symbol, told, is_whole=True))
        except TradeError as error:
            return [Gap(symbol, str(error))]
        self.awaited.pop(symbol, None)
        return [book]


@variant(ChangesOnlySimulator)
class BooksByRest(ReferenceVenue):
    """The stream tells changes only; the whole book, at first and after a gap, is fetched by REST."""

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades."""
        feed = FetchingFeed(instruments, f"{self._urls['stream']}/v1/stream")
        feed.host = self._urls["rest"]
        return feed


class ReconnectingFeed(ReferenceFeed):
    """Opens a new connection where a book is lost."""

    def resync(self, symbol: str, reason: str) -> None:
        """Connect anew, which gives every book again."""
        if not any(isinstance(each, Reconnect) for each in self._outbound):
            self._outbound.append(Reconnect(reason))


@variant()
class ReconnectOnGap(OfFeed):
    """A lost book is asked for by a new connection: nothing else gives it again."""

    made = ReconnectingFeed
