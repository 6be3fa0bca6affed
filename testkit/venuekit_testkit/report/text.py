"""A report in words: what a person at a terminal or in a README reads.

Used by the command and by the Markdown report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from venuekit_testkit.law import Law, Level
from venuekit_testkit.report.report import Report
from venuekit_testkit.verdict.level import bars, count
from venuekit_testkit.verdict.verdict import FAULTS, Outcome, Verdict

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


def name_result(report: Report) -> str:
    """Name what a report proves: its level, if every law was tried."""
    return name_level(report.level) if report.is_whole else "a part of the suite, which gives no level"


def tabulate(report: Report) -> str:
    """Lay out the counts by level in Markdown, then every law that did not hold, with its reason."""
    heads = ["level", *(verdict.value for verdict in COLUMNS)]
    rows = [[name_level(level), *_counts(report.outcomes, level)] for level in Level]
    lacking = [each for each in report.outcomes if each.verdict is not Verdict.HELD]
    reasons = [[each.law.id, each.verdict.value, each.law.title, each.why.partition("\n")[0]] for each in lacking]
    parts = [_table(heads, rows)]
    if reasons:
        parts.append(_table(["law", "verdict", "what it is about", "why"], reasons))
    return "\n\n".join(parts)


def summarise(report: Report) -> str:
    """Tell a report in some lines: the level, the counts, and what broke, each cause once."""
    counts = ", ".join(f"{times} {verdict.value}" for verdict, times in sorted(count(report.outcomes).items(), key=str))
    made = ", ".join(f"{times} {how}" for how, times in report.provenance.items())
    lines = [f"{report.venue}: {name_result(report)} ({counts})", *([f"  cassettes: {made}"] if made else [])]
    return "\n".join([*lines, *_list_causes(report.outcomes)])


def explain(law: Law) -> str:
    """Tell all that is known of a law."""
    needs = ", ".join(need.value for need in law.needs) or "nothing"
    core = "; its level cannot be had while what it needs is only planned" if law.core else ""
    lines = [f"{law.id}  {law.told}", "", f"level: {name_level(law.level)}", f"needs: {needs}{core}"]
    lines += [f"happened: {url}" for url in law.incidents]
    return "\n".join([*lines, f"page: docs/conformance/{law.suite.lower()}.md"])


def tell_next(outcome: Outcome | None) -> str:
    """Tell what to mend next."""
    if outcome is None:
        return "every law that applies holds"
    what = "stands in the way of its level" if bars(outcome) else "is open"
    return f"next is {outcome.law.id}, which {what}\n  {outcome.verdict.value}: {outcome.why}\n\n{explain(outcome.law)}"


def _list_causes(outcomes: Sequence[Outcome]) -> list[str]:
    """List what broke by its cause: one law in full, the others that broke alike by their ids."""
    causes: dict[str, list[Outcome]] = {}
    for each in outcomes:
        if each.verdict in FAULTS:
            causes.setdefault(each.why, []).append(each)
    return [line for alike in causes.values() for line in _tell_cause(alike)]


def _tell_cause(alike: Sequence[Outcome]) -> list[str]:
    first = next((each for each in alike if each.law.id == each.rests_on), alike[0])
    others = ", ".join(each.law.id for each in alike if each is not first)
    lines = [f"  {first.law.id} {first.law.title}", f"    {first.why}"]
    return [*lines, *([f"    so did {others}"] if others else [])]


def _counts(outcomes: Sequence[Outcome], level: Level) -> list[str]:
    here = [each.verdict for each in outcomes if each.law.level is level]
    return [str(here.count(verdict) or "") for verdict in COLUMNS]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
