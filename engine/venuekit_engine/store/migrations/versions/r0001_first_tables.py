"""First tables: graphs and their events, orders, fills, positions, API keys, credentials.

Written out, not taken from `schema.py`, because a migration says what was true on its day.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None

_NUMBER = sa.BigInteger()


def upgrade() -> None:
    """Make every table."""
    _journal()
    _orders()
    _fills()
    _positions()
    _identity()


def downgrade() -> None:
    """Refuse: going back would lose the journal."""
    raise NotImplementedError("the first schema has none before it")


def _column(name: str, kind: sa.types.TypeEngine[Any], *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def _columns(kind: sa.types.TypeEngine[Any], names: str) -> list[sa.Column[Any]]:
    return [_column(name, kind) for name in names.split()]


def _no() -> sa.Column[int]:
    return sa.Column("no", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


def _journal() -> None:
    op.create_table(
        "graphs",
        _no(),
        *_columns(sa.Text(), "graph_id client_id"),
        _column("sandbox", sa.Boolean()),
        *_columns(sa.Text(), "digest state"),
        _column("live", sa.Boolean()),
        *_columns(_NUMBER, "created_ns updated_ns"),
        sa.UniqueConstraint("graph_id", name="uq_graphs"),
    )
    op.create_index(
        "ix_graphs_live", "graphs", ["no"], sqlite_where=sa.text("live = 1"), postgresql_where=sa.text("live")
    )
    op.create_table(
        "events",
        _no(),
        _column("graph_id", sa.Text()),
        *_columns(_NUMBER, "seq ts_ns"),
        _column("body", sa.LargeBinary()),
        sa.UniqueConstraint("graph_id", "seq", name="uq_events"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        _no(),
        *_columns(sa.Text(), "node_order_id graph_id client_id"),
        _column("sandbox", sa.Boolean()),
        *_columns(sa.Text(), "side symbol"),
        *_columns(_NUMBER, "qty_1e8 filled_qty_1e8 avg_px_1e9"),
        *_columns(sa.Text(), "status constraints reason"),
        *_columns(_NUMBER, "created_ns updated_ns"),
        sa.UniqueConstraint("node_order_id", name="uq_orders"),
    )
    _page_indexes("orders")


def _fills() -> None:
    op.create_table(
        "fills",
        _no(),
        *_columns(sa.Text(), "fill_id node_order_id client_id"),
        _column("sandbox", sa.Boolean()),
        *_columns(sa.Text(), "symbol side"),
        *_columns(_NUMBER, "qty_1e8 px_1e9"),
        _column("venue", sa.Text()),
        _column("fee_1e9", _NUMBER),
        _column("fee_asset", sa.Text()),
        _column("fee_usd_1e9", _NUMBER),
        _column("liquidity", sa.Text()),
        _column("ts_ns", _NUMBER),
        sa.UniqueConstraint("fill_id", name="uq_fills"),
    )
    _page_indexes("fills")


def _page_indexes(table: str) -> None:
    op.create_index(f"ix_{table}_client", table, ["client_id", "sandbox", "no"])
    op.create_index(f"ix_{table}_symbol", table, ["client_id", "sandbox", "symbol", "no"])


def _positions() -> None:
    op.create_table(
        "positions",
        _column("client_id", sa.Text()),
        _column("sandbox", sa.Boolean()),
        *_columns(sa.Text(), "venue kind asset"),
        *_columns(_NUMBER, "qty_1e8 entry_usd_1e9 realized_usd_1e9 fees_usd_1e9 updated_ns"),
        sa.PrimaryKeyConstraint("client_id", "sandbox", "venue", "kind", "asset", name="pk_positions"),
        sqlite_with_rowid=False,
    )


def _identity() -> None:
    op.create_table(
        "api_keys",
        *_columns(sa.Text(), "key_id client_id label prefix key_hash"),
        *_columns(sa.Boolean(), "sandbox admin"),
        _column("created_ns", _NUMBER),
        _column("last_used_ns", _NUMBER, null=True),
        _column("revoked_ns", _NUMBER, null=True),
        sa.PrimaryKeyConstraint("key_id", name="pk_api_keys"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys"),
    )
    op.create_table(
        "credentials",
        *_columns(sa.Text(), "client_id venue"),
        _column("sealed", sa.LargeBinary()),
        _column("updated_ns", _NUMBER),
        sa.PrimaryKeyConstraint("client_id", "venue", name="pk_credentials"),
    )
