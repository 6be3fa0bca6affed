"""Kraken's public WebSocket v2: books proven by checksum, and trades.

Made by `venue.py`, driven by the core. Pure: no socket, no clock.
What must stay true: every book message carries its checksum on. Kraken numbers nothing, so that is the only proof; what
arrives between a resync and its snapshot is not told apart here, because `Book` drops it.
Sources: https://docs.kraken.com/api/docs/websocket-v2/book, https://docs.kraken.com/api/docs/websocket-v2/trade,
https://docs.kraken.com/api/docs/guides/spot-ws-book-v2, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import msgspec

from venuekit.book.book import Book
from venuekit.book.levels import PxMemo
from venuekit.instrument import Instrument
from venuekit.market import Gap, MarketEvent
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import Feed, Fetch, Outbound, Send
from venuekit.wire import Frame, Response
from venuekit_kraken.checksum import Checksum
from venuekit_kraken.parse import as_snapshot, find_symbol, parse_books, parse_prints
from venuekit_kraken.wire import Message

DEPTHS: Final = (10, 25, 100, 500, 1000)  # what the book channel offers
DEFAULT_DEPTH: Final = 100
SILENCE_S: Final = 10.0  # a heartbeat comes about every second when nothing else does
PATIENCE: Final = 10 * NANOS_PER_S  # in which the snapshot of a subscription must come

Method = Literal["subscribe", "unsubscribe"]
Channel = Literal["book", "trade"]

_MESSAGE: Final = msgspec.json.Decoder(Message)


def stream_symbol(instrument: Instrument) -> str:
    """Spell an instrument as WebSocket v2 does: `BTC/USD`, with today's asset codes."""
    return f"{instrument.base}/{instrument.quote}"


class MarketFeed(Feed):
    """Books and trades of some pairs over one socket."""

    def __init__(self, url: str, instruments: Sequence[Instrument], depth: int = DEFAULT_DEPTH) -> None:
        if depth not in DEPTHS:
            raise ValueError(f"depth must be one of {DEPTHS}, was {depth}")
        self.url = url
        self.silence_s = SILENCE_S
        self.instruments = {instrument.symbol: instrument for instrument in instruments}
        self._names = {instrument.symbol: stream_symbol(instrument) for instrument in instruments}
        self._symbols = {name: symbol for symbol, name in self._names.items()}
        self._checksums = {each.symbol: Checksum(each.px_decimals, each.qty_decimals) for each in instruments}
        self._depth = depth
        self._now = Nanos(0)  # as late as we were told
        self._memo = PxMemo()
        self._readers: dict[str, Callable[[Message], list[MarketEvent]]] = {
            "book": self._read_books,
            "trade": self._read_trades,
        }
        self.opened(Nanos(0))

    def opened(self, now: Nanos) -> None:
        """Subscribe to everything anew."""
        self._now = now
        self._refused: set[str] = set()
        self._requests = 0
        self._asked: dict[int, list[str]] = {}  # symbols by the subscription that named them
        self._waits: dict[str, Nanos] = {}  # since when a book's snapshot is awaited
        self._out: list[Outbound] = []
        self._ask("subscribe", "book", list(self.instruments))
        self._ask("subscribe", "trade", list(self.instruments))

    def beat(self, now: Nanos) -> None:
        """Ask again for books whose snapshot did not come."""
        self._now = now
        for symbol in [symbol for symbol, since in self._waits.items() if now - since >= PATIENCE]:
            self.resync(symbol, "no snapshot came")

    def pending(self) -> list[Outbound]:
        """Take the frames to send."""
        out, self._out = self._out, []
        return out

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame; channels that we do not know give nothing.

        Raises: ValueError for what is no JSON (Kraken's proxy sends plain text when it restarts), for a symbol that we
            did not ask for, and for numbers that do not fit.
        """
        self._now = now
        message = _MESSAGE.decode(frame)
        if message.channel:
            reader = self._readers.get(message.channel)
            return reader(message) if reader is not None else []
        if not message.method:
            raise ValueError(f"expected a channel or a method, found neither: {message.error}")
        return self._read_reply(message)

    def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[MarketEvent]:
        """Read nothing: this feed asks for no REST answer."""
        return []

    def resync(self, symbol: str, reason: str) -> None:
        """Subscribe to one book anew, which brings a snapshot.

        A subscription that the venue refused is not asked for again on this connection: it would be refused as fast
        as we can ask.
        """
        if symbol in self._refused:
            return
        self._ask("unsubscribe", "book", [symbol])
        self._ask("subscribe", "book", [symbol])

    def depth(self, symbol: str) -> int:
        """How many levels a side were subscribed: Kraken sends no deletion for what falls out of them."""
        return self._depth

    def checksum(self, symbol: str, book: Book) -> int:
        """Compute Kraken's checksum of a book."""
        return self._checksums[symbol](book)

    def _ask(self, method: Method, channel: Channel, symbols: list[str]) -> None:
        self._requests += 1
        params: dict[str, Any] = {"channel": channel, "symbol": [self._names[symbol] for symbol in symbols]}
        if channel == "book":
            params["depth"] = self._depth
        if method == "subscribe":
            # Old trades would be counted again after every reconnect; a book is worth nothing without its snapshot.
            params["snapshot"] = channel == "book"
            self._asked[self._requests] = symbols
            self._waits.update(dict.fromkeys(symbols if channel == "book" else (), self._now))
        request = {"method": method, "params": params, "req_id": self._requests}
        self._out.append(Send(msgspec.json.encode(request).decode()))

    def _read_books(self, message: Message) -> list[MarketEvent]:
        books = parse_books(message.data, self._symbols, self._memo)
        if message.type == "snapshot":
            for book in books:
                self._waits.pop(book.symbol, None)
            return [as_snapshot(book) for book in books]
        if message.type != "update":
            raise ValueError(f"expected a snapshot or an update, found {message.type!r}")
        return [*books]

    def _read_trades(self, message: Message) -> list[MarketEvent]:
        return [*parse_prints(message.data, self._symbols)] if message.type == "update" else []

    def _read_reply(self, message: Message) -> list[MarketEvent]:
        # A refused unsubscribe loses nothing: the subscription that follows it tells.
        if message.method != "subscribe":
            return []
        asked = self._asked.get(message.req_id, [])
        if len(asked) == 1:  # one of many is answered many times
            del self._asked[message.req_id]
        if message.success:
            return []
        symbols = [find_symbol(self._symbols, message.symbol)] if message.symbol else asked
        if not symbols:
            raise ValueError(f"the venue refused a subscription that we did not make: {message.error}")
        return self._refuse(symbols, message.error)

    def _refuse(self, symbols: list[str], why: str) -> list[MarketEvent]:
        self._refused.update(symbols)
        for symbol in symbols:
            self._waits.pop(symbol, None)
        return [Gap(symbol, f"the venue refused the subscription: {why}") for symbol in symbols]
