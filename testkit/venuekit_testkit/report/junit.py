"""A report as JUnit's XML, which CI servers read.

Used by `files.py`. What must stay true: whatever a plugin said, the file can be parsed; what was not tried counts as
skipped, a venue that cannot be tried as an error. Format:
https://www.ibm.com/docs/en/developer-for-zos/16.0?topic=formats-junit-xml-format, read 2026-11-21.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from venuekit_testkit.report.report import Report
from venuekit_testkit.verdict.verdict import FAULTS, Outcome, Verdict

UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0


def render_junit(report: Report) -> str:
    """Render a result, one case a law."""
    suite = _open(report.venue, tests=len(report.outcomes))
    for outcome in report.outcomes:
        _add(suite, outcome)
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("time", _seconds(sum(each.seconds for each in report.outcomes)))
    return _write(suite)


def render_untried(venue: str, why: str) -> str:
    """Render that a venue cannot be tried: one case, an error."""
    suite = _open(venue, tests=1)
    suite.set("errors", "1")
    case = SubElement(suite, "testcase", classname="conformance", name=venue, time=_seconds(0))
    SubElement(case, "error", message=_spell(why), type="unusable")
    return _write(suite)


def _open(venue: str, tests: int) -> Element:
    named = {"name": f"conformance {venue}", "tests": str(tests), "failures": "0", "errors": "0", "skipped": "0"}
    return Element("testsuite", {**named, "time": _seconds(0)})


def _add(suite: Element, outcome: Outcome) -> None:
    law, why = outcome.law, _spell(outcome.why)
    name = f"{law.id} {law.title}"
    case = SubElement(suite, "testcase", classname=law.suite, name=name, time=_seconds(outcome.seconds))
    if outcome.verdict in FAULTS:
        SubElement(case, "failure", message=why, type=outcome.verdict.value).text = law.told
    elif outcome.verdict is not Verdict.HELD:
        SubElement(case, "skipped", message=f"{outcome.verdict.value}: {why}")


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _spell(text: str) -> str:
    """Spell out what XML cannot hold: a law that broke may quote the bytes that broke it."""
    return UNWRITABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _write(suite: Element) -> str:
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
