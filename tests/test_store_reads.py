"""Reading: pages newest first, totals that stay true, walls between clients, and indexes under all of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from venuekit_engine.store.rows import Batch, EventRow, FillRow, GraphRow, OrderRow
from venuekit_engine.store.sqlite import SqliteStore
from venuekit_engine.store.store import CredentialRow


def order(name: str, client: str = "alice", symbol: str = "BTC-USD", *, sandbox: bool = True) -> OrderRow:
    return OrderRow(name, "g", client, sandbox, "buy", symbol, 1, 0, 0, "ACTIVE", "{}", "", 1, 1)


def fill(name: str, client: str = "alice", symbol: str = "BTC-USD") -> FillRow:
    return FillRow(name, "o", client, True, symbol, "buy", 5, 10, "acme", 1, "USD", 1, "taker", 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path)
    yield opened
    opened.close()


async def page(store: SqliteStore, limit: int, offset: int, symbol: str | None = None) -> tuple[list[str], int]:
    rows, total = await store.orders("alice", True, limit=limit, offset=offset, symbol=symbol)
    return [row.node_order_id for row in rows], total


async def test_pages_are_newest_first_and_cover_every_order_once(store: SqliteStore) -> None:
    await store.write(Batch(orders=tuple(order(f"o{at}") for at in range(25))))
    pages = [await page(store, 10, offset) for offset in (0, 10, 20, 30)]
    assert [name for names, _ in pages for name in names] == [f"o{at}" for at in reversed(range(25))]
    assert [total for _, total in pages] == [25] * 4


async def test_totals_follow_what_is_written_between_reads(store: SqliteStore) -> None:
    for at in range(6):
        symbol = "ETH-USD" if at % 2 else "BTC-USD"
        await store.write(Batch(orders=(order(f"o{at}", symbol=symbol),), fills=(fill(f"f{at}", symbol=symbol),)))
        await store.write(Batch(orders=(order("o0"),)))  # written again, it is no further order
        assert (await page(store, 1, 0))[1] == at + 1
        assert (await page(store, 1, 0, "ETH-USD"))[1] == (at + 1) // 2
        assert (await store.fills("alice", True, limit=1, offset=0, symbol="BTC-USD"))[1] == at // 2 + 1
    assert await page(store, 1, 0, "DOGE-USD") == ([], 0)


async def test_nobody_sees_orders_of_others_or_across_the_paper_wall(store: SqliteStore) -> None:
    await store.write(Batch(orders=(order("a"), order("b", "bob"), order("live", sandbox=False)), fills=(fill("f"),)))
    assert await page(store, 9, 0) == (["a"], 1)
    assert (await store.fills("bob", True, limit=9, offset=0)) == ([], 0)
    assert await store.order("alice", "b") is None
    assert await store.order("alice", "live") == order("live", sandbox=False)


async def test_live_graphs_come_oldest_first_and_without_those_that_are_over(store: SqliteStore) -> None:
    graphs = [GraphRow(f"g{at}", "alice", True, "d", "active", at % 3 != 0, 1, 1) for at in range(9)]
    for each in graphs:
        await store.write(Batch(graph=each))
    assert store.live_graphs() == [each for each in graphs if each.live]
    assert await store.graph("g3") == graphs[3]
    assert await store.graph("nowhere") is None


async def test_credentials_are_overwritten_and_dropped(store: SqliteStore) -> None:
    await store.put_credential(CredentialRow("alice", "acme", b"\x00\xff1", 1))
    await store.put_credential(CredentialRow("alice", "acme", b"\x00\xff2", 2))
    await store.put_credential(CredentialRow("bob", "acme", b"3", 3))
    assert CredentialRow("alice", "acme", b"\x00\xff2", 2) in store.credentials()
    await store.drop_credential("alice", "acme")
    assert store.credentials() == [CredentialRow("bob", "acme", b"3", 3)]


async def test_reads_may_run_while_the_journal_writes(store: SqliteStore) -> None:
    async def write() -> None:
        for seq in range(1, 200):
            await store.write(Batch((EventRow("g", seq, 1, b"{}"),), orders=(order(f"o{seq}"),)))

    async def read() -> None:
        total = 0
        while total < 199:
            names, now = await page(store, 5, 0)
            assert now >= total
            assert names == [f"o{at}" for at in range(now, max(now - 5, 0), -1)]
            total = now

    await asyncio.gather(write(), read())


async def test_every_page_and_total_is_served_by_an_index(store: SqliteStore, path: Path) -> None:
    said: list[tuple[str, Any]] = []

    def listen(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        said.append((statement, values))

    await store.write(Batch((EventRow("g", 1, 1, b"{}"),), None, (order("a"),), (fill("f"),)))
    event.listen(Engine, "before_cursor_execute", listen)
    try:
        for symbol in (None, "BTC-USD"):
            await store.orders("alice", True, limit=9, offset=0, symbol=symbol)
            await store.fills("alice", True, limit=9, offset=0, symbol=symbol)
        await store.order("alice", "a")
        await store.graph("g")
        await store.events("g")
        store.live_graphs()
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    queries = [(text, values) for text, values in said if text.startswith("SELECT")]
    assert len(queries) == 12
    with closing(sqlite3.connect(path)) as connection:
        for text, values in queries:
            plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values))
            assert "INDEX" in plan, text
            assert "TEMP B-TREE" not in plan, f"{plan}: {text}"
