"""A server that cannot start says why in one line, ends with 1, and disturbs nobody."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.e2e.serving import Ended, Server, fail, start
from tests.e2e.trading import finish


@pytest.fixture(autouse=True)
def the_other_server_trades_on(server: Server) -> object:
    """Nothing here may hurt a server that runs."""
    yield
    client = server.client()
    assert finish(client, client.buy("SOL-USD", 0.1)).order["status"] == "COMPLETED"


def assert_told(ended: Ended, *words: str) -> None:
    assert (ended.code, ended.out) == (1, "")
    *logged, line = ended.err.splitlines()
    assert all(json.loads(row)["level"] == "warning" for row in logged)
    assert not [word for word in words if word not in line], line


def options(home: Path, **changes: object) -> list[str]:
    given = {"data-dir": home / "data", "port": 0} | {name.replace("_", "-"): value for name, value in changes.items()}
    return [part for name, value in given.items() for part in (f"--{name}", str(value))]


def test_a_data_directory_in_use_names_who_uses_it(server: Server, tmp_path: Path) -> None:
    ended = fail(tmp_path, *options(tmp_path, data_dir=server.data_dir))
    assert_told(ended, str(server.data_dir), "in use", str(server.pid))


def test_a_data_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert_told(fail(tmp_path, *options(tmp_path, data_dir=tmp_path / "file" / "data")), "cannot be written")
    assert_told(fail(tmp_path, *options(tmp_path, data_dir=tmp_path / "file")), "cannot be written")


def test_a_port_in_use_is_told_and_leaves_no_data_directory(server: Server, tmp_path: Path) -> None:
    port = server.url.rsplit(":", 1)[1]
    assert_told(fail(tmp_path, *options(tmp_path, port=port)), f"port {port}", "in use")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("market", "words"),
    [
        ("paper", "found 'paper'"),
        ("demo:7", "demo takes no path"),
        ("replay", "needs the path"),
        ("replay:/nowhere/at-all.jsonl", "there is no capture at"),
    ],
)
def test_a_market_that_cannot_be_is_told(tmp_path: Path, market: str, words: str) -> None:
    assert_told(fail(tmp_path, *options(tmp_path, market=market)), words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds nothing to play"),
        ("not json\n", "1 broken lines"),
        ('{"venuekit_capture":99,"provenance":"recorded"}\n', "upgrade"),
        ('{"at_ns":1,"venue":"nowhere","conn":"1","what":"open"}\n', "nowhere"),
    ],
)
def test_a_capture_that_holds_no_market_is_told(tmp_path: Path, text: str, words: str) -> None:
    capture = tmp_path / "capture.jsonl"
    capture.write_text(text)
    assert_told(fail(tmp_path, *options(tmp_path, market=f"replay:{capture}")), words)


@pytest.mark.parametrize("name", ["nowhere/ready.json", "file/ready.json", "folder"])
def test_a_ready_file_that_cannot_be_written_is_told_before_keys_are_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    assert_told(fail(tmp_path, *options(tmp_path, ready_file=tmp_path / name)), "ready file", name)
    assert not (tmp_path / "data").exists()


def test_choices_that_choose_nothing_are_told(tmp_path: Path) -> None:
    assert_told(fail(tmp_path, *options(tmp_path, durability="some")), "full or normal", "'some'")
    assert_told(fail(tmp_path, *options(tmp_path, symbols="NOPE-USD")), "live market", "demo")


def test_a_damaged_journal_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    journal = tmp_path / "data" / "venuekit.sqlite3"
    journal.write_bytes(b"this is no database" * 400)
    before = journal.read_bytes()
    assert_told(fail(tmp_path, *options(tmp_path)), "venuekit.sqlite3")
    assert journal.read_bytes() == before


def test_after_a_failed_start_the_same_directory_starts(tmp_path: Path) -> None:
    assert_told(fail(tmp_path, *options(tmp_path, market="replay:/nowhere")), "no capture")
    running = start(tmp_path)
    assert running.client().health() is True
    assert running.terminate().code == 0


def test_the_keys_and_the_ready_file_are_for_their_owner_only(tmp_path: Path) -> None:
    running = start(tmp_path)
    private = [tmp_path / "ready.json", *(tmp_path / "data").iterdir(), tmp_path / "data"]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in private} == {0}
    database = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("venuekit.sqlite3*"))
    assert running.live_key.encode() not in database
    assert running.test_key.encode() not in database
    running.kill()
