"""Kalshi: one socket of our own orders and trades, of all markets.

Made by `venue.py`. What must stay true: everything comes in the terms of YES, under the market's ticker; `restate` of
the venue mirrors it. These channels have no sequence, and the venue promises no order between an order's frame and its
fill's. An order whose state the venue calls `unknown` is a gap: the account is to be read.
Source: AsyncAPI 2026-10, channels user_orders and fill (https://docs.kalshi.com/asyncapi.yaml), read 2026-11-21; live
frames of the first are of the type `user_order`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from venuekit.market import Gap
from venuekit.order import OrderReport
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import AccountEvent, AccountFeed, Outbound
from venuekit.wire import Frame
from venuekit_kalshi.caller import Caller
from venuekit_kalshi.frames import ANSWERS, Trouble, UserFill, UserOrder, read_envelope
from venuekit_kalshi.line import PASSING, SILENCE_S, TERMINAL, Line
from venuekit_kalshi.outcome import read_word
from venuekit_kalshi.parse import make_fill, to_report, to_ts

CHANNELS: Final = ("user_orders", "fill")
UNKNOWN: Final = "unknown"
PATIENCE_NS: Final = 10 * NANOS_PER_S  # before a subscription that was not answered is given up

_decode_order: Final = msgspec.json.Decoder(UserOrder).decode
_decode_fill: Final = msgspec.json.Decoder(UserFill).decode
_decode_trouble: Final = msgspec.json.Decoder(Trouble).decode


class KalshiAccount(AccountFeed):
    """Reads the account's orders and trades."""

    silence_s = SILENCE_S

    def __init__(self, caller: Caller) -> None:
        self.url = caller.socket
        self._caller, self._line = caller, Line()
        self._asked: Nanos | None = None  # since when the answer to the subscription is waited for
        self._readers: Mapping[str, Callable[[msgspec.Raw], list[AccountEvent]]] = {
            "user_order": _read_order,
            "user_orders": _read_order,
            "fill": _read_fill,
            "error": self._trouble,
        }

    def handshake(self, now: Nanos) -> tuple[tuple[str, str], ...]:
        """Prove who we are. Raises: NotSent without keys."""
        return self._caller.handshake(now)

    def opened(self, now: Nanos) -> None:
        """Subscribe to what is ours, in every market."""
        self._line.reopen()
        self._asked = now
        self._line.command("subscribe", channels=list(CHANNELS))

    def beat(self, now: Nanos) -> None:
        """Ask for another connection where the subscription is not answered."""
        if self._asked is not None and now - self._asked >= PATIENCE_NS:
            self._asked = None
            self._line.reconnect("the subscription was not answered")

    def pending(self) -> list[Outbound]:
        """Take what is to be sent."""
        return self._line.take()

    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        """Read one frame. Raises: ValueError for what is not as documented, and for an error of a command."""
        told = read_envelope(frame)
        if told.type in ANSWERS:
            self._asked = None
            return []
        # Nothing else was subscribed, so what we do not know may be an order.
        return read_word(self._readers, told.type, "type of frame")(told.msg)

    def _trouble(self, msg: msgspec.Raw) -> list[AccountEvent]:
        trouble = _decode_trouble(msg)
        reason = f"the venue says: {trouble.msg} [{trouble.code}]"
        if trouble.code not in TERMINAL | PASSING:
            raise ValueError(f"kalshi: {reason}")
        # The only command is the subscription, so one that timed out is made again with the connection.
        self._line.reconnect(reason)
        return [Gap("", reason)]


def _read_order(msg: msgspec.Raw) -> list[AccountEvent]:
    order = _decode_order(msg)
    if order.status == UNKNOWN:
        return [Gap("", f"the venue does not know the state of order {order.order_id}")]
    return [_to_report(order)]


def _to_report(order: UserOrder) -> OrderReport:
    ts = to_ts(order.last_updated_ts_ms or order.created_ts_ms)
    return msgspec.structs.replace(to_report(order), ts=ts)


def _read_fill(msg: msgspec.Raw) -> list[AccountEvent]:
    fill = _decode_fill(msg)
    return [make_fill(fill, fill.market_ticker, to_ts(fill.ts_ms), fill.client_order_id)]
