"""The streams of live accounts: one for each client and venue with keys, where the plugin has one.

Used by the composition root; what they tell goes to the runtime. What must stay true: a stream that is down, or that
missed something a moment ago, is not calm, so orders are asked about as if there were none; a plugin's fault costs its
own stream only; no log tells keys.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec
import structlog

from venuekit.instrument import Instrument
from venuekit.market import Gap
from venuekit.run.account import AccountRunner
from venuekit.run.clock import Clock
from venuekit.run.connection import Door
from venuekit.venue import AccountEvent, AccountFeed
from venuekit_engine.desk.live import LiveDesk

CALM_S: Final = 15.0  # more than a stream may take to find that it was not let in

Desks: TypeAlias = Callable[[str, str], LiveDesk | None]  # (client, venue) -> desk, None without keys
Take: TypeAlias = Callable[[str, LiveDesk, list[AccountEvent]], None]  # (client, desk, what one frame told)

log = structlog.get_logger(__name__)


class Stream(msgspec.Struct, frozen=True):
    """One stream that runs, and the instruments that it covers, by symbol."""

    runner: AccountRunner
    task: asyncio.Task[None]
    covered: Mapping[str, Instrument]


class AccountStreams:
    """Opens, keeps and ends streams. `instruments` lists what is watched at a venue, which a stream covers at least."""

    def __init__(
        self,
        desks: Desks,
        door: Door,
        clock: Clock,
        take: Take,
        instruments: Callable[[str], Sequence[Instrument]],
    ) -> None:
        self._desks, self._door, self._clock, self._take, self._instruments = desks, door, clock, take, instruments
        self._streams: dict[tuple[str, str], Stream] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def open(self, client_id: str, venue: str) -> None:
        """Open an account's stream, where there is one; with new keys it starts anew."""
        self._open(client_id, venue, {})

    def close(self, client_id: str, venue: str) -> None:
        """End an account's stream, because its keys are gone or others."""
        stream = self._streams.pop((client_id, venue), None)
        if stream is not None:
            stream.task.cancel()
            self._ending.add(stream.task)
            stream.task.add_done_callback(self._ending.discard)

    def tells(self, client_id: str, instrument: Instrument) -> bool:
        """Say whether an account's stream is up, covers an instrument and has missed nothing for a while.

        One that does not cover it is opened anew, so that it will.
        """
        stream = self._streams.get((client_id, instrument.venue))
        if stream is None:
            return False
        if instrument.symbol not in stream.covered:
            self._open(client_id, instrument.venue, {**stream.covered, instrument.symbol: instrument})
            return False
        return stream.runner.intake.is_calm(self._clock.now(), CALM_S)

    async def stop(self) -> None:
        """End every stream and wait until its socket is closed."""
        for client_id, venue in tuple(self._streams):
            self.close(client_id, venue)
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _open(self, client_id: str, venue: str, asked: Mapping[str, Instrument]) -> None:
        self.close(client_id, venue)
        desk = self._desks(client_id, venue)
        if desk is None or not desk.tells_account:
            return
        covered = {**{each.symbol: each for each in self._instruments(venue)}, **asked}
        feed = self._feed(client_id, desk, covered)
        if feed is not None:
            self._streams[client_id, venue] = self._run(client_id, desk, feed, covered)

    def _run(self, client_id: str, desk: LiveDesk, feed: AccountFeed, covered: Mapping[str, Instrument]) -> Stream:
        runner = AccountRunner(
            feed, desk.venue, self._door, self._clock, on_events=lambda events: self._hear(client_id, desk, events)
        )
        task = asyncio.create_task(runner.run(), name=f"stream {client_id} at {desk.venue}")
        task.add_done_callback(_tell_fault)
        return Stream(runner, task, covered)

    def _feed(self, client_id: str, desk: LiveDesk, covered: Mapping[str, Instrument]) -> AccountFeed | None:
        try:
            return desk.account_feed(tuple(covered.values()))
        except Exception as error:  # noqa: BLE001 - a plugin may fail in any way, and its words may hold anything
            log.warning("no_account_stream", client_id=client_id, venue=desk.venue, error=type(error).__name__)
            return None

    def _hear(self, client_id: str, desk: LiveDesk, events: list[AccountEvent]) -> None:
        for event in events:
            if isinstance(event, Gap):
                reason = desk.hide(event.reason)
                log.info("account_stream_gap", client_id=client_id, venue=desk.venue, reason=reason)
        self._take(client_id, desk, events)


def _tell_fault(task: asyncio.Task[None]) -> None:
    """Say that a stream has ended by a fault; its orders are asked about from then on."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("account_stream_failed", task=task.get_name(), error=type(error).__name__)
