"""Measure rows side by side: each in a process of its own, all on one CPU, in interleaved rounds.

A benchmark is a `Suite` of `Row`s; `python benchmarks/<name>.py` prints its result as JSON. A row's worker is this same
script under the row's own Python, so a peer needs only its own environment. Every repetition is CPU time, between two
runs of a calibration loop in the same process: `cal` is how many turns of that loop one operation costs, which moves
less from machine to machine than microseconds do. `ratio` is the row's time over that of the first row, round by round:
above 1 the first row is faster. Only ratios of one run are to be compared.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from peers import python_of

HERE: Final = Path(__file__).parent
TURNS: Final = 30_000
ROUNDS: Final = "VENUEKIT_BENCH_ROUNDS"
NO_PEERS: Final = "VENUEKIT_BENCH_NO_PEERS"
Work = tuple[Callable[[], object], int]  # (one repetition, how many operations it does)


class Row(NamedTuple):
    """One thing to measure. `setup` imports what it needs itself; `peer` names its environment, "" for ours."""

    name: str
    setup: Callable[[], Work]
    peer: str = ""


class Suite(NamedTuple):
    """Rows that do the same work. The first is ours, and the others are compared with it."""

    name: str
    unit: str
    rows: Sequence[Row]


def main(*suites: Suite) -> None:
    """Run the suites, or be the worker of one row; print one line of JSON a suite."""
    options = _options()
    if options.worker:
        _work(next(row for suite in suites for row in suite.rows if f"{suite.name}|{row.name}" == options.worker))
        return
    _pin()
    for suite in suites:
        print(json.dumps(measure(suite, options.rounds, peers=not options.no_peers)), flush=True)


def measure(suite: Suite, rounds: int, *, peers: bool) -> dict[str, Any]:
    """Run every row of a suite in each round."""
    skipped = {row.name: why for row in suite.rows if (why := _skip(row, peers))}
    workers = {row.name: _Worker(suite, row) for row in suite.rows if row.name not in skipped}
    skipped |= {name: worker.fault for name, worker in workers.items() if worker.fault}
    live = {name: worker for name, worker in workers.items() if not worker.fault}
    for _ in range(rounds):
        for worker in live.values():
            worker.repeat()
    for worker in workers.values():
        worker.stop()
    return {
        "suite": suite.name,
        "unit": suite.unit,
        "machine": f"{platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}",
        "rounds": rounds,
        "rows": _summarise(live),
        "skipped": skipped,
    }


class _Worker:
    """The process of one row."""

    def __init__(self, suite: Suite, row: Row) -> None:
        python = str(python_of(row.peer)) if row.peer else sys.executable
        script = str(Path(sys.argv[0]).resolve())
        environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        self._process = subprocess.Popen(
            [python, script, "--worker", f"{suite.name}|{row.name}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment | {"PYTHONPATH": str(HERE)},
        )
        self.runs: list[dict[str, float]] = []
        self.python = ""
        self.fault = ""
        first = self._read()
        self.fault, self.python = first.get("fault", ""), first.get("python", "")

    def repeat(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        self.runs.append(self._read())

    def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"fault": "its process ended"}
        return found


def _work(row: Row) -> None:
    # What a library prints must not mix with what we say.
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    try:
        repeat, operations = row.setup()
        repeat()
    except Exception as error:  # noqa: BLE001 - a peer that does not start is a row that says so
        traceback.print_exc()
        out.write(json.dumps({"fault": f"{type(error).__name__}: {error}"[:300]}) + "\n")
        return
    gc.collect()
    gc.freeze()
    out.write(json.dumps({"python": platform.python_version()}) + "\n")
    for _ in sys.stdin:
        out.write(json.dumps(_time(repeat, operations)) + "\n")
    out.flush()
    # Some peers leave threads that never end.
    os._exit(0)


def _time(repeat: Callable[[], object], operations: int) -> dict[str, float]:
    gc.collect()
    before = calibrate()
    start = time.process_time()
    repeat()
    spent = (time.process_time() - start) / operations
    turn = (before + calibrate()) / 2
    return {"us": spent * 1e6, "cal": spent / turn}


def calibrate() -> float:
    """Time one turn of the calibration loop, in seconds of CPU time."""
    start = time.process_time()
    _turn()
    return (time.process_time() - start) / TURNS


def _turn() -> int:
    # A little of what books and routers do: dictionary, list, integers, a call.
    seen: dict[int, int] = {}
    row, total = [0] * 128, 1
    for n in range(TURNS):
        key = n & 511
        total = abs(total * 31 + row[key & 127] - n) & 0xFFFFF
        seen[key] = total
        row[key & 127] = seen[n & 255] if n > 255 else n
    return total


def _summarise(workers: dict[str, _Worker]) -> list[dict[str, Any]]:
    base = [run["us"] for run in next(iter(workers.values())).runs] if workers else []
    return [
        {
            "name": name,
            "us": round(median(run["us"] for run in worker.runs), 3),
            "us_min": round(min(run["us"] for run in worker.runs), 3),
            "cal": round(median(run["cal"] for run in worker.runs), 2),
            "ratio": round(median(run["us"] / ours for run, ours in zip(worker.runs, base, strict=True)), 2),
            "python": worker.python,
        }
        for name, worker in workers.items()
    ]


def _skip(row: Row, peers: bool) -> str:
    if not row.peer:
        return ""
    if not peers:
        return "peers left out"
    return "" if python_of(row.peer) else f"no environment: run `python benchmarks/peers.py {row.peer}`"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    # `run.py` speaks through the environment, because not every benchmark is of this kind.
    parser.add_argument("--rounds", type=int, default=int(os.environ.get(ROUNDS, "9")))
    parser.add_argument("--no-peers", action="store_true", default=NO_PEERS in os.environ)
    parser.add_argument("--worker", default="")
    return parser.parse_args()


def _pin() -> None:
    # Workers inherit it. Where the system cannot, rows share CPUs and the spread is larger.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
