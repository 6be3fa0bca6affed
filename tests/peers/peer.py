"""A conversation with somebody else's client, which runs in its own environment as a subprocess.

Used by tests of this folder through the fixture `peer`. One driver process serves many tests: each test connects it
anew. Blocking on purpose: a test whose simulator runs in its loop asks in a thread, by `await peer.ask(...)`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Final

import msgspec

from tests.peers import install

DRIVERS: Final = Path(__file__).with_name("drivers")
TIMEOUT_S: Final = 30.0


class Missing(Exception):
    """The driver's environment is not made."""


class Impossible(Missing):
    """It cannot be made on this machine, which has no Python for it."""


class Answer(msgspec.Struct):
    """What became of one question. `ok` is what the client gave; `error` what it raised; `warned` what it logged."""

    ok: Any = None
    error: dict[str, Any] | None = None
    warned: list[str] = []


class Peer:
    """One driver at work. `name` is its script's; `actions` is what its client can do."""

    def __init__(self, name: str) -> None:
        self.name = name
        python = environment_of(name)
        command = [python, str(DRIVERS / f"{name}.py")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_bare())
        self._answers: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()
        self.actions = frozenset(self._ask("actions", {}).ok)

    async def ask(self, action: str, **given: Any) -> Answer:
        """Have the client do one thing; its refusals are answers, not exceptions."""
        return await asyncio.to_thread(self._ask, action, given)

    async def do(self, action: str, **given: Any) -> Any:
        """Have the client do one thing that must go well, without a word of complaint."""
        answer = await self.ask(action, **given)
        assert answer.error is None, f"{self.name} {action}: {answer.error}"
        assert answer.warned == [], f"{self.name} {action} warned: {answer.warned}"
        return answer.ok

    async def refused(self, action: str, **given: Any) -> dict[str, Any]:
        """Have the client do one thing that must fail; give what it raised."""
        answer = await self.ask(action, **given)
        assert answer.error is not None, f"{self.name} {action} went well: {answer.ok}"
        return answer.error

    @property
    def is_over(self) -> bool:
        """Whether the driver ended."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End the driver."""
        self._process.kill()
        self._process.wait()

    def _ask(self, action: str, given: dict[str, Any]) -> Answer:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": action, "with": given}) + "\n")
        self._process.stdin.flush()
        try:
            line = self._answers.get(timeout=TIMEOUT_S)
        except Empty:
            self.close()  # or its answer would be taken for that of the next question
            raise TimeoutError(f"{self.name} {action}: no answer in {TIMEOUT_S:g} s") from None
        assert line, f"{self.name} {action}: the driver ended with {self._process.wait()}"
        return msgspec.json.decode(line, type=Answer)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")


def environment_of(driver: str) -> str:
    """Find the interpreter that runs a driver.

    Raises: Missing if its environment is not made, or not as the table has it now; Impossible if it cannot be.
    """
    peer = next(peer for peer in install.read_table().values() if driver in peer.drivers)
    if not peer.is_made and not install.has_python(peer):
        raise Impossible(f"{peer.name} needs Python {' or '.join(peer.pythons)}, and none is here")
    if not peer.is_made:
        raise Missing(f"no environment for {peer.name}: run `make peers`")
    return str(peer.python)


def _bare() -> dict[str, str]:
    # Proxies are for other hosts than this one, and PYTHON* are about our own environment.
    out = ("PYTHON", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(out)}
