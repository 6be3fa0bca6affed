"""Coinbase's public stream: books and trades, proven by the sequence of the connection.

Made by `venue.py`, driven by the core. Pure: no socket, no clock.
What must stay true: `sequence_num` counts every message of the connection, heartbeats and acknowledgements too. A
number that is missing may have been any book's, so all are lost and only a new connection repairs them. A message that
we cannot read counts as missing.
Sources: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview,
https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from venuekit.book.levels import PxMemo
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, Gap, MarketEvent
from venuekit.units import Nanos, parse_instant
from venuekit.venue import Feed, Fetch, Outbound, Reconnect, Send
from venuekit.wire import Frame, Response
from venuekit_coinbase.alias import group_by_book
from venuekit_coinbase.parse import parse_books, parse_trade, parse_trades
from venuekit_coinbase.wire import Message

SILENCE_S: Final = 10.0  # a heartbeat comes every second

_MESSAGE: Final = msgspec.json.Decoder(Message)


class MarketFeed(Feed):
    """Books and trades of some products over one socket."""

    def __init__(self, url: str, instruments: Sequence[Instrument]) -> None:
        self.url = url
        self.silence_s = SILENCE_S
        self.instruments = {instrument.symbol: instrument for instrument in instruments}
        self._books = group_by_book(instruments)
        self._memo = PxMemo()
        self._readers: dict[str, Callable[[Message], list[MarketEvent]]] = {
            "l2_data": self._read_books,
            "market_trades": self._read_trades,
            "heartbeats": lambda message: [],
            "subscriptions": lambda message: [],
        }
        self.opened(Nanos(0))

    def opened(self, now: Nanos) -> None:
        """Subscribe to everything, one channel a message; heartbeats keep quiet channels open."""
        self._last: int | None = None
        self._is_lost = False  # nothing of this connection counts any more
        self._is_leaving = False  # a reconnect was asked for
        products = list(self._books)
        self._out: list[Outbound] = [
            _subscribe("heartbeats"),
            _subscribe("level2", products),
            _subscribe("market_trades", products),
        ]

    def pending(self) -> list[Outbound]:
        """Take what is to be sent, or the wish to reconnect."""
        out, self._out = self._out, []
        return out

    def receive(self, frame: Frame, now: Nanos) -> list[MarketEvent]:
        """Read one frame; heartbeats and acknowledgements give nothing but count.

        Raises: ValueError for what is no message, for the venue's error messages (which name no product), for numbers
            that do not fit, and for a channel that we did not ask for: it may be a book's under another name.
        """
        message = _MESSAGE.decode(frame)
        number = message.sequence_num
        if number is None:
            raise ValueError(f"expected a sequence number, found {message.type or 'none'}: {message.message}")
        if self._last is None:
            self._last = number - 1
        if self._is_lost or number <= self._last:
            return []
        if number > self._last + 1:
            return self._lose(f"sequence gap: expected {self._last + 1}, found {number}")
        reader = self._readers.get(message.channel)
        if reader is None:
            raise ValueError(f"expected one of {', '.join(self._readers)}, found the channel {message.channel!r}")
        events = reader(message)
        self._last = number  # only now: a message that could not be read is missing
        return events

    def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[MarketEvent]:
        """Read nothing: this feed asks for no REST answer."""
        return []

    def resync(self, symbol: str, reason: str) -> None:
        """Reconnect: Coinbase documents no way to get a book's snapshot again on a connection.

        The other books stay good until the socket closes.
        """
        self._leave(reason)

    def _lose(self, reason: str) -> list[MarketEvent]:
        self._is_lost = True
        self._leave(reason)
        return [Gap("", reason)]

    def _leave(self, reason: str) -> None:
        if not self._is_leaving:
            self._is_leaving = True
            self._out.append(Reconnect(reason))

    def _read_books(self, message: Message) -> list[MarketEvent]:
        ts = parse_instant(message.timestamp)
        events: list[MarketEvent] = []
        for book, (bids, asks) in parse_books(message.events, self._memo):
            kind = BookSnapshot if book.type == "snapshot" else BookDelta
            events += [kind(symbol, bids, asks, ts=ts) for symbol in self._find_symbols(book.product_id)]
        return events

    def _read_trades(self, message: Message) -> list[MarketEvent]:
        return [
            parse_trade(trade, symbol)
            for trade in parse_trades(message.events)
            for symbol in self._find_symbols(trade.product_id)
        ]

    def _find_symbols(self, product_id: str) -> list[str]:
        symbols = self._books.get(product_id)
        if symbols is None:
            raise ValueError(f"expected one of {len(self._books)} subscribed products, found {product_id!r}")
        return symbols


def _subscribe(channel: str, products: list[str] | None = None) -> Send:
    request: dict[str, Any] = {"type": "subscribe", "channel": channel}
    if products is not None:
        request["product_ids"] = products
    return Send(msgspec.json.encode(request).decode())
