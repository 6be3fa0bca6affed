"""`sequence conform` as CI uses it: exit codes, files, a log that can be read, and a sentence where it cannot go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli_runner import Ended, sequence

WITHOUT = """
import sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None
sys.argv = ["sequence", *sys.argv[2:]]
from venuekit_sdk.cli.app import main
main()
"""
FAST = ("conform", "kraken", "--only", "ID")


def lacking(modules: str, *words: str) -> Ended:
    """Run a command in a Python that lacks some modules."""
    command = [sys.executable, "-c", WITHOUT, modules, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


def test_a_log_has_one_line_a_law_and_no_colours() -> None:
    ended = sequence(*FAST, "-v", key=None)
    assert ended.code == 0
    laws = [line for line in ended.out.splitlines() if line.startswith("kraken ID-")]
    assert len(laws) > 10
    assert all(" ok " in line for line in laws)
    assert "\x1b" not in ended.out


@pytest.mark.parametrize(
    ("only", "says"),
    [("nonsense", "no law and no suite NONSENSE"), (",", "names no law and no suite"), ("EX-999", "EX-999")],
)
def test_nonsense_is_no_selection(only: str, says: str) -> None:
    ended = sequence("conform", "kraken", "--only", only, key=None)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err


def test_a_law_is_explained_once() -> None:
    told = sequence("conform", "--explain", "ex-120", key=None).out
    assert told.startswith("EX-120  A 5xx proves nothing")
    assert told.count("A 5xx proves nothing") == 1
    assert "page: docs/conformance/ex.md" in told
    assert "there is no law nonsense" in sequence("conform", "--explain", "nonsense", key=None).err


def test_a_venue_that_cannot_be_tried_stops_no_other_and_is_reported(tmp_path: Path) -> None:
    ended = sequence("conform", "nobody", "kraken", "--only", "ID", "--report", str(tmp_path), key=None)
    assert ended.code == 2
    assert "nobody: cannot be tried: no plugin offers the venue 'nobody'" in ended.err
    assert json.loads((tmp_path / "nobody" / "conformance.json").read_text())["unusable"]
    assert json.loads((tmp_path / "kraken" / "conformance.json").read_text())["outcomes"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = sequence(*FAST, "--report", str(tmp_path / "file"), key=None)
    assert ended.code == 2
    assert ended.err == f"error: nothing can be written: {tmp_path / 'file'}: File exists\n"


@pytest.mark.parametrize("missing", ["vcr", "yaml", "hypothesis"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    ended = lacking(missing, *FAST)
    assert ended.code == 2
    assert "is not installed: pip install 'venuekit[testkit]'" in ended.err
    assert "Traceback" not in ended.err


def test_recording_without_the_extra_is_said_too(tmp_path: Path) -> None:
    ended = lacking("vcr", "conform", "binance", "--record", "simulated", "--cassettes", str(tmp_path))
    assert ended.code == 2
    assert "pip install 'venuekit[testkit]'" in ended.err
    assert not list(tmp_path.iterdir())


def test_laws_need_no_pytest() -> None:
    assert lacking("pytest", *FAST).code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--record", "simulated"], "name one venue and say how"),
        (["binance", "--record", "nonsense"], "name one venue and say how"),
    ],
)
def test_a_recording_that_is_not_told_enough_is_refused(words: list[str], says: str) -> None:
    ended = sequence("conform", *words, key=None)
    assert ended.code == 2
    assert says in ended.err


def test_an_interrupt_ends_it_without_a_trace() -> None:
    command = [sys.executable, "-u", "-m", "venuekit_sdk.cli", "conform", "binance", "-v"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ})
    assert run.stdout is not None
    assert run.stdout.readline().startswith("binance CA-")
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Traceback" not in err
