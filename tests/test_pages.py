"""Lists in pages: all of it, no further than wanted, and never without end."""

from __future__ import annotations

import pytest

from venuekit.errors import OutcomeUnknown
from venuekit.pages import follow_cursor
from venuekit.wire import Request, Response
from venuekit_testkit.play import play_all

ROWS = {"": ([1, 2], "a"), "a": ([3], "b"), "b": ([4, 5], "")}


def ask(cursor: str) -> Request:
    return Request(method="GET", url="https://api.acme.example/rows", query=cursor, safe=True)


def read(response: Response) -> tuple[list[int], str]:
    return ROWS[response.body.decode()]


PAGES = [Response(200, cursor.encode()) for cursor in ROWS]


def test_every_page_is_fetched_once_in_its_order() -> None:
    rows, requests = play_all(follow_cursor("acme", ask, read), *PAGES)
    assert rows == [1, 2, 3, 4, 5]
    assert [request.query for request in requests] == ["", "a", "b"]


def test_no_page_is_fetched_after_a_row_that_is_enough() -> None:
    rows, requests = play_all(follow_cursor("acme", ask, read, lambda row: row == 3), *PAGES[:2])
    assert rows == [1, 2, 3]
    assert len(requests) == 2


def test_a_cursor_that_stands_still_is_no_list() -> None:
    with pytest.raises(OutcomeUnknown, match="'a' came twice"):
        play_all(follow_cursor("acme", ask, lambda _: ([1], "a")), *PAGES)
