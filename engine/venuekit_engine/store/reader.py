"""Reads of what is durable, on connections of their own that cannot write.

Used by `sqlite.py` only; synchronous, so it runs in a thread. What must stay true: a page and its total are of one
moment, and a page costs the same with ten orders and with a million (two indexes a table, and a tally).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, Select, Table, create_engine, event, select

from venuekit_engine.store import schema
from venuekit_engine.store.rows import EventRow, FillRow, GraphRow, OrderRow, PositionRow
from venuekit_engine.store.store import CredentialRow, KeyRow
from venuekit_engine.store.tally import Tally

Row = TypeVar("Row", bound=msgspec.Struct)


class Reader:
    """Answers with rows as values."""

    def __init__(self, path: Path) -> None:
        self._engine = _engine(path)
        self._tally = Tally()

    def close(self) -> None:
        """Give up the connections."""
        self._engine.dispose()

    def graph(self, graph_id: str) -> GraphRow | None:
        """Fetch one graph."""
        table = schema.GRAPHS
        found = self._all(GraphRow, _select(table, GraphRow).where(table.c.graph_id == graph_id))
        return found[0] if found else None

    def live_graphs(self) -> list[GraphRow]:
        """List the graphs that are not over, oldest first."""
        table = schema.GRAPHS
        return self._all(GraphRow, _select(table, GraphRow).where(table.c.live).order_by(table.c.no))

    def events(self, graph_id: str) -> list[EventRow]:
        """List a graph's events, in their order."""
        table = schema.EVENTS
        return self._all(EventRow, _select(table, EventRow).where(table.c.graph_id == graph_id).order_by(table.c.seq))

    def order(self, client_id: str, node_order_id: str) -> OrderRow | None:
        """Fetch one order of one client."""
        table = schema.ORDERS
        query = _select(table, OrderRow).where(table.c.node_order_id == node_order_id, table.c.client_id == client_id)
        found = self._all(OrderRow, query)
        return found[0] if found else None

    def orders(
        self, client_id: str, sandbox: bool, symbol: str | None, limit: int, offset: int
    ) -> tuple[list[OrderRow], int]:
        """List orders, newest first, and how many there are."""
        return self._page(schema.ORDERS, OrderRow, client_id, sandbox, symbol, limit, offset)

    def fills(
        self, client_id: str, sandbox: bool, symbol: str | None, limit: int, offset: int
    ) -> tuple[list[FillRow], int]:
        """List fills, newest first, and how many there are."""
        return self._page(schema.FILLS, FillRow, client_id, sandbox, symbol, limit, offset)

    def positions(self) -> list[PositionRow]:
        """List every holding."""
        return self._all(PositionRow, _select(schema.POSITIONS, PositionRow))

    def keys(self) -> list[KeyRow]:
        """List every API key, oldest first."""
        table = schema.API_KEYS
        return self._all(KeyRow, _select(table, KeyRow).order_by(table.c.created_ns, table.c.key_id))

    def credentials(self) -> list[CredentialRow]:
        """List every sealed credential."""
        return self._all(CredentialRow, _select(schema.CREDENTIALS, CredentialRow))

    def _page(
        self, table: Table, row: type[Row], client_id: str, sandbox: bool, symbol: str | None, limit: int, offset: int
    ) -> tuple[list[Row], int]:
        query = _owned(table, row, client_id, sandbox, symbol).order_by(table.c.no.desc()).limit(limit).offset(offset)
        with self._engine.connect() as connection:
            total = self._tally.count(connection, table, client_id, sandbox, symbol)
            return _fetch(connection, row, query) if offset < total else [], total

    def _all(self, row: type[Row], query: Select[Any]) -> list[Row]:
        with self._engine.connect() as connection:
            return _fetch(connection, row, query)


def _select(table: Table, row: type[msgspec.Struct]) -> Select[Any]:
    return select(*(table.c[name] for name in row.__struct_fields__))


def _owned(table: Table, row: type[msgspec.Struct], client_id: str, sandbox: bool, symbol: str | None) -> Select[Any]:
    query = _select(table, row).where(table.c.client_id == client_id, table.c.sandbox == sandbox)
    return query if symbol is None else query.where(table.c.symbol == symbol)


def _fetch(connection: Connection, row: type[Row], query: Select[Any]) -> list[Row]:
    return [row(*values) for values in connection.execute(query)]


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite+pysqlite:///{path}")
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    # The driver's own idea of transactions would leave reads outside of one; we say BEGIN ourselves.
    # Source: https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable, read 2026-11-21.
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
