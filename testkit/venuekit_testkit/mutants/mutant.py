"""A mutant: the reference adapter, broken in one way, and the law that must notice.

Used by the modules of this folder, which each break one kind of thing, and by `score.py`, which tries them. What must
stay true: a mutant breaks one thing; what it breaks is its docstring.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from venuekit_testkit.bench.bench import Build
from venuekit_testkit.law import ID
from venuekit_testkit.reference.subject import PACKAGE
from venuekit_testkit.reference.venue import ReferenceVenue

V = TypeVar("V", bound=ReferenceVenue)


class Mutant(msgspec.Struct, frozen=True):
    """One broken adapter. `seen` is the URL where it happened for real; `package` is read in the adapter's place."""

    name: str
    broken: str
    law: str
    build: Build
    seen: str = ""
    package: str = PACKAGE
    made_in: str = ""  # the module


MUTANTS: Final[dict[str, Mutant]] = {}


def mutant(law: str, seen: str = "", package: str = PACKAGE) -> Callable[[type[V]], type[V]]:
    """Enter a class into the table, under its name. Raises: ValueError for what is taken or does not explain itself."""

    def enter(venue: type[V]) -> type[V]:
        name = re.sub(r"(?<!^)([A-Z])", r"-\1", venue.__name__).lower()
        broken = inspect.cleandoc(venue.__doc__ or "")
        if not ID.fullmatch(law) or not broken.endswith(".") or "\n" in broken or name in MUTANTS:
            raise ValueError(
                f"{venue.__name__}: give it a name of its own, a law, and one sentence that says what breaks"
            )
        MUTANTS[name] = Mutant(name, broken, law, venue, seen, package, venue.__module__)
        return venue

    return enter
