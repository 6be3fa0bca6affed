"""Drives a flow: sends what it asks for, hands it the answers, gives its result.

Used by everything that lets a plugin act: desks, books, replays. What must stay true: an error of the transport is
thrown into the flow, at the place that asked, so a plugin can judge it; what the plugin does not catch comes out here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar, cast

from venuekit.errors import TradeError
from venuekit.wire import Flow, Request, Response

T = TypeVar("T")

Sender: TypeAlias = Callable[[Request], Awaitable[Response]]


async def drive(flow: Flow[T], send: Sender) -> T:
    """Run a flow to its end. Raises: TradeError, of the transport or of the plugin."""
    try:
        request = next(flow)
        while True:
            try:
                response = await send(request)
            except TradeError as error:
                request = flow.throw(error)
            else:
                request = flow.send(response)
    except StopIteration as stop:
        return cast("T", stop.value)
    finally:
        flow.close()
