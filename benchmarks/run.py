"""Run every benchmark and write one line of JSON a suite: `python benchmarks/run.py [--no-peers] [--rounds N]`.

A benchmark is a file `bench_<what>.py` here; a new one is found by its name. Lines go to the screen and to
`benchmarks/.results/<UTC time>.jsonl`, which git ignores. Peers' environments come from `peers.py`.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
RESULTS: Final = HERE / ".results"


def main(options: list[str]) -> int:
    """Run them one after another; give how many failed."""
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.jsonl"
    failed = 0
    with target.open("w") as lines:
        for script in sorted(HERE.glob("bench_*.py")):
            done = subprocess.run([sys.executable, script, *options], stdout=subprocess.PIPE, text=True, check=False)
            failed += done.returncode != 0
            print(done.stdout, end="", flush=True)
            lines.write(done.stdout)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
