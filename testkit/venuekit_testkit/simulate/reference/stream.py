"""The reference venue: its two sockets. `/v1/stream` tells markets, `/v1/account` tells the account that logs in.

Used by `face.py`. What must stay true: frames are numbered as they are made, so that a lost one shows; a client that
is silent for a minute is hung up on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, OrderChanged, Traded
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.listener import Listener
from venuekit_testkit.simulate.reference.denials import Denied, told
from venuekit_testkit.simulate.reference.shapes import (
    balance_shapes,
    book_shape,
    checksum,
    fill_shape,
    millis,
    number,
    order_shape,
    trade_shape,
)

if TYPE_CHECKING:
    from venuekit_testkit.simulate.reference.face import ReferenceSimulator

PATIENCE_NS: Final = 60 * NANOS_PER_S
LOGIN: Final = Call(method="GET", path="/v1/account")


class ReferenceSession(Listener):
    """What both sockets share: operations by name, pings, patience."""

    def __init__(self, face: ReferenceSimulator, now: Nanos) -> None:
        super().__init__(face.exchange, face.faults)
        self.face = face
        self.heard_at = now
        self.operations: dict[str, Callable[[Mapping[str, Any]], None]] = {"ping": self._pong}

    def receive(self, frame: Frame, now: Nanos) -> None:
        """Do what a frame asks."""
        self.heard_at = Nanos(now + self.face.skew_ns)
        try:
            asked = msgspec.json.decode(frame, type=dict[str, Any])
            self.operations[asked.get("op", "")](asked)
        except (msgspec.DecodeError, KeyError):
            self._say("other", "error", told("bad_request"))
        except Denied as no:
            self._say("other", "error", told(no.code))

    def beat(self, now: Nanos) -> None:
        """Hang up on who is silent."""
        if now + self.face.skew_ns - self.heard_at > PATIENCE_NS:
            self.hang_up(1008, "no ping")

    def _pong(self, asked: Mapping[str, Any]) -> None:
        self._say("other", "pong", {})

    def _say(self, kind: str, type_: str, told: Mapping[str, Any]) -> None:
        self.push(msgspec.json.encode({"type": type_, **told}).decode(), kind)


class MarketSession(ReferenceSession):
    """Books and trades of what was subscribed. To subscribe again gives the whole book again."""

    def __init__(self, face: ReferenceSimulator, now: Nanos) -> None:
        super().__init__(face, now)
        self.symbols: set[str] = set()
        self.operations["subscribe"] = self._subscribe

    def hear(self, event: Event) -> None:
        """Tell changes of subscribed books, and their trades."""
        if isinstance(event, LevelChanged) and event.symbol in self.symbols:
            self._say("book", "delta", self._delta(event))
        elif isinstance(event, Traded) and event.symbol in self.symbols:
            self._say("trade", "trade", trade_shape(event))

    def _subscribe(self, asked: Mapping[str, Any]) -> None:
        symbol = str(asked["symbol"])
        if symbol not in self.exchange.markets:
            raise Denied("unknown_market")
        self.symbols.add(symbol)
        self._say("book", "book", book_shape(self.exchange, symbol))

    def _delta(self, event: LevelChanged) -> dict[str, Any]:
        row, symbol = [number(event.px), number(event.qty)], event.symbol
        spoilt = self.faults.take(Fault.BAD_CHECKSUM, "book")
        return {
            "symbol": symbol,
            "seq": event.seq,
            "bids": [row] if event.side == "buy" else [],
            "asks": [row] if event.side == "sell" else [],
            "checksum": checksum(self.exchange, symbol) ^ (1 if spoilt else 0),
            "time": millis(self.exchange.now),
        }


class AccountSession(ReferenceSession):
    """Orders, fills and balances of the account, numbered from 1 after its login."""

    def __init__(self, face: ReferenceSimulator, now: Nanos) -> None:
        super().__init__(face, now)
        self.seq = 0
        self.is_known = False
        self.balances: dict[str, Any] = {}
        self.operations["login"] = self._login

    def hear(self, event: Event) -> None:
        """Tell of our own orders: the trade, the order, then what it did to the balances."""
        if not self.is_known or not isinstance(event, OrderChanged) or event.order.account != ME:
            return
        if event.execution is not None:
            self._tell("fill", fill_shape(event.order, event.execution))
        self._tell("order", order_shape(event.order))
        self.tell_balances()

    def tell_balances(self) -> None:
        """Tell the balances that changed."""
        now = {one["asset"]: one for one in balance_shapes(self.exchange.accounts[ME])}
        for asset, held in now.items():
            if self.is_known and self.balances.get(asset) != held:
                self._tell("balance", held)
        self.balances = now

    def _login(self, asked: Mapping[str, Any]) -> None:
        self.face.doorkeeper.prove(LOGIN, str(asked["key"]), str(asked["nonce"]), str(asked["sign"]))
        self.balances = {one["asset"]: one for one in balance_shapes(self.exchange.accounts[ME])}
        self.is_known = True
        self._say("other", "welcome", {})

    def _tell(self, kind: str, told: Mapping[str, Any]) -> None:
        self.seq += 1
        self._say(kind, kind, {"seq": self.seq, kind: told})
