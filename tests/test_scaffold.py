"""What `sequence new-venue` writes: it passes our own checks, reaches L0 and not L1, and is written over nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.begun import begin, forget, point
from tests.cli_runner import sequence
from venuekit.plugin import discover
from venuekit_testkit.conform import OK, conform
from venuekit_testkit.law import Level, Setting
from venuekit_testkit.report.text import tell_next
from venuekit_testkit.scaffold.scaffold import write_plugin
from venuekit_testkit.verdict.level import find_next
from venuekit_testkit.verdict.verdict import Verdict

ROOT = Path(__file__).parents[1]


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield begin("odd", tmp_path, monkeypatch)
    forget("odd")


def passes(*words: str, cwd: Path) -> None:
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def require_typed(package: Path, cache: Path) -> None:
    passes("mypy", "--strict", "--config-file=", "--cache-dir", str(cache), "-p", package.name, cwd=package.parent)


def test_a_package_of_its_own_passes_the_checks_that_it_brings(tmp_path: Path) -> None:
    write_plugin("a_long_name", tmp_path, standalone=True)
    root = tmp_path / "venuekit-a_long_name"
    passes("ruff", "check", ".", cwd=root)
    passes("ruff", "format", "--check", ".", cwd=root)
    require_typed(root / "venuekit_a_long_name", tmp_path)


def test_a_plugin_of_the_tree_passes_the_checks_of_the_tree(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "core").symlink_to(ROOT / "core")
    write_plugin("a_long_name", tmp_path / "plugins", standalone=False)
    passes("ruff", "check", "plugins", cwd=tmp_path)
    passes("ruff", "format", "--check", "plugins", cwd=tmp_path)
    require_typed(tmp_path / "plugins" / "venuekit_a_long_name", tmp_path)


def test_it_reaches_l0_and_claims_no_more(odd: Path) -> None:
    found = conform(["odd"], discover([point("odd")], only=""))
    assert found.code == OK
    report = found.reports[0]
    assert report.level is Level.IMPORTABLE
    held = {each.law.setting for each in report.outcomes if each.verdict is Verdict.HELD}
    assert held == {Setting.NOWHERE}, "nothing stands in for the venue, so nothing of it is proven"


def test_what_is_next_says_what_to_do(odd: Path) -> None:
    report = conform(["odd"], discover([point("odd")], only="")).reports[0]
    told = tell_next(find_next(report.outcomes))
    assert told.startswith("next is IN-100, which stands in the way of its level")
    assert "name its simulator in conformance.toml" in told


def test_a_list_that_is_no_list_leaves_the_outcome_open(odd: Path) -> None:
    from venuekit.errors import OutcomeUnknown
    from venuekit.wire import Response
    from venuekit_testkit.play import play

    venue = discover([point("odd")], only="").build("odd")
    body = b'[{"name": "A", "base": "A", "quote": "B", "tick": "0.01", "lot": null}]'
    with pytest.raises(OutcomeUnknown):
        play(venue.instruments(), Response(200, body))


@pytest.mark.parametrize("name", ["Acme", "a", "9lives", "a-b", "class", "../x", ""])
def test_a_name_that_is_none_writes_nothing(tmp_path: Path, name: str) -> None:
    ended = sequence("new-venue", name, "--standalone", "--into", str(tmp_path), key=None)
    assert ended.code == 2
    assert "is no name for a venue" in ended.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("shape", [["--standalone"], []], ids=["standalone", "in the tree"])
def test_nothing_is_written_over(tmp_path: Path, shape: list[str]) -> None:
    command = ("new-venue", "odd", *shape, "--into", str(tmp_path))
    assert sequence(*command, key=None).code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    ended = sequence(*command, key=None)
    assert ended.code == 2
    assert "nothing was written" in ended.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_outside_the_tree_it_says_where_to_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = sequence("new-venue", "odd", key=None)
    assert ended.code == 2
    assert "stand in venuekit's tree, or give --standalone" in ended.err


def test_it_ends_with_the_command_that_comes_next(tmp_path: Path) -> None:
    ended = sequence("new-venue", "odd", "--standalone", "--into", str(tmp_path), key=None)
    assert f'pip install -e "{tmp_path / "venuekit-odd"}"' in ended.out
    assert "sequence conform odd --next" in ended.out
