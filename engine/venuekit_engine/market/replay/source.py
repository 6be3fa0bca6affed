"""Plays a capture into the hub, through the feeds of the installed plugins.

Chosen by `--market replay:PATH`. What must stay true: the same intake, proofs and books as live; what was skipped or
could not be played is counted and told, because a replay that looks whole and is not would mislead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from venuekit.capture import Skipped
from venuekit.instrument import Instrument
from venuekit.plugin import Plugins
from venuekit.run.clock import Clock
from venuekit.run.replay import Replay
from venuekit.venue import Feed
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.line import Line
from venuekit_engine.market.link import LinkStatus
from venuekit_engine.market.replay.contents import Contents, Part, listed_in, read_contents, streamed_in
from venuekit_engine.market.served import race, wait_served

START_WAIT_S: Final = 2.0  # for the first books
SHOWN: Final = 3  # broken lines that are told one by one; all are counted

log = structlog.get_logger("venuekit.market")


class Played(msgspec.Struct, frozen=True):
    """What a replay met: counts by venue, broken lines of the file, venues that could not be played and why."""

    counts: dict[str, dict[str, int]]
    skipped: list[Skipped]
    faults: dict[str, str]


class ReplaySource:
    """A capture as a source. `speed` 0 waits for nothing; `instruments` stand in where the capture holds none.

    `hosts` names, as for live, the base URLs that were recorded from, where they are not the plugin's own: a testnet's.
    """

    name = "replay"

    def __init__(
        self,
        path: Path,
        plugins: Plugins,
        clock: Clock,
        *,
        speed: float = 1.0,
        loop: bool = True,
        instruments: Sequence[Instrument] = (),
        hosts: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._path, self._plugins, self._clock = path, plugins, clock
        self._speed, self._loop, self._given = speed, loop, instruments
        self._hosts = hosts or {}
        self._replays: dict[str, Replay] = {}
        self._faults: dict[str, str] = {}
        self._skipped: list[Skipped] = []
        self._tasks: list[asyncio.Task[Any]] = []

    async def start(self, hub: MarketHub) -> None:
        """Read the capture through, list what it holds and begin to play.

        Raises: ValueError for one that cannot be read, is of a later format, or holds nothing to play.
        """
        try:
            contents = await asyncio.to_thread(read_contents, self._path)
        except OSError as error:
            raise ValueError(f"the capture {self._path} cannot be read: {error.strerror}") from error
        self._skipped = contents.skipped
        for skip in contents.skipped[:SHOWN]:
            log.warning("capture line skipped", path=str(self._path), line=skip.line, reason=skip.reason)
        if contents.skipped:
            log.warning("capture has broken lines", path=str(self._path), skipped=len(contents.skipped))
        await self._prepare(hub, contents)
        if not self._replays:
            raise ValueError(f"the capture {self._path} holds nothing to play: {self._why(contents)}")
        self._tasks = [asyncio.create_task(self._play(hub, venue, replay)) for venue, replay in self._replays.items()]
        await race(self._begin(hub), self._clock, START_WAIT_S)

    async def stop(self) -> None:
        """End every replay."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def want(self, symbol: str, wait_s: float) -> None:
        """Do nothing: what the capture does not hold cannot be had."""

    async def finished(self) -> Played:
        """Wait until all is played; without an end where it loops."""
        await asyncio.gather(*self._tasks)
        return self.played

    @property
    def played(self) -> Played:
        """What was met so far."""
        return Played({venue: _counts(each) for venue, each in self._replays.items()}, self._skipped, self._faults)

    async def _begin(self, hub: MarketHub) -> None:
        """Wait until every book is there, or all is played."""
        served = asyncio.ensure_future(self._wait_books(hub))
        ended = asyncio.ensure_future(asyncio.wait(self._tasks))
        try:
            await asyncio.wait((served, ended), return_when=asyncio.FIRST_COMPLETED)
        finally:
            served.cancel()
            ended.cancel()

    async def _wait_books(self, hub: MarketHub) -> None:
        for replay in self._replays.values():
            for symbol in replay.intake.keeper.books:
                await wait_served(hub, symbol, self._clock)

    async def _prepare(self, hub: MarketHub, contents: Contents) -> None:
        for name, part in contents.parts.items():
            found = await self._find(name, part)
            if isinstance(found, str):
                self._faults[name] = found
                hub.report(name, LinkStatus.DISCONNECTED, found)
                log.warning("venue not replayed", venue=name, reason=found)
                continue
            listed, feed = found
            hub.catalog.put(name, listed)
            hub.report(name, LinkStatus.CONNECTED)
            self._replays[name] = self._make(hub, name, feed)

    def _why(self, contents: Contents) -> str:
        faults = [f"{venue}: {reason}" for venue, reason in self._faults.items()]
        return "; ".join(faults) or f"{contents.records} records, {len(contents.skipped)} broken lines"

    async def _find(self, name: str, part: Part) -> tuple[Sequence[Instrument], Feed] | str:
        try:
            venue = self._plugins.build(name, hosts=self._hosts.get(name))
            given = [each for each in self._given if each.venue == name]
            listed = given or await listed_in(part, venue)
            if isinstance(listed, str):
                return f"no instruments: {listed}"
            streamed = streamed_in(part, listed)
            return (listed, venue.feed(streamed)) if streamed else "no listed symbol occurs in the capture"
        except Exception as error:  # noqa: BLE001 - a broken plugin costs its own venue only
            return f"{type(error).__name__}: {error}"

    def _make(self, hub: MarketHub, venue: str, feed: Feed) -> Replay:
        line = Line(hub, venue)
        replay = Replay(
            self._path,
            feed,
            venue,
            self._clock,
            on_books=line.books,
            on_trades=line.trades,
            speed=self._speed,
            loop=self._loop,
        )
        line.plug(replay.intake.keeper)
        return replay

    async def _play(self, hub: MarketHub, venue: str, replay: Replay) -> None:
        await replay.run()
        hub.report(venue, LinkStatus.DISCONNECTED, "the capture ended")


def _counts(replay: Replay) -> dict[str, int]:
    counts = {"records": replay.counts.records, "rounds": replay.counts.rounds, "unanswered": replay.counts.unanswered}
    return counts | dict(replay.intake.counts) | dict(replay.intake.keeper.counts)
