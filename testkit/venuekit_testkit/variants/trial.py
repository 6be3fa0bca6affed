"""Try a variant against every law, on the simulator of its own venue.

Used by `python -m venuekit_testkit.variants`, by its test and by the docs. What must stay true: a variant is tried as a
plugin is, law by law on benches of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

import msgspec

from venuekit_testkit.bench.build import Subject
from venuekit_testkit.bench.world import SimulatedWorld
from venuekit_testkit.mutants.edition import edited
from venuekit_testkit.reference.subject import make_reference
from venuekit_testkit.variants.variant import Variant
from venuekit_testkit.verdict.run import run_suite
from venuekit_testkit.verdict.verdict import BARS, Outcome


def try_variant(variant: Variant, only: Iterable[str] = ()) -> list[Outcome]:
    """Try a variant against some laws; none means all."""
    with subject_of(variant) as subject:
        return run_suite(subject, only=only)


def find_alarms(variant: Variant, outcomes: Iterable[Outcome]) -> list[str]:
    """List the laws that raised a false alarm, each with what it said."""
    return [f"{variant.name} {each.law.id}: {each.why}" for each in outcomes if each.verdict in BARS]


@contextmanager
def subject_of(variant: Variant) -> Iterator[Subject]:
    """Put a variant in the place of the reference adapter, and its face in the place of the reference venue's."""
    plain = edited(variant.name, *variant.edits) if variant.edits else nullcontext(make_reference())
    with plain as subject:
        yield _replaced(subject, variant)


def _replaced(subject: Subject, variant: Variant) -> Subject:
    face = variant.face
    trade = msgspec.structs.replace(subject.profile.trade, symbol=variant.symbol or subject.profile.trade.symbol)
    return msgspec.structs.replace(
        subject,
        build=variant.build or subject.build,
        profile=msgspec.structs.replace(subject.profile, trade=trade),
        make_world=lambda: SimulatedWorld(face()),
        make_simulator=face,
    )
