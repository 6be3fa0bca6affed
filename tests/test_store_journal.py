"""Laws of the journal: what it promised is there, whole and in order, and once it is broken it takes nothing more."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venuekit_engine.store.fault import JournalBroken, StoreError, Unstorable
from venuekit_engine.store.rows import Batch, EventRow, FillRow, GraphRow, OrderRow, PositionRow
from venuekit_engine.store.sqlite import SqliteStore
from venuekit_engine.store.store import KeyRow

ALICE = "client_a"


def event(graph: str, seq: int, body: bytes = b"{}") -> EventRow:
    return EventRow(graph, seq, 7, body)


def order(name: str, *, filled: int = 0, status: str = "ACTIVE", qty: int = 100) -> OrderRow:
    return OrderRow(name, f"g-{name}", ALICE, True, "buy", "BTC-USD", qty, filled, 0, status, "{}", "", 1, 1)


def fill(name: str, qty: int = 5) -> FillRow:
    return FillRow(name, "o", ALICE, True, "BTC-USD", "buy", qty, 10, "acme", 1, "USD", 1, "taker", 3)


def graph(name: str, *, live: bool = True) -> GraphRow:
    return GraphRow(name, ALICE, True, "digest", "active" if live else "completed", live, 1, 1)


def position(qty: int) -> PositionRow:
    return PositionRow(ALICE, True, "acme", "spot", "BTC", qty, 2, 3, 4, 5)


def key(name: str) -> KeyRow:
    return KeyRow(name, ALICE, "", "seq_test_", f"hash of {name}", True, False, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path)
    yield opened
    opened.close()


async def test_what_was_promised_is_there_after_reopening(path: Path) -> None:
    first = SqliteStore(path)
    batch = Batch(
        (event("g", 1, b'{"a": "\\u0000\xc3\xa9"}'),), graph("g"), (order("o"),), (fill("f"),), (position(-1),)
    )
    await first.write(batch)
    first.close()
    second = SqliteStore(path)
    assert second.live_events("g") == list(batch.events)
    assert second.live_graphs() == [batch.graph]
    assert second.positions() == list(batch.positions)
    assert await second.orders(ALICE, True, limit=9, offset=0) == (list(batch.orders), 1)
    assert await second.fills(ALICE, True, limit=9, offset=0) == (list(batch.fills), 1)
    second.close()


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBER = st.integers(-(2**63) + 1, 2**63 - 1)


@settings(max_examples=40, deadline=None)
@given(TEXT, NUMBER, st.binary(max_size=12))
def test_any_text_and_any_64_bit_number_come_back_as_they_went(text: str, number: int, body: bytes) -> None:
    first = EventRow(text, number, -number, body)
    second = OrderRow(text, text, text, True, text, text, number, 0, number, text, text, text, 0, 0)

    async def write_and_read(path: Path) -> None:
        store = SqliteStore(path)
        await store.write(Batch((first,), orders=(second,)))
        assert (await store.events(text), await store.order(text, text)) == ([first], second)
        store.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(write_and_read(Path(folder, "s.sqlite3")))


async def test_events_of_a_graph_keep_their_order(store: SqliteStore) -> None:
    for seq in range(1, 200):
        store.write(Batch((event("g", seq),)))
        store.write(Batch((event("h", seq),)))
    await store.settled()
    assert [row.seq for row in await store.events("g")] == list(range(1, 200))


async def test_batches_that_wait_share_a_commit(store: SqliteStore) -> None:
    await asyncio.gather(*(store.write(Batch((event("g", seq),))) for seq in range(1, 501)))
    assert store.batches == 500
    assert store.commits < 50


async def test_a_later_version_of_an_order_replaces_the_earlier_and_keeps_its_place(store: SqliteStore) -> None:
    store.write(Batch(orders=(order("a"), order("b"))))
    store.write(Batch(orders=(order("a", filled=40, status="PARTIAL"),)))
    await store.settled()
    await store.write(Batch(orders=(order("a", filled=100, status="COMPLETED"),)))
    rows, total = await store.orders(ALICE, True, limit=9, offset=0)
    assert rows == [order("b"), order("a", filled=100, status="COMPLETED")]
    assert total == 2


async def test_a_graph_and_a_holding_stand_as_they_were_last_written(store: SqliteStore) -> None:
    store.write(Batch(graph=graph("g"), positions=(position(1),)))
    store.write(Batch(graph=graph("g", live=False), positions=(position(2),)))
    await store.settled()
    assert store.live_graphs() == []
    assert await store.graph("g") == graph("g", live=False)
    assert store.positions() == [position(2)]


async def test_a_fill_counts_once_however_often_it_arrives(store: SqliteStore) -> None:
    store.write(Batch(fills=(fill("f", 5), fill("f", 6))))
    store.write(Batch(fills=(fill("f", 7),)))
    await store.settled()
    await store.write(Batch(fills=(fill("f", 8), fill("g", 9))))
    assert await store.fills(ALICE, True, limit=9, offset=0) == ([fill("g", 9), fill("f", 5)], 2)


@pytest.mark.parametrize(
    "bad",
    [
        Batch(orders=(order("o", qty=2**63),)),
        Batch(orders=(order("o", qty=2**70),)),
        Batch(orders=(order("o\ud800"),)),
        Batch(events=(event("g\udfff", 1),)),
        Batch(events=(event("g", -(2**63)),)),
    ],
)
async def test_a_value_that_fits_no_column_fails_its_batch_alone(store: SqliteStore, bad: Batch) -> None:
    with pytest.raises(Unstorable):
        await store.write(bad)
    await store.write(Batch((event("h", 1),)))
    assert store.broken is None
    assert (await store.orders(ALICE, True, limit=9, offset=0))[1] == 0


async def test_a_failed_commit_fails_all_of_its_group_and_all_that_follow(store: SqliteStore) -> None:
    await store.write(Batch((event("g", 1),)))
    promises = [store.write(Batch((event("g", seq),))) for seq in (2, 1, 3)]  # the second is a fault of the engine
    results = await asyncio.gather(*promises, return_exceptions=True)
    assert isinstance(results[1], JournalBroken)
    assert isinstance(results[2], JournalBroken)
    assert store.broken is not None
    assert "UNIQUE" in store.broken
    with pytest.raises(JournalBroken, match="UNIQUE"):
        await store.write(Batch((event("h", 1),)))
    with pytest.raises(JournalBroken):
        await store.settled()


async def test_a_broken_journal_holds_all_that_it_promised_and_nothing_else(store: SqliteStore) -> None:
    promises = {seq: store.write(Batch((event("g", seq),), orders=(order(f"o{seq}"),))) for seq in (1, 2, 3)}
    promises[0] = store.write(Batch((event("g", 2),)))
    promises[4] = store.write(Batch((event("g", 4),)))
    await asyncio.gather(*promises.values(), return_exceptions=True)
    kept = [seq for seq in (1, 2, 3, 4) if promises[seq].exception() is None]
    assert [row.seq for row in await store.events("g")] == kept
    assert (await store.orders(ALICE, True, limit=9, offset=0))[1] == len(kept)


async def test_reads_still_answer_when_the_journal_is_broken(store: SqliteStore) -> None:
    await store.write(Batch((event("g", 1),)))
    with pytest.raises(JournalBroken):
        await store.write(Batch((event("g", 1),)))
    assert len(await store.events("g")) == 1


async def test_closing_makes_durable_what_was_queued(path: Path) -> None:
    store = SqliteStore(path)
    promises = [store.write(Batch((event("g", seq),))) for seq in range(1, 101)]
    store.close()
    await asyncio.gather(*promises)
    with pytest.raises(JournalBroken, match="closed"):
        await store.write(Batch((event("g", 101),)))
    again = SqliteStore(path)
    assert len(again.live_events("g")) == 100
    again.close()


async def test_giving_up_waiting_does_not_undo_a_batch(store: SqliteStore) -> None:
    promise = store.write(Batch((event("g", 1),)))
    promise.cancel()
    await store.settled()
    assert len(await store.events("g")) == 1


async def test_a_row_of_its_own_waits_for_the_batches_before_it(store: SqliteStore) -> None:
    for seq in range(1, 50):
        store.write(Batch((event("g", seq),)))
    await store.put_key(key("k"))
    assert len(await store.events("g")) == 49
    assert store.keys() == [key("k")]


async def test_a_row_of_its_own_that_fails_breaks_nothing(store: SqliteStore) -> None:
    await store.put_key(key("k"))
    with pytest.raises(StoreError, match="UNIQUE"):
        await store.put_key(msgspec.structs.replace(key("k"), key_id="other"))  # two keys with one hash
    await store.write(Batch((event("g", 1),)))
    assert store.broken is None
