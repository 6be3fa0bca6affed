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
from venuekit_testkit.reference.capability import CAPABILITIES, FEATURES
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.simulate.reference.face import ReferenceSimulator

V = TypeVar("V", bound=ReferenceVenue)


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One honest adapter and the simulator of its venue. `differs` says in one sentence how."""

    name: str
    differs: str
    build: Build
    face: type[ReferenceSimulator] = ReferenceSimulator
    symbol: str = ""  # what laws trade, where it is not the reference's
    made_in: str = ""  # the module


VARIANTS: Final[dict[str, Variant]] = {}


def variant(face: type[ReferenceSimulator] = ReferenceSimulator, symbol: str = "") -> Callable[[type[V]], type[V]]:
    """Enter a class into the table, under its name and with its docstring. Raises: ValueError."""

    def take(venue: type[V]) -> type[V]:
        name = re.sub(r"(?<!^)([A-Z])", r"-\1", venue.__name__).lower()
        differs = inspect.cleandoc(venue.__doc__ or "")
        if not differs.endswith(".") or "\n" in differs or name in VARIANTS:
            raise ValueError(f"{name}: give it a name of its own, and one sentence that says how it differs")
        VARIANTS[name] = Variant(
            name=name, differs=differs, build=venue, face=face, symbol=symbol, made_in=venue.__module__
        )
        return venue

    return take


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
