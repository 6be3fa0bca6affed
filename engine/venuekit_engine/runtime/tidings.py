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
        is_behind = told.filled > leg.filled
        if not (is_behind and told.state in OVER):
            self._runtime.heard(name, Told(_end_of(told, leg), told.venue_id, message=told.reason))
        if is_behind:  # a trade was not told, or not yet
            self._runtime.doubts.setdefault(name, self._now())

    def _find(self, client_id: str, venue: str, told: Fill | OrderReport) -> tuple[Leg, Instrument] | None:
        """Find the child order that is spoken of; None where it is none of ours, or over."""
        graphs = self._runtime.graphs
        found = graphs.leg(told.client_id) or self._named_by_venue(told, client_id, venue)
        if found is None or not _is_of(found, client_id, venue):
            return None
        instrument = graphs.instrument(found[1])
        return None if instrument is None else (found[1], instrument)

    def _named_by_venue(self, told: Fill | OrderReport, client_id: str, venue: str) -> tuple[GraphRun, Leg] | None:
        # Not every venue gives our name with everything. An order that is asked about has the venue's.
        named = (self._runtime.graphs.leg(name) for name in self._runtime.polled)
        return next(
            (each for each in named if each and _is_numbered(each[1], told) and _is_of(each, client_id, venue)), None
        )


def _end_of(told: OrderReport, leg: Leg) -> OrderState:
    """Tell the state, and that nothing more can trade once every fill of what is filled was seen.

    It may be less than we asked for: whoever has the keys can make an order smaller at the venue.
    """
    is_whole = told.state is OrderState.FILLED and 0 < told.filled <= leg.filled
    return OrderState.CANCELLED if is_whole else told.state  # the reducer calls it filled where it is


def _is_numbered(leg: Leg, told: Fill | OrderReport) -> bool:
    """Compare by the venue's number. Binance counts each market's orders apart, and others may trade with the keys."""
    return (leg.venue_id, leg.intent.venue_symbol) == (told.venue_id, told.venue_symbol)


def _is_of(found: tuple[GraphRun, Leg], client_id: str, venue: str) -> bool:
    run, leg = found
    return (run.graph.client_id, run.graph.sandbox, leg.intent.venue) == (client_id, False, venue)
