"""Waits for what was written to be durable.

Many may wait for one promise: whoever gives up (a client that went away) must not take it from the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from venuekit_engine.refusal import Unavailable

Promise: TypeAlias = "asyncio.Future[None]"


async def wait_durable(promise: Promise, otherwise: str) -> None:
    """Wait for a promise of the journal. Raises: Unavailable that says what is so `otherwise`, when it is not kept."""
    try:
        await asyncio.shield(promise)
    except Exception as error:
        raise Unavailable(f"the journal cannot take orders; {otherwise}") from error


def when_done(promise: Promise, call: Callable[[Promise], None]) -> None:
    """Call once a promise is kept or broken; at once when it is."""
    if promise.done():
        call(promise)
    else:
        promise.add_done_callback(call)
