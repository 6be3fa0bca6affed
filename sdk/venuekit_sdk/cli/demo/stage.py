"""Runs an engine of its own for the demo: a process on a free loopback port, with a data directory that is thrown away.

Used by `run.py`. What must stay true: however the demo ends, the process and the directory are gone.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

PATIENCE_S: Final = 12.0
GRACE_S: Final = 3.0
POLL_S: Final = 0.02
TOLD: Final = 2000


@dataclass(frozen=True, slots=True)
class Ready:
    """What the engine writes once it answers."""

    base_url: str
    live_key: str = field(repr=False)
    test_key: str = field(repr=False)


class NoStage(Exception):
    """The engine did not start; the message holds what it said."""


@contextmanager
def open_stage(market: str, seed: int) -> Iterator[Ready]:
    """Start an engine, and end it at the end. Raises: NoStage."""
    with tempfile.TemporaryDirectory(prefix="sequence-demo-") as folder:
        home = Path(folder)
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(_command(home, market, seed), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield _wait_ready(process, home)
        finally:
            _end(process)


def _command(home: Path, market: str, seed: int) -> list[str]:
    place = ["--port", "0", "--data-dir", str(home / "data"), "--ready-file", str(home / "ready.json")]
    return [
        *(sys.executable, "-m", "venuekit_sdk.cli", "serve", "--market", market, "--seed", str(seed), "--loop"),
        *place,
    ]


def _wait_ready(process: subprocess.Popen[bytes], home: Path) -> Ready:
    deadline = time.monotonic() + PATIENCE_S
    while not (home / "ready.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoStage(f"the engine did not start:\n{_said(home)}")
        time.sleep(POLL_S)
    return msgspec.json.decode((home / "ready.json").read_bytes(), type=Ready)


def _said(home: Path) -> str:
    # The keys are printed once the engine is ready, so a log of a failed start holds none.
    return (home / "log").read_text(errors="replace")[-TOLD:].strip() or "it said nothing"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
