"""The HTTP answers of a capture, given again in their order. Pure.

Used by `replay.py` for a feed's fetches, and by whoever plays a flow without a network. What must stay true: an answer
is given once, and a question that the capture does not hold gets none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from venuekit.capture import Record, What, http_record
from venuekit.errors import NotSent
from venuekit.units import Nanos
from venuekit.wire import Request, Response

Key: TypeAlias = tuple[str, str, str, str]  # method, URL, symbol, asked


class Answers:
    """Answers by what was asked. `unanswered` counts the questions without one."""

    def __init__(self, records: Iterable[Record], venue: str) -> None:
        self.venue = venue
        self.unanswered = 0
        self._left: dict[Key, list[Record]] = {}
        for record in records:
            if record.what is What.HTTP and record.venue == venue:
                self.add(record)

    def add(self, record: Record) -> None:
        """Keep one exchange for who asks."""
        self._left.setdefault(key_of(record), []).append(record)

    def take(self, request: Request, symbol: str = "") -> Record | None:
        """Take the exchange that this request had: with the same query before others, the oldest first."""
        asked = http_record(Nanos(0), self.venue, "", request, None, symbol)
        left = self._left.get(key_of(asked), [])
        query = asked.http.query if asked.http is not None else ""
        same = next((record for record in left if record.http is not None and record.http.query == query), None)
        found = same or next(iter(left), None)
        if found is not None:
            left.remove(found)
        return found

    async def send(self, request: Request) -> Response:
        """Answer as a transport does. Raises: NotSent where the capture holds no answer."""
        found = self.take(request)
        if found is None or found.response is None:
            self.unanswered += 1
            raise NotSent(f"the capture holds no answer to {request}", venue=self.venue)
        return found.response


def key_of(record: Record) -> Key:
    """Give what an exchange is found by. Raises: ValueError for a record of another sort."""
    if record.http is None:
        raise ValueError(f"a record of {record.what.value!r} holds no exchange")
    return record.http.method, record.http.url, record.http.symbol, record.http.asked
