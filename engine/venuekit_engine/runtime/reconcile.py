"""Finds out what became of child orders: those in doubt, and those whose desk does not report by itself.

An order is polled every two seconds, and every half minute while the account's stream tells and misses nothing.
What must stay true: "never heard of it" is believed only after the time within which a venue may still take a request
that was sent, and of an order that it had taken only when it says so for as long; until then, and whenever asking
fails, the order stays as it is and is asked about again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from venuekit.errors import TradeError
from venuekit.graph.run import Leg
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.units import NANOS_PER_S, Nanos
from venuekit_engine.desk.desk import Desk, Told
from venuekit_engine.runtime.runtime import TAKEN, Runtime

log = structlog.get_logger(__name__)

PERIOD_NS: Final = Nanos(NANOS_PER_S)
POLL_NS: Final = Nanos(2 * NANOS_PER_S)  # of a resting order whose desk does not tell
CALM_POLL_NS: Final = Nanos(30 * NANOS_PER_S)  # of one whose account has a stream that misses nothing


class Reconciler:
    """Asks, in rounds, on the engine's clock. `tells` says whether a client's stream misses nothing of a market."""

    def __init__(
        self,
        runtime: Runtime,
        now: Callable[[], Nanos],
        sleep_until: Callable[[Nanos], Awaitable[None]],
        tells: Callable[[str, Instrument], bool] = lambda client_id, instrument: False,
    ) -> None:
        self._runtime, self._now, self._sleep_until, self._tells = runtime, now, sleep_until, tells
        self._asked: dict[str, Nanos] = {}
        self._missed: dict[str, Nanos] = {}  # since when a venue says that it never heard of them
        self._asking: set[str] = set()

    async def run(self) -> None:
        """Ask for ever; cancel to stop. A venue that is slow to answer holds up its own orders only."""
        async with asyncio.TaskGroup() as rounds:
            while True:
                rounds.create_task(self.round())
                await self._sleep_until(Nanos(self._now() + PERIOD_NS))

    async def round(self) -> None:
        """Ask once about everything that is due. Costs what is in doubt or polled, not what is open."""
        if self._runtime.graphs.halted:
            return  # no answer could be taken
        doubts, polled = self._runtime.doubts, self._runtime.polled
        for times in (self._asked, self._missed):
            for name in [name for name in times if name not in polled and name not in doubts]:
                del times[name]
        due = [*doubts, *(name for name in polled if name not in doubts and self._is_due(name))]
        await asyncio.gather(*map(self._ask, due))

    async def ask_account(self, client_id: str, venue: str) -> None:
        """Ask now about every live order that one client has at one venue."""
        names = {*self._runtime.doubts, *self._runtime.polled}
        await asyncio.gather(*(self._ask(name) for name in names if self._is_of(name, client_id, venue)))

    def hurry(self, client_id: str, venue: str) -> None:
        """Ask in the next round about every live order that one client has at one venue."""
        self._asked = {name: at for name, at in self._asked.items() if not self._is_of(name, client_id, venue)}

    def _is_of(self, name: str, client_id: str, venue: str) -> bool:
        found = self._runtime.graphs.leg(name)
        if found is None:
            return False
        run, leg = found
        return (run.graph.client_id, run.graph.sandbox, leg.intent.venue) == (client_id, False, venue)

    def _is_due(self, name: str) -> bool:
        # Either way: a clock that was set back must not silence us.
        waited = abs(self._now() - self._asked.get(name, Nanos(0)))
        return waited >= CALM_POLL_NS or (waited >= POLL_NS and not self._is_told(name))

    def _is_told(self, name: str) -> bool:
        found = self._runtime.graphs.leg(name)
        instrument = self._runtime.graphs.instrument(found[1]) if found is not None else None
        return found is not None and instrument is not None and self._tells(found[0].graph.client_id, instrument)

    async def _ask(self, name: str) -> None:
        if name in self._asking:
            return
        self._asking.add(name)
        try:
            await self._find_out(name)
        finally:
            self._asking.discard(name)

    async def _find_out(self, name: str) -> None:
        found = self._runtime.graphs.leg(name)
        if found is None or not found[1].is_live:
            self._runtime.doubts.pop(name, None)
            self._runtime.polled.discard(name)
            return
        run, leg = found
        desk, order = self._runtime.desk_of(run.graph, leg), self._runtime.order_id(leg)
        if desk is None or order is None:
            return  # the desk or the venue's list is not there yet; the doubt stays
        self._asked[name] = self._now()
        try:
            told = await desk.find(order, run.created)
        except Exception as error:
            fault = not isinstance(error, TradeError)
            log.warning(
                "reconcile_failed", venue=leg.intent.venue, client_order_id=name, error=str(error), exc_info=fault
            )
            return
        if told is not None:
            self._missed.pop(name, None)
        elif self._is_gone(leg, desk):
            told = Told(OrderState.CANCELLED, leg.venue_id, message="the venue does not know it")
        if told is not None:
            self._runtime.answered(name, told)

    def _is_gone(self, leg: Leg, desk: Desk) -> bool:
        name = leg.intent.client_id
        doubted = self._runtime.doubts.setdefault(name, self._now())
        missed = self._missed.setdefault(name, self._now())
        # An order that it had taken may be in doubt for other reasons, and for long.
        return self._now() - (missed if leg.state in TAKEN else doubted) >= desk.settle_ns
