"""The tables of the store, and how a row that comes again meets the one that is there.

Used by the migrations' test, the writer's inbox and the reader. Each table has the fields of its row in `rows.py` or
`store.py` under the same names, so a row is a tuple either way. `no` counts insertions: "newest first" is `no`
descending, which has no ties and stays put while rows are updated.

Invariant: types are portable (PostgreSQL by URL later). Integers are 64 bits, which bounds a quantity at 9.2 × 10¹⁰
units and money at 9.2 × 10⁹ dollars.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from venuekit_engine.store.rows import EventRow, FillRow, GraphRow, OrderRow, PositionRow
from venuekit_engine.store.store import CredentialRow, KeyRow

HEAD: Final = "r0001"  # the newest migration; a test compares it with Alembic's own answer
BIGGEST: Final = 2**63 - 1

METADATA: Final = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s", "ix": "ix_%(column_0_label)s"}
)


def _no() -> Column[int]:
    # SQLite counts rows by itself only where the column's type is spelled INTEGER.
    return Column("no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _columns(row: type[msgspec.Struct], key: tuple[str, ...] = ()) -> list[Column[Any]]:
    # `int | None` becomes a nullable BIGINT; every other field must have a value.
    types: dict[Any, Any] = {str: Text, int: BigInteger, bool: Boolean, bytes: LargeBinary, int | None: BigInteger}
    return [
        Column(field.name, types[field.type], primary_key=field.name in key, nullable=field.type == int | None)
        for field in msgspec.structs.fields(row)
    ]


GRAPHS: Final = Table("graphs", METADATA, _no(), *_columns(GraphRow), UniqueConstraint("graph_id"))
EVENTS: Final = Table("events", METADATA, _no(), *_columns(EventRow), UniqueConstraint("graph_id", "seq"))
ORDERS: Final = Table("orders", METADATA, _no(), *_columns(OrderRow), UniqueConstraint("node_order_id"))
FILLS: Final = Table("fills", METADATA, _no(), *_columns(FillRow), UniqueConstraint("fill_id"))
POSITIONS: Final = Table(
    "positions",
    METADATA,
    *_columns(PositionRow, ("client_id", "sandbox", "venue", "kind", "asset")),
    sqlite_with_rowid=False,
)
API_KEYS: Final = Table("api_keys", METADATA, *_columns(KeyRow, ("key_id",)), UniqueConstraint("key_hash"))
CREDENTIALS: Final = Table("credentials", METADATA, *_columns(CredentialRow, ("client_id", "venue")))

# A restart asks for live graphs only, which are few among all that ever were. The words are those of the query:
# SQLite takes a partial index only where it sees the same ones.
Index("ix_graphs_live", GRAPHS.c.no, sqlite_where=text("live = 1"), postgresql_where=text("live"))
for _table in (ORDERS, FILLS):
    Index(f"ix_{_table.name}_client", _table.c.client_id, _table.c.sandbox, _table.c.no)
    Index(f"ix_{_table.name}_symbol", _table.c.client_id, _table.c.sandbox, _table.c.symbol, _table.c.no)
