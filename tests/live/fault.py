"""What can go wrong with one call to the venue at hand and needs a hand in it: a test's own words, or a test's pace.

Used by tests through `BinanceAtHand.spoil`; what a simulator can do by itself is a `Fault` of the testkit. `Hold` stops
a call before or after its work until the test lets it go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from venuekit_testkit.simulate.call import Reply, reply_json

Work = Callable[[], Reply | None]
Trick = Callable[[Work], Awaitable[Reply | None]]
PATIENCE_S = 10.0


async def fail(_: Work) -> Reply:
    """Answer 503 and do nothing."""
    return Reply(503, b"Service Unavailable")


def refuse(code: int, message: str) -> Trick:
    """Make the venue's no."""

    async def trick(_: Work) -> Reply:
        return reply_json({"code": code, "msg": message}, 400)

    return trick


class Hold:
    """Keeps a call waiting: `arrived` is set when it is there, the answer leaves after `release`."""

    def __init__(self, *, worked: bool) -> None:
        self.arrived, self._released, self._worked = asyncio.Event(), asyncio.Event(), worked

    def release(self) -> None:
        """Let it go on."""
        self._released.set()

    async def wait(self) -> None:
        """Wait until the call is there."""
        async with asyncio.timeout(PATIENCE_S):
            await self.arrived.wait()

    async def __call__(self, work: Work) -> Reply | None:
        """Wait before the work, or between the work and its answer."""
        answer = work() if self._worked else None
        self.arrived.set()
        await self._released.wait()
        return answer if self._worked else work()
