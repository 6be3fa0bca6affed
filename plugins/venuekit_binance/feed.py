"""Binance spot: one socket of books and trades.

Made by `venue.py`. The first hundred instruments stand in the URL of the combined stream, the rest are subscribed with
frames. What must stay true: a book starts from a REST snapshot taken while its changes already arrive, and each change
joins on to the one before; the core's book holds the changes and proves that, this file only reads frames.

How to keep a local book, as the venue numbers the steps:
  1. Open the stream; 2. buffer its events (the core's book does).
  3. Get a depth snapshot: `Fetch`, on opening and after each `resync`.
  4. A snapshot older than the first event does not join on: the core calls `resync`, which fetches again.
  5. Drop events up to `lastUpdateId`; 6.-7. each event covers `U` to `u`, both included.
Source: https://github.com/binance/binance-spot-api-docs web-socket-streams.md (2026-07-21), "How to manage a local
order book correctly", and its limits: 1024 streams, 5 incoming messages a second; read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from venuekit.book.levels import bounded_levels, text_levels
from venuekit.errors import TradeError
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, Gap, MarketEvent, TradePrint
from venuekit.side import Side
from venuekit.units import NANOS_PER_MS, Nanos
from venuekit.venue import Feed, Fetch, Outbound, Send
from venuekit.wire import Frame, Response
from venuekit_binance.answers import read
from venuekit_binance.endpoints import depth_request
from venuekit_binance.frames import DepthFrame, DepthTextFrame, TradeFrame
from venuekit_binance.parse import to_snapshot
from venuekit_binance.wire import DepthSnapshot

MAX_STREAMS: Final = 1024
PER_REQUEST: Final = 100  # instruments: short enough for a URL, and few enough frames a second
SNAPSHOT_DEPTH: Final = 1000  # weighs 50; levels beyond it are learnt as they change
SILENCE_S: Final = 60.0  # the venue pings every 20 s

# The value of `e`, which no other frame contains; told apart before decoding, each kind decodes in one pass.
_DEPTH_MARK: Final = ('"depthUpdate"', b'"depthUpdate"')
_TRADE_MARK: Final = ('"trade"', b'"trade"')

_decode_depth: Final = msgspec.json.Decoder(DepthFrame, strict=False).decode
_decode_depth_text: Final = msgspec.json.Decoder(DepthTextFrame).decode
_decode_trade: Final = msgspec.json.Decoder(TradeFrame).decode
_decode_any: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class BinanceFeed(Feed):
    """Reads the combined stream: a hundred instruments in `url`, the others subscribed with frames."""

    silence_s = SILENCE_S

    def __init__(self, instruments: Sequence[Instrument], stream: str, rest: str) -> None:
        """Plan the streams. Raises: ValueError for more than one connection carries."""
        self.instruments: Mapping[str, Instrument] = {item.symbol: item for item in instruments}
        if 2 * len(self.instruments) > MAX_STREAMS:
            raise ValueError(f"a connection carries {MAX_STREAMS} streams, two an instrument, was {len(instruments)}")
        self._chunks = list(_chunks([item.venue_symbol for item in self.instruments.values()]))
        named = "/".join(self._chunks[0] if self._chunks else [])
        self.url = f"{stream}/stream?streams={quote(named, safe='/@')}"
        self._rest = rest
        self._symbols = {item.venue_symbol: item.symbol for item in self.instruments.values()}
        self._outbound: list[Outbound] = []
        self._asked: set[str] = set()

    def opened(self, now: Nanos) -> None:
        """Subscribe what the URL does not name, and ask for every book."""
        self._asked.clear()
        self._outbound = [Send(_subscribe(number, chunk)) for number, chunk in enumerate(self._chunks) if number]
        for symbol in self.instruments:
            self._ask(symbol)

    def pending(self) -> list[Outbound]:
        """Take what is to be sent."""
        taken, self._outbound = self._outbound, []
        return taken

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame; other streams than ours and answers to subscriptions give nothing.

        Raises: ValueError for what is no JSON object, an error of the venue, or an event with other fields.
        """
        binary = not isinstance(frame, str)
        if _DEPTH_MARK[binary] in frame:  # type: ignore[operator]  # the mark is of the frame's type
            return self._read_depth(frame)
        if _TRADE_MARK[binary] in frame:  # type: ignore[operator]
            return self._read_trade(frame)
        _check_other(frame)
        return []

    def _read_depth(self, frame: Frame) -> list[MarketEvent]:
        try:
            depth = _decode_depth(frame).data
            symbol = self._symbols.get(depth.s)
            if symbol is None:
                return []
        except msgspec.ValidationError:
            return self._read_text(frame)
        bids, asks = bounded_levels(depth.b), bounded_levels(depth.a)
        return [BookDelta(symbol, bids, asks, depth.U, depth.u, None, depth.E * NANOS_PER_MS)]  # type: ignore[arg-type]

    def _read_text(self, frame: Frame) -> list[MarketEvent]:
        # Numbers above the exact bound: slower, and as exact.
        depth = _decode_depth_text(frame).data
        symbol = self._symbols.get(depth.s)
        if symbol is None:
            return []
        bids, asks = text_levels(depth.b), text_levels(depth.a)
        return [BookDelta(symbol, bids, asks, depth.U, depth.u, None, Nanos(depth.E * NANOS_PER_MS))]

    def _read_trade(self, frame: Frame) -> list[MarketEvent]:
        trade = _decode_trade(frame).data
        symbol = self._symbols.get(trade.s)
        if symbol is None:
            return []
        [(px, qty)] = text_levels([(trade.p, trade.q)])
        taker = Side.SELL if trade.m else Side.BUY
        return [TradePrint(symbol, str(trade.t), px, qty, taker, Nanos(trade.T * NANOS_PER_MS))]

    def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[MarketEvent]:
        """Read a snapshot; one that did not come is a gap. An answer that nobody waits for gives nothing."""
        if fetch.symbol not in self._asked:
            return []
        self._asked.discard(fetch.symbol)
        return [_read_snapshot(self.instruments[fetch.symbol], response)]

    def resync(self, symbol: str, reason: str) -> None:
        """Ask for a snapshot, unless one is on its way."""
        if symbol not in self._asked:
            self._ask(symbol)

    def _ask(self, symbol: str) -> None:
        self._asked.add(symbol)
        request = depth_request(self._rest, self.instruments[symbol].venue_symbol, SNAPSHOT_DEPTH)
        self._outbound.append(Fetch(request, symbol))


def _chunks(symbols: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(symbols), PER_REQUEST):
        names = [symbol.lower() for symbol in symbols[start : start + PER_REQUEST]]
        yield [f"{name}@{stream}" for name in names for stream in ("depth@100ms", "trade")]


def _subscribe(number: int, streams: list[str]) -> str:
    return msgspec.json.encode({"method": "SUBSCRIBE", "params": streams, "id": number}).decode()


def _read_snapshot(instrument: Instrument, response: Response | None) -> BookSnapshot | Gap:
    # As a gap it is asked for again when the core sees fit, so a symbol that is refused is not asked for without end.
    if response is None:
        return Gap(instrument.symbol, "the snapshot did not come")
    try:
        return read(response, DepthSnapshot, lambda depth: to_snapshot(instrument, depth))
    except TradeError as error:
        return Gap(instrument.symbol, f"the snapshot did not come: {error.message}")


def _check_other(frame: Frame) -> None:
    told = _decode_any(frame)
    if "error" in told or "code" in told:
        raise ValueError(f"binance: the stream answered with an error: {frame!r}")
