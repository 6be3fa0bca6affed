"""Reports of a real run: one law broken, one excused, one planned, one unproven, and read by other people's parsers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import msgspec
import pytest

from tests.begun import begin, forget, point
from venuekit.plugin import discover
from venuekit_testkit.conform import BROKEN, UNUSABLE, Found, conform
from venuekit_testkit.report.files import write_files
from venuekit_testkit.report.junit import render_junit
from venuekit_testkit.report.text import summarise, tell_next
from venuekit_testkit.verdict.level import find_next

ONLY: Final = ("ID", "IN", "EX-010")
EXCUSE: Final = '\n[xfail]\n"ID-170" = "the table tells more than is listed yet, https://odd.example/issues/1"\n'
FILES: Final = {"conformance.json", "junit.xml", "conformance.md", "badge.json"}


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a plugin that breaks ID-160, is excused for ID-170, plans EX-010 and has nothing to prove IN-100 with."""
    package = begin("odd", tmp_path, monkeypatch)
    manifest = package / "venue.toml"
    told = manifest.read_text().replace("api.odd", "api|odd")
    manifest.write_text(told.replace('["spot"]', '["spot", "perp"]'))
    (package / "conformance.toml").write_text((package / "conformance.toml").read_text() + EXCUSE)
    yield package
    forget("odd")


def run(*venues: str, only: tuple[str, ...] = ONLY) -> Found:
    return conform(venues or ("odd",), discover([point("odd"), point("kraken")], only=""), only=only)


def test_every_format_counts_the_same(odd: Path, tmp_path: Path) -> None:
    found = run()
    assert found.code == BROKEN
    write_files(found.reports, tmp_path / "out")
    told = json.loads((tmp_path / "out" / "conformance.json").read_text())
    verdicts = Counter(row["verdict"] for row in told["outcomes"])
    assert verdicts == told["counts"]
    assert {"held", "broke", "xfailed", "planned", "unproven"} <= set(verdicts)
    suite = ElementTree.parse(tmp_path / "out" / "junit.xml").getroot()
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) == len(told["outcomes"])
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure")) == verdicts["broke"]
    skipped = len(told["outcomes"]) - verdicts["held"] - verdicts["broke"]
    assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped")) == skipped
    assert suite.attrib["errors"] == "0"


def test_whatever_is_not_proven_says_why(odd: Path, tmp_path: Path) -> None:
    write_files(run().reports, tmp_path)
    told = json.loads((tmp_path / "conformance.json").read_text())
    assert all(row["why"] for row in told["outcomes"] if row["verdict"] != "held")
    whys = {row["id"]: row["why"] for row in told["outcomes"]}
    assert whys["ID-170"] == "the table tells more than is listed yet, https://odd.example/issues/1"
    assert "name its simulator in conformance.toml" in whys["IN-100"]
    assert all(case.attrib["message"] for case in ElementTree.parse(tmp_path / "junit.xml").iter("skipped"))


def test_a_report_says_what_it_rests_on(odd: Path, tmp_path: Path) -> None:
    first = run().reports[0]
    assert set(first.fixtures) == {"conformance.toml", "venue.toml", "quality.toml"}
    (odd / "quality.toml").write_text((odd / "quality.toml").read_text() + "\n")
    second = run().reports[0]
    changed = {name for name in first.fixtures if first.fixtures[name] != second.fixtures[name]}
    assert changed == {"quality.toml"}


def test_bytes_that_xml_cannot_hold_are_spelt_out(odd: Path) -> None:
    report = run().reports[0]
    torn = [msgspec.structs.replace(each, why="a frame of \x07 and \ud800 <&>") for each in report.outcomes]
    told = render_junit(msgspec.structs.replace(report, outcomes=torn))
    (failure, *_) = ElementTree.fromstring(told).iter("failure")
    assert failure.attrib["message"] == "a frame of \\x07 and \\ud800 <&>"


def test_a_cell_of_markdown_keeps_its_column(odd: Path, tmp_path: Path) -> None:
    write_files(run().reports, tmp_path)
    rows = [line for line in (tmp_path / "conformance.md").read_text().splitlines() if line.startswith("| ID-160 ")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 5


def test_a_part_of_the_suite_gives_no_level(odd: Path, tmp_path: Path) -> None:
    write_files(run(only=("ID-100",)).reports, tmp_path)
    assert json.loads((tmp_path / "conformance.json").read_text())["level"] is None
    assert json.loads((tmp_path / "badge.json").read_text())["message"] == "partly tried"
    assert "gives no level" in (tmp_path / "conformance.md").read_text()


def test_a_broken_law_below_everything_keeps_every_level_away(odd: Path, tmp_path: Path) -> None:
    found = run(only=())
    write_files(found.reports, tmp_path)
    assert json.loads((tmp_path / "badge.json").read_text())["message"] == "below L0"
    assert json.loads((tmp_path / "conformance.json").read_text())["level"] == "below L0"


def test_several_venues_get_a_folder_each_and_one_that_cannot_be_tried_is_an_error(odd: Path, tmp_path: Path) -> None:
    (odd / "conformance.toml").write_text("suite = 99\n[trade]\nsymbol = 'BTC-USD'\n")
    found = run("odd", "kraken", only=("ID-100",))
    assert found.code == UNUSABLE
    write_files(found.reports, tmp_path, found.unusable)
    assert {path.name for path in (tmp_path / "odd").iterdir()} == FILES
    assert {path.name for path in (tmp_path / "kraken").iterdir()} == FILES
    suite = ElementTree.parse(tmp_path / "odd" / "junit.xml").getroot()
    assert suite.attrib["errors"] == "1"
    assert "suite 99" in suite.findall("testcase/error")[0].attrib["message"]
    assert json.loads((tmp_path / "odd" / "badge.json").read_text())["message"] == "cannot be tried"


def test_one_cause_is_told_once_and_named_first(odd: Path, tmp_path: Path) -> None:
    profile = 'suite = 1\nsimulator = "venuekit_testkit.simulate.reference.face:ReferenceSimulator"\n'
    (odd / "conformance.toml").write_text(f'{profile}[trade]\nsymbol = "BTC-USD"\n')
    report = run(only=("IN", "SE-120")).reports[0]
    told = summarise(report)
    assert told.count("the list of markets does not come") == 1, told
    assert "so did IN-110" in told
    assert "GET https://api.odd.example/markets" in told
    assert tell_next(find_next(report.outcomes)).startswith("next is IN-100"), "SE-120 is below it and rests on it"
