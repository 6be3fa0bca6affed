"""A small feed with sequence numbers, to test what runs feeds. It is a real `Feed` of a venue that does not exist.

Frames are JSON: `{"t":"snapshot","symbol":"BTC-USD","seq":5,"bids":[[px,qty]],"asks":[]}`, `{"t":"delta","symbol":…,
"first":6,"last":6,…}`, `{"t":"trade","symbol":…,"id":"1","px":…,"qty":…}`, `{"t":"leave"}`; prices and quantities are
integers at our scale. Whatever else comes raises ValueError. The snapshot body has the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from venuekit.book.book import Book
from venuekit.instrument import Instrument, Kind
from venuekit.market import BookDelta, BookSnapshot, Gap, Levels, MarketEvent, TradePrint
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, PX_SCALE, QTY_SCALE, Nanos, Px, Qty
from venuekit.venue import Feed, Fetch, Outbound, Reconnect, Send
from venuekit.wire import Frame, Request, Response


def make_instrument(symbol: str, venue: str = "seq") -> Instrument:
    """Make a spot instrument of this symbol."""
    base, _, quote = symbol.partition("-")
    tick, lot = Px(PX_SCALE // 100), Qty(QTY_SCALE // 1000)
    return Instrument(
        symbol=symbol, kind=Kind.SPOT, venue=venue, venue_symbol=symbol, base=base, quote=quote, tick=tick, lot=lot
    )


class SeqFeed(Feed):
    """Subscribes by frame; mends a book by frame too, or from `snapshots` (a URL) by HTTP.

    `resyncs` and `opens` are when it was asked to, by its own count of calls.
    """

    def __init__(
        self,
        url: str,
        symbols: Sequence[str] = ("BTC-USD",),
        snapshots: str = "",
        silence_s: float = 30.0,
        beat_s: float = 0.0,
        venue: str = "seq",
        cost: tuple[tuple[str, int], ...] = (),
    ) -> None:
        self.url = url
        self.silence_s = silence_s
        self.instruments: Mapping[str, Instrument] = {symbol: make_instrument(symbol, venue) for symbol in symbols}
        self.resyncs: list[tuple[str, str]] = []
        self.opens = 0
        self._snapshots, self._cost = snapshots, cost
        self._beat = beat_s * NANOS_PER_S
        self._beaten = Nanos(0)
        self._out: list[Outbound] = []

    def opened(self, now: Nanos) -> None:
        """Subscribe to all symbols."""
        self.opens += 1
        self._beaten = now
        self._out = []
        for symbol in self.instruments:
            self._subscribe(symbol)

    def beat(self, now: Nanos) -> None:
        """Ping every `beat_s`, where it is not 0."""
        if self._beat and now - self._beaten >= self._beat:
            self._beaten = now
            self._out.append(Send("ping"))

    def pending(self) -> list[Outbound]:
        """Take what is to be sent."""
        out, self._out = self._out, []
        return out

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame. Raises: ValueError."""
        message = msgspec.json.decode(frame, type=dict[str, Any])
        if message.get("t") == "leave":
            self._out.append(Reconnect("the venue asks to leave"))
            return []
        return [parse_event(message, now)]

    def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[MarketEvent]:
        """Read a snapshot; without one the book stays lost."""
        if response is None or response.status != 200:
            return [Gap(fetch.symbol, "no snapshot")]
        return [parse_event(msgspec.json.decode(response.body, type=dict[str, Any]), now)]

    def resync(self, symbol: str, reason: str) -> None:
        """Subscribe anew."""
        self.resyncs.append((symbol, reason))
        self._subscribe(symbol)

    def depth(self, symbol: str) -> int:
        """Every level."""
        return 0

    def checksum(self, symbol: str, book: Book) -> int:
        """Count the levels."""
        return len(book.bids) + len(book.asks)

    def _subscribe(self, symbol: str) -> None:
        self._out.append(Send(f"sub {symbol}"))
        if self._snapshots:
            request = Request(method="GET", url=self._snapshots, query=f"symbol={symbol}", safe=True, cost=self._cost)
            self._out.append(Fetch(request, symbol))


def parse_event(message: Mapping[str, Any], now: Nanos) -> MarketEvent:
    """Read one message. Raises: ValueError."""
    kind, symbol = message.get("t"), str(message.get("symbol"))
    if kind == "snapshot":
        return BookSnapshot(symbol, _levels(message, "bids"), _levels(message, "asks"), message["seq"], ts=now)
    if kind == "delta":
        bids, asks = _levels(message, "bids"), _levels(message, "asks")
        return BookDelta(symbol, bids, asks, message["first"], message["last"], message.get("checksum"), now)
    if kind == "trade":
        return TradePrint(symbol, message["id"], Px(message["px"]), Qty(message["qty"]), Side.BUY, now)
    raise ValueError(f"expected snapshot, delta, trade or leave, found {kind!r}")


def _levels(message: Mapping[str, Any], side: str) -> Levels:
    return [(Px(px), Qty(qty)) for px, qty in message.get(side, ())]
