"""Time as a thing that can be handed over: the real one, and one that tests and replays move.

What must stay true: under a `VirtualClock` nothing sleeps for real, and waiters wake in the order of their times, those
of one time in the order in which they came.
"""

from __future__ import annotations

import asyncio
import time
from heapq import heappop, heappush
from itertools import count
from typing import Final, Protocol

from venuekit.units import NANOS_PER_S, Nanos

SETTLE_TURNS: Final = 20  # turns of the loop that a woken task gets before the next one wakes


class Clock(Protocol):
    """Tells the time and waits for it."""

    def now(self) -> Nanos:
        """Unix nanoseconds."""
        ...

    async def sleep_until(self, at: Nanos) -> None:
        """Wait for a time; a time that is past only gives way to other tasks."""
        ...


class RealClock:
    """The machine's clock."""

    def now(self) -> Nanos:
        """Unix nanoseconds."""
        return Nanos(time.time_ns())

    async def sleep_until(self, at: Nanos) -> None:
        """Wait for a time, on the loop's timer: a clock that is set back meanwhile does not prolong it."""
        await asyncio.sleep(max(0, at - self.now()) / NANOS_PER_S)


class VirtualClock:
    """A clock that stands still until it is advanced."""

    def __init__(self, now: int = 0) -> None:
        self._now = Nanos(now)
        self._waiters: list[tuple[Nanos, int, asyncio.Future[None]]] = []
        self._order = count()
        self._arrival = asyncio.Event()

    def now(self) -> Nanos:
        """Unix nanoseconds."""
        return self._now

    async def sleep_until(self, at: Nanos) -> None:
        """Wait until somebody advances the clock to a time."""
        if at <= self._now:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiters, (at, next(self._order), waiter))
        self._arrival.set()
        await waiter

    async def advance_to(self, at: Nanos) -> None:
        """Move to a time, and let each waiter on the way run at its own."""
        while (due := self.next_due()) is not None and due <= at:
            self._now = due
            waiter = heappop(self._waiters)[2]
            waiter.set_result(None)
            await settle()
        self._now = max(self._now, at)

    async def advance(self, by_s: float) -> None:
        """Move by seconds."""
        await self.advance_to(Nanos(self._now + round(by_s * NANOS_PER_S)))

    def next_due(self) -> Nanos | None:
        """Tell the earliest time that somebody waits for."""
        while self._waiters and self._waiters[0][2].done():  # the task was cancelled
            heappop(self._waiters)
        return self._waiters[0][0] if self._waiters else None

    async def wait_sleeper(self, until: Nanos) -> None:
        """Wait, for real, until somebody waits for a time no later than this."""
        while (due := self.next_due()) is None or due > until:
            self._arrival.clear()
            await self._arrival.wait()


async def settle(turns: int = SETTLE_TURNS) -> None:
    """Let other tasks run until they wait again."""
    for _ in range(turns):
        await asyncio.sleep(0)
