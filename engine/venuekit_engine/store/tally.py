"""How many rows a client has, without counting them all again.

Used by `reader.py` only. Rows are never deleted and never change owner, so what was counted up to one `no` stays true:
each answer counts only what came since, on an index. The first answer after a start counts everything once.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select

Scope = tuple[str, str, bool, str | None]  # table, client, sandbox, symbol


class Tally:
    """Counts rows by client and symbol. Two threads may ask at once: both write the same truth."""

    def __init__(self) -> None:
        self._seen: dict[Scope, tuple[int, int]] = {}

    def count(self, connection: Connection, table: Table, client_id: str, sandbox: bool, symbol: str | None) -> int:
        """Count a client's rows, of one symbol or of all."""
        scope = (table.name, client_id, sandbox, symbol)
        last, total = self._seen.get(scope, (0, 0))
        query = select(func.count(), func.max(table.c.no)).where(
            table.c.client_id == client_id, table.c.sandbox == sandbox, table.c.no > last
        )
        if symbol is not None:
            query = query.where(table.c.symbol == symbol)
        more, newest = connection.execute(query).one()
        if more:  # a name that nobody traded is not worth remembering
            self._seen[scope] = (newest, total + more)
        return int(total + more)
