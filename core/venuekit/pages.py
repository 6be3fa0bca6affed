"""Lists that come in pages, each with the cursor of the next.

Used by plugins whose venues page that way. What must stay true: nothing is left out because a page was full, and a
list whose cursor stands still is no list: it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from venuekit.errors import OutcomeUnknown
from venuekit.wire import Flow, Request, Response

R = TypeVar("R")


def follow_cursor(
    venue: str,
    ask: Callable[[str], Request],
    read: Callable[[Response], tuple[Sequence[R], str]],
    enough: Callable[[R], bool] = lambda _: False,
) -> Flow[list[R]]:
    """Fetch every page, or as many as it takes until a row is `enough`; "" asks for the first and ends the last.

    Raises: OutcomeUnknown for a cursor that came before, and what `read` raises.
    """
    found: list[R] = []
    cursor, met = "", {""}
    while True:
        response = yield ask(cursor)
        page, cursor = read(response)
        found += page
        if not cursor or any(enough(row) for row in page):
            return found
        if cursor in met:
            raise OutcomeUnknown(f"the list does not end: its cursor {cursor!r} came twice", venue=venue)
        met.add(cursor)
