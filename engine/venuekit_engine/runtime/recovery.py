"""Rebuilds every live graph from the journal when the engine starts.

Nothing is sent to a venue here: what may be live there is put in doubt and asked about. A paper desk lives in this
process, so what it did is journalled or never happened: orders that rested rest again, one that was to rest and did
not yet rests now, and one that was to trade at once is too late and ends. A paper order needs its venue's list; while
that is missing it is neither lost nor asked about: it waits.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import structlog

from venuekit.graph.event import decode_event
from venuekit.graph.reducer import Impossible, replay
from venuekit.graph.run import GraphRun, Leg
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import TimeInForce
from venuekit_engine.runtime.graphs import live_legs
from venuekit_engine.runtime.runtime import Runtime
from venuekit_engine.runtime.send import new_order
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.store.fault import StoreError
from venuekit_engine.store.store import Store

log = structlog.get_logger(__name__)

RESTED = (OrderState.ACCEPTED, OrderState.PARTIAL)
PaperOf = Callable[[GraphRun, str], PaperDesk | None]  # the paper desk of a graph's venue, if it is on paper


class Recovery:
    """Brings back what was live. `waiting` names the child orders whose venue has not told what it lists."""

    def __init__(self, runtime: Runtime, store: Store, paper: PaperOf) -> None:
        self._runtime, self._store, self._paper = runtime, store, paper
        self.waiting: set[str] = set()

    def begin(self) -> int:
        """Restore every live graph; give how many. Raises: StoreError for one that cannot be read."""
        rows = self._store.live_graphs()
        for row in rows:
            run = self._replay(row.graph_id)
            self._runtime.restore(run, row.digest)
            log.info("graph_recovered", graph_id=row.graph_id, live_orders=len(live_legs(run)))
        self._resume_all(self._runtime.graphs.legs())
        return len(rows)

    def go_on(self) -> None:
        """Bring back those that wait, where their venue's list is there by now."""
        legs = self._runtime.graphs.legs()
        self._resume_all([(run, leg) for run, leg in legs if leg.intent.client_id in self.waiting])

    def _replay(self, graph_id: str) -> GraphRun:
        try:
            return replay(decode_event(each.body) for each in self._store.live_events(graph_id))
        except (msgspec.MsgspecError, Impossible) as error:
            # To start without it would be to forget orders that may be live.
            raise StoreError(f"the journal of {graph_id} cannot be read: {error}") from error

    def _resume_all(self, legs: list[tuple[GraphRun, Leg]]) -> None:
        self.waiting = set()
        touched: set[tuple[PaperDesk, str]] = set()
        for run, leg in legs:
            desk = self._paper(run, leg.intent.venue)
            instrument = self._runtime.graphs.instrument(leg)
            if desk is None:
                continue
            if instrument is None:
                self._runtime.doubts.pop(leg.intent.client_id, None)
                self.waiting.add(leg.intent.client_id)
            else:
                self._resume(run, leg, instrument, desk)
                touched.add((desk, leg.intent.symbol))
        for desk, symbol in touched:
            desk.on_book(symbol)  # the market may have come to their price meanwhile, and stand still there

    def _resume(self, run: GraphRun, leg: Leg, instrument: Instrument, desk: PaperDesk) -> None:
        """Let an order rest, unless it was to trade at once. What stays in doubt is asked about.

        Asking tells that an order rests now, ends one that does not, and cancels again what was to be cancelled.
        """
        intent = leg.intent
        is_leaving = run.nodes[intent.node_id].cancel_asked
        rested, rests = leg.state in RESTED, intent.tif is TimeInForce.GTC and not is_leaving
        if rested or rests:
            desk.restore(new_order(intent, instrument), leg.filled, len(leg.trades))
        if rested and not is_leaving:
            self._runtime.doubts.pop(intent.client_id, None)
        else:
            self._runtime.doubts[intent.client_id] = run.updated
        self._runtime.graphs.hold(run)
