"""How rows meet those that are there: one INSERT a table, written from the table's own columns.

Used by `leaf.py`, `writer.py` and `sqlite.py`. What must stay true: a row that comes again updates only what may
change, a fill that comes again changes nothing, and an event that comes again is a fault that stops the journal.
Source: https://www.sqlite.org/lang_upsert.html (PostgreSQL has the same words), read 2026-11-21.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Table

from venuekit_engine.store import schema
from venuekit_engine.store.rows import EventRow, FillRow, GraphRow, OrderRow, PositionRow
from venuekit_engine.store.store import CredentialRow, KeyRow


class Sink(NamedTuple):
    """Where rows of one kind go. No `key`: a second one is a fault; a key and no `update`: the first one stays."""

    table: Table
    row: type[msgspec.Struct]
    key: tuple[str, ...] = ()
    update: tuple[str, ...] = ()

    def insert(self) -> str:
        """Write the statement that takes one row as its values."""
        fields = self.row.__struct_fields__
        marks = ", ".join("?" * len(fields))
        return f"INSERT INTO {self.table.name} ({', '.join(fields)}) VALUES ({marks}){self._conflict()}"

    def _conflict(self) -> str:
        if not self.key:
            return ""
        changes = ", ".join(f"{name} = excluded.{name}" for name in self.update)
        return f" ON CONFLICT ({', '.join(self.key)}) DO " + (f"UPDATE SET {changes}" if changes else "NOTHING")


EVENTS: Final = Sink(schema.EVENTS, EventRow)
GRAPHS: Final = Sink(schema.GRAPHS, GraphRow, ("graph_id",), ("state", "live", "updated_ns"))
ORDERS: Final = Sink(
    schema.ORDERS,
    OrderRow,
    ("node_order_id",),
    ("qty_1e8", "filled_qty_1e8", "avg_px_1e9", "status", "constraints", "reason", "updated_ns"),
)
FILLS: Final = Sink(schema.FILLS, FillRow, ("fill_id",))
POSITIONS: Final = Sink(
    schema.POSITIONS,
    PositionRow,
    ("client_id", "sandbox", "venue", "kind", "asset"),
    ("qty_1e8", "entry_usd_1e9", "realized_usd_1e9", "fees_usd_1e9", "updated_ns"),
)
KEYS: Final = Sink(schema.API_KEYS, KeyRow, ("key_id",), ("label", "last_used_ns", "revoked_ns"))
CREDENTIALS: Final = Sink(schema.CREDENTIALS, CredentialRow, ("client_id", "venue"), ("sealed", "updated_ns"))

INSERTS: Final = tuple(sink.insert() for sink in (EVENTS, GRAPHS, ORDERS, FILLS, POSITIONS))  # in a group's order
