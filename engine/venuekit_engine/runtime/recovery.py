"""Rebuilds every live graph from the journal when the engine starts.

Nothing is sent to a venue here: what may be live there is put in doubt and asked about. A paper desk lives in this
process, so what it did is journalled or never happened: orders that rested rest again, one that was to rest and had
not yet is placed, and one that was to trade at once is too late and ends.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from venuekit.graph.event import decode_event
from venuekit.graph.reducer import replay
from venuekit.graph.run import GraphRun, Leg
from venuekit.lifecycle import OrderState
from venuekit.order import TimeInForce
from venuekit_engine.runtime.graphs import live_legs
from venuekit_engine.runtime.runtime import Runtime, new_order
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.store.store import Store

log = structlog.get_logger(__name__)

RESTED = (OrderState.ACCEPTED, OrderState.PARTIAL)


def recover(runtime: Runtime, store: Store, paper: Callable[[GraphRun, str], PaperDesk | None]) -> int:
    """Restore every live graph; give how many. `paper` names the paper desk of a graph's venue, if it is on paper."""
    rows = store.live_graphs()
    touched: set[tuple[PaperDesk, str]] = set()
    for row in rows:
        run = replay(decode_event(each.body) for each in store.live_events(row.graph_id))
        runtime.restore(run, row.digest)
        for leg in live_legs(run):
            desk = paper(run, leg.intent.venue)
            if desk is not None:
                _resume(runtime, run, leg, desk)
                touched.add((desk, leg.intent.symbol))
        log.info("graph_recovered", graph_id=row.graph_id, live_orders=len(live_legs(run)))
    for desk, symbol in touched:
        desk.on_book(symbol)  # the market may have come to their price meanwhile, and stand still there
    return len(rows)


def _resume(runtime: Runtime, run: GraphRun, leg: Leg, desk: PaperDesk) -> None:
    """Bring an order back to its paper desk. One left in doubt is asked about, which ends it or cancels it again."""
    intent, instrument = leg.intent, runtime.graphs.instrument(leg)
    if instrument is None:
        return
    is_leaving = run.nodes[intent.node_id].cancel_asked
    if leg.state in RESTED:
        desk.restore(new_order(intent, instrument), leg.filled, len(leg.trades))
        if not is_leaving:
            runtime.doubts.pop(intent.client_id, None)
    elif leg.state is OrderState.INTENT and intent.tif is TimeInForce.GTC and not is_leaving:
        runtime.place(run.graph.graph_id, leg)
