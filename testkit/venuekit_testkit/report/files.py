"""A report as files: `conformance.json`, `junit.xml`, `conformance.md` and `badge.json`.

Used by `sequence conform --report`. Format of the badge: https://shields.io/badges/endpoint-badge, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from venuekit import __version__
from venuekit_testkit.law import SUITE
from venuekit_testkit.report.junit import render_junit, render_untried
from venuekit_testkit.report.report import Report
from venuekit_testkit.report.text import name_level, name_result, tabulate
from venuekit_testkit.verdict.level import count
from venuekit_testkit.verdict.verdict import Outcome

UNTRIED: Final = "cannot be tried"
COLOURS: Final = {
    None: "red",
    0: "orange",
    1: "yellow",
    2: "yellowgreen",
    3: "green",
    4: "brightgreen",
    5: "brightgreen",
}


def write_files(reports: Sequence[Report], folder: Path, unusable: Sequence[tuple[str, str]] = ()) -> list[Path]:
    """Write every file of every venue, also of those that cannot be tried; more than one venue get a folder each.

    Raises: OSError for a folder that cannot be written.
    """
    files = {report.venue: render_all(report) for report in reports}
    files |= {venue: render_unusable(venue, why) for venue, why in unusable}
    written: list[Path] = []
    for venue, named in files.items():
        place = folder / venue if len(files) > 1 else folder
        place.mkdir(parents=True, exist_ok=True)
        for name, text in named.items():
            (place / name).write_text(text, encoding="utf-8", errors="backslashreplace")
            written.append(place / name)
    return written


def render_all(report: Report) -> dict[str, str]:
    """Render a report in every format, by file name."""
    return {
        "conformance.json": render_json(report),
        "junit.xml": render_junit(report),
        "conformance.md": render_markdown(report),
        "badge.json": render_badge(report),
    }


def render_unusable(venue: str, why: str) -> dict[str, str]:
    """Render that a venue cannot be tried, in every format, so that nothing of an earlier run stays behind."""
    told = {"venue": venue, "suite": SUITE, "venuekit": __version__, "level": None, "unusable": why, "outcomes": []}
    return {
        "conformance.json": _format(told),
        "junit.xml": render_untried(venue, why),
        "conformance.md": f"# {venue}: {UNTRIED}\n\n{why}\n",
        "badge.json": _badge(UNTRIED, "red"),
    }


def render_json(report: Report) -> str:
    """Render all that is known, for machines."""
    told: dict[str, Any] = msgspec.to_builtins(report)
    told["level"] = name_level(report.level) if report.is_whole else None
    told["counts"] = {verdict.value: times for verdict, times in sorted(count(report.outcomes).items(), key=str)}
    told["outcomes"] = [_row(each) for each in report.outcomes]
    return _format(told)


def render_markdown(report: Report) -> str:
    """Render for a README: the level, the counts, and every law that did not hold with its reason."""
    head = f"# {report.venue}: {name_result(report)}\n\n{report.source}, suite {report.suite}.\n\n"
    return head + tabulate(report) + "\n"


def render_badge(report: Report) -> str:
    """Render the endpoint of a badge."""
    if not report.is_whole:
        return _badge("partly tried", "lightgrey")
    return _badge(name_level(report.level), COLOURS[None if report.level is None else int(report.level)])


def _badge(message: str, colour: str) -> str:
    told = {"schemaVersion": 1, "label": "venuekit", "message": message, "color": colour}
    return msgspec.json.encode(told).decode() + "\n"


def _format(told: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"


def _row(outcome: Outcome) -> dict[str, Any]:
    law = outcome.law
    return {
        "id": law.id,
        "level": f"L{law.level}",
        "verdict": outcome.verdict.value,
        "why": outcome.why,
        "title": law.title,
        "seconds": round(outcome.seconds, 4),
    }
