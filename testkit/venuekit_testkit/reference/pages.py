"""The reference venue: whole lists, however many pages they have.

Used by `venue.py`. What must stay true: nothing is left out because a page was full, and a list that lost a page is no
list: it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from venuekit.errors import OutcomeUnknown
from venuekit.order import Cancelled
from venuekit.pages import follow_cursor
from venuekit.units import Nanos
from venuekit.wire import Flow
from venuekit_testkit.reference import wire
from venuekit_testkit.reference.answers import read
from venuekit_testkit.reference.caller import Caller
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.endpoints import CANCEL_ALL, Endpoint, Params
from venuekit_testkit.reference.parse import to_cancelled

T = TypeVar("T")
R = TypeVar("R")


def fetch_all(
    caller: Caller,
    endpoint: Endpoint,
    params: Params,
    now: Nanos,
    shape: type[T],
    convert: Callable[[T], tuple[list[R], str]],
) -> Flow[Sequence[R]]:
    """Fetch page after page until the venue gives no cursor. Raises: OutcomeUnknown for a cursor that stands still."""
    return (
        yield from follow_cursor(
            VENUE,
            lambda cursor: caller.ask(endpoint, now, [*params, *([("cursor", cursor)] if cursor else [])]),
            lambda response: read(response, shape, convert),
        )
    )


def cancel_all(caller: Caller, symbol: str, now: Nanos) -> Flow[Sequence[Cancelled]]:
    """Take off page after page until nothing rests. Raises: OutcomeUnknown for a page that brings nothing new."""
    done: dict[str, Cancelled] = {}
    more = True
    while more:
        response = yield caller.ask(CANCEL_ALL, now, [("symbol", symbol)])
        page, more = read(response, wire.CancelledOrders, _ended)
        new = {each.venue_id: each for each in page if each.venue_id not in done}
        if more and not new:
            raise OutcomeUnknown("the venue says that more rest, and takes none off", venue=VENUE)
        done |= new
    return list(done.values())


def _ended(told: wire.CancelledOrders) -> tuple[list[Cancelled], bool]:
    return [to_cancelled(order) for order in told.cancelled], told.more
