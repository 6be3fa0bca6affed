"""The desk of a real venue: its plugin's flows, driven over the transport.

What must stay true: an order is told as over only together with every fill that the venue counts. A venue lists trades
a moment after it counts them, and what is over is never asked about again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from venuekit.book.book import Book
from venuekit.capability import Op
from venuekit.errors import OrderGone, OutcomeUnknown
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Balance, NewOrder, OrderId, OrderReport
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, Qty, format_qty
from venuekit.venue import AccountFeed, Venue
from venuekit.wire import Flow
from venuekit_engine.desk.desk import Told

T = TypeVar("T")
Heard = TypeVar("Heard", Fill, OrderReport)
Drive = Callable[[Callable[[], Flow[object]]], Awaitable[object]]  # makes a flow and runs it
FILLS_WINDOW_NS: Final = 24 * 3600 * NANOS_PER_S  # how far back a cancelled order's fills are looked for
SKEW_NS: Final = 60 * NANOS_PER_S  # how far a venue's clock may be behind ours
KNOWN_MOST: Final = 1000  # orders whose fills are remembered; to forget one costs a reading
OVER: Final = (OrderState.CANCELLED, OrderState.REJECTED)  # FILLED is proven by its fills, in the reducer


class LiveDesk:
    """Sends child orders to one venue with one client's keys. `news` is called when the account may have changed."""

    tells = False
    settle_ns = Nanos(10 * NANOS_PER_S)  # twice the window within which venues accept a signed request

    def __init__(
        self,
        venue: Venue,
        drive: Drive,
        now: Callable[[], Nanos],
        news: Callable[[], None] = lambda: None,
        hide: Callable[[str], str] = str,
    ) -> None:
        self.venue = venue.id
        self.hide = hide  # takes the keys out of what the plugin says
        self._venue, self._drive, self._now, self._news = venue, drive, now, news
        self._known: dict[str, tuple[Fill, ...]] = {}  # of partly filled orders, so that history is not read each time

    @property
    def tells_balances(self) -> bool:
        """Say whether the plugin can read what the account holds."""
        return any(verbs.get(Op.BALANCES) for verbs in self._venue.capabilities.values())

    @property
    def tells_account(self) -> bool:
        """Say whether the plugin streams what happens to the account."""
        return any(verbs.get(Op.ACCOUNT_FEED) for verbs in self._venue.capabilities.values())

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        """Make the account's stream. Raises: whatever the plugin does, and its words may hold the keys."""
        return self._venue.account_feed(instruments)

    def restate(self, told: Heard, instrument: Instrument) -> Heard:
        """Express what a stream told in the terms of the instrument that we traded."""
        return self._venue.restate(told, instrument)

    def view(self, symbol: str, book: Book, side: Side, now: Nanos) -> Book:
        """Give the book as it is: the venue takes our trades out of it."""
        return book

    async def place(self, order: NewOrder) -> Told:
        """Submit. Raises: NotSent, Refused, OutcomeUnknown."""
        try:
            accepted = await self._run(lambda: self._venue.submit(order, self._now()))
        finally:
            self._news()
        return Told(accepted.state, accepted.venue_id, accepted.fills, mode=accepted.mode)

    async def cancel(self, order: OrderId) -> Told | None:
        """Cancel, then read the order's end: "gone" may mean filled."""
        asked = self._now()
        with suppress(OrderGone):
            await self._run(lambda: self._venue.cancel(order, asked))
        return await self.find(order, Nanos(asked - FILLS_WINDOW_NS))

    async def find(self, order: OrderId, since: Nanos) -> Told | None:
        """Query the order and its fills. Raises: OutcomeUnknown while fills of an order that is over are not listed."""
        try:
            report = await self._run(lambda: self._venue.query(order, self._now()))
        except OrderGone:
            return None
        fills = await self._fills(order, report, since)
        if report.state in OVER:
            _require_all(report, fills, self.venue)
        if report.state in OVER or report.state is OrderState.FILLED:
            self._known.pop(order.client_id, None)
            self._news()
        return Told(_end_of(report, fills), report.venue_id, fills, report.reason)

    async def balances(self) -> Sequence[Balance]:
        """Read what the account holds."""
        return await self._run(lambda: self._venue.balances(self._now()))

    async def _fills(self, order: OrderId, report: OrderReport, since: Nanos) -> tuple[Fill, ...]:
        known = self._known.get(order.client_id, ())
        if _sum(known) < report.filled:
            every = await self._run(lambda: self._venue.fills(order.instrument, Nanos(since - SKEW_NS), self._now()))
            known = tuple(fill for fill in every if _is_of(fill, order, report))
            self._remember(order, known)
            self._news()
        return known

    def _remember(self, order: OrderId, fills: tuple[Fill, ...]) -> None:
        self._known[order.client_id] = fills
        if len(self._known) > KNOWN_MOST:  # an order whose end was streamed is never asked about again
            del self._known[next(iter(self._known))]

    async def _run(self, make: Callable[[], Flow[T]]) -> T:
        # Not the flow itself: a plugin may fail while it makes one, and that is its driver's to judge too.
        return await self._drive(make)  # type: ignore[return-value]


def _is_of(fill: Fill, order: OrderId, report: OrderReport) -> bool:
    return fill.client_id == order.client_id or fill.venue_id == report.venue_id


def _end_of(report: OrderReport, fills: Sequence[Fill]) -> OrderState:
    """Tell the state, and that nothing more can trade where the venue lists all that filled an order.

    It may be less than we asked for: whoever has the keys can make an order smaller at the venue.
    """
    is_whole = report.state is OrderState.FILLED and 0 < report.filled <= _sum(fills)
    return OrderState.CANCELLED if is_whole else report.state  # the reducer calls it filled where it is


def _require_all(report: OrderReport, fills: Sequence[Fill], venue: str) -> None:
    listed = _sum(fills)
    if listed < report.filled:
        counted, told = format_qty(report.filled), format_qty(listed)
        raise OutcomeUnknown(f"the order is over with {counted} filled, and {told} are listed so far", venue=venue)


def _sum(fills: Sequence[Fill]) -> Qty:
    return Qty(sum(fill.qty for fill in fills))
