"""A real `sequence serve` process: started, awaited, asked, ended.

Used by the tests of this folder. What must stay true: nothing of the engine is imported here, so what is tested is what
a user runs; every wait is bounded, and a process that ends early is told with what it printed.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import httpx
import msgspec
import sequence_markets

PATIENCE_S: Final = 30.0  # for a machine that is busy; a start takes about one second
POLL_S: Final = 0.01
T = TypeVar("T")


class Ready(msgspec.Struct, frozen=True):
    """The ready file."""

    base_url: str
    live_key: str | None
    test_key: str | None


class Ended(NamedTuple):
    """How a process ended, and what it printed."""

    code: int
    out: str
    err: str


class Server:
    """One running server. `keys` are those of the first start, also after a restart."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Ready, logs: Path) -> None:
        self._process, self._logs = process, logs
        self._http = httpx.Client(base_url=ready.base_url, timeout=PATIENCE_S, trust_env=False)
        self.url, self.live_key, self.test_key = ready.base_url, ready.live_key or "", ready.test_key or ""

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def data_dir(self) -> Path:
        """Where it keeps its files."""
        return self._logs / "data"

    @property
    def log(self) -> str:
        """What it has printed on stderr so far."""
        return (self._logs / "err").read_text()

    def client(self, key: str = "", **options: Any) -> Any:
        """Make the official client; with the sandbox key where none is given."""
        return sequence_markets.Sequence(key or self.test_key, self.url, **options)

    def ask(self, method: str, path: str, *, key: str | None = None, **content: Any) -> httpx.Response:
        """Send one plain request, with the sandbox key unless another is given."""
        headers = {"authorization": f"Bearer {self.test_key if key is None else key}", **content.pop("headers", {})}
        return self._http.request(method, path, headers=headers, **content)

    def kill(self) -> None:
        """Kill -9 it, wherever it is."""
        self._http.close()
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def terminate(self) -> Ended:
        """Ask it to end, and wait until it has."""
        self._http.close()
        self._process.terminate()
        return _ended(self._process, self._logs)


def start(home: Path, *options: str, keys: Server | None = None) -> Server:
    """Start a server on the data directory `home/data` and a free port; give it once it answers.

    `keys` is an earlier server of the same directory, because keys are told once. Raises: AssertionError.
    """
    ready_file = home / "ready.json"
    ready_file.unlink(missing_ok=True)
    process = _spawn(home, ["--data-dir", str(home / "data"), "--port", "0", "--ready-file", str(ready_file), *options])
    ready = _wait_ready(process, ready_file, home)
    if keys is not None:
        ready = Ready(ready.base_url, keys.live_key, keys.test_key)
    return Server(process, ready, home)


def fail(home: Path, *options: str) -> Ended:
    """Start a server that cannot start; give how it ended."""
    return _ended(_spawn(home, list(options)), home)


@contextlib.contextmanager
def serving(home: Path, *options: str) -> Iterator[Server]:
    """Serve for the time of a block."""
    server = start(home, *options)
    try:
        yield server
    finally:
        server.kill()


def until(read: Callable[[], T], is_good: Callable[[T], bool]) -> T:
    """Read again until it is as wanted, and give it. Raises: AssertionError with what was read last."""
    end, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while not is_good(found := read()):
        assert time.monotonic() < end, f"not within {PATIENCE_S} s: {found}"
        pause.wait(POLL_S)
    return found


def _spawn(home: Path, options: list[str]) -> subprocess.Popen[bytes]:
    home.mkdir(parents=True, exist_ok=True)
    # A home of its own: what the user has in ~/.sequence or in the environment must not matter.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SEQ_", "VENUEKIT_"))}
    command = [sys.executable, "-m", "venuekit_sdk.cli", "serve", *options]
    with (home / "out").open("wb") as out, (home / "err").open("wb") as err:
        return subprocess.Popen(command, stdout=out, stderr=err, env=environment | {"HOME": str(home)})


def _wait_ready(process: subprocess.Popen[bytes], path: Path, logs: Path) -> Ready:
    end = time.monotonic() + PATIENCE_S
    while not path.exists():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(POLL_S)
            raise AssertionError(f"the server ended before it was ready: {_ended(process, logs)}")
        if time.monotonic() > end:
            process.kill()
            raise AssertionError(f"the server was not ready within {PATIENCE_S} s: {_ended(process, logs)}")
    return msgspec.json.decode(path.read_bytes(), type=Ready)


def _ended(process: subprocess.Popen[bytes], logs: Path) -> Ended:
    try:
        code = process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"the process did not end within {PATIENCE_S} s") from None
    return Ended(code, (logs / "out").read_text(), (logs / "err").read_text())


def error_of(response: httpx.Response) -> dict[str, Any]:
    """Read the public envelope, and prove that it is one."""
    envelope: dict[str, dict[str, Any]] = json.loads(response.content)
    assert set(envelope) == {"error"}
    error = envelope["error"]
    assert {"code", "message", "request_id"} <= set(error) <= {"code", "message", "request_id", "details"}
    assert error["request_id"] == response.headers["x-request-id"]
    assert error["message"]
    return error
