"""A report in words: what a person at a terminal or in a README reads.

Used by the command and by the Markdown report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from venuekit_testkit.law import Law, Level
from venuekit_testkit.report.report import Report
from venuekit_testkit.verdict.level import bars
from venuekit_testkit.verdict.verdict import Outcome, Verdict

NAMES: Final = {
    Level.IMPORTABLE: "importable",
    Level.MARKET_DATA: "market data",
    Level.TRADING: "trading",
    Level.LIFECYCLE: "lifecycle truth",
    Level.SPECIALS: "venue specials",
    Level.STRESS: "stress",
}
COLUMNS: Final = tuple(Verdict)


def name_level(level: Level | None) -> str:
    """Name a level: "L2 trading"."""
    return "below L0" if level is None else f"L{level.value} {NAMES[level]}"


def tabulate(report: Report) -> str:
    """Lay out the counts by level in Markdown, then every law that did not hold, with its reason."""
    heads = ["level", *(verdict.value for verdict in COLUMNS)]
    rows = [[name_level(level), *_counts(report.outcomes, level)] for level in Level]
    lacking = [each for each in report.outcomes if each.verdict is not Verdict.HELD]
    reasons = [[each.law.id, each.verdict.value, each.law.title, each.why.partition("\n")[0]] for each in lacking]
    parts = [_table(heads, rows)]
    if reasons:
        parts.append(_table(["law", "verdict", "what it asks", "why"], reasons))
    return "\n\n".join(parts)


def explain(law: Law) -> str:
    """Tell all that is known of a law."""
    needs = ", ".join(need.value for need in law.needs) or "nothing"
    core = "; its level cannot be had while what it needs is only planned" if law.core else ""
    lines = [f"{law.id}  {law.title}", "", law.told, "", f"level: {name_level(law.level)}", f"needs: {needs}{core}"]
    lines += [f"happened: {url}" for url in law.incidents]
    return "\n".join([*lines, f"page: docs/conformance/{law.suite.lower()}.md"])


def tell_next(outcome: Outcome | None) -> str:
    """Tell what to mend next."""
    if outcome is None:
        return "Every law that applies holds."
    what = "stands in the way of its level" if bars(outcome) else "is open"
    return f"Next: {outcome.law.id} {what} ({outcome.verdict.value}: {outcome.why})\n\n{explain(outcome.law)}"


def _counts(outcomes: Sequence[Outcome], level: Level) -> list[str]:
    here = [each.verdict for each in outcomes if each.law.level is level]
    return [str(here.count(verdict) or "") for verdict in COLUMNS]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
