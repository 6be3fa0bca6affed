"""What crosses the wire, as values: a plugin describes requests, the core sends them.

A `Flow` is a generator: it yields requests, is sent responses, and returns its result. The same flow serves live
trading, dry run, replay and tests.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TypeAlias, TypeVar

import msgspec

T = TypeVar("T")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request, ready to send.

    `url` is scheme, host and path; `query` is already percent-encoded, in the order that was signed. `safe` requests
    change nothing at the venue and may be retried. `cost` names token buckets of the venue and what this call takes.
    """

    method: str
    url: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    safe: bool = False
    cost: tuple[tuple[str, int], ...] = ()

    def __repr__(self) -> str:
        # Headers, query and body carry keys and signatures; none of them belongs in a log.
        return f"Request({self.method} {self.url})"

    @property
    def target(self) -> str:
        """The URL with its query."""
        return f"{self.url}?{self.query}" if self.query else self.url


class Response(msgspec.Struct, frozen=True):
    """One HTTP answer, unread. Header names are lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"


class Limit(msgspec.Struct, frozen=True):
    """One token bucket of a venue: `capacity` tokens that refill evenly over `period_s` seconds."""

    name: str
    capacity: int
    period_s: float


Frame: TypeAlias = str | bytes
Flow: TypeAlias = Generator[Request, Response, T]
