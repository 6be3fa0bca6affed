"""The journal on this machine's disk: `python benchmarks/bench_journal.py [--orders N] [--folder PATH]` prints JSON.

Wall time, because a disk is waited for; so the calibration is the disk itself: `fsync`, one appended record made
durable. Measured: one batch at a time, a hundred in flight, thirty beside a loop that never rests, and a page of a
growing history.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

from venuekit_engine.store.rows import Batch, EventRow, FillRow, GraphRow, OrderRow, PositionRow
from venuekit_engine.store.sqlite import SqliteStore

BODY: Final = b'{"type": "filled", "note": "' + b"x" * 180 + b'"}'
CLIENT: Final = "client_" + "a" * 32
ROWS: Final = 7  # of one step below
IN_FLIGHT: Final = 100
TS: Final = 1_795_000_000_000_000_000


def batch() -> Batch:
    """Make what one market order leaves behind: two events, its graph, order, fill and two holdings."""
    name = str(uuid.uuid4())
    return Batch(
        (EventRow(name, 1, TS, BODY), EventRow(name, 2, TS, BODY)),
        GraphRow(name, CLIENT, True, "d" * 64, "completed", False, TS, TS),
        (order(name),),
        (FillRow(f"f-{name}", f"o-{name}", CLIENT, True, "BTC-USD", "buy", 5, 9, "acme", 1, "USD", 1, "taker", TS),),
        tuple(PositionRow(CLIENT, True, "acme", "spot", asset, 5, 2, 3, 4, TS) for asset in ("BTC", "USD")),
    )


def event() -> Batch:
    """Make the smallest step: one event, 300 bytes with its ids."""
    return Batch((EventRow(str(uuid.uuid4()), 1, TS, BODY),))


def order(name: str) -> OrderRow:
    """Make one filled order."""
    return OrderRow(
        f"o-{name}", name, CLIENT, True, "buy", "BTC-USD", 10**8, 10**8, 65_000 * 10**9, "COMPLETED",
        '{"order_type": "market"}', "", TS, TS,
    )  # fmt: skip


def fsync_us(folder: Path, times: int = 300) -> float:
    """Append a record of 300 bytes and make it durable: nothing durable is faster."""
    with (folder / "floor").open("ab", buffering=0) as file:

        def once() -> None:
            file.write(b"x" * 300)
            os.fdatasync(file.fileno())

        return median(_us(once) for _ in range(times))


async def alone_us(store: SqliteStore, make: Callable[[], Batch], times: int = 300) -> float:
    """Write one batch and wait for it, again and again."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        await store.write(make())
        found.append((time.perf_counter() - start) * 1e6)
    return median(found)


async def loaded_us(store: SqliteStore, make: Callable[[], Batch], rounds: int = 9, times: int = 20) -> float:
    """Keep a hundred writers going; give the time a batch, all that the loop does for it included."""

    async def write(batches: list[Batch]) -> None:
        for each in batches:
            await store.write(each)

    found = []
    for _ in range(rounds):
        work = [[make() for _ in range(times)] for _ in range(IN_FLIGHT)]
        start = time.perf_counter()
        await asyncio.gather(*map(write, work))
        found.append((time.perf_counter() - start) * 1e6 / (times * IN_FLIGHT))
    return median(found)


async def beside_busy_ms(commit: Callable[[], Awaitable[object]], times: int = 9) -> float:
    """Commit while the loop's other work leaves it no rest: slices of Python, one after the other."""

    async def work() -> None:
        while True:
            sum(range(20_000))
            await asyncio.sleep(0)

    busy = asyncio.create_task(work())
    found = []
    for _ in range(times):
        start = time.perf_counter()
        await commit()
        found.append((time.perf_counter() - start) * 1e3)
    busy.cancel()
    return median(found)


async def busy_ms(path: Path) -> float:
    """Make 30 steps durable beside a busy loop."""
    store = SqliteStore(path)
    found = await beside_busy_ms(lambda: asyncio.gather(*(store.write(batch()) for _ in range(30))))
    store.close()
    return found


async def pages(store: SqliteStore, most: int) -> list[dict[str, Any]]:
    """Read the first page and the total as the history grows tenfold."""
    found, there = [], 0
    for size in (each for each in (1_000, 10_000, 100_000, 1_000_000) if each <= most):
        while there < size:
            await store.write(Batch(orders=tuple(order(str(uuid.uuid4())) for _ in range(1_000))))
            there += 1_000
        await store.orders(CLIENT, True, limit=50, offset=0)  # the first answer counts them all
        found.append({"orders": size, "us": round(await _page_us(store), 1)})
    return found


async def _page_us(store: SqliteStore, times: int = 100) -> float:
    found = []
    for _ in range(times):
        start = time.perf_counter()
        await store.orders(CLIENT, True, limit=50, offset=0)
        found.append((time.perf_counter() - start) * 1e6)
    return median(found)


def _us(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1e6


async def _measure(folder: Path) -> dict[str, float]:
    floor, store = fsync_us(folder), SqliteStore(folder / "load.sqlite3")
    event_alone, step_alone = await alone_us(store, event), await alone_us(store, batch)
    before = store.batches, store.commits
    event_loaded, step_loaded = await loaded_us(store, event), await loaded_us(store, batch)
    grouped = (store.batches - before[0]) / (store.commits - before[1])
    store.close()
    return {
        "fsync_us": floor,
        "event_alone_us": event_alone,
        "event_alone_to_fsync": event_alone / floor,
        "event_at_100_in_flight_us": event_loaded,
        "step_alone_us": step_alone,
        "step_alone_to_fsync": step_alone / floor,
        "step_at_100_in_flight_us": step_loaded,
        "row_of_step_at_100_in_flight_us": step_loaded / ROWS,
        "batches_a_commit": grouped,
    }


async def _history(folder: Path, most: int) -> list[dict[str, Any]]:
    store = SqliteStore(folder / "history.sqlite3")
    try:
        return await pages(store, most)
    finally:
        store.close()


def main() -> None:
    """Measure everything and print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=100_000, help="how far the history grows")
    parser.add_argument("--folder", type=Path, default=None, help="where to write: the disk that is measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        found: dict[str, Any] = asyncio.run(_measure(folder))
        found["30_steps_beside_busy_loop_ms"] = asyncio.run(busy_ms(folder / "post.sqlite3"))
        found = {key: round(value, 2) for key, value in found.items()}
        found["first_page_of"] = asyncio.run(_history(folder, options.orders))
    print(json.dumps({"suite": "journal", **found}))


if __name__ == "__main__":
    main()
