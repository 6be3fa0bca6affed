"""The journal and the store on SQLite: one thread writes, two read.

Made by the composition root; everyone else sees the protocols in `store.py`. What must stay true: reads see everything
that `settled` waited for, and `close` loses nothing that was queued.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import msgspec

from venuekit_engine.store import sink
from venuekit_engine.store.migrate import migrate
from venuekit_engine.store.reader import Reader
from venuekit_engine.store.rows import Batch, EventRow, FillRow, GraphRow, OrderRow, PositionRow
from venuekit_engine.store.store import CredentialRow, KeyRow
from venuekit_engine.store.writer import Durability, Writer

P = ParamSpec("P")
T = TypeVar("T")

_PUT_KEY: Final = sink.KEYS.insert()
_PUT_CREDENTIAL: Final = sink.CREDENTIALS.insert()
_DROP_CREDENTIAL: Final = "DELETE FROM credentials WHERE client_id = ? AND venue = ?"
READERS: Final = 2  # threads: one slow page does not hold up the others


class SqliteStore:
    """Implements `Journal` and `Store`. Opening migrates. Raises: StoreError, SchemaTooNew."""

    def __init__(self, path: Path, durability: Durability = Durability.FULL) -> None:
        migrate(path)
        self._writer, self._reader = Writer(path, durability), Reader(path)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="venuekit-read")

    @property
    def broken(self) -> str | None:
        """Why nothing more is taken, or None while all is well."""
        return self._writer.broken

    @property
    def commits(self) -> int:
        """How many transactions made batches durable."""
        return self._writer.commits

    @property
    def batches(self) -> int:
        """How many batches were taken."""
        return self._writer.batches

    def write(self, batch: Batch) -> asyncio.Future[None]:
        """Queue a batch; the future is done when it would survive a power cut.

        The future fails with: JournalBroken once a commit failed or after `close`; Unstorable for a value that does
        not fit, of which nothing is kept.
        """
        return self._writer.write(batch)

    async def settled(self) -> None:
        """Wait until everything written so far is durable and readable. Raises: JournalBroken."""
        await self._writer.write(Batch())  # it has no rows, so it only takes its turn

    def close(self) -> None:
        """Make everything that is queued durable, then give up threads and files."""
        self._writer.close()
        self._threads.shutdown()
        self._reader.close()

    async def graph(self, graph_id: str) -> GraphRow | None:
        """Fetch one graph, whose ever it is."""
        return await self._read(self._reader.graph, graph_id)

    async def events(self, graph_id: str) -> Sequence[EventRow]:
        """List a graph's events, in their order."""
        return await self._read(self._reader.events, graph_id)

    async def orders(
        self, client_id: str, sandbox: bool, *, limit: int, offset: int, symbol: str | None = None
    ) -> tuple[Sequence[OrderRow], int]:
        """List orders, newest first, and how many there are in all."""
        return await self._read(self._reader.orders, client_id, sandbox, symbol, limit, offset)

    async def order(self, client_id: str, node_order_id: str) -> OrderRow | None:
        """Fetch one order of one client, on either side of the paper wall."""
        return await self._read(self._reader.order, client_id, node_order_id)

    async def fills(
        self, client_id: str, sandbox: bool, *, limit: int, offset: int, symbol: str | None = None
    ) -> tuple[Sequence[FillRow], int]:
        """List fills, newest first, and how many there are in all."""
        return await self._read(self._reader.fills, client_id, sandbox, symbol, limit, offset)

    def live_graphs(self) -> Sequence[GraphRow]:
        """List every graph that is not over, oldest first."""
        return self._reader.live_graphs()

    def live_events(self, graph_id: str) -> Sequence[EventRow]:
        """List a graph's events, in their order."""
        return self._reader.events(graph_id)

    def positions(self) -> Sequence[PositionRow]:
        """List every holding."""
        return self._reader.positions()

    def keys(self) -> Sequence[KeyRow]:
        """List every API key, oldest first."""
        return self._reader.keys()

    async def put_key(self, row: KeyRow) -> None:
        """Store an API key, or overwrite it. Raises: StoreError."""
        await self._writer.execute(_PUT_KEY, msgspec.structs.astuple(row))

    def credentials(self) -> Sequence[CredentialRow]:
        """List every sealed credential."""
        return self._reader.credentials()

    async def put_credential(self, row: CredentialRow) -> None:
        """Store keys to a venue, or overwrite them. Raises: StoreError."""
        await self._writer.execute(_PUT_CREDENTIAL, msgspec.structs.astuple(row))

    async def drop_credential(self, client_id: str, venue: str) -> None:
        """Forget keys to a venue. Raises: StoreError."""
        await self._writer.execute(_DROP_CREDENTIAL, (client_id, venue))

    async def _read(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: read(*args, **kwargs))
