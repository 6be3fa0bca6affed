"""The desk of a real venue: its plugin's flows, driven over the transport."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from venuekit.book.book import Book
from venuekit.errors import OrderGone
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, OrderId
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import Venue
from venuekit.wire import Flow
from venuekit_engine.desk.desk import Told

T = TypeVar("T")
FILLS_WINDOW_NS = 24 * 3600 * NANOS_PER_S  # how far back a cancelled order's fills are looked for


class LiveDesk:
    """Sends child orders to one venue with one client's keys."""

    tells = False
    settle_ns = Nanos(10 * NANOS_PER_S)  # twice the window within which venues accept a signed request

    def __init__(self, venue: Venue, drive: Callable[[Flow[object]], Awaitable[object]], now: Callable[[], Nanos]):
        self.venue = venue.id
        self._venue, self._drive, self._now = venue, drive, now

    def view(self, symbol: str, book: Book, side: Side, now: Nanos) -> Book:
        """Give the book as it is: the venue takes our trades out of it."""
        return book

    async def place(self, order: NewOrder) -> Told:
        """Submit. Raises: NotSent, Refused, OutcomeUnknown."""
        accepted = await self._run(self._venue.submit(order, self._now()))
        return Told(accepted.state, accepted.venue_id, accepted.fills, mode=accepted.mode)

    async def cancel(self, order: OrderId) -> Told | None:
        """Cancel, then read the order's end: "gone" may mean filled."""
        asked = self._now()
        with suppress(OrderGone):
            await self._run(self._venue.cancel(order, asked))
        return await self.find(order, Nanos(asked - FILLS_WINDOW_NS))

    async def find(self, order: OrderId, since: Nanos) -> Told | None:
        """Query the order and its fills."""
        try:
            report = await self._run(self._venue.query(order, self._now()))
        except OrderGone:
            return None
        fills: tuple[Fill, ...] = ()
        if report.filled:
            fills = await self._fills(order.instrument, report.venue_id, order.client_id, since)
        return Told(report.state, report.venue_id, fills, report.reason)

    async def _fills(self, instrument: Instrument, venue_id: str, client_id: str, since: Nanos) -> tuple[Fill, ...]:
        every = await self._run(self._venue.fills(instrument, since, self._now()))
        return tuple(fill for fill in every if client_id in (fill.client_id, "") or fill.venue_id == venue_id)

    async def _run(self, flow: Flow[T]) -> T:
        return await self._drive(flow)  # type: ignore[return-value]
