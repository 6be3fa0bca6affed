"""The one thread that writes, with group commit: all that queued while the last commit ran goes into the next.

Used by `sqlite.py` only. What must stay true: batches become durable in the order they were written, each whole or not
at all; a future is done only after its commit; after a commit that failed nothing more is taken, because a later batch
without an earlier one would be a lie.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection
from contextlib import suppress
from enum import Enum
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, NamedTuple, TypeAlias

from venuekit_engine.store.fault import JournalBroken, StoreError, Unstorable
from venuekit_engine.store.leaf import Group, Leaf, Values, prepare
from venuekit_engine.store.rows import Batch
from venuekit_engine.store.sink import INSERTS

Promise: TypeAlias = "asyncio.Future[None]"

GROUP_MOST: Final = 4_096  # batches in a commit, so that none of them lasts for long
CACHE: Final = -65_536  # pages of the writer's cache, in KiB: the tops of all indexes stay in memory
CHECKPOINT: Final = (
    4_000  # pages of log before they move to the database: 16 MB, so that few commits have to wait for it
)
BUSY_S: Final = 5.0  # how long another process may hold the database


class Durability(Enum):
    """What a kept promise survives: `full` a power cut, `normal` only the end of the process."""

    FULL = "full"
    NORMAL = "normal"


class _Entry(NamedTuple):
    leaf: Leaf
    promise: Promise


class _Command(NamedTuple):
    sql: str
    values: Values
    promise: Promise


_Item: TypeAlias = "_Entry | _Command | None"  # None ends the thread


class Writer:
    """Takes batches from the event loop. `commits` counts transactions, `batches` what was in them."""

    def __init__(self, path: Path, durability: Durability = Durability.FULL) -> None:
        self.broken: str | None = None
        self.commits = 0
        self.batches = 0
        self._queue: SimpleQueue[_Item] = SimpleQueue()
        self._held: list[_Item] = []
        self._connection = _connect(path, durability)
        self._thread = Thread(target=self._run, name="venuekit-journal", daemon=True)
        self._thread.start()

    def write(self, batch: Batch) -> Promise:
        """Queue a batch; the future is done when it is durable. Fails it with: JournalBroken, Unstorable."""
        promise: Promise = asyncio.get_running_loop().create_future()
        if self.broken is not None:
            promise.set_exception(JournalBroken(self.broken))
            return promise
        try:
            self._queue.put(_Entry(prepare(batch), promise))
        except Unstorable as error:
            promise.set_exception(error)
        return promise

    def execute(self, sql: str, values: Values) -> Promise:
        """Queue one statement that stands alone; its failure is its own and breaks nothing."""
        promise: Promise = asyncio.get_running_loop().create_future()
        if self.broken is not None:
            promise.set_exception(JournalBroken(self.broken))
        else:
            self._queue.put(_Command(sql, values, promise))
        return promise

    def close(self) -> None:
        """Make everything that is queued durable, then end the thread."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self.broken = self.broken or "the journal is closed"

    def _run(self) -> None:
        while (item := self._take()) is not None:
            if isinstance(item, _Command):
                self._execute(item)
            else:
                self._commit(*self._gather(item))
        self._connection.close()

    def _take(self) -> _Item:
        return self._held.pop() if self._held else self._queue.get()

    def _gather(self, first: _Entry) -> tuple[Group, list[Promise]]:
        group, promises = Group(), [first.promise]
        group.add(first.leaf)
        while len(promises) < GROUP_MOST:
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
            if not isinstance(item, _Entry):
                self._held.append(item)  # what is no batch waits for those before it
                break
            group.add(item.leaf)
            promises.append(item.promise)
        return group, promises

    def _commit(self, group: Group, promises: list[Promise]) -> None:
        if self.broken is None:
            try:
                self._post([(sql, rows) for sql, rows in zip(INSERTS, group.tables(), strict=True) if rows])
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                self.broken = f"a commit failed, nothing more is taken: {type(error).__name__}: {error}"
        self.batches += len(promises)
        _settle(promises, None if self.broken is None else JournalBroken(self.broken))

    def _post(self, work: list[tuple[str, Collection[Values]]]) -> None:
        if not work:
            return
        with self._connection:  # commits, or rolls back what failed
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, rows in work:
                self._connection.executemany(sql, rows)
        self.commits += 1

    def _execute(self, command: _Command) -> None:
        error: StoreError | None = None
        try:
            self._connection.execute(command.sql, command.values)
        except Exception as fault:  # noqa: BLE001 - as above
            error = StoreError(f"a row was not stored: {type(fault).__name__}: {fault}")
        _settle([command.promise], error)


def _connect(path: Path, durability: Durability) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    for setting in (
        "journal_mode = WAL",
        f"synchronous = {durability.value}",
        "temp_store = MEMORY",
        f"cache_size = {CACHE}",
        f"wal_autocheckpoint = {CHECKPOINT}",
    ):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _settle(promises: list[Promise], error: StoreError | None) -> None:
    loop = promises[0].get_loop()
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(_resolve, promises, error)


def _resolve(promises: list[Promise], error: StoreError | None) -> None:
    for promise in promises:
        if promise.done():
            continue  # who waited gave up; the rows are durable all the same
        if error is None:
            promise.set_result(None)
        else:
            promise.set_exception(type(error)(*error.args))
