"""The runtime: admits graphs, and does what the reducer's commands say.

Laws kept here. Journal before the wire: a child order leaves only after the batch that holds its intent is durable.
Silence is never a refusal: what ends in doubt is reconciled by client id, in `reconcile.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog

from venuekit.errors import NotSent, OutcomeUnknown, RateLimited, Refused, RejectReason
from venuekit.graph.command import CancelLeg, Command, PlaceLeg, ReconcileLeg, RouteNode
from venuekit.graph.event import CancelAsked, Event, Lost, Reported, Submitted
from venuekit.graph.event import Intent as ChildIntent
from venuekit.graph.model import Graph
from venuekit.graph.reducer import begin, step
from venuekit.graph.run import GraphRun, Leg
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OrderId
from venuekit.units import Nanos, Qty
from venuekit_engine.desk.desk import Desk, Told
from venuekit_engine.ledger.ledger import Ledger, spent
from venuekit_engine.refusal import Unavailable
from venuekit_engine.runtime.decide import decide
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs, live_legs
from venuekit_engine.runtime.market import Market

log = structlog.get_logger(__name__)


class Runtime:
    """Runs the graphs of all clients. Every method belongs to the event loop's thread."""

    def __init__(self, market: Market, desks: Desks, ledger: Ledger, graphs: Graphs, now: Callable[[], Nanos]) -> None:
        self._market, self._desks, self._ledger, self._now = market, desks, ledger, now
        self.graphs = graphs
        self.doubts: dict[str, Nanos] = {}  # child orders to ask about, and since when
        self.polled: set[str] = set()  # child orders that rest at desks that do not tell
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, graph: Graph, digest: str) -> GraphRun:
        """Admit a graph; it is durable when this returns, and its child orders are on their way.

        Raises: Unavailable when the journal cannot take it; then nothing was sent.
        """
        submitted = Submitted(graph, self._now())
        run, commands = begin(submitted)
        events: list[Event] = [submitted]
        follow: list[Command] = []
        for command in commands:
            if isinstance(command, RouteNode):
                events.append(self._decide(run, command.node_id, submitted.ts))
                run, more = step(run, events[-1])
                follow += more
        try:
            await self.graphs.open(run, digest, events)
        except Exception as error:
            self.graphs.forget(run)
            raise Unavailable("the journal cannot take orders; nothing was sent") from error
        self._follow(graph.graph_id, follow)
        return run

    def cancel(self, graph_id: str, node_id: str = "") -> asyncio.Future[None]:
        """Ask for the end of a graph, or of one node; what traded stays. The future is done when that is durable."""
        return self.take(graph_id, CancelAsked(node_id, self._now()))

    def take(self, graph_id: str, event: Event) -> asyncio.Future[None]:
        """Take one event of a graph in memory and do what follows."""
        durable, commands = self.graphs.take(graph_id, event)
        if isinstance(event, Reported):
            self._watch(event.leg)
        self._follow(graph_id, commands)
        return durable

    def told(self, leg: str, told: Told) -> None:
        """Take what a desk says of a child order."""
        graph_id = self.graphs.of_leg(leg)
        if graph_id is None:
            log.warning("report_of_unknown_order", client_order_id=leg, state=told.state.value, fills=len(told.fills))
            return
        self.doubts.pop(leg, None)
        self.take(graph_id, _reported(leg, told, self._now()))

    def restore(self, run: GraphRun, digest: str) -> None:
        """Take a live graph back; every child order that may be live is asked about."""
        self.graphs.restore(run, digest)
        for leg in live_legs(run):
            self.doubts[leg.intent.client_id] = run.updated

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
        desk = self.desk_of(found[0].graph, found[1]) if found is not None and found[1].is_live else None
        if desk is not None and not desk.tells:
            self.polled.add(name)
        else:
            self.polled.discard(name)

    def _follow(self, graph_id: str, commands: Sequence[Command]) -> None:
        for command in commands:
            if isinstance(command, PlaceLeg):
                self._spawn(self._place(graph_id, command.leg))
            elif isinstance(command, CancelLeg):
                self._spawn(self._cancel(graph_id, command.leg))
            elif isinstance(command, ReconcileLeg):
                self.doubts.setdefault(command.leg.intent.client_id, self._now())

    async def _place(self, graph_id: str, leg: Leg) -> None:
        event = await self._send(graph_id, leg)
        if self.graphs.find(graph_id) is not None:
            self.take(graph_id, event)

    async def _send(self, graph_id: str, leg: Leg) -> Event:
        """Send a child order and say what happened, sorted by what may be done next."""
        name, running, instrument = leg.intent.client_id, self.graphs.find(graph_id), self.graphs.instrument(leg)
        desk = self.desk_of(running.run.graph, leg) if running else None
        if desk is None or instrument is None:
            return self._refused(name, RejectReason.BAD_VENUE, f"nothing was sent: no desk for {leg.intent.venue}")
        try:
            return _reported(name, await desk.place(new_order(leg.intent, instrument)), self._now())
        except Refused as error:
            return self._refused(name, error.reason, str(error))
        except RateLimited as error:
            return self._refused(name, RejectReason.RATE_LIMIT, f"nothing was sent: {error}")
        except NotSent as error:
            return self._refused(name, RejectReason.INVALID_PARAMS, f"nothing was sent: {error}")
        except OutcomeUnknown as error:
            return Lost(name, str(error), self._now())
        except Exception as error:
            # A fault of ours after the wire was reached proves nothing about the order.
            log.exception("desk_failed", venue=leg.intent.venue, client_order_id=name)
            return Lost(name, f"{type(error).__name__} in the desk", self._now())

    async def _cancel(self, graph_id: str, leg: Leg) -> None:
        name, running, order = leg.intent.client_id, self.graphs.find(graph_id), self.order_id(leg)
        desk = self.desk_of(running.run.graph, leg) if running else None
        told = None
        if desk is not None and order is not None:
            try:
                told = await desk.cancel(order)
            except Exception as error:  # noqa: BLE001 - whatever it was, the order may still be live: ask
                log.warning("cancel_failed", venue=leg.intent.venue, client_order_id=name, error=str(error))
        if told is None:
            self.doubts.setdefault(name, self._now())
        elif self.graphs.find(graph_id) is not None:
            self.take(graph_id, _reported(name, told, self._now()))

    def _decide(self, run: GraphRun, node_id: str, now: Nanos) -> Event:
        graph, node = run.graph, run.nodes[node_id].node
        paper = graph.sandbox or self._desks.only_paper

        def free(venue: str, instrument: Instrument) -> Qty | None:
            asset = spent(node.side, instrument)
            return self._ledger.holding(graph.client_id, graph.sandbox, venue, asset, now).free if paper else None

        def desk_of(venue: str) -> Desk | None:
            return self._desks.find(graph.client_id, graph.sandbox, venue)

        return decide(graph.graph_id, node, self._market, now, free=free, desk_of=desk_of)

    def _refused(self, leg: str, reason: RejectReason, message: str) -> Reported:
        return Reported(leg=leg, state=OrderState.REJECTED, reason=reason, message=message, ts=self._now())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def new_order(intent: ChildIntent, instrument: Instrument) -> NewOrder:
    """Make the order that a child intent describes."""
    return NewOrder(
        client_id=intent.client_id,
        instrument=instrument,
        side=intent.side,
        qty=intent.qty,
        type=intent.type,
        px=intent.px,
        tif=intent.tif,
        post_only=intent.post_only,
    )


def _reported(leg: str, told: Told, now: Nanos) -> Reported:
    return Reported(leg=leg, state=told.state, venue_id=told.venue_id, fills=told.fills, message=told.message, ts=now)
