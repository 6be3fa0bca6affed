"""Amounts at their limits: 64 bits of a coin that costs nothing, and orders that come at once for the same money."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from tests.parts.journal import MemoryJournal
from tests.parts.market import HandMarket
from venuekit.errors import RejectReason
from venuekit.graph.payload import parse_graph
from venuekit.graph.run import NodeRun
from venuekit.lifecycle import NodeState
from venuekit.run.clock import settle
from venuekit.units import Nanos, Px, Qty, parse_px, parse_qty
from venuekit_engine.ledger.holding import MOST, Holding
from venuekit_engine.ledger.ledger import PAPER_CASH, Ledger
from venuekit_engine.runtime.admission import admit
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.store.leaf import prepare
from venuekit_engine.store.rows import Batch

DUST: Final[dict[str, Any]] = {"tick": parse_px("0.000000001"), "lot": parse_qty("1"), "min_qty": parse_qty("1")}
PILE: Final = "50000000000"  # two of them do not fit 64 bits × 10⁻⁸


class StrictJournal(MemoryJournal):
    """Refuses what no column can hold, as the real one does."""

    def write(self, batch: Batch) -> asyncio.Future[None]:
        prepare(batch)
        return super().write(batch)


class Paper:
    """A runtime on one paper desk, with a coin of a millionth of a dollar."""

    def __init__(self) -> None:
        self.market = HandMarket()
        self.market.put([("0.0000009", PILE)], [("0.000001", PILE), ("0.0000011", PILE)], symbol="DUST-USD", **DUST)
        self.market.put([("99", "5")], [("100", "5"), ("200", "5")])
        now = self.market.clock.now
        self.journal, self.ledger = StrictJournal(), Ledger(self.market.hub, play=True)
        self.graphs = Graphs(self.market.hub, self.ledger, self.journal, now)
        self.desk = PaperDesk(
            "alpha", self.market.hub, now, lambda leg, told: self.runtime.told(leg, told), lambda *_: lambda: None
        )
        self.runtime = Runtime(self.market.hub, Desks(lambda _: self.desk, None), self.ledger, self.graphs, now)
        self.count = 0

    def send(self, side: str, qty: str, px: str = "", symbol: str = "DUST-USD", sized: str = "qty") -> str:
        """Submit without waiting; give the graph's id."""
        self.count += 1
        asked = {"symbol": symbol, "side": side, sized: qty} | ({"price": px} if px else {})
        graph = parse_graph(asked, client_id="client_1", graph_id=f"graph_{self.count}", sandbox=False)
        self.sent = asyncio.create_task(self.runtime.submit(admit(graph, self.market.hub), "digest"))
        return graph.graph_id

    async def node(self, side: str, qty: str, px: str = "", symbol: str = "DUST-USD", sized: str = "qty") -> NodeRun:
        """Submit, and give what came of it."""
        graph_id = self.send(side, qty, px, symbol, sized)
        run = await self.sent
        await settle()
        running = self.graphs.find(graph_id)
        return (running.run if running else run).nodes["order"]

    def holding(self, asset: str) -> Holding:
        return self.ledger.holding("client_1", False, "alpha", asset, Nanos(0))


@pytest.fixture
async def paper() -> Paper:
    return Paper()


def assert_refused(paper: Paper, node: NodeRun) -> None:
    assert (node.state, node.reason) == (NodeState.REJECTED, RejectReason.INVALID_PARAMS)
    assert "64 bits" in node.message
    assert not paper.graphs.halted


async def test_a_position_that_would_not_fit_is_refused_before_anything_trades(paper: Paper) -> None:
    await paper.node("buy", PILE)
    held, fills = paper.holding("DUST").qty, len(paper.journal.fills)
    assert (held, fills) == (parse_qty(PILE) + parse_qty("1000000000"), 1)
    assert_refused(paper, await paper.node("buy", PILE))
    assert (paper.holding("DUST").qty, len(paper.journal.fills)) == (held, 1)
    await paper.node("sell", PILE)  # which makes room again
    assert len(paper.journal.fills) == 2


async def test_what_open_orders_may_bring_in_counts_until_they_end(paper: Paper) -> None:
    resting = await paper.node("buy", PILE, "0.0000005")
    assert resting.is_live
    assert_refused(paper, await paper.node("buy", PILE, "0.0000005"))
    await paper.runtime.cancel("graph_1")
    await settle()
    assert (await paper.node("buy", PILE, "0.0000005")).is_live


async def test_the_proceeds_of_resting_sales_must_fit_too(paper: Paper) -> None:
    assert (await paper.node("sell", "90000", "900000", "BTC-USD")).is_live
    assert_refused(paper, await paper.node("sell", "9000", "9000000", "BTC-USD"))


async def test_money_for_more_than_fits_is_refused(paper: Paper) -> None:
    assert_refused(paper, await paper.node("buy", "9000000000", sized="notional"))


async def test_market_orders_that_come_at_once_do_not_sell_the_same_coins(paper: Paper) -> None:
    coins = paper.holding("BTC")
    coins.locked = Qty(coins.qty - parse_qty("2"))
    paper.journal.held = True
    for _ in range(4):
        paper.send("sell", "1.5", symbol="BTC-USD")
        await settle()
    paper.journal.release()
    await settle()
    assert coins.free >= 0
    assert len(paper.journal.fills) == 2


async def test_market_orders_that_come_at_once_do_not_spend_the_same_money(paper: Paper) -> None:
    cash = paper.holding("USD")
    cash.locked = Qty(PAPER_CASH - parse_qty("150.15"))
    paper.journal.held = True
    for _ in range(4):
        paper.send("buy", "1", symbol="BTC-USD")
        await settle()
    paper.journal.release()
    await settle()
    assert cash.free >= 0
    assert cash.locked == PAPER_CASH - parse_qty("150.15")


async def test_a_market_order_that_walks_the_book_pays_what_it_walks(paper: Paper) -> None:
    cash = paper.holding("USD")
    cash.locked = Qty(PAPER_CASH - parse_qty("801"))  # 5 at 100 and 1.5 at 200, but not 8 at 100
    await paper.node("buy", "8", symbol="BTC-USD")
    assert 0 <= cash.free < parse_qty("1")


async def test_a_resting_order_never_holds_back_more_than_there_is(paper: Paper) -> None:
    node = await paper.node("buy", "100000000", "50", "BTC-USD")
    assert node.is_live
    assert 0 <= paper.holding("USD").free < parse_qty("1")


def test_a_balance_that_no_column_holds_is_written_as_the_most_that_one_can() -> None:
    holding = Holding(1, "client_1", False, "alpha", "DUST")
    holding.restate(Qty(10**30), Qty(0), Px(1), Nanos(1))
    assert (holding.qty, holding.row().qty_1e8) == (10**30, MOST)
    prepare(Batch(positions=(holding.row(),)))


async def test_an_order_that_takes_and_rests_never_holds_back_more_than_there_is(paper: Paper) -> None:
    node = await paper.node("buy", "100000000", "9000", "BTC-USD")
    assert (node.is_live, node.filled) == (True, parse_qty("10"))
    cash = paper.holding("USD")
    assert 0 <= cash.free < cash.qty // 1_000
