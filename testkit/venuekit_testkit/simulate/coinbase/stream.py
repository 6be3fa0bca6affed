"""The market data stream of Coinbase: books, trades, heartbeats, all counted by one number a connection.

Made by `face.py`. What must stay true: `sequence_num` grows by one with every message but errors; a book is told under
the product that owns it; what a subscription begins with comes before its `subscriptions` message, as recorded frames
show.
Sources: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview,
https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.coinbase import errors
from venuekit_testkit.simulate.coinbase.errors import Wrong
from venuekit_testkit.simulate.coinbase.shape import Row, instant, number, trade_row
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, Traded
from venuekit_testkit.simulate.listener import Listener

if TYPE_CHECKING:
    from venuekit_testkit.simulate.coinbase.face import CoinbaseSimulator

PATIENCE: Final = 5 * NANOS_PER_S  # for the first subscription
QUIET: Final = 90 * NANOS_PER_S  # after which a connection without messages is closed
OLD_TRADES: Final = 100
HEARTBEATS, BOOKS, TRADES = "heartbeats", "level2", "market_trades"
CHANNELS: Final = (HEARTBEATS, BOOKS, TRADES)
SIDES: Final = {"buy": "bid", "sell": "offer"}


class MarketSession(Listener):
    """One socket. `subscriptions` are the products that were asked for, by channel."""

    def __init__(self, venue: CoinbaseSimulator, now: Nanos) -> None:
        super().__init__(venue.exchange, venue.faults)
        self.venue = venue
        self.subscriptions: dict[str, dict[str, None]] = {}
        self._books = {product.id: product.book for product in venue.products}
        self._sequence, self._beats = 0, 0
        self._opened = self._sent = self._now = now
        self._kinds: Mapping[str, Callable[[str, list[str]], None]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
        }

    def beat(self, now: Nanos) -> None:
        """Send a heartbeat where they are subscribed; hang up on who asks for nothing, and where nothing is told."""
        self._now = Nanos(now + self.venue.skew_ns)
        if not self.subscriptions and self._now - self._opened > PATIENCE:
            self.hang_up(1000, "no subscription within 5 seconds")
        elif HEARTBEATS in self.subscriptions:
            self._beats += 1
            self._tell(HEARTBEATS, "other", [self._heartbeat()])
        elif self._now - self._sent > QUIET:
            self.hang_up(1000, "no messages")

    # ── requests ──

    def receive(self, frame: Frame, now: Nanos) -> None:
        """Do what a frame asks, or say why not."""
        self._now = Nanos(now + self.venue.skew_ns)
        try:
            kind, channel, products = _read(frame)
            self._check(channel, products)
            self._kinds[kind](channel, products)
        except Wrong as wrong:
            self.push(msgspec.json.encode({"type": "error", "message": str(wrong)}).decode(), "other")

    def _check(self, channel: str, products: list[str]) -> None:
        if channel not in CHANNELS:
            raise Wrong(errors.NO_PROOF)
        if unknown := [each for each in products if each not in self.venue.exchange.markets]:
            raise Wrong(f"{errors.NO_PRODUCT}: {', '.join(unknown)}")

    def _subscribe(self, channel: str, products: list[str]) -> None:
        # heartbeats are of the connection, whatever products are named with them
        wanted = [HEARTBEATS] if channel == HEARTBEATS else products or [each.id for each in self.venue.listed]
        asked = self.subscriptions.setdefault(channel, {})
        before = self._told(channel)
        asked.update(dict.fromkeys(wanted))
        for book in self._told(channel):
            if book not in before:
                self._begin(channel, book)
        self._confirm()

    def _unsubscribe(self, channel: str, products: list[str]) -> None:
        asked = self.subscriptions.get(channel, {})
        for product in products or list(asked):
            asked.pop(product, None)
        if not asked:
            self.subscriptions.pop(channel, None)
        self._confirm()

    def _told(self, channel: str) -> dict[str, None]:
        """List the products under whose names a channel is told."""
        return dict.fromkeys(self._books.get(each, each) for each in self.subscriptions.get(channel, ()))

    def _begin(self, channel: str, book: str) -> None:
        """Tell what a subscription begins with."""
        if channel == BOOKS:
            levels = self.venue.exchange.books[book]
            rows = [self._row(side, *level) for side in SIDES for level in levels.levels(side)]
            self._tell_book(book, "snapshot", rows)
        elif channel == TRADES:
            old = reversed(self.venue.exchange.trades[book][-OLD_TRADES:])
            rows = [trade_row(book, each) for each in old]
            self._tell(TRADES, "trade", [{"type": "snapshot", "trades": rows}])

    def _confirm(self) -> None:
        named = {channel: list(products) for channel, products in self.subscriptions.items()}
        self._tell("subscriptions", "other", [{"subscriptions": named}])

    # ── events of the exchange ──

    def hear(self, event: Event) -> None:
        """Tell what happened to the books and trades that are subscribed."""
        if isinstance(event, LevelChanged):
            book = self._books[event.symbol]
            if book in self._told(BOOKS):
                self._tell_book(book, "update", [self._row(event.side, event.px, event.qty)])
        elif isinstance(event, Traded):
            book = self._books[event.symbol]
            if book in self._told(TRADES):
                self._tell(TRADES, "trade", [{"type": "update", "trades": [trade_row(book, event)]}])

    def _tell_book(self, book: str, kind: str, rows: list[Row]) -> None:
        self._tell("l2_data", "book", [{"type": kind, "product_id": book, "updates": rows}])

    def _row(self, side: str, px: Decimal, qty: Decimal) -> Row:
        at = {"side": SIDES[side], "event_time": instant(self.venue.exchange.now)}
        return {**at, "price_level": number(px), "new_quantity": number(qty)}

    def _heartbeat(self) -> Row:
        at = datetime.fromtimestamp(self._now // NANOS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%S")
        return {"current_time": f"{at} +0000 UTC m=+{self._beats}.0", "heartbeat_counter": self._beats}

    def _tell(self, channel: str, kind: str, events: list[Row]) -> None:
        self._sent = self._now = Nanos(max(self._now, self.venue.exchange.now))
        head: Row = {"channel": channel, "timestamp": instant(self._now), "sequence_num": self._sequence}
        self._sequence += 1
        self.push(msgspec.json.encode({**head, "events": events}).decode(), kind)


def _read(frame: Frame) -> tuple[str, str, list[str]]:
    """Read a request: what to do, the channel, the products. Raises: Wrong."""
    try:
        asked = msgspec.json.decode(frame, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Wrong(errors.MALFORMED) from None
    kind, channel, products = asked.get("type"), asked.get("channel"), asked.get("product_ids") or []
    if kind not in ("subscribe", "unsubscribe") or not isinstance(channel, str):
        raise Wrong(errors.MALFORMED)
    if not isinstance(products, list) or not all(isinstance(each, str) for each in products):
        raise Wrong(errors.MALFORMED)
    if asked.get("jwt"):
        raise Wrong(errors.NO_PROOF)  # no key is known here
    return kind, channel, products
