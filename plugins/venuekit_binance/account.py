"""Binance spot: the stream of one account's orders, trades and balances.

Made by `venue.py`. It lives on the WebSocket API: one signed request subscribes, with any type of key, and the
account's events come wrapped. What must stay true: whatever ends the subscription also ends the connection, so that
the core paces the next one; nothing that the venue tells of an order is left out, and a kind of event that we do not
know is no silence but a fault.
  Keep-alive: the venue pings every 20 s and wants the pong within a minute, which the core gives; a connection lives 24
  hours at most, and `serverShutdown` tells that it ends soon. Nothing is to be renewed.
Sources: https://github.com/binance/binance-spot-api-docs web-socket-api.md and user-data-stream.md (2026-07-21), read
2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from venuekit.market import Gap
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import AccountEvent, AccountFeed, Outbound, Reconnect, Send
from venuekit.wire import Frame
from venuekit_binance.caller import Caller
from venuekit_binance.events import Execution, Holdings, Kind, Told
from venuekit_binance.executions import to_balances, to_events

PATH: Final = "/ws-api/v3"
SUBSCRIBE: Final = "userDataStream.subscribe.signature"
SILENCE_S: Final = 60.0  # the venue pings every 20 s
LET_IN_NS: Final = 10 * NANOS_PER_S  # how long the answer to the subscription may take
GOOD: Final = 200

Read = Callable[[msgspec.Raw], list[AccountEvent]]

_decode: Final = msgspec.json.Decoder(Told).decode
_decode_kind: Final = msgspec.json.Decoder(Kind).decode
_decode_execution: Final = msgspec.json.Decoder(Execution).decode
_decode_holdings: Final = msgspec.json.Decoder(Holdings).decode


def _read_nothing(event: msgspec.Raw) -> list[AccountEvent]:
    return []


READERS: Final[Mapping[str, Read]] = {
    "executionReport": lambda event: to_events(_decode_execution(event)),
    "outboundAccountPosition": lambda event: to_balances(_decode_holdings(event)),
    # Differences, whose sums come as an outboundAccountPosition: it is sent "any time an account balance has changed".
    "balanceUpdate": _read_nothing,
    "externalLockUpdate": _read_nothing,
    "listStatus": _read_nothing,  # each order of the list has its own executionReport
}
ENDS: Final[Mapping[str, str]] = {
    "eventStreamTerminated": "the venue ended the subscription",
    "serverShutdown": "the venue's server shuts down",
}


class BinanceAccountFeed(AccountFeed):
    """Subscribes on each connection anew; a request's id is its number."""

    silence_s = SILENCE_S

    def __init__(self, host: str, caller: Caller) -> None:
        self.url = f"{host}{PATH}"
        self._caller = caller
        self._outbound: list[Outbound] = []
        self._id = 0
        self._asked: Nanos | None = None  # since when the answer to the subscription is waited for

    def opened(self, now: Nanos) -> None:
        """Subscribe."""
        self._id += 1
        self._asked = now
        self._outbound = [Send(self._caller.frame(SUBSCRIBE, self._id, now))]

    def beat(self, now: Nanos) -> None:
        """Ask for another connection where the subscription is not answered."""
        if self._asked is not None and now - self._asked >= LET_IN_NS:
            self._leave("the subscription was not answered")

    def pending(self) -> list[Outbound]:
        """Take what is to be sent."""
        taken, self._outbound = self._outbound, []
        return taken

    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        """Read one frame. Raises: ValueError for what is no answer to us, and for an event that we do not know."""
        told = _decode(frame)
        if told.status:
            return self._read_answer(told)
        kind = _decode_kind(told.event).e
        if kind in ENDS:
            return self._leave(ENDS[kind])
        if kind not in READERS:
            raise ValueError(f"binance: unknown event {kind!r}")
        return READERS[kind](told.event)

    def _read_answer(self, told: Told) -> list[AccountEvent]:
        if told.error is not None:
            return self._leave(f"the subscription was refused: {told.error.msg} [{told.error.code}]")
        if told.status != GOOD or told.id != self._id:
            raise ValueError(f"binance: an answer of status {told.status} to request {told.id!r}, asked {self._id}")
        self._asked = None
        return [Gap("", "the subscription begins")]

    def _leave(self, reason: str) -> list[AccountEvent]:
        self._asked = None
        self._outbound.append(Reconnect(reason))
        return [Gap("", reason)]
