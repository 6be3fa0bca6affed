"""A runtime with one venue, on a clock that stands still, whose desk does what it is told."""

from __future__ import annotations

from collections.abc import Mapping

from tests.parts.desks import ScriptedDesk
from tests.parts.journal import MemoryJournal
from tests.parts.market import HandMarket
from venuekit.graph.event import decode_event
from venuekit.graph.model import Graph
from venuekit.graph.payload import parse_graph
from venuekit.graph.reducer import replay
from venuekit.graph.run import GraphRun
from venuekit.lifecycle import OrderState
from venuekit.run.clock import settle
from venuekit.units import parse_px
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.runtime.admission import admit
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.reconcile import Reconciler
from venuekit_engine.runtime.runtime import Runtime

PX = parse_px("100.02")
LIMIT = {"symbol": "BTC-USD", "side": "buy", "qty": "1", "price": "99.95"}
MARKET = {"symbol": "BTC-USD", "side": "buy", "qty": "1"}


class Stage:
    """A runtime with one venue whose desk does what it is told."""

    def __init__(self) -> None:
        self.market = HandMarket()
        self.market.put([("99.98", "1")], [("100.02", "5")])
        self.journal, self.desk = MemoryJournal(), ScriptedDesk()
        self.ledger = Ledger(self.market.hub, play=False)
        now = self.market.clock.now
        self.graphs = Graphs(self.market.hub, self.ledger, self.journal, now)
        desks = Desks(lambda _: None, lambda _, venue: self.desk if venue == self.desk.venue else None)
        self.runtime = Runtime(self.market.hub, desks, self.ledger, self.graphs, now)
        self.reconciler = Reconciler(self.runtime, now, self.market.clock.sleep_until)

    def graph(self, payload: Mapping[str, object], graph_id: str = "graph_1") -> Graph:
        made = parse_graph(payload, client_id="client_1", graph_id=graph_id, sandbox=False)
        return admit(made, self.market.hub)

    async def submit(self, payload: Mapping[str, object]) -> GraphRun:
        run = await self.runtime.submit(self.graph(payload), "digest")
        await settle()
        return self.now() or run

    def now(self) -> GraphRun | None:
        running = self.graphs.find("graph_1")
        return running.run if running else None

    def journalled(self) -> GraphRun:
        return replay(decode_event(row.body) for batch in self.journal.batches for row in batch.events)

    def leg_state(self) -> OrderState:
        return self.journalled().nodes["order"].legs[0].state
