"""The public WebSocket v2 of Kraken: books proven by checksum, trades, heartbeats, pings.

Made by `face.py`. What must stay true: each message of a book carries the checksum of that book as it then is; a
symbol is subscribed once, and each is answered for by itself.
Sources: https://docs.kraken.com/api/docs/websocket-v2/book, .../trade, .../status, .../heartbeat, .../ping,
read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from venuekit.units import Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.exchange.book import Levels
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, Traded
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kraken import errors
from venuekit_testkit.simulate.kraken.asked import (
    read_channel,
    read_depth,
    read_frame,
    read_method,
    read_params,
    read_symbols,
    wants_snapshot,
)
from venuekit_testkit.simulate.kraken.checksum import LEVELS, checksum
from venuekit_testkit.simulate.kraken.errors import Refusal
from venuekit_testkit.simulate.kraken.pairs import Pair
from venuekit_testkit.simulate.kraken.shape import Row, instant, level_row, trade_row, written
from venuekit_testkit.simulate.kraken.view import View
from venuekit_testkit.simulate.listener import Listener

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kraken.face import KrakenSimulator

OLD_TRADES: Final = 50


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
            asked = read_frame(frame)
            self._method_of(asked)(asked)
        except Refusal as no:
            self._refuse(asked, no)

    def _method_of(self, asked: Row) -> Callable[[Row], None]:
        work = self._methods.get(read_method(asked))
        if work is None:
            raise Refusal(errors.NO_SUCH_METHOD)
        return work

    def _subscribe(self, asked: Row) -> None:
        params = read_params(asked)
        channel = read_channel(params)
        is_whole = wants_snapshot(params, channel)
        for name in read_symbols(params):
            try:
                self._add(asked, channel, name, is_whole)
            except Refusal as no:
                self._refuse(asked, Refusal(no.said, name))

    def _add(self, asked: Row, channel: str, name: str, is_whole: bool) -> None:
        """Take one subscription: the answer, then what it begins with."""
        pair = self._pair(name)
        if name in (self.views if channel == "book" else self.trades):
            raise Refusal(errors.TWICE)
        told = {"channel": channel, "snapshot": is_whole, "symbol": name}
        begin = self._add_book if channel == "book" else self._add_trades
        begin(asked, pair, told)

    def _add_book(self, asked: Row, pair: Pair, told: Row) -> None:
        depth = read_depth(asked["params"])
        view = self.views[pair.stream] = View(self.venue.exchange.books[pair.altname], depth)
        self._confirm(asked, {**told, "depth": depth})
        levels = view.snapshot()
        if told["snapshot"]:
            self._tell_book(pair, "snapshot", levels)

    def _add_trades(self, asked: Row, pair: Pair, told: Row) -> None:
        self.trades.add(pair.stream)
        self._confirm(asked, told)
        if told["snapshot"]:
            self._tell_old(pair)

    def _unsubscribe(self, asked: Row) -> None:
        params = read_params(asked)
        channel = read_channel(params)
        for name in read_symbols(params):
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
            self._send("trade", {"channel": "trade", "type": "update", "data": [trade_row(pair, event)]})

    def _tell_old(self, pair: Pair) -> None:
        old = self.venue.exchange.trades[pair.altname][-OLD_TRADES:]
        rows = [trade_row(pair, each) for each in old]
        self._send("trade", {"channel": "trade", "type": "snapshot", "data": rows})

    def _tell_book(self, pair: Pair, kind: str, levels: tuple[Levels, Levels]) -> None:
        bids, asks = ([level_row(pair, level) for level in side] for side in levels)
        row: Row = {"symbol": pair.stream, "bids": bids, "asks": asks, "checksum": self._prove(pair, kind)}
        if kind == "update":
            row["timestamp"] = instant(self.venue.exchange.now)
        self._send("book", {"channel": "book", "type": kind, "data": [row]})

    def _prove(self, pair: Pair, kind: str) -> int:
        book = self.venue.exchange.books[pair.altname]
        bids, asks = ([written(pair, level) for level in book.levels(side)[:LEVELS]] for side in ("buy", "sell"))
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
