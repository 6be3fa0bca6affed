"""Paper orders that rest, by price: a market event looks at the best price only, however many there are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterator

from venuekit.order import NewOrder
from venuekit.side import Side
from venuekit.units import Px, Qty


class Resting:
    """One order with what is left of it."""

    __slots__ = ("fills", "left", "order", "px")

    def __init__(self, order: NewOrder, px: Px, left: Qty, fills: int) -> None:
        self.order, self.px, self.left, self.fills = order, px, left, fills


class Queue:
    """The resting orders of one side of one instrument, best price first, oldest first at a price."""

    __slots__ = ("_at", "_keys", "_sign")

    def __init__(self, side: Side) -> None:
        self._sign = side.sign
        self._keys: list[int] = []  # best last
        self._at: dict[int, deque[Resting]] = {}

    def add(self, order: Resting) -> None:
        """Let an order rest behind those at its price."""
        key = order.px * self._sign
        if key not in self._at:
            insort(self._keys, key)
            self._at[key] = deque()
        self._at[key].append(order)

    def drop(self, order: Resting) -> None:
        """Take an order off."""
        key = order.px * self._sign
        waiting = self._at[key]
        waiting.remove(order)
        if not waiting:
            del self._at[key]
            del self._keys[bisect_left(self._keys, key)]

    @property
    def best(self) -> Px | None:
        """The price that trades first, None when nothing rests."""
        return Px(self._keys[-1] * self._sign) if self._keys else None

    def reached(self, px: Px, *, through: bool) -> Iterator[Resting]:
        """Give the orders that a market at `px` reaches: better than it, or equal where `through` is false."""
        limit = px * self._sign
        # Only the part that is reached is copied (orders leave while they are filled), however many rest.
        first = bisect_right(self._keys, limit) if through else bisect_left(self._keys, limit)
        for key in reversed(self._keys[first:]):
            yield from tuple(self._at.get(key, ()))

    def __len__(self) -> int:
        return sum(map(len, self._at.values()))
