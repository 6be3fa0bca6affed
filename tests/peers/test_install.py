"""The installer of other people's clients: what it makes again, what it leaves, and what it says when it cannot."""

from __future__ import annotations

import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.peers import install
from tests.peers.conftest import start
from tests.peers.install import Entry, Failed
from tests.peers.peer import DRIVERS, Missing, environment_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let environments be made in a folder of the test's own."""
    monkeypatch.setattr(install, "HOME", tmp_path / "peers")
    return tmp_path / "peers"


@pytest.fixture
def wheel(tmp_path: Path) -> str:
    """Give a package that installs from this disk alone."""
    path = tmp_path / "guest-1.0-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        archive.writestr("guest.py", "NAME = 'guest'\n")
        archive.writestr("guest-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: guest\nVersion: 1.0\n")
        archive.writestr("guest-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("guest-1.0.dist-info/RECORD", "")
    return str(path)


def put_table(monkeypatch: pytest.MonkeyPatch, *peers: Entry) -> None:
    monkeypatch.setattr(install, "read_table", lambda: {peer.name: peer for peer in peers})


def test_the_table_names_every_driver_once() -> None:
    named = [driver for peer in install.read_table().values() for driver in peer.drivers]
    assert sorted(named) == sorted(path.stem for path in DRIVERS.glob("*.py") if path.stem != "dialog")


def test_every_requirement_is_pinned() -> None:
    assert all("==" in each for peer in install.read_table().values() for each in peer.requires)


def test_an_environment_is_made_once_and_sees_only_its_own(home: Path, wheel: str) -> None:
    peer = Entry("guest", (wheel,), (), ("guest",))
    assert install.make(peer).startswith("made with")
    code = "import guest, importlib.util; print(guest.NAME, importlib.util.find_spec('venuekit'))"
    out = subprocess.run([peer.python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == "guest None\n"
    assert install.make(peer) == "there already"


def test_other_requirements_make_it_out_of_date(home: Path, wheel: str) -> None:
    install.make(Entry("guest", (wheel,), (), ()))
    assert not Entry("guest", (wheel, "other==1"), (), ()).is_made


def test_one_that_was_broken_off_is_not_used(home: Path, wheel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Entry("guest", (wheel,), (), ("guest",))
    install.make(peer)
    (peer.folder / "stamp.json").unlink()
    put_table(monkeypatch, peer)
    with pytest.raises(Missing, match="no environment for guest: run `make peers`"):
        environment_of("guest")
    assert install.make(peer).startswith("made with")
    assert environment_of("guest") == str(peer.python)


def test_a_failure_is_one_line_with_the_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put_table(monkeypatch, Entry("guest", ("/no/such/guest-1.0-py3-none-any.whl",), (), ("guest",)))
    assert install.main([]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith("guest: not made: ERROR: ")


def test_a_python_that_is_not_here_is_named(home: Path) -> None:
    with pytest.raises(Failed, match=r"needs Python 2\.0 or 2\.1, and none is here"):
        install.make(Entry("guest", ("guest==1",), ("2.0", "2.1"), ()))


def test_a_machine_without_the_python_leaves_a_peer_out(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put_table(monkeypatch, Entry("guest", ("guest==1",), ("2.0",), ("guest_driver",)))
    monkeypatch.setenv("CI", "true")
    assert install.main([]) == 0
    assert "guest: left out: needs Python 2.0, and none is here" in capsys.readouterr().out
    with pytest.raises(pytest.skip.Exception, match="none is here"):
        start("guest_driver")


def test_peers_of_benchmarks_are_made_only_when_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_table(monkeypatch, Entry("heavy", ("heavy==1",), ("2.0",), ()))
    assert install.main([]) == 0
    assert install.main(["heavy"]) == 0
    assert not (home / "heavy").exists()


def test_an_unknown_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert install.main(["ccxtt"]) == 2
    assert capsys.readouterr().err.startswith("no such peer: ccxtt; there are ")


def test_a_missing_client_skips_its_tests_but_fails_ci(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no environment for ccxt"):
        start("ccxt_binance")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no environment for ccxt"):
        start("ccxt_binance")
