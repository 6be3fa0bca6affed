"""Kalshi: lists that come in pages.

Used by every flow that lists. What must stay true: no page is asked for twice, and an empty cursor is the end.
Source: https://docs.kalshi.com/getting_started/pagination, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from venuekit.pages import follow_cursor
from venuekit.wire import Flow, Request
from venuekit_kalshi.answers import read
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.endpoints import Params


class Page(Protocol):
    """One page; an empty or missing cursor is the last."""

    @property
    def cursor(self) -> str | None: ...


P = TypeVar("P", bound=Page)
R = TypeVar("R")


def fetch_pages(
    ask: Callable[[Params], Request],
    shape: type[P],
    rows: Callable[[P], Sequence[R]],
    enough: Callable[[R], bool] = lambda _: False,
) -> Flow[list[R]]:
    """Fetch every page, or as many as it takes until a row is `enough`. Raises: Refused, OutcomeUnknown."""
    return (
        yield from follow_cursor(
            VENUE,
            lambda cursor: ask([("cursor", cursor)] if cursor else []),
            lambda response: read(response, shape, lambda told: (rows(told), told.cursor or "")),
            enough,
        )
    )
