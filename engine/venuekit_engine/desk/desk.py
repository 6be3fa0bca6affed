"""What a desk does, whichever it is. Nothing above it knows whether an order is on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec

from venuekit.book.book import Book
from venuekit.capability import Mode
from venuekit.fill import Fill
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OrderId
from venuekit.side import Side
from venuekit.units import Nanos


class Told(msgspec.Struct, frozen=True, gc=False):
    """What a venue says of one child order, with every fill that the desk knows of."""

    state: OrderState
    venue_id: str = ""
    fills: tuple[Fill, ...] = ()
    message: str = ""
    mode: Mode = Mode.NATIVE


Tell: TypeAlias = Callable[[str, Told], None]  # (client order id, what is told)


class Desk(Protocol):
    """One venue for one client.

    `tells` desks report later changes by themselves; others are asked with `find`. `settle_ns` is how long after
    sending a venue's "never heard of it" cannot be trusted yet. Every verb raises the core's `TradeError`s.
    """

    venue: str
    tells: bool
    settle_ns: Nanos

    def view(self, symbol: str, book: Book, side: Side, now: Nanos) -> Book:
        """Give the book as an order of this side would find it."""
        ...

    async def place(self, order: NewOrder) -> Told: ...

    async def cancel(self, order: OrderId) -> Told | None:
        """Take an order off and tell its end, late fills included; None when the venue does not know it."""
        ...

    async def find(self, order: OrderId, since: Nanos) -> Told | None:
        """Ask what became of an order sent at `since`; None when the venue does not know it."""
        ...
