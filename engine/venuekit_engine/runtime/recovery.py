"""Rebuilds every live graph from the journal when the engine starts.

Nothing is sent here: what may be live at a venue is put in doubt and asked about. Paper orders that rested rest again.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from venuekit.graph.event import decode_event
from venuekit.graph.reducer import replay
from venuekit.graph.run import GraphRun
from venuekit.lifecycle import OrderState
from venuekit_engine.runtime.graphs import live_legs
from venuekit_engine.runtime.runtime import Runtime, new_order
from venuekit_engine.sandbox.desk import PaperDesk
from venuekit_engine.store.store import Store

log = structlog.get_logger(__name__)

RESTED = (OrderState.ACCEPTED, OrderState.PARTIAL)


def recover(runtime: Runtime, store: Store, paper: Callable[[GraphRun, str], PaperDesk | None]) -> int:
    """Restore every live graph; give how many. `paper` names the paper desk of a graph's venue, if it is on paper."""
    rows = store.live_graphs()
    for row in rows:
        run = replay(decode_event(each.body) for each in store.live_events(row.graph_id))
        runtime.restore(run, row.digest)
        for leg in live_legs(run):
            desk, instrument = paper(run, leg.intent.venue), runtime.graphs.instrument(leg)
            if desk is not None and instrument is not None and leg.state in RESTED:
                desk.restore(new_order(leg.intent, instrument), leg.filled, len(leg.trades))
                runtime.doubts.pop(leg.intent.client_id, None)
        log.info("graph_recovered", graph_id=row.graph_id, live_orders=len(live_legs(run)))
    return len(rows)
