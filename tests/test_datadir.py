"""The data directory: one live process each, refused in clear words when it cannot be used."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from venuekit_engine.datadir import DataDirError, open_data_dir


def test_a_missing_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = open_data_dir(tmp_path / "a" / "b")
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert (home.database.parent, home.secret_key.parent) == (home.path, home.path)
    home.close()


def test_a_directory_in_use_is_refused_with_the_process_that_has_it(tmp_path: Path) -> None:
    home = open_data_dir(tmp_path)
    with pytest.raises(DataDirError, match=f"in use by the process {os.getpid()}:"):
        open_data_dir(tmp_path)
    home.close()


def test_a_closed_directory_is_free_again(tmp_path: Path) -> None:
    first = open_data_dir(tmp_path)
    first.close()
    first.close()
    open_data_dir(tmp_path).close()


def test_a_killed_process_leaves_its_directory_free(tmp_path: Path) -> None:
    code = "import os, sys; from pathlib import Path; from venuekit_engine.datadir import open_data_dir\n"
    code += "home = open_data_dir(Path(sys.argv[1])); print('mine', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(DataDirError, match=f"in use by the process {other.pid}:"):
            open_data_dir(tmp_path)
        other.kill()
        other.wait()
    open_data_dir(tmp_path).close()


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DataDirError, match="cannot be written"):
            open_data_dir(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    with pytest.raises(DataDirError, match="cannot be written: Permission denied"):
        open_data_dir(tmp_path / "shut")


def test_play_money_and_real_money_never_share_a_directory(tmp_path: Path) -> None:
    first = open_data_dir(tmp_path)
    first.dedicate("paper")
    first.dedicate("paper")
    first.close()
    again = open_data_dir(tmp_path)
    with pytest.raises(DataDirError, match="is kept for paper money, and this market is live"):
        again.dedicate("live")
    again.close()
