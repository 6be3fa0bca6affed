"""Runs the stream of one account: its orders, trades and balances, told to a listener as they come.

Used by the engine's live desks. What must stay true: whatever may have been missed is told as a `Gap` with the symbol
"", so that the account is read again: when a connection begins, ends or is not had, and for a frame that cannot be
read. Nothing that the venue says of an account is quoted in a log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from venuekit.market import Gap
from venuekit.run.clock import Clock
from venuekit.run.connection import Door
from venuekit.run.pace import Backoff
from venuekit.run.pump import Pump
from venuekit.run.record import Recorder
from venuekit.run.stream import Runner
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import AccountEvent, AccountFeed

OnEvents: TypeAlias = Callable[[list[AccountEvent]], None]


class AccountIntake(Pump[AccountEvent, list[AccountEvent]]):
    """One account's stream and its listener. `whole_since` is when something was last missed, None while it is down."""

    def __init__(self, feed: AccountFeed, venue: str, on_events: OnEvents) -> None:
        super().__init__(feed, venue)
        self.whole_since: Nanos | None = None
        self._on_events = on_events

    def is_calm(self, now: Nanos, calm_s: float) -> bool:
        """Tell whether the stream is up and has missed nothing for so long."""
        return self.whole_since is not None and now - self.whole_since >= calm_s * NANOS_PER_S

    def unreached(self, reason: str) -> None:
        """Tell that what happens is still not seen."""
        self.tell([Gap("", reason)])

    def opened(self, now: Nanos) -> None:
        """Start afresh: what happened until now was not seen."""
        self.tell(self.doubt("a connection begins", now))
        super().opened(now)

    def closed(self, reason: str) -> None:
        """Tell that what happens from now on is not seen."""
        self.whole_since = None
        self.tell([Gap("", reason)])

    def digest(self, events: list[AccountEvent], now: Nanos) -> list[AccountEvent]:
        """Take events as they are."""
        if any(isinstance(event, Gap) for event in events):
            self.counts["gap"] += 1
            self.whole_since = now
        return events

    def doubt(self, reason: str, now: Nanos) -> list[AccountEvent]:
        """Make a gap of it."""
        return self.digest([Gap("", reason)], now)

    def tell(self, news: list[AccountEvent]) -> None:
        """Tell the listener."""
        if news:
            self._on_events(news)


class AccountRunner(Runner[AccountIntake]):
    """One account's stream over one socket at a time."""

    def __init__(
        self,
        feed: AccountFeed,
        venue: str,
        door: Door,
        clock: Clock,
        *,
        on_events: OnEvents,
        recorder: Recorder | None = None,
        conn: str = "account",
        backoff: Backoff | None = None,
    ) -> None:
        super().__init__(AccountIntake(feed, venue, on_events), door, clock, recorder, conn, backoff or Backoff())
