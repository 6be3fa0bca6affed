"""Kalshi: one connection to the WebSocket.

Used by `face.py`. What must stay true: a snapshot comes before the deltas of its market, and the numbers of a
subscription are without gaps over all its markets.
Source: AsyncAPI, Oct 2026; https://docs.kalshi.com/websockets, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from venuekit.units import Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, OrderChanged, Traded
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.kalshi import frames
from venuekit_testkit.simulate.kalshi.commands import Commands
from venuekit_testkit.simulate.session import Session

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator


class KalshiSession(Session):
    """One client. `face` is the venue that it is connected to."""

    def __init__(self, face: KalshiSimulator) -> None:
        super().__init__(face.faults)
        self.face, self.exchange = face, face.exchange
        self.commands = Commands(face.exchange, self._send)

    def receive(self, frame: Frame, now: Nanos) -> None:
        """Take a command."""
        self.commands.take(frame)

    def beat(self, now: Nanos) -> None:
        """Let the venue do what time makes due."""
        self.face.pass_time(now)

    def left(self) -> None:
        """Forget the client."""
        self.commands.subscriptions.clear()
        if self in self.face.sessions:
            self.face.sessions.remove(self)

    def hear(self, event: Event) -> None:
        """Tell what happened at the exchange to the subscriptions that want it."""
        if isinstance(event, LevelChanged):
            self._tell_level(event)
        elif isinstance(event, Traded):
            self._tell_trade(event)
        elif isinstance(event, OrderChanged) and event.order.account == ME:
            self._tell_order(event)

    def tell(self, channel: str, type_: str, symbol: str, make: Callable[[], dict[str, Any]], kind: str) -> None:
        """Send a message, made where it is wanted, to each subscription of a channel that wants a market."""
        for each in self.commands.of(channel, symbol):
            self._send({"type": type_, **each.number(), "msg": make()}, kind)

    def _tell_level(self, event: LevelChanged) -> None:
        for each in self.commands.of("orderbook_delta", event.symbol):
            told = frames.delta(self.exchange, event, each.yes_prices)
            self._send({"type": "orderbook_delta", **each.number(), "msg": told}, "book")

    def _tell_trade(self, event: Traded) -> None:
        symbol = event.symbol
        self.tell("trade", "trade", symbol, lambda: frames.trade(event), "trade")
        self.tell("ticker", "ticker", symbol, lambda: frames.ticker(self.exchange, symbol), "other")

    def _tell_order(self, event: OrderChanged) -> None:
        exchange, order, trade, symbol = self.exchange, event.order, event.execution, event.order.symbol
        self.tell("user_orders", "user_order", symbol, lambda: frames.user_order(exchange, order), "order")
        if trade is not None:
            self.tell("fill", "fill", symbol, lambda: frames.fill(exchange, order, trade), "fill")
            self.tell("market_positions", "market_position", symbol, lambda: self._position(symbol), "other")

    def _position(self, symbol: str) -> dict[str, Any]:
        return frames.market_position(symbol, self.face.settlements.ledger(symbol))

    def _send(self, message: dict[str, Any], kind: str) -> None:
        self.push(msgspec.json.encode(message).decode(), kind)
