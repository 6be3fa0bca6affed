"""Try venues and tell what was found: all that `sequence conform` does, without the command line.

Used by the command, the docs and tests. What must stay true: one plugin that cannot be tried never stops the others,
and its reason is one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from venuekit.plugin import Plugins
from venuekit_testkit.bench.build import Subject, find_subject
from venuekit_testkit.bench.profile import Unusable
from venuekit_testkit.law import Law, laws
from venuekit_testkit.report.report import Report, make_report
from venuekit_testkit.verdict.run import run_suite
from venuekit_testkit.verdict.verdict import FAULTS, Outcome

OK, BROKEN, UNUSABLE = 0, 1, 2


class Found(msgspec.Struct, frozen=True):
    """What became of each venue: its report, or why it cannot be tried."""

    reports: Sequence[Report]
    unusable: Sequence[tuple[str, str]]

    @property
    def code(self) -> int:
        """The exit code: 0 every law holds, 1 some broke, 2 some venue cannot be tried."""
        if self.unusable:
            return UNUSABLE
        broke = any(each.verdict in FAULTS for report in self.reports for each in report.outcomes)
        return BROKEN if broke else OK


def conform(
    venues: Sequence[str],
    plugins: Plugins,
    tell: Callable[[str, Outcome], None] = lambda venue, outcome: None,
    only: Iterable[str] = (),
) -> Found:
    """Try each venue."""
    reports: list[Report] = []
    unusable: list[tuple[str, str]] = []
    chosen = list(only)
    for venue in venues:
        try:
            reports.append(_try(find_subject(venue, plugins), tell, chosen))
        except Unusable as error:
            unusable.append((venue, str(error)))
    return Found(reports, unusable)


def find_law(id: str) -> Law:
    """Give one law. Raises: Unusable for an id that the suite does not have."""
    known = laws()
    if id.upper() not in known:
        raise Unusable(f"there is no law {id}; the suite has {len(known)}, from {min(known)} to {max(known)}")
    return known[id.upper()][0]


def all_venues(plugins: Plugins) -> list[str]:
    """List every venue that a plugin here offers, and those that could not be loaded."""
    return sorted({*plugins.venues, *(each.id for each in plugins.refused)})


def _try(subject: Subject, tell: Callable[[str, Outcome], None], only: Sequence[str]) -> Report:
    outcomes = run_suite(subject, lambda outcome: tell(subject.id, outcome), only)
    return make_report(subject, outcomes, is_whole=not only)
