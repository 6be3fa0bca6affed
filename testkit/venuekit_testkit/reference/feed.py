"""The reference venue: one socket of books and trades.

Made by `venue.py`. What must stay true: a book that was lost is asked for again, and again every five seconds until it
comes; the socket is kept open by a ping every twenty seconds. The core's book judges numbers and checksums.
Source: docs/conformance/reference-protocol.md, "Market stream".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from venuekit.book.book import Book
from venuekit.errors import TradeError
from venuekit.instrument import Instrument
from venuekit.market import MarketEvent
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import Feed, Outbound, Send
from venuekit.wire import Frame
from venuekit_testkit.reference import wire
from venuekit_testkit.reference.checksum import checksum
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.parse import to_delta, to_print, to_snapshot

SILENCE_S: Final = 60.0
PING_NS: Final = 20 * NANOS_PER_S
PATIENCE_BEATS: Final = 5
PING: Final = '{"op":"ping"}'


class Kind(msgspec.Struct, frozen=True):
    """What every frame has."""

    type: str


class ReferenceFeed(Feed):
    """Reads books and trades of the instruments it subscribed. `awaited` are books on their way, with beats waited."""

    silence_s = SILENCE_S

    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        self.url = url
        self.instruments: Mapping[str, Instrument] = {item.symbol: item for item in instruments}
        self.awaited: dict[str, int] = {}
        self._symbols = {item.venue_symbol: item.symbol for item in instruments}
        self._outbound: list[Outbound] = []
        self._pinged = Nanos(0)
        self._readers: Mapping[str, Callable[[Frame], list[MarketEvent]]] = {
            "book": self.read_book,
            "delta": self.read_delta,
            "trade": self.read_trade,
            "pong": lambda _: [],
        }

    def opened(self, now: Nanos) -> None:
        """Subscribe to everything."""
        self._pinged = now
        self._outbound = []
        self.awaited.clear()
        for symbol in self.instruments:
            self.ask(symbol)

    def beat(self, now: Nanos) -> None:
        """Ping where it is due, and ask again for what does not come."""
        if now - self._pinged >= PING_NS:
            self._pinged = now
            self._outbound.append(Send(PING))
        for symbol in self.awaited:
            self.awaited[symbol] += 1
            if self.awaited[symbol] % PATIENCE_BEATS == 0:
                self._subscribe(symbol)

    def pending(self) -> list[Outbound]:
        """Take what is to be sent."""
        taken, self._outbound = self._outbound, []
        return taken

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame. Raises: ValueError for an error of the venue and for what it does not document."""
        kind = msgspec.json.decode(frame, type=Kind).type
        reader = self._readers.get(kind)
        if reader is None:
            raise ValueError(f"{VENUE}: expected book, delta, trade or pong, found {kind!r}")
        try:
            return reader(frame)
        except (KeyError, TradeError) as error:
            raise ValueError(f"{VENUE}: the frame makes no sense: {error}") from error

    def resync(self, symbol: str, reason: str) -> None:
        """Ask for the whole book again, unless it is on its way."""
        if symbol not in self.awaited:
            self.ask(symbol)

    def checksum(self, symbol: str, book: Book) -> int:
        """Compute what the venue's proof must be."""
        return checksum(book)

    def read_book(self, frame: Frame) -> list[MarketEvent]:
        """Read a whole book."""
        told = msgspec.json.decode(frame, type=wire.Book)
        symbol = self._symbols[told.symbol]
        self.awaited.pop(symbol, None)
        return [to_snapshot(symbol, told, is_whole=True)]

    def read_delta(self, frame: Frame) -> list[MarketEvent]:
        """Read a change."""
        told = msgspec.json.decode(frame, type=wire.Book)
        return [to_delta(self._symbols[told.symbol], told)]

    def read_trade(self, frame: Frame) -> list[MarketEvent]:
        """Read a public trade."""
        told = msgspec.json.decode(frame, type=wire.Trade)
        return [to_print(self._symbols[told.symbol], told)]

    def ask(self, symbol: str) -> None:
        """Subscribe, which gives the whole book, and expect it."""
        self.awaited[symbol] = 0
        self._subscribe(symbol)

    def _subscribe(self, symbol: str) -> None:
        asked: dict[str, Any] = {"op": "subscribe", "symbol": self.instruments[symbol].venue_symbol}
        self._outbound.append(Send(msgspec.json.encode(asked).decode()))
