"""The graphs in memory, and how they change: one reducer step, its ledger moves, its rows, one durable batch.

What must stay true: nothing changes here that is not written in the same step; a graph leaves memory only when its end
is durable; after a step that could not be written no other is taken, so what is durable is a prefix of what happened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import structlog

from venuekit.graph.command import Command, SettleFill
from venuekit.graph.event import Event, Lost, Reported, Routed, encode_event
from venuekit.graph.reducer import step
from venuekit.graph.run import GraphRun, Leg
from venuekit.instrument import Instrument
from venuekit.units import Nanos, Px, Qty, Usd
from venuekit_engine.ledger.holding import Holding
from venuekit_engine.ledger.ledger import Ledger, brought, needed, received, spent
from venuekit_engine.runtime.durable import Promise, when_done
from venuekit_engine.runtime.market import Market
from venuekit_engine.runtime.record import fill_row, graph_row, order_row
from venuekit_engine.store.fault import Unstorable
from venuekit_engine.store.rows import Batch, EventRow, FillRow
from venuekit_engine.store.store import Journal

log = structlog.get_logger(__name__)

Touch = tuple[Px, Px]  # the best bid and ask, 0 where there is none
NO_TOUCH: Final[Touch] = (Px(0), Px(0))


class Running:
    """One graph: where it stands, and when what it last wrote is durable."""

    __slots__ = ("digest", "durable", "run")

    def __init__(self, run: GraphRun, digest: str, durable: asyncio.Future[None]) -> None:
        self.run, self.digest, self.durable = run, digest, durable


class Graphs:
    """Every graph that is live, or whose end is not durable yet."""

    def __init__(self, market: Market, ledger: Ledger, journal: Journal, now: Callable[[], Nanos]) -> None:
        self._market, self._ledger, self._journal, self._now = market, ledger, journal, now
        self.halted = ""  # why no more events are taken, "" while all is well
        self._graphs: dict[str, Running] = {}
        self._legs: dict[str, str] = {}  # client order id -> graph id

    def find(self, graph_id: str) -> Running | None:
        """Give a graph."""
        return self._graphs.get(graph_id)

    def of_leg(self, leg: str) -> str | None:
        """Name the graph of a child order."""
        return self._legs.get(leg)

    def legs(self) -> list[tuple[GraphRun, Leg]]:
        """List every child order that may be live; for a restart."""
        return [(each.run, leg) for each in tuple(self._graphs.values()) for leg in live_legs(each.run)]

    def leg(self, name: str) -> tuple[GraphRun, Leg] | None:
        """Give a child order and its graph."""
        running = self._graphs.get(self._legs.get(name, ""))
        if running is None:
            return None
        return running.run, next(leg for leg in every_leg(running.run) if leg.intent.client_id == name)

    def __len__(self) -> int:
        return len(self._graphs)

    def open(self, run: GraphRun, digest: str, events: Sequence[Event]) -> asyncio.Future[None]:
        """Take a graph in with its first events; drop it when they cannot be written."""
        held = self._lock(run, touch=_touch_of(events))
        durable = self._write(run, digest, events, first=1, positions=held)
        self._keep(Running(run, digest, durable))
        when_done(durable, lambda done: self._drop_unwritten(run, done))
        return durable

    def take(self, graph_id: str, event: Event) -> tuple[asyncio.Future[None], list[Command]]:
        """Take one event; give when it is durable and what is to be done. Not for use once `halted`."""
        running = self._graphs[graph_id]
        before = running.run
        run, commands = step(before, event)
        moved: dict[int, Holding] = {}
        fills = [self._settle(run, each, moved) for each in commands if isinstance(each, SettleFill)]
        moved.update((holding.id, holding) for holding in self._lock(run, _leg_of(event)))
        running.run = run
        running.durable = self._write(run, running.digest, [event], before.events + 1, fills, moved.values())
        when_done(running.durable, self._halt_if_unwritten)
        if not run.is_live:
            self._forget_when_durable(running)
        return running.durable, commands

    def restore(self, run: GraphRun, digest: str) -> None:
        """Take a live graph back from the journal."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        self.hold(run)
        self._keep(Running(run, digest, done))

    def hold(self, run: GraphRun) -> None:
        """Hold back what the orders of a restored graph may spend, as far as their venues' lists are known."""
        self._lock(run)

    def forget(self, run: GraphRun) -> None:
        """Drop a graph and let go of what it holds."""
        if self._graphs.pop(run.graph.graph_id, None) is not None:
            for leg in every_leg(run):
                self._legs.pop(leg.intent.client_id, None)
                self._ledger.release(leg.intent.client_id)

    def instrument(self, leg: Leg) -> Instrument | None:
        """Give what a child order trades; None while the venue's list is not known."""
        return self._market.listings(leg.intent.symbol).get(leg.intent.venue)

    def _keep(self, running: Running) -> None:
        run = running.run
        self._graphs[run.graph.graph_id] = running
        for leg in every_leg(run):
            self._legs[leg.intent.client_id] = run.graph.graph_id
        if not run.is_live:
            self._forget_when_durable(running)

    def _forget_when_durable(self, running: Running) -> None:
        def forget(durable: asyncio.Future[None]) -> None:
            if not durable.cancelled() and _fault_of(durable) is None:
                self.forget(running.run)

        when_done(running.durable, forget)

    def _drop_unwritten(self, run: GraphRun, durable: Promise) -> None:
        error = _fault_of(durable)
        if error is not None:
            self.forget(run)
            if not isinstance(error, Unstorable):  # such a batch is refused alone, and nothing of it was done
                self._halt(error)

    def _halt_if_unwritten(self, durable: Promise) -> None:
        error = _fault_of(durable)
        if error is not None:
            self._halt(error)

    def _halt(self, error: BaseException) -> None:
        if not self.halted:
            self.halted = f"{type(error).__name__}: {error}"
            open_orders = [leg.intent.client_id for _, leg in self.legs()]
            log.critical("journal_failed", reason=self.halted, graphs=len(self), open_orders=open_orders)

    def _settle(self, run: GraphRun, command: SettleFill, moved: dict[int, Holding]) -> FillRow:
        graph, leg, fill = run.graph, command.leg, command.fill
        instrument, fee_usd = self.instrument(leg), Usd(0)
        if instrument is None:
            # The fill itself is journalled; the holding is told by the venue's balances.
            log.error("fill_of_unlisted_instrument", venue=leg.intent.venue, symbol=leg.intent.symbol)
        else:
            holdings, fee_usd = self._ledger.settle(
                graph.client_id, graph.sandbox, instrument, fill, fill.ts or self._now()
            )
            moved.update((holding.id, holding) for holding in holdings)
        return fill_row(run, run.nodes[command.node_id], leg, fill, fee_usd)

    def _lock(self, run: GraphRun, only: str = "", touch: Touch = NO_TOUCH) -> list[Holding]:
        """Hold back what open orders may spend; give what limit orders touched.

        A market order counts at the touch that it was routed at, and keeps that until it ends.
        """
        graph = run.graph
        touched: list[Holding] = []
        for leg in every_leg(run):
            intent = leg.intent
            if only and intent.client_id != only:
                continue
            side, left = intent.side, Qty(intent.qty - leg.filled) if leg.is_live else Qty(0)
            px = intent.px or touch[side.buys]
            if not left and intent.px is None:
                self._ledger.release(intent.client_id)
            instrument = self.instrument(leg) if px else None
            if instrument is None:
                continue
            holding = self._ledger.holding(
                graph.client_id, graph.sandbox, intent.venue, spent(side, instrument), run.updated
            )
            taker = (instrument.fees.taker if instrument.fees else 0) or 0
            into, coming = received(side, instrument), brought(side, left, px)
            self._ledger.lock(intent.client_id, holding, needed(side, left, px, taker), into, coming)
            if intent.px is not None:
                touched.append(holding)
        return touched

    def _write(
        self,
        run: GraphRun,
        digest: str,
        events: Sequence[Event],
        first: int,
        fills: Iterable[FillRow] = (),
        positions: Iterable[Holding] = (),
    ) -> asyncio.Future[None]:
        graph_id = run.graph.graph_id
        rows = [EventRow(graph_id, seq, event.ts, encode_event(event)) for seq, event in enumerate(events, first)]
        orders = tuple([order_row(run, node) for node in run.nodes.values()])
        held = tuple([holding.row() for holding in positions])
        return self._journal.write(Batch(tuple(rows), graph_row(run, digest), orders, tuple(fills), held))


def every_leg(run: GraphRun) -> list[Leg]:
    """List a graph's child orders."""
    return [leg for node in run.nodes.values() for leg in node.legs]


def live_legs(run: GraphRun) -> list[Leg]:
    """List a graph's child orders that may be live."""
    return [leg for leg in every_leg(run) if leg.is_live]


def _touch_of(events: Sequence[Event]) -> Touch:
    return next(((each.bid, each.ask) for each in events if isinstance(each, Routed)), NO_TOUCH)


def _fault_of(durable: Promise) -> BaseException | None:
    return None if durable.cancelled() else durable.exception()


def _leg_of(event: Event) -> str:
    return event.leg if isinstance(event, Reported | Lost) else ""
