"""A desk that does what a test tells it, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections import deque

from venuekit.book.book import Book
from venuekit.fill import Fill
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OrderId
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, Px, Qty, Usd
from venuekit_engine.desk.desk import Told

Answer = Told | Exception | None


class ScriptedDesk:
    """Answers each verb with what was queued for it. A verb without an answer fails the test."""

    tells = False
    settle_ns = Nanos(10 * NANOS_PER_S)

    def __init__(self, venue: str = "alpha") -> None:
        self.venue = venue
        self.going: asyncio.Event | None = None  # what orders and cancels wait for on their way, if anything
        self.placing: deque[Answer] = deque()
        self.cancelling: deque[Answer] = deque()
        self.finding: deque[Answer] = deque()
        self.placed: list[NewOrder] = []
        self.cancelled: list[OrderId] = []
        self.found: list[OrderId] = []

    def view(self, symbol: str, book: Book, side: Side, now: Nanos) -> Book:
        """Give the book as it is."""
        return book

    async def place(self, order: NewOrder) -> Told:
        """Answer with the next of `placing`."""
        self.placed.append(order)
        await self._travel()
        answer = _raise(self.placing.popleft())
        assert answer is not None
        return answer

    async def cancel(self, order: OrderId) -> Told | None:
        """Answer with the next of `cancelling`."""
        self.cancelled.append(order)
        await self._travel()
        return _raise(self.cancelling.popleft())

    async def find(self, order: OrderId, since: Nanos) -> Told | None:
        """Answer with the next of `finding`."""
        self.found.append(order)
        return _raise(self.finding.popleft())

    async def _travel(self) -> None:
        if self.going is not None:
            await self.going.wait()


def fill_of(order: NewOrder, px: Px, qty: Qty, trade_id: str = "t1", fee: int = 0) -> Fill:
    """Make a fill of an order."""
    return Fill(
        trade_id=trade_id, client_id=order.client_id, venue_id="v1", venue_symbol=order.instrument.venue_symbol,
        side=order.side, px=px, qty=qty, fee=Usd(fee), fee_asset=order.instrument.quote,
    )  # fmt: skip


def told(state: OrderState, *fills: Fill) -> Told:
    """Say a state with fills."""
    return Told(state, "v1", fills)


def _raise(answer: Answer) -> Told | None:
    if isinstance(answer, Exception):
        raise answer
    return answer
