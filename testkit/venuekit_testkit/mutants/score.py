"""Try mutants against laws, and count: an alive mutant is a hole in the suite.

Used by `python -m venuekit_testkit.mutants`, by its test and by the docs. What must stay true: each mutant and each law
has a bench of its own, as in a real run, and a mutant is caught by its own law or the score says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import msgspec

from venuekit_testkit.bench.build import Subject
from venuekit_testkit.law import laws
from venuekit_testkit.mutants.edition import edited
from venuekit_testkit.mutants.mutant import MUTANTS, Mutant
from venuekit_testkit.reference.subject import make_reference
from venuekit_testkit.verdict.run import run_suite
from venuekit_testkit.verdict.verdict import Outcome, Verdict

CAUGHT: Final = Verdict.BROKE


class Trial(msgspec.Struct, frozen=True):
    """What became of a mutant. `broken` are the laws that noticed; `why` is what its own law said, or "" ."""

    mutant: Mutant
    broken: Sequence[str]
    why: str

    @property
    def is_caught(self) -> bool:
        """Tell whether its own law noticed."""
        return self.mutant.law in self.broken


def try_mutant(mutant: Mutant, only: Iterable[str]) -> Trial:
    """Try a mutant against some laws; none means all."""
    with subject_of(mutant) as subject:
        outcomes = run_suite(subject, only=only)
    broke = [each.law.id for each in outcomes if each.verdict is CAUGHT]
    return Trial(mutant, broke, _why(mutant, outcomes))


def try_mutants(whole: bool, tell: Callable[[Trial], None], names: Iterable[str] = ()) -> list[Trial]:
    """Try every mutant, or those that are named, against its law or against all."""
    chosen = list(names) or list(MUTANTS)
    trials = []
    for name in chosen:
        mutant = MUTANTS[name]
        trials.append(try_mutant(mutant, () if whole else [mutant.law]))
        tell(trials[-1])
    return trials


def subject_of(mutant: Mutant) -> AbstractContextManager[Subject]:
    """Put a mutant in the place of the reference adapter, for a while."""
    return edited(mutant.name, mutant.edit) if mutant.edit else nullcontext(make_reference(mutant.build))


def find_unaimed() -> list[str]:
    """List the laws at which no mutant aims."""
    aimed = {each.law for each in MUTANTS.values()}
    return [id for id in laws() if id not in aimed]


def line_of(trial: Trial) -> str:
    """Write one trial: caught by its law, by others only, or by none."""
    mutant = trial.mutant
    others = [law for law in trial.broken if law != mutant.law]
    told = f"caught by {mutant.law}" if trial.is_caught else f"survived {mutant.law}"
    more = f", also {' '.join(others)}" if trial.is_caught else f", caught by {' '.join(others)} only"
    return f"{mutant.name:32} {told}{more if others else ''}"


def _why(mutant: Mutant, outcomes: Sequence[Outcome]) -> str:
    return next((each.why for each in outcomes if each.law.id == mutant.law and each.verdict is CAUGHT), "")
