"""Run every benchmark and write one line of JSON a suite: `python benchmarks/run.py [--no-peers] [--rounds N]`.

A benchmark is a file `bench_<what>.py` here that prints JSON; a new one is found by its name. Lines go to the screen
and to `benchmarks/.results/<UTC time>.jsonl`, which git ignores. Peers' environments come from `peers.py`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from harness import NO_PEERS, ROUNDS

HERE: Final = Path(__file__).parent
RESULTS: Final = HERE / ".results"


def main(rounds: int, *, peers: bool) -> int:
    """Run them one after another; give how many failed."""
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.jsonl"
    environment = os.environ | {ROUNDS: str(rounds)} | ({} if peers else {NO_PEERS: "1"})
    failed = 0
    with target.open("w") as lines:
        for script in sorted(HERE.glob("bench_*.py")):
            command = [sys.executable, str(script)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=environment)
            failed += done.returncode != 0
            print(done.stdout, end="", flush=True)
            lines.write(done.stdout)
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    sys.exit(main(options.rounds, peers=not options.no_peers))
