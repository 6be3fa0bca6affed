"""Whether a symbol is served, and how to wait until it is.

Used by the door and the sources. What must stay true: a wait ends by the clock that it was given, and leaves no
listener behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from venuekit.run.clock import Clock
from venuekit.units import NANOS_PER_S, Nanos
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.quotes import is_usable


def is_served(hub: MarketHub, symbol: str, now: Nanos) -> bool:
    """Tell whether some venue has a usable book of a canonical symbol."""
    market = hub.consolidated(symbol)
    return market is not None and any(is_usable(row) for row in market.quotes(now))


async def wait_served(hub: MarketHub, symbol: str, clock: Clock) -> None:
    """Wait until some venue has a usable book."""
    if is_served(hub, symbol, clock.now()):
        return
    changed = asyncio.Event()
    stops = [hub.on_book(lambda *_: changed.set(), venue, symbol) for venue in hub.listings(symbol)]
    try:
        while not is_served(hub, symbol, clock.now()):
            changed.clear()
            await changed.wait()
    finally:
        for stop in stops:
            stop()


async def race(work: Coroutine[Any, Any, Any], clock: Clock, seconds: float) -> None:
    """Wait for work, no longer than so many seconds of a clock. Raises: what the work raised."""
    until = Nanos(clock.now() + round(seconds * NANOS_PER_S))
    job, alarm = asyncio.ensure_future(work), asyncio.ensure_future(clock.sleep_until(until))
    try:
        await asyncio.wait((job, alarm), return_when=asyncio.FIRST_COMPLETED)
        if job.done():
            job.result()
    finally:
        for task in (job, alarm):
            task.cancel()
        await asyncio.gather(job, alarm, return_exceptions=True)
