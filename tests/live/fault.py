"""What can go wrong with one call to the stand-in, each as a function around the work that the call would do.

Used by tests through `BinanceStandIn.spoil`. `Hold` stops a call before or after its work until the test lets it go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

Work = Callable[[], web.Response]
Fault = Callable[[web.Request, Work], Awaitable[web.Response]]
PATIENCE_S = 10.0


async def drop_after(request: web.Request, work: Work) -> web.Response:
    """Do the work and cut the connection instead of answering."""
    work()
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def fail_after(_: web.Request, work: Work) -> web.Response:
    """Do the work and answer 503."""
    work()
    return await fail_before(_, work)


async def fail_before(_: web.Request, work: Work) -> web.Response:
    """Answer 503 and do nothing."""
    return web.Response(status=503, text="Service Unavailable")


async def busy(_: web.Request, work: Work) -> web.Response:
    """Answer 429 and do nothing."""
    told = {"code": -1003, "msg": "Too many requests."}
    return web.json_response(told, status=429, headers={"Retry-After": "1"})


def refuse(code: int, message: str) -> Fault:
    """Make the venue's no."""

    async def fault(_: web.Request, work: Work) -> web.Response:
        return web.json_response({"code": code, "msg": message}, status=400)

    return fault


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

    async def __call__(self, _: web.Request, work: Work) -> web.Response:
        """Wait before the work, or between the work and its answer."""
        answer = work() if self._worked else None
        self.arrived.set()
        await self._released.wait()
        return answer or work()
