"""A flow whose requests or answers are changed on their way.

Used by mutants. What must stay true: errors of the transport reach the flow as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from venuekit.errors import TradeError
from venuekit.wire import Flow, Request, Response

T = TypeVar("T")


def _same(thing: Any) -> Any:
    return thing


def tamper(
    flow: Flow[T],
    ask: Callable[[Request], Request] = _same,
    hear: Callable[[Response], Response] = _same,
) -> Flow[T]:
    """Run a flow with what it asks and what it hears changed."""
    try:
        request = next(flow)
        while True:
            try:
                response = yield ask(request)
            except TradeError as error:
                request = flow.throw(error)
            else:
                request = flow.send(hear(response))
    except StopIteration as stop:
        result: T = stop.value
        return result
