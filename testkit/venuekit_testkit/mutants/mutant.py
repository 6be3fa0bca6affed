"""A mutant: the reference adapter, broken in one way, and the law that must notice.

Used by the modules of this folder, which each break one kind of thing, and by `score.py`, which tries them. What must
stay true: a mutant breaks one thing, and says in one sentence which.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from venuekit_testkit.bench.bench import Build
from venuekit_testkit.law import ID
from venuekit_testkit.reference.venue import ReferenceVenue

V = TypeVar("V", bound=ReferenceVenue)


class Edit(msgspec.Struct, frozen=True):
    """A change of one file of the reference package, for what no subclass can break."""

    file: str
    old: str
    new: str


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """One broken adapter: another class, or an edited package. `seen` is the URL where it happened for real."""

    name: str
    broken: str
    law: str
    build: Build = ReferenceVenue
    edit: Edit | None = None
    seen: str = ""
    made_in: str = ""  # the module


MUTANTS: Final[dict[str, Mutant]] = {}


def mutant(law: str, seen: str = "") -> Callable[[type[V]], type[V]]:
    """Enter a class into the table, under its name and with its docstring. Raises: ValueError, as `enter`."""

    def take(venue: type[V]) -> type[V]:
        name = re.sub(r"(?<!^)([A-Z])", r"-\1", venue.__name__).lower()
        broken = inspect.cleandoc(venue.__doc__ or "")
        enter(Mutant(name=name, broken=broken, law=law, build=venue, seen=seen, made_in=venue.__module__))
        return venue

    return take


def enter(made: Mutant) -> None:
    """Enter a mutant into the table. Raises: ValueError for a name that is taken, or what does not explain itself."""
    if not ID.fullmatch(made.law) or not made.broken.endswith(".") or "\n" in made.broken or made.name in MUTANTS:
        raise ValueError(f"{made.name}: give it a name of its own, a law, and one sentence that says what breaks")
    MUTANTS[made.name] = made
