"""The market streams of Binance: one socket, raw or combined, with its subscriptions.

Made by `face.py`. What must stay true: an event's `U` follows the `u` before it; a snapshot fetched at any moment joins
on to what comes after. A stream that there is not is taken and stays silent, as at the venue.
Source: https://github.com/binance/binance-spot-api-docs web-socket-streams.md (2026-07-21), read 2026-11-21. Its table
of errors leaves out what they are wrapped in, `{"error": {"code", "msg"}, "id"}`, which clients quote from the wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.binance.market import IDS_PER_CHANGE, best, last_id
from venuekit_testkit.simulate.binance.shape import levels, millis, number
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, Traded
from venuekit_testkit.simulate.listener import Listener

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

DIFF: Final = re.compile(r"(\w+)@depth(@100ms|@1000ms)?")
PARTIAL: Final = re.compile(r"(\w+)@depth(5|10|20)(@100ms|@1000ms)?")
MOST_STREAMS: Final = 1024
MESSAGES_A_SECOND: Final = 5
TOO_MANY_MESSAGES: Final = 1008, "Too many requests"
METHODS: Final = "`SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`"


class Wrong(Exception):
    """What a frame may not be: the stream's own code and words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class MarketSession(Listener):
    """One socket. `streams` are its subscriptions in their order."""

    def __init__(self, venue: BinanceSimulator, streams: list[str], *, is_combined: bool) -> None:
        super().__init__(venue.exchange, venue.faults)
        self.venue, self.is_combined = venue, is_combined
        self.streams: dict[str, None] = dict.fromkeys(streams)
        self._second, self._messages = 0, 0
        self._methods: Mapping[str, Callable[[list[Any]], Any]] = {
            "SUBSCRIBE": self._subscribe,
            "UNSUBSCRIBE": self._unsubscribe,
            "LIST_SUBSCRIPTIONS": lambda _: list(self.streams),
            "SET_PROPERTY": self._set,
            "GET_PROPERTY": self._get,
        }

    # ── frames of the client ──

    def receive(self, frame: Frame, now: Nanos) -> None:
        """Do what a frame asks; too many a second end the connection."""
        if self._is_too_much(now):
            self.hang_up(*TOO_MANY_MESSAGES)
            return
        id: Any = None
        try:
            asked = _decode(frame)
            id = asked.get("id")
            self._tell({"result": self._do(asked), "id": id})
        except Wrong as wrong:
            self._tell({"error": {"code": wrong.code, "msg": wrong.message}, "id": id})

    def _is_too_much(self, now: Nanos) -> bool:
        second = now // NANOS_PER_S
        if second != self._second:
            self._second, self._messages = second, 0
        self._messages += 1
        return self._messages > MESSAGES_A_SECOND

    def _do(self, asked: dict[str, Any]) -> Any:
        if "method" not in asked:
            raise Wrong(2, "Invalid request: missing field `method`")
        work = self._methods.get(str(asked["method"]))
        if work is None:
            raise Wrong(2, f"Invalid request: unknown variant `{asked['method']}`, expected one of {METHODS}")
        if isinstance(asked.get("id"), bool | float | dict | list):
            raise Wrong(2, "Invalid request: request ID must be an unsigned integer")
        params = [] if asked.get("params") is None else asked["params"]
        if not isinstance(params, list):
            raise Wrong(2, "Invalid request: params must be an array")
        return work(params)

    def _subscribe(self, params: list[Any]) -> None:
        _check_streams(params)
        if len(self.streams | dict.fromkeys(params)) > MOST_STREAMS:
            raise Wrong(2, "Invalid request: too many streams")
        self.streams.update(dict.fromkeys(params))

    def _unsubscribe(self, params: list[Any]) -> None:
        _check_streams(params)
        for name in params:
            self.streams.pop(name, None)

    def _set(self, params: list[Any]) -> None:
        _check_property(params)
        if len(params) < 2 or not isinstance(params[1], bool):
            raise Wrong(1, "Invalid value type: expected Boolean")
        self.is_combined = params[1]

    def _get(self, params: list[Any]) -> bool:
        _check_property(params)
        return self.is_combined

    # ── events of the exchange ──

    def hear(self, event: Event) -> None:
        """Tell what happened to every stream that it is of."""
        if isinstance(event, LevelChanged):
            for name in list(self.streams):
                self._change(name, event)
        elif isinstance(event, Traded):
            self._trade(event)

    def _change(self, name: str, event: LevelChanged) -> None:
        if name == f"{event.symbol.lower()}@bookTicker":
            self._send(name, self._best(event), "book")
        elif (diff := DIFF.fullmatch(name)) and diff[1] == event.symbol.lower():
            self._send(name, self._diff(event), "book")
        elif (part := PARTIAL.fullmatch(name)) and part[1] == event.symbol.lower():
            self._send(name, self._partial(event, int(part[2])), "book")

    def _diff(self, event: LevelChanged) -> dict[str, Any]:
        level, last = [[number(event.px), number(event.qty)]], last_id(event.seq)
        bids, asks = (level, []) if event.side == "buy" else ([], level)
        head = {"e": "depthUpdate", "E": self._now_ms, "s": event.symbol}
        return {**head, "U": last - IDS_PER_CHANGE + 1, "u": last, "b": bids, "a": asks}

    def _partial(self, event: LevelChanged, depth: int) -> dict[str, Any]:
        book = self.venue.exchange.books[event.symbol]
        bids, asks = (levels(book.levels(side), depth) for side in ("buy", "sell"))
        return {"lastUpdateId": last_id(event.seq), "bids": bids, "asks": asks}

    def _best(self, event: LevelChanged) -> dict[str, Any]:
        (bid, bid_qty), (ask, ask_qty) = best(self.venue, event.symbol)
        told = {"u": last_id(event.seq), "s": event.symbol, "b": number(bid), "B": number(bid_qty)}
        return {**told, "a": number(ask), "A": number(ask_qty)}

    def _trade(self, event: Traded) -> None:
        name, one = f"{event.symbol.lower()}@trade", event.execution
        if name in self.streams:
            told = {"e": "trade", "E": self._now_ms, "s": event.symbol, "t": one.id, "p": number(one.px)}
            ends = {"q": number(one.qty), "T": millis(one.ts_ns), "m": event.taker == "sell", "M": True}
            self._send(name, {**told, **ends}, "trade")

    @property
    def _now_ms(self) -> int:
        return millis(self.venue.exchange.now)

    def _send(self, name: str, told: dict[str, Any], kind: str) -> None:
        frame = {"stream": name, "data": told} if self.is_combined else told
        self.push(msgspec.json.encode(frame).decode(), kind)

    def _tell(self, told: dict[str, Any]) -> None:
        self.push(msgspec.json.encode(told).decode(), "other")


def _decode(frame: Frame) -> dict[str, Any]:
    try:
        return msgspec.json.decode(frame, type=dict[str, Any])
    except msgspec.DecodeError:
        raise Wrong(3, "Invalid JSON: expected value at line 1 column 1") from None


def _check_streams(params: list[Any]) -> None:
    if any(not isinstance(name, str) for name in params):
        raise Wrong(2, "Invalid request: stream name must be a string")


def _check_property(params: list[Any]) -> None:
    if not params or not isinstance(params[0], str):
        raise Wrong(2, "Invalid request: property name must be a string")
    if params[0] != "combined":
        raise Wrong(0, "Unknown property")
