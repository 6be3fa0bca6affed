"""The public WebSocket v2 of Kraken: books proven by checksum, trades, heartbeats, pings.

Made by `face.py`. What must stay true: each message of a book carries the checksum of that book as it then is; a
symbol is subscribed once, and each is answered for by itself.
Sources: https://docs.kraken.com/api/docs/websocket-v2/book, .../trade, .../status, .../heartbeat, .../ping,
read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from venuekit.units import Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.exchange.book import Levels
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, Traded
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kraken import errors
from venuekit_testkit.simulate.kraken.checksum import LEVELS, checksum
from venuekit_testkit.simulate.kraken.errors import Refusal
from venuekit_testkit.simulate.kraken.pairs import Pair
from venuekit_testkit.simulate.kraken.shape import Row, instant, number, text
from venuekit_testkit.simulate.kraken.view import View
from venuekit_testkit.simulate.listener import Listener

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kraken.face import KrakenSimulator

DEPTHS: Final = (10, 25, 100, 500, 1000)
OLD_TRADES: Final = 50
CHANNELS: Final = {"book": True, "trade": False}  # with a snapshot, unless it is said
PRIVATE: Final = frozenset({"executions", "balances", "level3"})
ORDERS: Final = frozenset((
    "add_order", "amend_order", "edit_order", "cancel_order", "cancel_all", "cancel_all_orders_after", "batch_add",
    "batch_cancel",
))  # fmt: skip


class MarketSession(Listener):
    """One socket. `views` are the books that it sees and `trades` the pairs whose trades it is told, by v2 names."""

    def __init__(self, venue: KrakenSimulator, number: int) -> None:
        super().__init__(venue.exchange, venue.faults)
        self.venue = venue
        self.views: dict[str, View] = {}
        self.trades: set[str] = set()
        self._is_quiet = True  # nothing was sent since the last beat
        self._methods: Mapping[str, Callable[[Row], None]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "ping": self._pong,
        }
        system = {"system": "online", "api_version": "v2", "connection_id": number, "version": "2.0.10"}
        self._send("other", {"channel": "status", "type": "update", "data": [system]})

    def beat(self, now: Nanos) -> None:
        """Send a heartbeat where something is subscribed and nothing else was sent."""
        if self._is_quiet and (self.views or self.trades):
            self._send("other", {"channel": "heartbeat"})
        self._is_quiet = True

    # ── requests ──

    def receive(self, frame: Frame, now: Nanos) -> None:
        """Do what a frame asks, or say why not."""
        self._at = now + self.venue.skew_ns
        asked: Row = {}
        try:
            asked = _decode(frame)
            self._method_of(asked)(asked)
        except Refusal as no:
            self._refuse(asked, no)

    def _method_of(self, asked: Row) -> Callable[[Row], None]:
        name = str(asked.get("method"))
        if name in ORDERS:
            raise Refusal(errors.ELSEWHERE)
        work = self._methods.get(name)
        if work is None:
            raise Refusal(errors.NO_SUCH_METHOD)
        return work

    def _subscribe(self, asked: Row) -> None:
        params = _params(asked)
        channel = _channel(params)
        is_whole = params.get("snapshot", CHANNELS[channel])
        if not isinstance(is_whole, bool):
            raise Refusal(errors.MALFORMED)
        for name in _symbols(params):
            try:
                self._add(asked, channel, name, params.get("depth", DEPTHS[0]), is_whole)
            except Refusal as no:
                self._refuse(asked, Refusal(no.said, name))

    def _add(self, asked: Row, channel: str, name: str, depth: Any, is_whole: bool) -> None:
        """Take one subscription: the answer, then what it begins with."""
        pair = self._pair(name)
        if name in (self.views if channel == "book" else self.trades):
            raise Refusal(errors.TWICE)
        told = {"channel": channel, "snapshot": is_whole, "symbol": name}
        if channel == "trade":
            self.trades.add(name)
            self._confirm(asked, told)
            if is_whole:
                self._tell_old(pair)
            return
        if type(depth) is not int or depth not in DEPTHS:
            raise Refusal(errors.ODD_DEPTH)
        view = self.views[name] = View(self.venue.exchange.books[pair.altname], depth)
        self._confirm(asked, {**told, "depth": depth})
        levels = view.snapshot()
        if is_whole:
            self._tell_book(pair, "snapshot", levels)

    def _unsubscribe(self, asked: Row) -> None:
        params = _params(asked)
        channel = _channel(params)
        for name in _symbols(params):
            try:
                self._drop(channel, name)
            except Refusal as no:
                self._refuse(asked, Refusal(no.said, name))
                continue
            depth = {"depth": params["depth"]} if "depth" in params else {}
            self._confirm(asked, {"channel": channel, "symbol": name, **depth})

    def _drop(self, channel: str, name: str) -> None:
        self._pair(name)
        if name not in (self.views if channel == "book" else self.trades):
            raise Refusal(errors.NOT_SUBSCRIBED)
        if channel == "book":
            del self.views[name]
        else:
            self.trades.remove(name)

    def _pong(self, asked: Row) -> None:
        self._answer(asked, {"method": "pong"})

    def _pair(self, name: str) -> Pair:
        pair = self.venue.streams.get(name)
        if pair is None or pair.altname not in self.venue.exchange.markets:
            raise Refusal(f"{errors.NOT_A_PAIR} {name}")
        return pair

    # ── events of the exchange ──

    def hear(self, event: Event) -> None:
        """Tell what happened to the books and trades that are subscribed."""
        if isinstance(event, LevelChanged):
            self._change(self.venue.by_market[event.symbol])
        elif isinstance(event, Traded):
            self._trade(self.venue.by_market[event.symbol], event)

    def _change(self, pair: Pair) -> None:
        view = self.views.get(pair.stream)
        if view is None:
            return
        levels = view.changes()
        if any(levels):
            self._tell_book(pair, "update", levels)

    def _trade(self, pair: Pair, event: Traded) -> None:
        if pair.stream in self.trades:
            self._send("trade", {"channel": "trade", "type": "update", "data": [_trade_row(pair, event)]})

    def _tell_old(self, pair: Pair) -> None:
        old = self.venue.exchange.trades[pair.altname][-OLD_TRADES:]
        rows = [_trade_row(pair, each) for each in old]
        self._send("trade", {"channel": "trade", "type": "snapshot", "data": rows})

    def _tell_book(self, pair: Pair, kind: str, levels: tuple[Levels, Levels]) -> None:
        bids, asks = ([_level_row(pair, level) for level in side] for side in levels)
        row: Row = {"symbol": pair.stream, "bids": bids, "asks": asks, "checksum": self._prove(pair, kind)}
        if kind == "update":
            row["timestamp"] = instant(self.venue.exchange.now)
        self._send("book", {"channel": "book", "type": kind, "data": [row]})

    def _prove(self, pair: Pair, kind: str) -> int:
        book = self.venue.exchange.books[pair.altname]
        bids, asks = ([_written(pair, level) for level in book.levels(side)[:LEVELS]] for side in ("buy", "sell"))
        spoilt = kind == "update" and self.faults.take(Fault.BAD_CHECKSUM, "book")
        return checksum(bids, asks) ^ (1 if spoilt else 0)

    # ── answers ──

    def _confirm(self, asked: Row, result: Row) -> None:
        self._answer(asked, {"method": asked["method"], "result": result, "success": True})

    def _refuse(self, asked: Row, no: Refusal) -> None:
        about = {"symbol": no.symbol} if no.symbol else {}
        method = {"method": asked["method"]} if isinstance(asked.get("method"), str) else {}
        self._answer(asked, {"error": no.said, **method, "success": False, **about})

    def _answer(self, asked: Row, told: Row) -> None:
        id = {"req_id": asked["req_id"]} if isinstance(asked.get("req_id"), int) else {}
        self._send("other", {**told, **id, "time_in": instant(self._at), "time_out": instant(self._at)})

    def _send(self, kind: str, told: Row) -> None:
        self._is_quiet = False
        self.push(msgspec.json.encode(told).decode(), kind)


def _decode(frame: Frame) -> Row:
    try:
        return msgspec.json.decode(frame, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refusal(errors.MALFORMED) from None


def _params(asked: Row) -> Row:
    params = asked.get("params")
    if not isinstance(params, dict):
        raise Refusal(errors.MALFORMED)
    return params


def _channel(params: Row) -> str:
    channel = str(params.get("channel"))
    if channel in PRIVATE:
        raise Refusal(errors.ELSEWHERE)
    if channel not in CHANNELS:
        raise Refusal(errors.NO_SUCH_CHANNEL)
    return channel


def _symbols(params: Row) -> list[str]:
    symbols = params.get("symbol")
    if not isinstance(symbols, list) or not symbols or not all(isinstance(each, str) for each in symbols):
        raise Refusal(errors.NOT_A_LIST)
    return symbols


def _level_row(pair: Pair, level: tuple[Any, Any]) -> Row:
    px, qty = level
    return {"price": number(px, pair.px_places), "qty": number(qty, pair.qty_places)}


def _written(pair: Pair, level: tuple[Any, Any]) -> tuple[str, str]:
    px, qty = level
    return text(px, pair.px_places), text(qty, pair.qty_places)


def _trade_row(pair: Pair, told: Traded) -> Row:
    one = told.execution
    return {
        "symbol": pair.stream,
        "side": told.taker,
        **_level_row(pair, (one.px, one.qty)),
        "ord_type": "limit",
        "trade_id": one.id,
        "timestamp": instant(one.ts_ns),
    }
