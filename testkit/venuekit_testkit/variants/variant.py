"""A variant: an adapter that differs from the reference as real venues differ, and is correct all the same.

Used by the modules of this folder, which each vary one kind of thing, and by `trial.py`, which tries them. What must
stay true: a variant's tables say truthfully what it does, and what it does is right. A law that breaks on one is wrong.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import msgspec

from venuekit.capability import Capabilities, Capability, Feature, Features, Mode, Op, Support
from venuekit_testkit.bench.bench import Build
from venuekit_testkit.mutants.mutant import Edit
from venuekit_testkit.reference.capability import CAPABILITIES, FEATURES
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.reference.face import ReferenceSimulator

V = TypeVar("V", bound=ReferenceVenue)


class Variant(msgspec.Struct, frozen=True):
    """One honest adapter and the simulator of its venue. `differs` says in one sentence how."""

    name: str
    differs: str
    build: Build | None = None  # None for the edited package's own
    edits: tuple[Edit, ...] = ()  # of the package: what its manifest says otherwise, or its code
    face: type[ReferenceSimulator] = ReferenceSimulator
    symbol: str = ""  # what laws trade, where it is not the reference's
    made_in: str = ""  # the module


VARIANTS: Final[dict[str, Variant]] = {}


def variant(
    face: type[ReferenceSimulator] = ReferenceSimulator, symbol: str = "", edits: tuple[Edit, ...] = ()
) -> Callable[[type[V]], type[V]]:
    """Enter a class into the table, under its name and with its docstring. Raises: ValueError."""

    def take(venue: type[V]) -> type[V]:
        name = re.sub(r"(?<!^)([A-Z])", r"-\1", venue.__name__).lower()
        differs = inspect.cleandoc(venue.__doc__ or "")
        made_in = venue.__module__
        enter(Variant(name, differs, build=venue, face=face, symbol=symbol, edits=edits, made_in=made_in))
        return venue

    return take


def enter(made: Variant) -> None:
    """Enter a variant into the table. Raises: ValueError for a name that is taken, or what does not explain itself."""
    if not made.differs.endswith(".") or "\n" in made.differs or made.name in VARIANTS:
        raise ValueError(f"{made.name}: give it a name of its own, and one sentence that says how it differs")
    VARIANTS[made.name] = made


def absent(why: str) -> Capability:
    """Say that the venue has no such thing."""
    return Capability(Support.ABSENT, why)


def emulated(how: str, mode: Mode, limit: int = 0) -> Capability:
    """Say that several calls do it."""
    return Capability(Support.EMULATED, how, mode, limit)


def with_verbs(changed: Mapping[Op, Capability]) -> Capabilities:
    """Give the reference's table of verbs, changed for every kind."""
    return {kind: {**verbs, **changed} for kind, verbs in CAPABILITIES.items()}


def with_features(changed: Mapping[Feature, Capability]) -> Features:
    """Give the reference's table of features, changed for every kind."""
    return {kind: {**features, **changed} for kind, features in FEATURES.items()}
