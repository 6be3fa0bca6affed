"""The suite under pytest: three doors to the same laws, and no way around one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from venuekit_testkit.law import laws
from venuekit_testkit.scaffold.scaffold import write_plugin

ONE_LINE = "from venuekit_testkit.suite import *\n"
USAGE, FAILED = 4, 1


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """Give a plugin that was begun, its entry point in a folder that Python reads."""
    write_plugin("odd", tmp_path, standalone=True)
    told = tmp_path / "venuekit-odd" / "venuekit_odd-0.1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: venuekit-odd\nVersion: 0.1.0\n")
    (told / "entry_points.txt").write_text("[venuekit.venues]\nodd = venuekit_odd\n")
    return tmp_path / "venuekit-odd"


def run(plugin: Path, *words: str) -> tuple[int, str]:
    quiet = ("-q", "-p", "no:cacheprovider", "--no-header")
    environment = {**os.environ, "PYTHONPATH": str(plugin), "PYTEST_ADDOPTS": "", "VENUEKIT_PLUGINS": ""}
    command = [sys.executable, "-m", "pytest", *quiet, *words]
    done = subprocess.run(
        command, cwd=plugin, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr


def own_tests(plugin: Path) -> Path:
    return plugin / "tests" / "test_odd_conformance.py"


def a_law() -> tuple[str, str]:
    """Give the id and the name of a law that a plugin keeps from the first day: its hosts are told twice alike."""
    law, check = laws()["ID-160"]
    return law.id, check.__name__


def test_the_installed_suite_tries_the_venue_that_is_named(plugin: Path) -> None:
    code, told = run(plugin, "--pyargs", "venuekit_testkit", "--venue", "odd", "-k", "test_id")
    assert code == 0, told
    assert "passed" in told


def test_without_a_venue_it_asks_for_one(plugin: Path) -> None:
    code, told = run(plugin, "--pyargs", "venuekit_testkit")
    assert code != 0
    assert "Name it: --venue" in told


def test_a_venue_that_nobody_offers_is_refused_in_one_sentence(plugin: Path) -> None:
    code, told = run(plugin, "--pyargs", "venuekit_testkit", "--venue", "nobody", "-k", "test_id")
    assert code == 2
    assert "no plugin offers the venue 'nobody'" in told


def test_one_line_tries_the_plugin_that_it_lies_in(plugin: Path) -> None:
    code, told = run(plugin, "tests", "-k", "test_id")
    assert code == 0, told
    assert "passed" in told


def test_what_nothing_stands_in_for_is_skipped_with_its_reason(plugin: Path) -> None:
    code, told = run(plugin, "tests", "-rs", "-k", "test_ex or test_lc")
    assert code in (0, 5)
    assert "planned: " in told


def test_a_law_cannot_be_replaced(plugin: Path) -> None:
    id, name = a_law()
    own_tests(plugin).write_text(f"{ONE_LINE}\n\ndef {name}(bench):\n    pass\n")
    code, told = run(plugin, "tests")
    assert code == USAGE
    assert f"{id} was replaced in" in told


def test_a_law_cannot_be_deleted(plugin: Path) -> None:
    id, name = a_law()
    own_tests(plugin).write_text(f"{ONE_LINE}\ndel {name}\n")
    code, told = run(plugin, "tests")
    assert code == USAGE
    assert f"{id} is missing from" in told
    assert "excuse it in conformance.toml" in told


@pytest.mark.parametrize("mark", ["skip", "xfail"])
def test_a_law_cannot_be_marked_away(plugin: Path, mark: str) -> None:
    own_tests(plugin).write_text(f"import pytest\n{ONE_LINE}\npytestmark = pytest.mark.{mark}(reason='no')\n")
    code, told = run(plugin, "tests")
    assert code == USAGE
    assert f"is marked {mark}" in told


def test_an_excuse_that_is_no_longer_needed_is_a_failure(plugin: Path) -> None:
    id, name = a_law()
    profile = plugin / "venuekit_odd" / "conformance.toml"
    profile.write_text(profile.read_text() + f'\n[xfail]\n"{id}" = "not yet, https://odd.example/issues/1"\n')
    code, told = run(plugin, "tests", "-k", name)
    assert code == FAILED
    assert "XPASS(strict)" in told


def test_an_excused_law_may_break(plugin: Path) -> None:
    id, name = a_law()
    profile = plugin / "venuekit_odd" / "conformance.toml"
    profile.write_text(profile.read_text() + f'\n[xfail]\n"{id}" = "not yet, https://odd.example/issues/1"\n')
    manifest = plugin / "venuekit_odd" / "venue.toml"
    manifest.write_text(manifest.read_text().replace("api.odd", "api.even"))
    code, told = run(plugin, "tests", "-k", name)
    assert code == 0, told
    assert "xfailed" in told
