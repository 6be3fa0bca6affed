"""What the streams of accounts tell, taken into the runtime: fills and orders as they happen.

Used by the composition root, between `desk/streams.py` and the runtime. What must stay true: only an order of this
client at this venue is moved; an order is over only together with every fill that the venue counts, and is asked about
until then; what a stream missed is asked for. What is told twice, or by polling too, counts once in the reducer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from venuekit.fill import Fill
from venuekit.graph.run import GraphRun, Leg
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.market import Gap
from venuekit.order import Balance, OrderReport
from venuekit.units import Nanos
from venuekit.venue import AccountEvent
from venuekit_engine.desk.desk import Told
from venuekit_engine.runtime.reconcile import Reconciler
from venuekit_engine.runtime.runtime import Runtime

Heard = TypeVar("Heard", Fill, OrderReport)
OVER: Final = (OrderState.CANCELLED, OrderState.REJECTED)


class Source(Protocol):
    """The desk whose account it is."""

    venue: str

    def restate(self, told: Heard, instrument: Instrument) -> Heard: ...


class Tidings:
    """Takes the events of every account's stream. `stir` is called when what an account holds may have changed."""

    def __init__(
        self, runtime: Runtime, reconciler: Reconciler, stir: Callable[[str, str], None], now: Callable[[], Nanos]
    ) -> None:
        self._runtime, self._reconciler, self._stir, self._now = runtime, reconciler, stir, now

    def take(self, client_id: str, desk: Source, events: Sequence[AccountEvent]) -> None:
        """Take what one frame told."""
        for event in events:
            if isinstance(event, Gap):
                self._reconciler.hurry(client_id, desk.venue)
            elif isinstance(event, Fill):
                self._take_fill(client_id, desk, event)
            elif isinstance(event, OrderReport):
                self._take_report(client_id, desk, event)
        if any(isinstance(event, Balance | Fill) for event in events):
            self._stir(client_id, desk.venue)

    def _take_fill(self, client_id: str, desk: Source, fill: Fill) -> None:
        found = self._find(client_id, desk.venue, fill)
        if found is None:
            return
        leg, instrument = found
        told = desk.restate(fill, instrument)
        self._runtime.heard(leg.intent.client_id, Told(OrderState.ACCEPTED, told.venue_id, (told,)))

    def _take_report(self, client_id: str, desk: Source, report: OrderReport) -> None:
        found = self._find(client_id, desk.venue, report)
        if found is None or found[0].state is OrderState.INTENT:
            return  # its answer is on the way, which tells more: the reason of a refusal, the fills of what took
        leg, instrument = found
        told, name = desk.restate(report, instrument), leg.intent.client_id
        if told.state in OVER and told.filled > leg.filled:
            self._runtime.doubts.setdefault(name, self._now())
        else:
            self._runtime.heard(name, Told(told.state, told.venue_id, message=told.reason))

    def _find(self, client_id: str, venue: str, told: Fill | OrderReport) -> tuple[Leg, Instrument] | None:
        """Find the child order that is spoken of; None where it is none of ours, or over."""
        graphs = self._runtime.graphs
        found = graphs.leg(told.client_id) or self._named_by_venue(told.venue_id, client_id, venue)
        if found is None or not _is_of(found, client_id, venue):
            return None
        instrument = graphs.instrument(found[1])
        return None if instrument is None else (found[1], instrument)

    def _named_by_venue(self, venue_id: str, client_id: str, venue: str) -> tuple[GraphRun, Leg] | None:
        # Not every venue gives our name with everything. An order that is asked about has the venue's.
        named = (self._runtime.graphs.leg(name) for name in self._runtime.polled)
        return next(
            (each for each in named if each and each[1].venue_id == venue_id and _is_of(each, client_id, venue)), None
        )


def _is_of(found: tuple[GraphRun, Leg], client_id: str, venue: str) -> bool:
    run, leg = found
    return (run.graph.client_id, run.graph.sandbox, leg.intent.venue) == (client_id, False, venue)
