"""Acme's stream of books and trades: one socket, numbered changes, a checksum over the five best levels a side.

Source: docs/conformance/reference-protocol.md, "Market stream".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from zlib import crc32

import msgspec

from venuekit.book.book import Book
from venuekit.errors import TradeError
from venuekit.instrument import Instrument
from venuekit.market import MarketEvent
from venuekit.units import NANOS_PER_S, Nanos, format_px, format_qty
from venuekit.venue import Feed, Outbound, Send
from venuekit.wire import Frame
from venuekit_acme import wire
from venuekit_acme.parse import to_delta, to_print, to_snapshot

PING_NS: Final = 20 * NANOS_PER_S
PROVEN: Final = 5
SHAPES: Final = {"book": wire.Book, "delta": wire.Book, "trade": wire.Trade}


class Told(msgspec.Struct, frozen=True):
    """What every frame has."""

    type: str


class AcmeFeed(Feed):
    """Reads books and trades. `awaited` are whole books that were asked for and have not come."""

    silence_s = 60.0

    def __init__(self, instruments: Sequence[Instrument], url: str) -> None:
        self.url = url
        self.instruments: Mapping[str, Instrument] = {each.symbol: each for each in instruments}
        self.awaited: set[str] = set()
        self._symbols = {each.venue_symbol: each.symbol for each in instruments}
        self._out: list[Outbound] = []
        self._pinged = Nanos(0)

    def opened(self, now: Nanos) -> None:
        """Subscribe to everything."""
        self._pinged, self._out, self.awaited = now, [], set()
        for symbol in self.instruments:
            self.resync(symbol, "a new connection")

    def beat(self, now: Nanos) -> None:
        """Ping every twenty seconds, and ask again for the books that have not come."""
        if now - self._pinged >= PING_NS:
            self._pinged = now
            self._out.append(Send('{"op":"ping"}'))
            self._out += [self._subscribe(symbol) for symbol in sorted(self.awaited)]

    def pending(self) -> list[Outbound]:
        """Take what is to be sent."""
        out, self._out = self._out, []
        return out

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame. Raises: ValueError."""
        try:
            return self._read(msgspec.json.decode(frame, type=Told).type, frame)
        except (KeyError, RecursionError, TradeError) as error:  # RecursionError: nested too deeply
            raise ValueError(f"acme: the frame makes no sense: {error}") from error

    def resync(self, symbol: str, reason: str) -> None:
        """Ask for the whole book again, unless it is on its way."""
        if symbol not in self.awaited:
            self.awaited.add(symbol)
            self._out.append(self._subscribe(symbol))

    def checksum(self, symbol: str, book: Book) -> int:
        """Compute the CRC-32 of "px:qty" joined by commas, bids before asks, best first."""
        levels = [*book.bids.levels(PROVEN), *book.asks.levels(PROVEN)]
        return crc32(",".join(f"{format_px(px)}:{format_qty(qty)}" for px, qty in levels).encode())

    def _read(self, kind: str, frame: Frame) -> list[MarketEvent]:
        if kind == "pong":
            return []
        told = msgspec.json.decode(frame, type=SHAPES[kind])
        symbol = self._symbols[told.symbol]
        if isinstance(told, wire.Trade):
            return [to_print(symbol, told)]
        if kind == "delta":
            return [to_delta(symbol, told)]
        self.awaited.discard(symbol)
        return [to_snapshot(symbol, told, is_whole=True)]

    def _subscribe(self, symbol: str) -> Send:
        asked = {"op": "subscribe", "symbol": self.instruments[symbol].venue_symbol}
        return Send(msgspec.json.encode(asked).decode())
