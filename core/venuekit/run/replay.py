"""Plays a capture into a feed, as if its socket were open: the same intake, the same books, no network.

Used by the engine to run on a recorded market and by tests of feeds. What must stay true: frames come in their order;
a fetch gets the answer it had, when it had it; and what the capture could not give is counted, never made up.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from venuekit.capture import Reading, Record, Skipped, What, read
from venuekit.instrument import Instrument
from venuekit.run.answers import Answers
from venuekit.run.clock import Clock
from venuekit.run.intake import Intake, OnBooks, OnTrades
from venuekit.run.pace import AT_ONCE
from venuekit.units import Nanos
from venuekit.venue import Feed, Fetch

YIELD_EVERY: Final = 64  # records between two turns of the loop, at full speed


class Counts(msgspec.Struct):
    """What a replay met: `records` of ours, `frames` among them, fetches without an answer, rounds begun."""

    records: int = 0
    frames: int = 0
    unanswered: int = 0
    rounds: int = 0


class Replay:
    """One connection of a capture, played into a feed.

    `speed` 1 keeps the recorded pace, 10 is ten times as fast, 0 waits for nothing; `loop` begins again at the end.
    Every frame arrives now, so a quote's age is what it would be live. Without `conn` all of the venue's are played.
    """

    def __init__(
        self,
        path: Path,
        feed: Feed,
        venue: str,
        clock: Clock,
        *,
        on_books: OnBooks,
        on_trades: OnTrades,
        conn: str | None = None,
        speed: float = 1.0,
        loop: bool = False,
    ) -> None:
        if speed < 0:
            raise ValueError(f"speed must be >= 0, was {speed}")
        # No venue to spare here: a lost book is asked for at once, so that a replay is the same every time.
        self.intake = Intake(feed, venue, on_books, on_trades, AT_ONCE)
        self.counts = Counts()
        self.skipped: list[Skipped] = []
        self._path, self._venue, self._conn, self._clock = path, venue, conn, clock
        self._speed, self._loop = speed, loop

    async def run(self) -> Counts:
        """Play to the end, or until cancelled when it loops."""
        while True:
            met = self.counts.records
            await self._play_once()
            if not self._loop or self.counts.records == met:  # an empty capture would spin
                return self.counts
            self.intake.closed("the capture begins again")

    async def _play_once(self) -> None:
        self.counts.rounds += 1
        reading = open_capture(self._path)
        self.skipped = reading.skipped
        fetches = _Fetches(self.intake, self._venue)
        start: tuple[Nanos, Nanos] | None = None
        for record in reading:
            if record.venue == self._venue and self._conn in (None, record.conn):
                start = start or (record.at_ns, self._clock.now())
                await self._wait(record.at_ns, *start)
                self._take(record, fetches)
        fetches.drop()
        self.counts.unanswered += fetches.unanswered

    async def _wait(self, at: Nanos, first: Nanos, began: Nanos) -> None:
        if self._speed:
            due = Nanos(began + round((at - first) / self._speed))
            if due > self._clock.now():
                await self._clock.sleep_until(due)
                return
        if self.counts.records % YIELD_EVERY == 0:
            await asyncio.sleep(0)

    def _take(self, record: Record, fetches: _Fetches) -> None:
        now = self._clock.now()
        self.counts.records += 1
        if record.what is What.CLOSE:
            fetches.close(record.note)
        elif record.what is What.HTTP:
            fetches.hear(record, now)
        else:
            fetches.open(now, again=record.what is What.OPEN)
        if record.what is What.IN:
            self.counts.frames += 1
            self.intake.frame(record.payload, now)
        fetches.ask(now)


class _Fetches:
    """The fetches of a feed and the answers of a capture, whichever comes first."""

    def __init__(self, intake: Intake, venue: str) -> None:
        self.waiting: list[Fetch] = []
        self.unanswered = 0
        self._intake = intake
        self._answers = Answers((), venue)
        self._is_open = False

    def open(self, now: Nanos, *, again: bool) -> None:
        """Open the feed, where it is not or where the capture says so."""
        if again or not self._is_open:
            self.drop()
            self._intake.opened(now)
        self._is_open = True

    def close(self, reason: str) -> None:
        """Close the feed."""
        self._is_open = False
        self.drop()
        self._intake.closed(reason)

    def drop(self) -> None:
        """Give up the fetches that wait: they end with their socket."""
        self.unanswered += len(self.waiting)
        self.waiting = []

    def hear(self, record: Record, now: Nanos) -> None:
        """Keep an answer, and give it to a fetch that waits."""
        self._answers.add(record)
        waiting, self.waiting = self.waiting, []
        for fetch in waiting:
            self._answer(fetch, now)

    def ask(self, now: Nanos) -> None:
        """Take the fetches that the feed makes; what else it sends was sent when the capture was made."""
        while made := [out for out in self._intake.outbound(now) if isinstance(out, Fetch)]:
            for fetch in made:
                self._answer(fetch, now)
            if all(fetch in self.waiting for fetch in made):
                return

    def _answer(self, fetch: Fetch, now: Nanos) -> None:
        found = self._answers.take(fetch.request, fetch.symbol)
        if found is None:
            self.waiting.append(fetch)
        else:
            self._intake.answer(fetch, found.response, now)


def open_capture(path: Path) -> Reading:
    """Read a capture file, plain or .gz, also one that was cut. Raises: FileNotFoundError, when it is first read."""
    return read(_inflated_lines(path) if path.suffix == ".gz" else _lines(path))


def read_instruments(path: Path) -> list[Instrument]:
    """Read a file of instruments: a JSON array. Raises: ValueError."""
    return msgspec.json.decode(path.read_bytes(), type=list[Instrument])


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _inflated_lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        while True:
            try:
                line = file.readline()
            except (EOFError, zlib.error, gzip.BadGzipFile):
                yield b"the compressed file is cut here"
                return
            if not line:
                return
            yield line
