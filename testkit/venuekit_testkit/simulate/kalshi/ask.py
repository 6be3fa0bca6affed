"""Kalshi: one call taken apart, and answers page by page.

Used by the modules that answer. What must stay true: what cannot be read is refused, never guessed; a cursor names the
last row that was told, so that rows which come or go between two pages are neither repeated nor lost.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec

from venuekit.units import NANOS_PER_S, Nanos
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.kalshi.errors import Refusal

T = TypeVar("T")
FLAGS: Final = {"true": True, "false": False, "": False}


@dataclass(frozen=True)
class Span:
    """Bounds of a time, in Unix seconds; None is no bound."""

    low: int | None
    high: int | None

    def holds(self, ns: int | None) -> bool:
        """Tell whether a time lies inside; no time lies only where there are no bounds."""
        if self.low is None and self.high is None:
            return True
        return (
            ns is not None
            and (self.low or 0) * NANOS_PER_S <= ns
            and (self.high is None or ns <= self.high * NANOS_PER_S)
        )


@dataclass(frozen=True)
class Ask:
    """One call. `parts` are what its path names."""

    call: Call
    now: Nanos
    parts: dict[str, str]

    def text(self, name: str) -> str:
        """Read a parameter; "" where it is absent."""
        return self.call.params.get(name, "")

    def several(self, name: str, most: int = 1000) -> list[str]:
        """Read a parameter of names, apart by commas or repeated. Raises: Refusal for too many."""
        told = [text for key, text in parse_qsl(self.call.query) if key == name]
        names = [each for text in told for each in text.split(",") if each]
        if len(names) > most:
            raise Refusal("invalid_parameters", f"{name}: at most {most}")
        return names

    def choices(self, name: str, words: Iterable[str]) -> list[str]:
        """Read several of some words. Raises: Refusal."""
        if set(told := self.several(name)) - set(words):
            raise Refusal("invalid_parameters", f"invalid {name}")
        return told

    def flag(self, name: str) -> bool:
        """Read a yes or no. Raises: Refusal."""
        if (text := self.text(name)) not in FLAGS:
            raise Refusal("invalid_parameters", f"{name} must be true or false")
        return FLAGS[text]

    def number(self, name: str) -> int | None:
        """Read a whole number; None where it is absent. Raises: Refusal."""
        text = self.text(name)
        if text and not text.removeprefix("-").isdecimal():
            raise Refusal("invalid_parameters", f"{name} must be a whole number")
        return int(text) if text else None

    def choice(self, name: str, words: Iterable[str]) -> str:
        """Read one of some words; "" where it is absent. Raises: Refusal."""
        if (text := self.text(name)) and text not in words:
            raise Refusal("invalid_parameters", f"invalid {name}")
        return text

    def span(self, name: str = "ts") -> Span:
        """Read the bounds `min_` and `max_` of a name, in whole seconds. Raises: Refusal."""
        return Span(self.number(f"min_{name}"), self.number(f"max_{name}"))

    def body(self, shape: type[T]) -> T:
        """Read the body. Raises: Refusal, bare, for what is no JSON of that shape."""
        try:
            return msgspec.json.decode(self.call.body, type=shape)
        except msgspec.DecodeError as error:
            raise Refusal("bad_request", str(error), bare=True) from error

    def page(self, rows: Iterable[tuple[int, T]], usual: int = 100, most: int = 1000) -> tuple[list[T], str]:
        """Give one page of rows, which come with growing keys, and the cursor of the next; "" at the end."""
        limit = self.number("limit")
        limit = usual if limit is None else limit
        if not 0 < limit <= most:
            raise Refusal("invalid_parameters", f"limit must be 1 to {most}")
        after = read_cursor(self.text("cursor"))
        left = [(key, row) for key, row in rows if after is None or key > after]
        taken = left[:limit]
        return [row for _, row in taken], make_cursor(taken[-1][0]) if len(left) > limit else ""


def make_cursor(key: int) -> str:
    """Hide a key in a cursor."""
    return urlsafe_b64encode(f"k{key}".encode()).decode()


def read_cursor(text: str) -> int | None:
    """Read the key of a cursor. Raises: Refusal for one that we did not make."""
    if not text:
        return None
    try:
        return int(urlsafe_b64decode(text).decode().removeprefix("k"))
    except ValueError as error:
        raise Refusal("invalid_parameters", "invalid cursor") from error


def read_fixed(text: str, name: str, decimals: int) -> Decimal:
    """Read a decimal string. Raises: Refusal, `invalid_order`, for none and for one that is finer than is taken."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise Refusal("invalid_order", f"invalid {name}") from error
    exponent: Any = value.as_tuple().exponent
    if not value.is_finite() or exponent < -decimals:
        raise Refusal("invalid_order", f"invalid {name}: at most {decimals} decimals")
    return value
