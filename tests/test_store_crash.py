"""The journal against real ends: a process killed while it writes, and a disk that is full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from venuekit_engine.store.reader import Reader

WRITER = """
import asyncio, os, resource, sys
from pathlib import Path
from venuekit_engine.store.rows import Batch, EventRow, OrderRow
from venuekit_engine.store.sqlite import SqliteStore

def batch(lane, step):
    name = f"{lane}-{step}"
    order = OrderRow(name, lane, "c", True, "buy", "BTC-USD", 1, 0, 0, "ACTIVE", "{}", "", 1, 1)
    return Batch(tuple(EventRow(lane, 2 * step + i, 1, b"{}" * 100) for i in (1, 2)), orders=(order,))

async def write(store, lane):
    step = 0
    while True:
        await store.write(batch(lane, step))
        print(lane, step, flush=True)
        step += 1

async def main(path, limit):
    store = SqliteStore(Path(path))
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        await asyncio.gather(*(write(store, lane) for lane in "abcdefgh"))
    except Exception as error:
        print(type(error).__name__, store.broken, file=sys.stderr, flush=True)
    # The end without a farewell: nothing is closed, nothing is flushed.
    os._exit(3)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def start(path: Path, limit: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(limit)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def last_steps(lines: list[str]) -> dict[str, int]:
    return {lane: int(step) for lane, step in (line.split() for line in lines)}


def assert_whole(path: Path, acknowledged: dict[str, int]) -> None:
    """Every acknowledged batch is there; of each batch, both events and the order, or none."""
    with closing(Reader(path)) as reader:
        orders = {row.node_order_id for row in reader.orders("c", True, None, 1_000_000, 0)[0]}
        for lane, step in acknowledged.items():
            events = [row.seq for row in reader.events(lane)]
            batches = len(events) // 2
            assert events == list(range(1, 2 * batches + 1))
            assert batches > step
            assert {f"{lane}-{each}" for each in range(batches)} == {name for name in orders if name[0] == lane}


def test_everything_acknowledged_before_a_kill_is_there_and_every_batch_is_whole(tmp_path: Path) -> None:
    for attempt in range(3):
        path = tmp_path / f"{attempt}.sqlite3"
        process = start(path)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(200 + 400 * attempt)]
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        lines += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        assert process.returncode == -signal.SIGKILL
        assert_whole(path, last_steps(lines))


def test_a_full_disk_breaks_the_journal_in_words_and_loses_nothing_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "full.sqlite3"
    out, err = start(path, limit=1_000_000).communicate(timeout=60)
    assert err.startswith("JournalBroken a commit failed, nothing more is taken: OperationalError")
    assert out
    assert_whole(path, last_steps(out.splitlines()))
