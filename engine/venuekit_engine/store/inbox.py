"""SQLite: one statement that takes a whole group of batches.

Used by `writer.py` only. The `sqlite3` module gives up the interpreter's lock at every step of a statement and waits
for it again after each: beside a busy event loop `executemany` waits once a row. So a group goes in as one JSON array
a table through a temporary view, whose trigger spreads it over the tables: one step, in which the parsing, the writing
and the commit all run beside the loop. `benchmarks/bench_journal.py` measures both ways.

What must stay true: a row that comes again updates only what may change, and a fill that comes again changes nothing.
Sources: https://www.sqlite.org/lang_createtrigger.html (INSTEAD OF), https://www.sqlite.org/json1.html (json_each),
https://www.sqlite.org/lang_upsert.html, all read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Table

from venuekit_engine.store import schema
from venuekit_engine.store.rows import EventRow, FillRow, GraphRow, OrderRow, PositionRow


class Sink(NamedTuple):
    """Where rows of one kind go. No `key`: a second one is a fault; a key and no `update`: the first one stays."""

    table: Table
    row: type[msgspec.Struct]
    key: tuple[str, ...] = ()
    update: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns, in the order of the row's fields."""
        return self.row.__struct_fields__


SINKS: Final = (
    Sink(schema.EVENTS, EventRow),
    Sink(schema.GRAPHS, GraphRow, ("graph_id",), ("state", "live", "updated_ns")),
    Sink(
        schema.ORDERS,
        OrderRow,
        ("node_order_id",),
        ("qty_1e8", "filled_qty_1e8", "avg_px_1e9", "status", "constraints", "reason", "updated_ns"),
    ),
    Sink(schema.FILLS, FillRow, ("fill_id",)),
    Sink(
        schema.POSITIONS,
        PositionRow,
        ("client_id", "sandbox", "venue", "kind", "asset"),
        ("qty_1e8", "entry_usd_1e9", "realized_usd_1e9", "fees_usd_1e9", "updated_ns"),
    ),
)

VIEW: Final = "CREATE TEMP VIEW inbox AS SELECT " + ", ".join(f"NULL AS {sink.table.name}" for sink in SINKS)
POST: Final = f"INSERT INTO inbox VALUES ({', '.join('?' * len(SINKS))})"


def trigger() -> str:
    """Write the trigger that spreads what is posted over the tables."""
    return f"CREATE TEMP TRIGGER spread INSTEAD OF INSERT ON inbox BEGIN {' '.join(map(_insert, SINKS))} END"


def _insert(sink: Sink) -> str:
    # WHERE true: without it the parser takes ON CONFLICT for the ON of a join.
    name, columns = sink.table.name, ", ".join(sink.fields)
    return (
        f"INSERT INTO {name} ({columns}) SELECT {', '.join(_extract(sink))} "
        f"FROM json_each(NEW.{name}) WHERE true{_conflict(sink)};"
    )


def _extract(sink: Sink) -> Iterator[str]:
    for index, field in enumerate(msgspec.structs.fields(sink.row)):
        value = f"json_extract(value, '$[{index}]')"
        yield f"CAST({value} AS BLOB)" if field.type is bytes else value


def _conflict(sink: Sink) -> str:
    if not sink.key:
        return ""
    changes = ", ".join(f"{name} = excluded.{name}" for name in sink.update)
    return f" ON CONFLICT ({', '.join(sink.key)}) DO " + (f"UPDATE SET {changes}" if changes else "NOTHING")
