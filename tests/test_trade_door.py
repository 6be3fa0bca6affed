"""The trading door: one id is one submission, however often it comes; nobody sees what is not theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.parts.desks import ScriptedDesk, fill_of, told
from tests.parts.market import HandMarket
from venuekit.errors import Refused, RejectReason
from venuekit.lifecycle import OrderState
from venuekit.run.clock import settle
from venuekit.units import parse_px, parse_qty
from venuekit_engine.caller import Caller
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.refusal import Conflict, NotFound
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.store.rows import GraphRow
from venuekit_engine.store.sqlite import SqliteStore
from venuekit_engine.store.writer import Durability
from venuekit_engine.trade.door import TradeDoor

ME, OTHER = Caller("client_1", "key_1", sandbox=False), Caller("client_2", "key_2", sandbox=False)
MY_PAPER = Caller("client_1", "key_3", sandbox=True)
LIMIT: dict[str, Any] = {"graph_id": "g", "symbol": "BTC-USD", "side": "buy", "qty": 1, "price": 99.95}


class SlowStore(SqliteStore):
    """Reads a graph's row, and hands it over when it may."""

    slow: asyncio.Event | None = None

    async def graph(self, graph_id: str) -> GraphRow | None:
        """Read a row."""
        row, slow = await super().graph(graph_id), self.slow
        if slow is not None:
            await slow.wait()
        return row


class Stage:
    """A door on a real store, and one venue whose desk does what it is told."""

    def __init__(self, path: Path) -> None:
        self.market, self.desk = HandMarket(), ScriptedDesk()
        self.market.put([("99.98", "1")], [("100.02", "5")])
        self.store = SlowStore(path, Durability.NORMAL)
        self.ledger, now = Ledger(self.market.hub, play=False), self.market.clock.now
        self.graphs = Graphs(self.market.hub, self.ledger, self.store, now)
        desks = Desks(lambda venue: self.desk if venue == "alpha" else None, lambda _, venue: self.desk)
        self.runtime = Runtime(self.market.hub, desks, self.ledger, self.graphs, now)
        numbers = count(1)
        self.door = TradeDoor(
            self.runtime, self.ledger, self.market.hub, self.store, self.store,
            now=now, mint=lambda: f"minted-{next(numbers)}", paper_cash=lambda: [("alpha", "USD")],
        )  # fmt: skip

    async def end(self) -> None:
        """Let what was placed trade in full, and the graph leave memory."""
        await self.runtime.close()
        order = self.desk.placed[-1]
        fill = fill_of(order, parse_px("99.95"), order.qty)
        self.runtime.told(order.client_id, told(OrderState.FILLED, fill))
        await self.store.settled()
        await settle()
        assert len(self.graphs) == 0

    async def rest(self, caller: Caller = ME, **asked: object) -> None:
        """Submit an order that rests."""
        self.desk.placing.append(told(OrderState.ACCEPTED))
        await self.door.submit(caller, LIMIT | asked)
        await self.runtime.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "venuekit.sqlite3")
    yield stage
    await stage.runtime.close()
    stage.store.close()


async def test_the_same_submission_gets_the_first_answer_while_it_runs_and_after(stage: Stage) -> None:
    await stage.rest()
    again = await stage.door.submit(ME, LIMIT)
    await stage.end()
    assert await stage.door.submit(ME, LIMIT) == again
    assert len(stage.desk.placed) == 1


@pytest.mark.parametrize("over", [False, True])
async def test_other_parameters_or_another_client_conflict(stage: Stage, over: bool) -> None:
    await stage.rest()
    if over:
        await stage.end()
    with pytest.raises(Conflict):
        await stage.door.submit(ME, LIMIT | {"qty": 2})
    with pytest.raises(Conflict):
        await stage.door.submit(OTHER, LIMIT)
    assert len(stage.desk.placed) == 1


async def test_a_submission_that_looked_before_another_was_written_finds_it(stage: Stage) -> None:
    slow = stage.store.slow = asyncio.Event()
    stage.desk.placing.append(Refused("no", venue="alpha", reason=RejectReason.RISK))
    early = asyncio.create_task(stage.door.submit(ME, LIMIT))
    await asyncio.wait([early], timeout=0.02)
    stage.store.slow = None
    late = asyncio.create_task(stage.door.submit(ME, LIMIT))
    await asyncio.wait([late], timeout=0.05)  # time enough to run to its end, if it did not wait
    slow.set()
    assert await early == await late
    assert len(stage.desk.placed) == 1
    assert stage.store.broken is None


async def test_submissions_of_other_names_do_not_wait(stage: Stage) -> None:
    slow = stage.store.slow = asyncio.Event()
    held = asyncio.create_task(stage.door.submit(ME, LIMIT))
    await asyncio.wait([held], timeout=0.01)
    stage.store.slow = None
    await stage.rest(graph_id="h")
    assert not held.done()
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    slow.set()
    await held


async def test_a_refused_submission_leaves_its_name_free(stage: Stage) -> None:
    with pytest.raises(NotFound):
        await stage.door.submit(ME, LIMIT | {"symbol": "NO-SUCH"})
    await stage.rest()
    assert len(stage.desk.placed) == 1


