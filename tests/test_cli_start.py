"""What starting the command brings in, and how engines are run by it."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli_runner import process, sequence
from tests.sdk_server import KEY, FakeEngine, fake_engine
from venuekit_engine.app import Recorded
from venuekit_sdk.cli.engine import show_recorded

ENGINE = {"venuekit", "venuekit_engine", "litestar", "sqlalchemy", "uvicorn", "aiohttp"}
CLIENT = {"httpx", "msgspec"}
WATCHED = (
    "import sys; from venuekit_sdk.cli.app import app\n"
    "try: app(sys.argv[1:])\n"
    "except SystemExit as end: print('ended', end.code, file=sys.stderr)\n"
    "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
)


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as engine:
        yield engine


def brought_in_by(*words: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", WATCHED, *words], capture_output=True, text=True, check=True)
    ended, modules = done.stderr.splitlines()[-2:]
    assert ended in ("ended 0", "ended None")
    return set(modules.split())


def test_a_quote_brings_in_no_engine(engine: FakeEngine) -> None:
    assert brought_in_by("--url", engine.url, "--key", KEY, "quote", "BTC-USD") & ENGINE == set()


def test_help_brings_in_neither_engine_nor_http() -> None:
    assert brought_in_by("--help") & (ENGINE | CLIENT) == set()


def test_the_version_is_that_of_the_package() -> None:
    assert sequence("version").out == f"sequence {version('venuekit')}\n"
    assert sequence("--version").out == f"sequence {version('venuekit')}\n"


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["quote", "-h"], ["serve", "--help"], ["demo", "--help"]])
def test_help_is_everywhere(words: list[str]) -> None:
    done = sequence(*words, key=None)
    assert done.code == 0
    assert "Usage" in done.out


def test_an_engine_serves_says_its_keys_once_and_stops_when_told(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    words = ["serve", "--port", "0", "--data-dir", str(tmp_path / "data"), "--ready-file", str(ready)]
    first = run_until_ready(words, ready)
    told = json.loads(ready.read_text())
    assert told["base_url"].startswith("http://127.0.0.1:")
    assert told["live_key"] in first
    assert told["test_key"] in first
    assert stat.S_IMODE(ready.stat().st_mode) == 0o600
    ready.unlink()
    second = run_until_ready(words, ready)
    assert json.loads(ready.read_text())["live_key"] is None
    assert "first start" in second
    assert "seq_live_" not in second


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = process("serve", "--port", port, "--data-dir", str(tmp_path))
    assert done.code == 1
    assert "error: " in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("market", ["nonsense", "replay:/no/such/capture"])
def test_a_market_that_cannot_be_is_told_in_one_line(tmp_path: Path, market: str) -> None:
    done = process("serve", "--port", "0", "--data-dir", str(tmp_path), "--market", market)
    assert done.code == 1
    assert "error: " in done.err
    assert "Traceback" not in done.err


def test_a_recording_of_nothing_is_a_failure_that_names_the_reason(tmp_path: Path) -> None:
    done = process("record", "--out", str(tmp_path / "x.jsonl"), "--venues", "acme", "--seconds", "0.1", "--json")
    assert done.code == 1
    assert "no plugin offers the venue 'acme'" in done.json["faults"]["acme"]


def test_a_recording_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    done = process("record", "--out", str(tmp_path / "no" / "x.jsonl"), "--venues", "acme", "--seconds", "0.1")
    assert (done.code, done.out) == (1, "")
    assert "cannot record" in done.err
    assert "Traceback" not in done.err


def test_what_was_recorded_is_shown_with_how_to_play_it() -> None:
    recorded = Recorded("x.jsonl", 1.0, {"kraken": {"frame": 3, "delta": 2}}, {"okx": "not reached"}, 1)
    *_, fault, lost, play = show_recorded(recorded)
    assert (fault, lost) == ("okx: not reached", "1 records could not be written")
    assert play == "play it: sequence serve --market replay:x.jsonl"
    assert list(show_recorded(Recorded("x.jsonl", 1.0, {"kraken": {}}, {}, 0)))[-1] == "no frame came"


def run_until_ready(words: list[str], ready: Path) -> str:
    """Start an engine, wait for what it says once it answers, interrupt it, and give its stdout."""
    command = [sys.executable, "-u", "-m", "venuekit_sdk.cli", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as engine:
        assert engine.stdout is not None
        said = engine.stdout.readline()  # the announcement comes after the file
        was_ready = ready.exists()
        engine.send_signal(signal.SIGINT)
        said += engine.stdout.read()
    assert (was_ready, engine.returncode) == (True, 0)
    return said
