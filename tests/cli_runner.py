"""How the tests run the `sequence` command: in this process, or as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from tests.sdk_server import KEY


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Read stdout as JSON; fails if there is anything else on it."""
        return json.loads(self.out)


def sequence(*words: str, url: str | None = None, key: str | None = KEY, stdin: str | None = None) -> Ended:
    """Run a command in this process, with a server and a key ahead of its name."""
    from venuekit_sdk.cli.app import app

    ahead = [*(["--url", url] if url else []), *(["--key", key] if key else [])]
    result = CliRunner().invoke(app, [*ahead, *words], input=stdin, prog_name="sequence")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


def process(*words: str, timeout_s: float = 60) -> Ended:
    """Run a command as a process."""
    command = [sys.executable, "-m", "venuekit_sdk.cli", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)