async def test_without_a_name_each_submission_is_another(stage: Stage) -> None:
    nameless = {name: value for name, value in LIMIT.items() if name != "graph_id"}
    stage.desk.placing += [told(OrderState.ACCEPTED), told(OrderState.ACCEPTED)]
    assert [(await stage.door.submit(ME, nameless)).graph_id for _ in range(2)] == ["minted-1", "minted-2"]


@pytest.mark.parametrize("over", [False, True])
async def test_nobody_sees_what_is_not_theirs(stage: Stage, over: bool) -> None:
    await stage.rest()
    if over:
        await stage.end()
    assert (await stage.door.graph(ME, "g")).graph_id == "g"
    for stranger in (OTHER, MY_PAPER):
        with pytest.raises(NotFound):
            await stage.door.graph(stranger, "g")
        with pytest.raises(NotFound):
            await stage.door.order(stranger, "graph:g:order:1")
        with pytest.raises(NotFound):
            await stage.door.cancel_graph(stranger, "g")


async def test_a_live_key_sees_its_paper_orders_by_id(stage: Stage) -> None:
    await stage.rest(MY_PAPER)
    assert (await stage.door.order(ME, "graph:g:order:1")).status == "ACCEPTED"
    assert (await stage.door.graph(ME, "g")).graph_id == "g"


async def test_what_has_ended_is_shown_as_it_ended_and_not_cancelled(stage: Stage) -> None:
    await stage.rest()
    await stage.end()
    shown = await stage.door.cancel_graph(ME, "g")
    assert (shown.status, stage.desk.cancelled) == ("completed", [])
    assert (await stage.door.cancel_order(ME, "graph:g:order:1")).status == "COMPLETED"


async def test_one_node_is_cancelled_by_its_id_with_or_without_the_leading_word(stage: Stage) -> None:
    await stage.rest()
    with pytest.raises(NotFound):
        await stage.door.cancel_order(ME, "graph:g:other:1")
    stage.desk.cancelling.append(told(OrderState.CANCELLED))
    await stage.door.cancel_order(ME, "g:order:1")
    await stage.runtime.close()
    assert (await stage.door.order(ME, "graph:g:order:1")).status == "CANCELLED"


async def test_a_page_tells_whether_there_is_more(stage: Stage) -> None:
    for name in ("a", "b", "c"):
        await stage.rest(graph_id=name)
    pages = [await stage.door.orders(ME, limit=2, offset=at, symbol=None, node_order_id=None) for at in (0, 1, 2)]
    assert [(len(page.orders), page.total, page.has_more) for page in pages] == [
        (2, 3, True), (2, 3, False), (1, 3, False),
    ]  # fmt: skip


async def test_a_graph_shows_why_and_at_what_price(stage: Stage) -> None:
    stage.desk.placing.append(Refused("too risky", venue="alpha", reason=RejectReason.RISK))
    await stage.door.submit(ME, LIMIT)
    await stage.runtime.close()
    node = (await stage.door.graph(ME, "g")).nodes["order"]
    assert (node.status, node.reason) == ("rejected", "RISK")
    assert (await stage.door.order(ME, "graph:g:order:1")).failure_reason == "RISK"
    await stage.rest(graph_id="h")
    assert (await stage.door.order(ME, "graph:h:order:1")).failure_reason is None
    await stage.end()
    shown = (await stage.door.graph(ME, "h")).nodes["order"]
    assert (shown.avg_fill_price_1e9, shown.filled_qty_1e8) == (parse_px("99.95"), parse_qty("1"))


async def test_once_the_journal_broke_lists_show_what_is_durable(stage: Stage) -> None:
    await stage.rest()
    await stage.store.settled()
    stage.store._writer.broken = "no space left on device"
    assert [
        order.status
        for order in (await stage.door.orders(ME, limit=9, offset=0, symbol=None, node_order_id=None)).orders
    ] == ["ACCEPTED"]
    assert (await stage.door.fills(ME, limit=9, offset=0, symbol=None)).fills == []


def test_paper_cash_is_there_before_it_is_touched(stage: Stage) -> None:
    def shown(caller: Caller) -> list[str]:
        rows = stage.door.positions(caller, venues=None, kinds=None, include_closed=False).positions
        return [f"{row.venue} {row.instrument['code']}" for row in rows]

    assert shown(MY_PAPER) == ["alpha USD"]
    assert shown(ME) == []


async def test_a_submission_whose_sender_went_away_is_answered_again_only_once_it_is_durable(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    first = asyncio.create_task(stage.door.submit(ME, LIMIT))
    while stage.graphs.find("g") is None:
        await settle()
    running = stage.graphs.find("g")
    assert running is not None
    running.durable, real = asyncio.get_running_loop().create_future(), running.durable
    first.cancel()
    again = asyncio.create_task(stage.door.submit(ME, LIMIT))
    await settle()
    assert not again.done()
    await real
    running.durable.set_result(None)
    assert (await again).graph_id == "g"
    await stage.runtime.close()
    assert len(stage.desk.placed) == 1
