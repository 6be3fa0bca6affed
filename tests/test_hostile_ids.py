"""One graph id at many places at once: it trades once, and nothing breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.parts.market import HandMarket
from venuekit_engine.answer import Submission
from venuekit_engine.caller import Caller
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.refusal import Conflict
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.store.rows import GraphRow
from venuekit_engine.store.sqlite import SqliteStore
from venuekit_engine.trade.door import TradeDoor
from venuekit_engine.trade.turn import Turns

ORDER: dict[str, Any] = {"symbol": "BTC-USD", "side": "buy", "qty": "0.1", "graph_id": "mine"}
LIVE, PAPER = Caller("client_1", "key_1", False), Caller("client_1", "key_2", True)


class SlowStore(SqliteStore):
    """Tells what it read only when it is let, so that what it tells is old by then."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.slow: list[asyncio.Event] = []

    async def graph(self, graph_id: str) -> GraphRow | None:
        """Read now, answer later, where there is a wait left."""
        found = await super().graph(graph_id)
        if self.slow:
            await self.slow.pop(0).wait()
        return found


class Counter:
    """A trading door on a real store and one paper desk."""

    def __init__(self, path: Path) -> None:
        market = HandMarket()
        market.put([("99", "50")], [("100", "50")])
        now = market.clock.now
        self.store, self.ledger = SlowStore(path / "store.sqlite3"), Ledger(market.hub, play=True)
        self.graphs = Graphs(market.hub, self.ledger, self.store, now)
        desk = PaperDesk("alpha", market.hub, now, lambda *_: None, lambda *_: lambda: None)
        runtime = Runtime(market.hub, Desks(lambda _: desk, None), self.ledger, self.graphs, now)
        self.door = TradeDoor(
            runtime, self.ledger, market.hub, self.store, self.store, now=now, mint=lambda: "", paper_cash=list
        )

    async def fills(self, caller: Caller = LIVE) -> int:
        """Count fills once everything has ended."""
        while len(self.graphs):
            await self.store.settled()
        return (await self.door.fills(caller, limit=1, offset=0, symbol=None)).total


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    made = Counter(tmp_path)
    yield made
    made.store.close()


async def test_an_id_whose_graph_came_and_ended_while_the_store_was_read_trades_once(counter: Counter) -> None:
    wait = asyncio.Event()
    counter.store.slow.append(wait)
    first = asyncio.create_task(counter.door.submit(LIVE, ORDER))
    while counter.store.slow:
        await counter.store.settled()
    second = asyncio.create_task(counter.door.submit(LIVE, ORDER))
    for _ in range(10):  # long enough for the second to trade and be forgotten, were it let
        await counter.store.settled()
    wait.set()
    assert await first == await second
    assert await counter.fills() == 1
    assert counter.store.broken is None


async def test_fifty_at_once_trade_once_and_others_with_their_id_are_told(counter: Counter) -> None:
    other = ORDER | {"qty": "0.2"}
    asked = [counter.door.submit(LIVE, other if n % 5 == 4 else ORDER) for n in range(50)]
    answers = await asyncio.gather(*asked, counter.door.submit(PAPER, ORDER), return_exceptions=True)
    assert [type(each) for each in answers[:5]] == [Submission] * 4 + [Conflict]
    assert sum(isinstance(each, Submission) for each in answers) == 41
    assert await counter.fills() == 1


async def test_a_refused_order_leaves_its_id_free(counter: Counter) -> None:
    with pytest.raises(Exception, match="cannot be admitted"):
        await counter.door.submit(LIVE, ORDER | {"qty": "0.00001"})
    assert (await counter.door.submit(LIVE, ORDER)).graph_id == "mine"
    assert await counter.fills() == 1


async def test_turns_are_forgotten_when_nobody_waits() -> None:
    turns, order = Turns(), []

    async def take(name: str, number: int) -> None:
        async with turns.of(name):
            order.append(number)
            raise LookupError(name)

    await asyncio.gather(*(take("a", number) for number in range(5)), return_exceptions=True)
    assert (order, len(turns)) == ([0, 1, 2, 3, 4], 0)
