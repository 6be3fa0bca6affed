"""The runtime: admits graphs, and does what the reducer's commands say.

Laws kept here. Journal before the wire: a child order leaves only after the batch that holds its intent is durable, and
once the journal broke nothing more is taken or placed. Silence is never a refusal: what ends in doubt is reconciled by
client id, in `reconcile.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

import structlog

from venuekit.book.book import Book
from venuekit.errors import RejectReason
from venuekit.graph.command import CancelLeg, Command, PlaceLeg, ReconcileLeg, RouteNode
from venuekit.graph.event import CancelAsked, Event, Lost, NodeRejected, Reported, Routed, Submitted, encode_event
from venuekit.graph.model import Graph
from venuekit.graph.reducer import begin, step
from venuekit.graph.run import GraphRun, Leg
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import OrderId
from venuekit.units import Nanos
from venuekit_engine.desk.desk import Desk, Told
from venuekit_engine.ledger.ledger import Ledger, spent
from venuekit_engine.market.candidates import Access
from venuekit_engine.market.terms import Terms
from venuekit_engine.refusal import Unavailable
from venuekit_engine.runtime.bounds import overflow
from venuekit_engine.runtime.decide import decide
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.durable import wait_durable, when_done
from venuekit_engine.runtime.graphs import Graphs, live_legs
from venuekit_engine.runtime.market import Market
from venuekit_engine.runtime.send import reported, send

log = structlog.get_logger(__name__)

TAKEN: Final = (OrderState.ACCEPTED, OrderState.PARTIAL)
ASKED: Final = "the cancel was sent, and a restart finds out what became of the orders"
GONE: Final = "cancelled on paper; its venue is gone"


class Runtime:
    """Runs the graphs of all clients. Every method belongs to the event loop's thread."""

    def __init__(
        self,
        market: Market,
        desks: Desks,
        ledger: Ledger,
        graphs: Graphs,
        now: Callable[[], Nanos],
        terms: Terms | None = None,
    ) -> None:
        self._market, self._desks, self._ledger, self._now = market, desks, ledger, now
        self._terms = terms or Terms()
        self.graphs = graphs
        self.doubts: dict[str, Nanos] = {}  # child orders to ask about, and since when
        self.polled: set[str] = set()  # child orders that rest at desks that do not tell
        self._cancelling: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, graph: Graph, digest: str) -> GraphRun:
        """Admit a graph; it is durable when this returns, and its child orders are on their way.

        Who stops waiting changes nothing: what was admitted is sent. Raises: Unavailable when the journal cannot take
        it; then nothing was sent.
        """
        if self.graphs.halted:
            raise Unavailable(f"the journal cannot take orders; nothing was sent: {self.graphs.halted}")
        submitted = Submitted(graph, self._now())
        run, commands = begin(submitted)
        events: list[Event] = [submitted]
        follow: list[Command] = []
        for command in commands:
            if isinstance(command, RouteNode):
                events.append(self._decide(run, command.node_id, submitted.ts))
                run, more = step(run, events[-1])
                follow += more
        durable = self.graphs.open(run, digest, events)
        if follow:
            when_done(durable, lambda done: self._follow_durable(graph.graph_id, follow, done))
        await wait_durable(durable, "nothing was sent")
        return run

    async def cancel(self, graph_id: str, node_id: str = "") -> None:
        """Ask for the end of a graph, or of one node; what traded stays. The wish is durable when this returns.

        Raises: Unavailable when the journal cannot take it; the venues are asked all the same.
        """
        if self.graphs.halted:
            self._cancel_unwritten(graph_id, node_id)
            raise Unavailable(f"the journal cannot take orders; {ASKED}: {self.graphs.halted}")
        await wait_durable(self.take(graph_id, CancelAsked(node_id, self._now())), ASKED)

    def take(self, graph_id: str, event: Event) -> asyncio.Future[None]:
        """Take one event of a graph in memory and do what follows."""
        durable, commands = self.graphs.take(graph_id, event)
        if isinstance(event, Reported):
            self._watch(event.leg)
        self._follow(graph_id, commands)
        return durable

    def told(self, leg: str, told: Told) -> None:
        """Take what a desk says of a child order."""
        self._report(reported(leg, told, self._now()))

    def answered(self, leg: str, told: Told) -> None:
        """Take what a desk says when it was asked: only news is written, and a cancel that did nothing is repeated."""
        found = self.graphs.leg(leg)
        if found is None:
            return
        run, known = found
        if self._is_news(leg, told):
            self.told(leg, told)
        elif told.state is not OrderState.FILLED:  # or else there are fills that we have not seen
            self.doubts.pop(leg, None)
            self._watch(leg)  # after a restart nothing else would ask about it again
            if run.nodes[known.intent.node_id].cancel_asked:
                self._spawn(self._cancel(run.graph.graph_id, known))

    def heard(self, leg: str, told: Told) -> None:
        """Take what a venue's stream says of a child order; only news is written."""
        if self._is_news(leg, told):
            self.told(leg, told)

    def restore(self, run: GraphRun, digest: str) -> None:
        """Take a live graph back; every child order that may be live is asked about."""
        self.graphs.restore(run, digest)
        for leg in live_legs(run):
            # What a venue had taken is not gone because it once says so.
            self.doubts[leg.intent.client_id] = self._now() if leg.state in TAKEN else run.updated

    def desk_of(self, graph: Graph, leg: Leg) -> Desk | None:
        """Give the desk of a child order; None while the client cannot trade there."""
        return self._desks.find(graph.client_id, graph.sandbox, leg.intent.venue)

    def order_id(self, leg: Leg) -> OrderId | None:
        """Name a child order to its venue; None while the venue's instruments are not known."""
        instrument = self.graphs.instrument(leg)
        return None if instrument is None else OrderId(instrument, leg.intent.client_id, leg.venue_id)

    async def close(self) -> None:
        """Let what is on the wire finish."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _watch(self, name: str) -> None:
        """Ask now and then about a child order whose desk does not tell, until it ends."""
        found = self.graphs.leg(name)
        if found is not None and found[1].is_live and not self._is_told(*found):
            self.polled.add(name)
        else:
            self.polled.discard(name)

    def _is_told(self, run: GraphRun, leg: Leg) -> bool:
        desk = self.desk_of(run.graph, leg)
        return desk.tells if desk is not None else self._is_paper(run.graph)  # keys that are gone may come back

    def _follow(self, graph_id: str, commands: Sequence[Command]) -> None:
        for command in commands:
            if isinstance(command, PlaceLeg):
                self._spawn(self._place(graph_id, command.leg))
            elif isinstance(command, CancelLeg):
                self._spawn(self._cancel(graph_id, command.leg))
            elif isinstance(command, ReconcileLeg):
                self.doubts.setdefault(command.leg.intent.client_id, self._now())

    def _follow_durable(self, graph_id: str, commands: Sequence[Command], durable: asyncio.Future[None]) -> None:
        if not durable.cancelled() and durable.exception() is None and not self.graphs.halted:
            self._follow(graph_id, commands)

    def _report(self, event: Reported | Lost) -> None:
        graph_id = self.graphs.of_leg(event.leg)
        if graph_id is None or self.graphs.halted:
            # Nothing is lost where the journal broke: a restart asks about every order that it knows. Nor where the
            # graph is over: an account's stream may tell all before the answer comes.
            tell = log.warning if self.graphs.halted else log.info
            tell("report_not_taken", halted=self.graphs.halted, report=encode_event(event).decode())
            return
        self.doubts.pop(event.leg, None)
        self.take(graph_id, event)

    def _is_news(self, leg: str, told: Told) -> bool:
        found = self.graphs.leg(leg)
        if found is None:
            return False
        run, known = found
        after, _ = step(run, reported(leg, told, run.updated))
        return known not in after.nodes[known.intent.node_id].legs

    async def _place(self, graph_id: str, leg: Leg) -> None:
        running = self.graphs.find(graph_id)
        desk = self.desk_of(running.run.graph, leg) if running else None
        self._report(await send(leg.intent, desk, self.graphs.instrument(leg), self._now))

    async def _cancel(self, graph_id: str, leg: Leg) -> None:
        name, running = leg.intent.client_id, self.graphs.find(graph_id)
        if running is None or name in self._cancelling:
            return
        self._cancelling.add(name)
        try:
            told = await self._ask_cancel(running.run.graph, leg)
        finally:
            self._cancelling.discard(name)
        if told is not None and self._is_news(name, told):
            self.told(name, told)
        else:
            self.doubts.setdefault(name, self._now())

    async def _ask_cancel(self, graph: Graph, leg: Leg) -> Told | None:
        desk, order = self.desk_of(graph, leg), self.order_id(leg)
        if desk is None or order is None:
            # A paper order is nowhere but here, so without its venue there is nothing that could still trade.
            return Told(OrderState.CANCELLED, message=GONE) if self._is_paper(graph) else None
        try:
            return await desk.cancel(order)
        except Exception as error:  # noqa: BLE001 - whatever it was, the order may still be live: ask
            log.warning("cancel_failed", venue=leg.intent.venue, client_order_id=leg.intent.client_id, error=str(error))
            return None

    def _cancel_unwritten(self, graph_id: str, node_id: str) -> None:
        running = self.graphs.find(graph_id)
        for leg in live_legs(running.run) if running else ():
            if node_id in ("", leg.intent.node_id):
                self._spawn(self._cancel(graph_id, leg))

    def _is_paper(self, graph: Graph) -> bool:
        return graph.sandbox or self._desks.only_paper

    def _decide(self, run: GraphRun, node_id: str, now: Nanos) -> Event:
        graph, node = run.graph, run.nodes[node_id].node

        def access(venue: str, instrument: Instrument, book: Book) -> Access:
            desk = self._desks.find(graph.client_id, graph.sandbox, venue)
            if desk is None:
                return book, False, None
            view = desk.view(node.symbol, book, node.side, now)
            asset = spent(node.side, instrument)
            return view, True, self._ledger.free(graph.client_id, graph.sandbox, venue, asset, now)

        event = decide(graph.graph_id, node, self._market, now, access=access, terms=self._terms)
        why = overflow(graph, event, self._market, self._ledger) if isinstance(event, Routed) else ""
        return NodeRejected(node_id, RejectReason.INVALID_PARAMS, why, now) if why else event

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
