"""The directory that one engine keeps its files in.

Used by the composition root. What must stay true: two live processes never share one directory, because each would
believe that the journal is its own; and play money never shares one with real money. The lock is the kernel's, so a
killed process leaves none behind.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

LOCK: Final = "venuekit.lock"
MONEY: Final = "money"


class DataDirError(Exception):
    """The directory cannot be used; the message says why and what to do."""


class DataDir:
    """A directory that is ours until `close`."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock: int | None = lock

    @property
    def database(self) -> Path:
        """Where the journal and the store are."""
        return self.path / "venuekit.sqlite3"

    @property
    def secret_key(self) -> Path:
        """Where the master key is, unless one is given from outside."""
        return self.path / "secret.key"

    def dedicate(self, money: str) -> None:
        """Keep this directory for one kind of money, `paper` or `live`, for ever: the two must never be added up.

        Raises: DataDirError if it is kept for the other.
        """
        mark = self.path / MONEY
        try:
            kept = mark.read_text().strip() if mark.exists() else ""
            if not kept:
                mark.touch(mode=0o600)
                mark.write_text(f"{money}\n")
        except OSError as error:
            raise DataDirError(f"{mark} cannot be used: {error.strerror}") from error
        if kept not in ("", money):
            raise DataDirError(
                f"the data directory {self.path} is kept for {kept} money, and this market is {money}: choose another"
            )

    def close(self) -> None:
        """Let another process have it. Closing twice is harmless."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def open_data_dir(path: Path) -> DataDir:
    """Make the directory if need be, and take it for this process.

    Raises: DataDirError if it cannot be written or a live process has it.
    """
    home = path.expanduser().absolute()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataDirError(f"the data directory {home} cannot be written: {error.strerror}") from error
    _take(home, lock)
    return DataDir(home, lock)


def _take(home: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(lock, 20, 0).decode(errors="replace").strip() or "unknown"
        os.close(lock)
        raise DataDirError(
            f"the data directory {home} is in use by the process {holder}: stop it or choose another directory"
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
