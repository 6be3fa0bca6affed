"""The reference venue: the socket of the account's own orders, trades and balances.

Made by `venue.py`. What must stay true: frames are numbered from 1 after the login, so a number that is left out is a
`Gap`; what comes late or twice is told as it came, because the core counts a trade once.
Source: docs/conformance/reference-protocol.md, "Account stream".
"""

from __future__ import annotations

from typing import Final

import msgspec

from venuekit.errors import TradeError
from venuekit.market import Gap
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import AccountEvent, AccountFeed, Outbound, Send
from venuekit.wire import Frame
from venuekit_testkit.reference import wire
from venuekit_testkit.reference.caller import Caller
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.feed import PING, PING_NS, SILENCE_S
from venuekit_testkit.reference.parse import to_balance, to_fill, to_report

PATH: Final = "/v1/account"
WELCOME: Final = "welcome"
SILENT: Final = frozenset((WELCOME, "pong"))
PATIENCE_NS: Final = 10 * NANOS_PER_S  # before a login that was not answered is made again


class AccountFrame(msgspec.Struct, frozen=True):
    """One frame: its type names the part that it has."""

    type: str
    seq: int = 0
    order: wire.Order | None = None
    fill: wire.Fill | None = None
    balance: wire.Held | None = None


class ReferenceAccountFeed(AccountFeed):
    """Logs in and reads what follows."""

    silence_s = SILENCE_S

    def __init__(self, caller: Caller, stream: str) -> None:
        self.url = f"{stream}{PATH}"
        self._caller = caller
        self._outbound: list[Outbound] = []
        self._pinged = Nanos(0)
        self._asked: Nanos | None = None  # since when the answer to the login is waited for
        self._last = 0

    def opened(self, now: Nanos) -> None:
        """Log in; the venue numbers afresh."""
        self._pinged, self._last, self._asked = now, 0, now
        self._outbound = [Send(self._caller.login(PATH, now))]

    def beat(self, now: Nanos) -> None:
        """Ping where it is due, and log in again where no answer came."""
        if now - self._pinged >= PING_NS:
            self._pinged = now
            self._outbound.append(Send(PING))
        if self._asked is not None and now - self._asked >= PATIENCE_NS:
            self._asked = now
            self._outbound.append(Send(self._caller.login(PATH, now)))

    def pending(self) -> list[Outbound]:
        """Take what is to be sent."""
        taken, self._outbound = self._outbound, []
        return taken

    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        """Read one frame. Raises: ValueError for an error of the venue and for what it does not document."""
        told = msgspec.json.decode(frame, type=AccountFrame)
        if told.type in SILENT:
            self._asked = None if told.type == WELCOME else self._asked
            return []
        try:
            return [*self.count(told.seq), self.read(told)]
        except TradeError as error:
            raise ValueError(f"{VENUE}: the frame makes no sense: {error}") from error

    def count(self, seq: int) -> list[AccountEvent]:
        """Tell of what was left out before a number; a number that is not above the last is late or repeated."""
        expected = self._last + 1
        self._last = max(self._last, seq)
        return [Gap("", f"expected number {expected}, found {seq}")] if seq > expected else []

    def read(self, told: AccountFrame) -> AccountEvent:
        """Read what a frame tells. Raises: ValueError."""
        if told.order is not None:
            return to_report(told.order)
        if told.fill is not None:
            return to_fill(told.fill)
        if told.balance is not None:
            return to_balance(told.balance)
        raise ValueError(f"{VENUE}: expected an order, a fill or a balance, found {told.type!r}")
