"""Which event loop to run on: uvloop where there is one.

Used by the composition root: `asyncio.Runner(loop_factory=new_event_loop)`.
"""

from __future__ import annotations

import asyncio


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Make the fastest loop that is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
