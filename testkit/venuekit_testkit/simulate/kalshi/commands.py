"""Kalshi: the commands of one connection, and the subscriptions that they make.

Used by `stream.py`. Sids and numbers begin anew with each connection. `ok` and `unsubscribed` use up a number; a market
that is subscribed to again gets `ok` and no snapshot.
Sources: AsyncAPI, Oct 2026; how numbers are used up and what a second subscription gets was measured by others on the
demo venue in August 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import msgspec

from venuekit.wire import Frame
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.kalshi import frames
from venuekit_testkit.simulate.kalshi.shape import number_of
from venuekit_testkit.simulate.kalshi.subscription import CHANNELS, ERRORS, Mistaken, Subscription

Send: TypeAlias = Callable[[dict[str, Any], str], None]
Params: TypeAlias = dict[str, Any]


class Commands:
    """What one client asked for. `send` takes a message and the kind that faults know it by."""

    def __init__(self, exchange: Exchange, send: Send) -> None:
        self.exchange, self._send = exchange, send
        self.subscriptions: dict[int, Subscription] = {}
        self._sids = 0
        self._verbs: dict[str, Callable[[int, Params], None]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "update_subscription": self._update,
            "list_subscriptions": self._list,
        }
        self._actions: dict[str, Callable[[int, Subscription, list[str]], None]] = {
            "add_markets": self._widen,
            "delete_markets": self._narrow,
            "get_snapshot": self._snapshots,
        }

    def take(self, frame: Frame) -> None:
        """Obey a command, or say what is wrong with it."""
        command: Any = None
        try:
            command = msgspec.json.decode(frame)
            self._obey(command)
        except (msgspec.DecodeError, AttributeError, TypeError):
            self._refuse(command, 1)
        except Mistaken as mistake:
            self._refuse(command, mistake.code)

    def of(self, channel: str, symbol: str) -> Iterator[Subscription]:
        """List the subscriptions of a channel that want a market."""
        return (each for each in self.subscriptions.values() if each.channel == channel and each.wants(symbol))

    def overflow(self, sid: int) -> None:
        """End one subscription as the venue does when a client reads too slowly."""
        self._send({"type": "error", "sid": sid, "msg": {"code": 25, "msg": ERRORS[25]}}, "other")
        del self.subscriptions[sid]

    def _obey(self, command: dict[str, Any]) -> None:
        name, params = command.get("cmd", ""), command.get("params")
        if name not in self._verbs:
            raise Mistaken(5)
        if not isinstance(params, dict) and name != "list_subscriptions":
            raise Mistaken(2)
        self._verbs[name](command.get("id", 0), params or {})

    def _subscribe(self, id_: int, params: Params) -> None:
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

    def _join(self, id_: int, channel: str, tickers: list[str], params: Params) -> None:
        """Open a subscription, or widen the one that there is: a connection has one of each channel."""
        known = next((each for each in self.subscriptions.values() if each.channel == channel), None)
        if known:
            self._widen(id_, known, tickers)
            return
        self._sids += 1
        opened = Subscription(self._sids, channel, bool(params.get("use_yes_price")), list(tickers), not tickers)
        self.subscriptions[opened.sid] = opened
        self._send({"id": id_, "type": "subscribed", "msg": {"channel": channel, "sid": opened.sid}}, "other")
        self._show(opened, tickers, tick=bool(params.get("send_initial_snapshot")))

    def _widen(self, id_: int, known: Subscription, tickers: list[str]) -> None:
        fresh = [each for each in tickers if each not in known.tickers]
        known.tickers += fresh
        self._acknowledge(id_, known)
        self._show(known, fresh)

    def _narrow(self, id_: int, known: Subscription, tickers: list[str]) -> None:
        known.tickers = [each for each in known.tickers if each not in tickers]
        self._acknowledge(id_, known)

    def _show(self, to: Subscription, tickers: list[str], *, tick: bool = False) -> None:
        """Send how things stand: books always, tickers where that is asked."""
        for symbol in tickers:
            if to.channel == "orderbook_delta":
                self._snapshot(to, symbol)
            elif to.channel == "ticker" and tick:
                self._send({"type": "ticker", **to.number(), "msg": frames.ticker(self.exchange, symbol)}, "other")

    def _snapshot(self, to: Subscription, symbol: str, **more: int) -> None:
        told = frames.snapshot(self.exchange, symbol, to.yes_prices)
        self._send({**more, "type": "orderbook_snapshot", **to.number(), "msg": told}, "book")

    def _snapshots(self, id_: int, known: Subscription, tickers: list[str]) -> None:
        """Answer with the books themselves, which carry the id of the command."""
        if known.channel != "orderbook_delta":
            raise Mistaken(13)
        for symbol in tickers:
            self._snapshot(known, symbol, id=id_)

    def _unsubscribe(self, id_: int, params: Params) -> None:
        sids = params.get("sids")
        if not sids:
            raise Mistaken(4)
        for gone in [self._known(sid) for sid in sids]:
            del self.subscriptions[gone.sid]
            gone.seq += 1
            self._send({"id": id_, "type": "unsubscribed", "sid": gone.sid, "seq": gone.seq}, "other")

    def _update(self, id_: int, params: Params) -> None:
        sids = params.get("sids") or ([params["sid"]] if "sid" in params else [])
        if len(sids) != 1:
            raise Mistaken(12)
        known, action = self._known(sids[0]), params.get("action")
        if not action:
            raise Mistaken(15)
        if action not in self._actions:
            raise Mistaken(13)
        tickers = self._tickers(params)
        if not tickers:
            raise Mistaken(14)
        self._actions[action](id_, known, tickers)

    def _list(self, id_: int, params: Params) -> None:
        told = [{"channel": each.channel, "sid": each.sid} for each in self.subscriptions.values()]
        self._send({"id": id_, "type": "ok", "msg": told}, "other")

    def _known(self, sid: int) -> Subscription:
        if sid not in self.subscriptions:
            raise Mistaken(7)
        return self.subscriptions[sid]

    def _tickers(self, params: Params) -> list[str]:
        """Read the markets of a command, named one way. Raises: Mistaken for two ways, and for none that is listed."""
        listed = list(self.exchange.markets)
        ids = [params["market_id"]] if "market_id" in params else params.get("market_ids") or []
        one, several = params.get("market_ticker"), params.get("market_tickers")
        if sum(map(bool, (one, several, ids))) > 1:
            raise Mistaken(11)
        numbers = [number_of("market", each) for each in ids]
        named = [listed[each - 1] if 0 < each <= len(listed) else "" for each in numbers]
        tickers = named or ([one] if one else list(several or []))
        if any(each not in self.exchange.markets for each in tickers):
            raise Mistaken(16)
        return tickers

    def _acknowledge(self, id_: int, known: Subscription) -> None:
        known.seq += 1
        told = {"market_tickers": list(known.tickers)}
        self._send({"id": id_, "type": "ok", "sid": known.sid, "seq": known.seq, "msg": told}, "other")

    def _refuse(self, command: Any, code: int) -> None:
        id_ = command.get("id", 0) if isinstance(command, dict) else 0
        self._send({"id": id_, "type": "error", "msg": {"code": code, "msg": ERRORS[code]}}, "other")
