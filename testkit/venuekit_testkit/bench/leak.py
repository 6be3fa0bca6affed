"""Looks for what must not be told: the parts of some credentials in any text.

Used by the laws of security. What must stay true: it names the kind of what it found, and never repeats it.
"""

from __future__ import annotations

import sys
import traceback
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

from venuekit.credential import Credentials
from venuekit.secrecy import PROOFS
from venuekit.wire import Request

LEAST: Final = 8  # characters: less may stand anywhere by chance
OWN: Final = {*sys.stdlib_module_names, "builtins"}
DEPTH: Final = 4  # of what a venue is made of


class Secrets:
    """The parts of some credentials that may stand in no text. A private key in PEM is looked for by the line."""

    def __init__(self, keys: Credentials) -> None:
        self.hidden = {"the secret": _lines(keys.api_secret), "the passphrase": _lines(keys.passphrase)}
        self.hidden["an extra key"] = [each for value in keys.extra.values() for each in _lines(str(value))]
        self.hidden["the secret in base64"] = [b64encode(each.encode()).decode() for each in self.hidden["the secret"]]
        self.key = {"the API key": _lines(keys.api_key)}

    def find(self, text: str, *, key: bool = True) -> str:
        """Name what of it stands in a text, or ""; `key` counts the API key, which is no secret on the wire."""
        parts = self.hidden | (self.key if key else {})
        return next((name for name, hidden in parts.items() if any(each in text for each in hidden)), "")


def proofs_of(request: Request) -> list[str]:
    """List the values of a request that prove who we are: signatures and tokens, by their names."""
    query = [part.partition("=")[::2] for part in request.query.split("&")]
    named = [(name, value) for name, value in (*request.headers, *query) if len(value) >= LEAST]
    return [value for name, value in named if any(proof in _plain(name) for proof in PROOFS)]


def tell_all(error: BaseException) -> str:
    """Give all that could be printed of an error: itself, its parts, its trace, and what it came from, once each."""
    told: list[str] = []
    seen: set[int] = set()
    left: BaseException | None = error
    while left is not None and id(left) not in seen:  # `raise error from error` comes from itself
        seen.add(id(left))
        told += [str(left), repr(left), repr(vars(left)), *traceback.format_exception(left, chain=False)]
        left = left.__cause__ or left.__context__
    return "\n".join(told)


def walk(thing: Any, depth: int = DEPTH) -> Iterator[Any]:
    """List an object and what it is made of, as far as that is not the language's own."""
    yield thing
    if depth:
        for part in _parts(thing):
            if type(part).__module__.partition(".")[0] not in OWN:
                yield from walk(part, depth - 1)


def _parts(thing: Any) -> list[Any]:
    slots = [name for each in type(thing).__mro__ for name in getattr(each, "__slots__", ())]
    held = [*getattr(thing, "__dict__", {}).values(), *(getattr(thing, name, None) for name in slots)]
    return [part for each in held for part in (each.values() if isinstance(each, dict) else [each])]


def _lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if len(line) >= LEAST and not line.startswith("-----")]


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
