"""The seams to what survives: `Journal` for writing, `Store` for reading. SQLite implements both here."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Sequence
from typing import Protocol

import msgspec

from venuekit_engine.store.rows import Batch, EventRow, FillRow, GraphRow, OrderRow, PositionRow


class KeyRow(msgspec.Struct, frozen=True):
    """One API key; only its hash is kept."""

    key_id: str
    client_id: str
    label: str
    prefix: str
    key_hash: str
    sandbox: bool
    admin: bool
    created_ns: int
    last_used_ns: int | None = None
    revoked_ns: int | None = None


class CredentialRow(msgspec.Struct, frozen=True):
    """Keys to one venue, sealed."""

    client_id: str
    venue: str
    sealed: bytes
    updated_ns: int


class Journal(Protocol):
    """Makes batches durable, in the order they were written, many in one commit."""

    def write(self, batch: Batch) -> Future[None]:
        """Queue a batch; the future is done when it would survive a power cut. Call from the event loop only."""
        ...

    async def settled(self) -> None:
        """Wait until everything written so far is durable and readable."""
        ...


class Store(Protocol):
    """Reads what is durable. Every read sees what `settled` waited for."""

    async def graph(self, graph_id: str) -> GraphRow | None:
        """Give one graph, whose ever it is: ids are unique in the whole store."""
        ...

    async def events(self, graph_id: str) -> Sequence[EventRow]: ...

    async def orders(
        self,
        client_id: str,
        sandbox: bool,
        *,
        limit: int,
        offset: int,
        symbol: str | None = None,
    ) -> tuple[Sequence[OrderRow], int]:
        """List orders, newest first, and how many there are in all."""
        ...

    async def order(self, client_id: str, node_order_id: str) -> OrderRow | None:
        """Give one order of a client, on either side of the paper wall."""
        ...

    async def fills(
        self, client_id: str, sandbox: bool, *, limit: int, offset: int, symbol: str | None = None
    ) -> tuple[Sequence[FillRow], int]:
        """List fills, newest first, and how many there are in all."""
        ...

    def live_graphs(self) -> Sequence[GraphRow]:
        """List every graph that is not over; for a restart, before the loop runs."""
        ...

    def live_events(self, graph_id: str) -> Sequence[EventRow]:
        """List a graph's events, for a restart."""
        ...

    def positions(self) -> Sequence[PositionRow]:
        """List every holding, for a restart."""
        ...

    def keys(self) -> Sequence[KeyRow]: ...

    async def put_key(self, row: KeyRow) -> None: ...

    def credentials(self) -> Sequence[CredentialRow]: ...

    async def put_credential(self, row: CredentialRow) -> None: ...

    async def drop_credential(self, client_id: str, venue: str) -> None: ...
