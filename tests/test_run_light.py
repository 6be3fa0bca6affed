"""What is imported by whom: the HTTP stack comes with the transport, and with nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["venuekit.capture", "venuekit.run", "venuekit.run.replay", "venuekit.run.drive"])
def test_replay_and_capture_need_no_http_stack(module: str) -> None:
    code = f"import sys, {module}; print('aiohttp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
