"""How far a plugin may be trusted, computed from what became of each law.

Used by reports and the command. What must stay true: a level is never claimed. It is reached when nothing of it or
below broke or is excused, and no core law of it is only planned or unproven. One at which nothing applies is passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from venuekit_testkit.law import Level
from venuekit_testkit.verdict.verdict import BARS, Outcome, Verdict


def compute_level(outcomes: Sequence[Outcome]) -> Level | None:
    """Give the highest level that is reached; None where not even the first is."""
    reached = None
    for level in Level:
        here = [each for each in outcomes if each.law.level is level]
        if any(bars(each) for each in here):
            break
        if any(each.verdict is Verdict.HELD for each in here):
            reached = level
    return reached


def bars(outcome: Outcome) -> bool:
    """Tell whether an outcome keeps its level away."""
    return outcome.verdict in BARS or (outcome.law.core and outcome.verdict in (Verdict.PLANNED, Verdict.UNPROVEN))


def find_next(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Give what to mend next: the lowest level's first law that keeps it away, then what is planned or unproven.

    A law that rests on another one that broke waits for that one, whatever its level.
    """
    ranked = sorted(outcomes, key=lambda each: (each.law.level, each.law.id))
    barring = [each for each in ranked if bars(each)]
    there = {each.law.id for each in barring}
    causes = (each for each in barring if each.rests_on in ("", each.law.id) or each.rests_on not in there)
    later = (each for each in ranked if each.verdict in (Verdict.PLANNED, Verdict.UNPROVEN))
    return next(causes, None) or next(later, None)


def count(outcomes: Sequence[Outcome]) -> Counter[Verdict]:
    """Count the verdicts."""
    return Counter(each.verdict for each in outcomes)
