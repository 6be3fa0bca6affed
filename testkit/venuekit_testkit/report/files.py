"""A report as files: `conformance.json`, `junit.xml`, `conformance.md` and `badge.json`.

Used by `sequence conform --report`. Formats: https://www.ibm.com/docs/en/developer-for-zos/16.0?topic=formats-junit-xml-format
for JUnit, https://shields.io/badges/endpoint-badge for the badge, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import msgspec

from venuekit_testkit.report.report import Report
from venuekit_testkit.report.text import name_level, tabulate
from venuekit_testkit.verdict.level import count
from venuekit_testkit.verdict.verdict import FAULTS, Outcome, Verdict

COLOURS: Final = {
    None: "red",
    0: "orange",
    1: "yellow",
    2: "yellowgreen",
    3: "green",
    4: "brightgreen",
    5: "brightgreen",
}


def write_files(reports: Sequence[Report], folder: Path) -> list[Path]:
    """Write every file of every venue; more than one venue get a folder each."""
    written: list[Path] = []
    for report in reports:
        place = folder / report.venue if len(reports) > 1 else folder
        place.mkdir(parents=True, exist_ok=True)
        for name, text in render_all(report).items():
            (place / name).write_text(text)
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


def render_json(report: Report) -> str:
    """Render all that is known, for machines."""
    told: dict[str, Any] = msgspec.to_builtins(report)
    told["level"] = name_level(report.level)
    told["counts"] = {verdict.value: times for verdict, times in sorted(count(report.outcomes).items(), key=str)}
    told["outcomes"] = [_row(each) for each in report.outcomes]
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"


def render_junit(report: Report) -> str:
    """Render for a CI server."""
    suite = ElementTree.Element("testsuite", name=f"conformance {report.venue}", tests=str(len(report.outcomes)))
    failed = sum(each.verdict in FAULTS for each in report.outcomes)
    skipped = sum(each.verdict not in FAULTS | {Verdict.HELD} for each in report.outcomes)
    suite.attrib |= {"failures": str(failed), "skipped": str(skipped)}
    for each in report.outcomes:
        name = f"{each.law.id} {each.law.title}"
        case = ElementTree.SubElement(
            suite, "testcase", classname=each.law.suite, name=name, time=f"{each.seconds:.3f}"
        )
        if each.verdict in FAULTS:
            ElementTree.SubElement(case, "failure", message=each.why).text = each.law.told
        elif each.verdict is not Verdict.HELD:
            ElementTree.SubElement(case, "skipped", message=f"{each.verdict.value}: {each.why}")
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def render_markdown(report: Report) -> str:
    """Render for a README: the level, the counts, and every law that did not hold with its reason."""
    head = f"# {report.venue}: {name_level(report.level)}\n\n{report.source}, suite {report.suite}.\n\n"
    return head + tabulate(report) + "\n"


def render_badge(report: Report) -> str:
    """Render the endpoint of a badge."""
    level = report.level
    colour = COLOURS[None if level is None else int(level)]
    told = {"schemaVersion": 1, "label": "venuekit", "message": name_level(level), "color": colour}
    return msgspec.json.encode(told).decode() + "\n"


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
