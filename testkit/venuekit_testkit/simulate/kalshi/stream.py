"""Kalshi: one connection to the WebSocket.

Used by `face.py`. Sids and numbers begin anew with each connection. `ok` and `unsubscribed` use up a number; a market
that is subscribed to again gets `ok` and no snapshot. What must stay true: a snapshot comes before the deltas of its
market, and the numbers of a subscription are without gaps over all its markets.
Sources: AsyncAPI, Oct 2026; how numbers are used up and what a second subscription gets was measured by others on the
demo venue in August 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from venuekit.units import Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, OrderChanged, Traded
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.kalshi import frames
from venuekit_testkit.simulate.kalshi.subscription import CHANNELS, ERRORS, Mistaken, Subscription
from venuekit_testkit.simulate.session import Session

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

PRIVATE: Final = ("fill", "user_orders", "market_positions")


class KalshiSession(Session):
    """One client. `face` is the venue that it is connected to."""

    def __init__(self, face: KalshiSimulator) -> None:
        super().__init__(face.faults)
        self.face, self.exchange = face, face.exchange
        self.subscriptions: dict[int, Subscription] = {}
        self._sids = 0

    def receive(self, frame: Frame, now: Nanos) -> None:
        """Take a command."""
        command: Any = None
        try:
            command = msgspec.json.decode(frame)
            self._obey(command)
        except (msgspec.DecodeError, AttributeError, TypeError):
            self._refuse(command, 1)
        except Mistaken as mistake:
            self._refuse(command, mistake.code)

    def beat(self, now: Nanos) -> None:
        """Let the venue do what time makes due."""
        self.face.pass_time(now)

    def left(self) -> None:
        """Forget the client."""
        self.subscriptions.clear()
        if self in self.face.sessions:
            self.face.sessions.remove(self)

    def overflow(self, sid: int) -> None:
        """End one subscription as the venue does when a client reads too slowly."""
        self._send({"type": "error", "sid": sid, "msg": {"code": 25, "msg": ERRORS[25]}})
        del self.subscriptions[sid]

    # ── what happens ──

    def hear(self, event: Event) -> None:
        """Tell what happened at the exchange to the subscriptions that want it."""
        if isinstance(event, LevelChanged):
            self._tell_level(event)
        elif isinstance(event, Traded):
            self.tell("trade", "trade", event.symbol, frames.trade(self.exchange, event), "trade")
            self.tell("ticker", "ticker", event.symbol, frames.ticker(self.exchange, event.symbol), "other")
        elif isinstance(event, OrderChanged) and event.order.account == ME:
            self._tell_order(event)

    def tell(self, channel: str, type_: str, symbol: str, message: dict[str, Any], kind: str) -> None:
        """Send a message to each subscription of a channel that wants a market."""
        for each in list(self.subscriptions.values()):
            if each.channel == channel and each.wants(symbol):
                self._send({"type": type_, **each.number(), "msg": message}, kind)

    def _tell_level(self, event: LevelChanged) -> None:
        for each in self.subscriptions.values():
            if each.channel == "orderbook_delta" and each.wants(event.symbol):
                told = frames.delta(self.exchange, event, each.yes_prices)
                self._send({"type": "orderbook_delta", **each.number(), "msg": told}, "book")

    def _tell_order(self, event: OrderChanged) -> None:
        order, symbol = event.order, event.order.symbol
        self.tell("user_orders", "user_order", symbol, frames.user_order(self.exchange, order), "order")
        if event.execution:
            self.tell("fill", "fill", symbol, frames.fill(self.exchange, order, event.execution), "fill")
            position = frames.market_position(symbol, self.face.settlements.ledger(symbol))
            self.tell("market_positions", "market_position", symbol, position, "other")

    # ── commands ──

    def _obey(self, command: dict[str, Any]) -> None:
        verbs: dict[str, Callable[[int, dict[str, Any]], None]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "update_subscription": self._update,
            "list_subscriptions": self._list,
        }
        verb = verbs.get(command.get("cmd", ""))
        if verb is None:
            raise Mistaken(5)
        params = command.get("params")
        if not isinstance(params, dict) and verb != self._list:
            raise Mistaken(2)
        verb(command.get("id", 0), params or {})

    def _subscribe(self, id_: int, params: dict[str, Any]) -> None:
        channels = params.get("channels")
        if not channels:
            raise Mistaken(3)
        if any(each not in CHANNELS for each in channels):
            raise Mistaken(8)
        tickers = self._tickers(params)
        if "orderbook_delta" in channels and not tickers:
            raise Mistaken(14)
        for channel in channels:
            self._join(id_, channel, tickers, params)

    def _join(self, id_: int, channel: str, tickers: list[str], params: dict[str, Any]) -> None:
        """Open a subscription, or widen the one that there is: a connection has one of each channel."""
        known = next((each for each in self.subscriptions.values() if each.channel == channel), None)
        if known:
            self._widen(id_, known, tickers)
            return
        self._sids += 1
        opened = Subscription(self._sids, channel, bool(params.get("use_yes_price")), list(tickers), not tickers)
        self.subscriptions[opened.sid] = opened
        self._send({"id": id_, "type": "subscribed", "msg": {"channel": channel, "sid": opened.sid}})
        self._show(opened, tickers, params.get("send_initial_snapshot"))

    def _widen(self, id_: int, known: Subscription, tickers: list[str]) -> None:
        fresh = [each for each in tickers if each not in known.tickers]
        known.tickers += fresh
        self._acknowledge(id_, known)
        self._show(known, fresh, None)

    def _show(self, to: Subscription, tickers: list[str], wanted: bool | None) -> None:
        """Send how things stand: books always, tickers where that is asked."""
        for symbol in tickers:
            if to.channel == "orderbook_delta":
                self._snapshot(to, symbol)
            elif to.channel == "ticker" and wanted:
                self._send({"type": "ticker", **to.number(), "msg": frames.ticker(self.exchange, symbol)})

    def _snapshot(self, to: Subscription, symbol: str, **more: int) -> None:
        told = frames.snapshot(self.exchange, symbol, to.yes_prices)
        self._send({**more, "type": "orderbook_snapshot", **to.number(), "msg": told}, "book")

    def _unsubscribe(self, id_: int, params: dict[str, Any]) -> None:
        sids = params.get("sids")
        if not sids:
            raise Mistaken(4)
        for sid in sids:
            self._known(sid)
        for sid in sids:
            gone = self.subscriptions.pop(sid)
            gone.seq += 1
            self._send({"id": id_, "type": "unsubscribed", "sid": sid, "seq": gone.seq})

    def _update(self, id_: int, params: dict[str, Any]) -> None:
        sids = params.get("sids") or ([params["sid"]] if "sid" in params else [])
        if len(sids) != 1:
            raise Mistaken(12)
        known, action = self._known(sids[0]), params.get("action")
        if not action:
            raise Mistaken(15)
        actions = {"add_markets": self._widen, "delete_markets": self._narrow, "get_snapshot": self._snapshots}
        if action not in actions:
            raise Mistaken(13)
        tickers = self._tickers(params)
        if not tickers:
            raise Mistaken(14)
        actions[action](id_, known, tickers)

    def _narrow(self, id_: int, known: Subscription, tickers: list[str]) -> None:
        known.tickers = [each for each in known.tickers if each not in tickers]
        self._acknowledge(id_, known)

    def _snapshots(self, id_: int, known: Subscription, tickers: list[str]) -> None:
        """Answer with the books themselves, which carry the id of the command."""
        if known.channel != "orderbook_delta":
            raise Mistaken(13)
        for symbol in tickers:
            self._snapshot(known, symbol, id=id_)

    def _list(self, id_: int, params: dict[str, Any]) -> None:
        told = [{"channel": each.channel, "sid": each.sid} for each in self.subscriptions.values()]
        self._send({"id": id_, "type": "ok", "msg": told})

    def _known(self, sid: int) -> Subscription:
        if sid not in self.subscriptions:
            raise Mistaken(7)
        return self.subscriptions[sid]

    def _tickers(self, params: dict[str, Any]) -> list[str]:
        """Read the markets of a command. Raises: Mistaken for one that is not listed."""
        one, several = params.get("market_ticker"), params.get("market_tickers")
        if one and several:
            raise Mistaken(11)
        tickers = [one] if one else list(several or [])
        if any(each not in self.exchange.markets for each in tickers):
            raise Mistaken(16)
        return tickers

    def _acknowledge(self, id_: int, known: Subscription) -> None:
        known.seq += 1
        told = {"market_tickers": list(known.tickers)}
        self._send({"id": id_, "type": "ok", "sid": known.sid, "seq": known.seq, "msg": told})

    def _refuse(self, command: Any, code: int) -> None:
        id_ = command.get("id", 0) if isinstance(command, dict) else 0
        self._send({"id": id_, "type": "error", "msg": {"code": code, "msg": ERRORS[code]}})

    def _send(self, message: dict[str, Any], kind: str = "other") -> None:
        self.push(msgspec.json.encode(message).decode(), kind)
