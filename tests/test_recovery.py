"""What a restart makes of paper orders: each rests once, with what was left of it, and trades where the market came."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.parts.journal import MemoryJournal
from tests.parts.market import HandMarket
from venuekit.graph.event import CancelAsked, decode_event
from venuekit.graph.payload import parse_graph
from venuekit.graph.reducer import replay
from venuekit.graph.run import GraphRun
from venuekit.lifecycle import GraphState, OrderState
from venuekit.market import TradePrint
from venuekit.run.clock import settle
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.runtime.admission import admit
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.reconcile import Reconciler
from venuekit_engine.runtime.recovery import Recovery
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.store.fault import StoreError
from venuekit_engine.store.rows import EventRow, GraphRow

BIDS, ASKS = [("99.98", "5")], [("100.02", "5")]


class Life:
    """One life of an engine on paper, on a journal that outlives it."""

    def __init__(self, journal: MemoryJournal, *, listed: bool = True) -> None:
        self.market, self.journal = HandMarket(), journal
        self.names = ["alpha"]
        if listed:
            self.market.put(BIDS, ASKS)
        now, hub = self.market.clock.now, self.market.hub
        self.desk = PaperDesk(
            "alpha", hub, now, lambda leg, told: self.runtime.told(leg, told), lambda *_: lambda: None
        )
        self.graphs = Graphs(hub, Ledger(hub, play=True), journal, now)
        desks = Desks(lambda venue: self.desk if venue in self.names else None, None)
        self.runtime = Runtime(hub, desks, Ledger(hub, play=True), self.graphs, now)
        self.reconciler = Reconciler(self.runtime, now, self.market.clock.sleep_until)
        self.recovery = Recovery(
            self.runtime,
            self,  # type: ignore[arg-type]  # of the store it reads what is live
            lambda _, venue: self.desk if venue in self.names else None,
        )

    def live_graphs(self) -> Sequence[GraphRow]:
        """List what the journal holds that is not over."""
        last = {batch.graph.graph_id: batch.graph for batch in self.journal.batches if batch.graph}
        return [row for row in last.values() if row.live]

    def live_events(self, graph_id: str) -> Sequence[EventRow]:
        """List the events of a graph."""
        return [row for batch in self.journal.batches for row in batch.events if row.graph_id == graph_id]

    async def submit(self, name: str, px: str) -> None:
        """Submit an order for three."""
        asked = {"symbol": "BTC-USD", "side": "buy", "qty": 3, "price": px}
        graph = parse_graph(asked, client_id="c", graph_id=name, sandbox=True)
        await self.runtime.submit(admit(graph, self.market.hub), "d")
        await self.runtime.close()

    def trade(self, px: str, qty: str) -> None:
        """Let somebody sell."""
        self.desk.on_trades("BTC-USD", [TradePrint("BTC-USD", "p", parse_px(px), parse_qty(qty), Side.SELL, Nanos(0))])

    def run(self, name: str) -> GraphRun:
        """Give a graph as the journal has it."""
        return replay(decode_event(row.body) for row in self.live_events(name))

    def fills(self, name: str) -> list[str]:
        """Name the fills that counted."""
        return [trade.partition("-")[2] for leg in self.run(name).nodes["order"].legs for trade in leg.trades]


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


async def test_an_order_rests_again_with_what_was_left_and_its_fills_count_on(journal: MemoryJournal) -> None:
    first = Life(journal)
    await first.submit("g", "99.95")
    first.trade("99.90", "1")
    again = Life(journal)
    assert again.recovery.begin() == 1
    again.trade("99.90", "9")
    await settle()
    run = again.run("g")
    assert (run.state, run.nodes["order"].filled) == (GraphState.COMPLETED, parse_qty("3"))
    assert again.fills("g") == ["1", "2"]


async def test_the_market_that_came_to_a_price_meanwhile_fills_it_at_once(journal: MemoryJournal) -> None:
    await Life(journal).submit("g", "99.95")
    again = Life(journal)
    again.market.put([("99.90", "1")], [("99.94", "9")])
    again.recovery.begin()
    await settle()
    assert again.run("g").state is GraphState.COMPLETED


async def test_an_order_that_was_cancelled_before_it_was_placed_does_not_trade(journal: MemoryJournal) -> None:
    first = Life(journal)
    await first.submit("g", "99.95")
    journal.batches = journal.batches[:1]  # the end came before it was placed
    between = Life(journal)
    between.runtime.restore(first.run("g"), "d")
    between.runtime.take("g", CancelAsked("", between.market.clock.now()))
    again = Life(journal)
    again.market.put([("99.90", "1")], [("99.94", "9")])
    again.recovery.begin()
    await again.reconciler.round()
    await settle()
    assert (again.run("g").state, again.fills("g")) == (GraphState.CANCELLED, [])


async def test_orders_wait_for_their_venues_list_and_rest_once(journal: MemoryJournal) -> None:
    first = Life(journal)
    await first.submit("g", "99.95")
    again = Life(journal, listed=False)
    again.recovery.begin()
    again.recovery.go_on()
    assert (len(again.recovery.waiting), again.desk.open_count, again.runtime.doubts) == (1, 0, {})
    again.market.put(BIDS, ASKS)
    for _ in range(2):
        again.recovery.go_on()
    assert (again.recovery.waiting, again.desk.open_count) == (set(), 1)
    again.trade("99.90", "9")
    await settle()
    assert again.fills("g") == ["1"]


async def test_resuming_those_that_wait_leaves_the_others_alone(journal: MemoryJournal) -> None:
    first = Life(journal)
    for name, px in (("g", "99.95"), ("h", "99.94")):
        await first.submit(name, px)
    again = Life(journal)
    again.recovery.begin()
    again.recovery.waiting = {leg.intent.client_id for run, leg in again.graphs.legs() if run.graph.graph_id == "none"}
    again.recovery.go_on()
    again.trade("99.90", "3")
    again.trade("99.90", "3")
    await settle()
    assert (again.fills("g"), again.fills("h")) == (["1"], ["1"])


@pytest.mark.parametrize("listed", [True, False])
async def test_a_paper_order_whose_venue_is_gone_can_be_cancelled(journal: MemoryJournal, listed: bool) -> None:
    await Life(journal).submit("g", "99.95")
    again = Life(journal, listed=listed)
    again.names = []
    again.recovery.begin()
    await again.reconciler.round()
    assert again.run("g").nodes["order"].legs[0].state is OrderState.ACCEPTED
    await again.runtime.cancel("g")
    await again.runtime.close()
    run = again.run("g")
    assert run.state is GraphState.CANCELLED
    assert "its venue is gone" in run.nodes["order"].legs[0].message


@pytest.mark.parametrize("body", [b'{"type":"moon"}', b"{", b'{"type":"lost","leg":"none","message":"","ts":1}'])
async def test_a_graph_that_cannot_be_read_is_named_and_never_forgotten(journal: MemoryJournal, body: bytes) -> None:
    await Life(journal).submit("g", "99.95")
    broken = EventRow("g", 9, 1, body)
    journal.batches.append(replace(journal.batches[-1], events=(broken,)))
    with pytest.raises(StoreError, match="the journal of g cannot be read"):
        Life(journal).recovery.begin()
