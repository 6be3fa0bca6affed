"""One call of the API described, and the steps that carry it out: no I/O, so both clients share every line.

Used by the verbs, which describe, and by the clients, which send. A script is a generator: it yields steps, is given
what came of them, and returns the result. What must stay true: bodies hold keys and secrets, so no repr shows them.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Generic, TypeVar, cast
from urllib.parse import quote, urlencode

import msgspec

from venuekit_sdk.errors import ApiError

T = TypeVar("T")
TIMEOUT_S: Final = 30.0


class Repeat(Enum):
    """When a call may be sent again after a failure."""

    ALWAYS = "always"  # it changes nothing, or to do it twice is to do it once
    KEYED = "keyed"  # its body carries a graph_id, by which the server knows it again
    UNSENT = "unsent"  # only when the server surely did nothing
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """What to ask for, and as what to read the answer. `result` None ignores the body."""

    method: str
    path: str
    result: Any = None
    query: Mapping[str, str | int | None] = field(default_factory=dict)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    repeat: Repeat = Repeat.ALWAYS
    timeout_s: float = TIMEOUT_S

    @property
    def target(self) -> str:
        """Path and query as they go on the wire."""
        query = {name: value for name, value in self.query.items() if value is not None}
        return f"{self.path}?{urlencode(query)}" if query else self.path


@dataclass(frozen=True, slots=True)
class Send:
    """Step: send one request, and answer `Reply` or `Lost`."""

    method: str
    target: str
    body: bytes = field(repr=False)
    timeout_s: float


class Pause(msgspec.Struct, frozen=True):
    """Step: wait, and answer the monotonic time in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `retry_after_s` is 0 where the server named none."""

    status: int
    body: bytes = field(repr=False)  # a new API key comes in one
    retry_after_s: float = 0.0


class Lost(msgspec.Struct, frozen=True):
    """No answer. `sent` tells whether the server may have read the request."""

    reason: str
    sent: bool


Script = Generator[Call[Any] | Send | Pause, Any, T]


class Done(msgspec.Struct, Generic[T], frozen=True):
    """The script has ended with this result."""

    value: T


def resume(script: Script[T], answer: Any = None) -> Call[Any] | Send | Pause | Done[T]:
    """Give a script what came of its last step, an `ApiError` included, and take its next."""
    try:
        return script.throw(answer) if isinstance(answer, ApiError) else script.send(answer)
    except StopIteration as end:
        return Done(cast("T", end.value))


def segment(text: str) -> str:
    """Escape one path segment; nothing is safe, so a symbol may hold ':' or '/'. Raises: ValueError for an empty one.

    Without it the path would be that of a list.
    """
    if not text:
        raise ValueError("a name must not be empty")
    return quote(text, safe="")


def ask(call: Call[T]) -> Script[T]:
    """Carry out one call inside a script. Raises: ApiError."""
    return cast("T", (yield call))


def pause(seconds: float) -> Script[float]:
    """Wait inside a script and tell the monotonic time in seconds."""
    return cast("float", (yield Pause(seconds)))
