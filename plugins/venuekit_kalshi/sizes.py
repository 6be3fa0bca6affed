"""Kalshi: what rests at each price of one market.

Used by `feed.py` only. The venue tells changes as differences, and the core wants what there is now. What must stay
true: the sum of a snapshot and its differences is never below 0; where it would be, something was lost.
"""

from __future__ import annotations

from venuekit.market import Levels
from venuekit.side import Side
from venuekit.units import Px, Qty


class Sizes:
    """Both sides of one market's book, in the terms of YES. `seq` is the number of the last frame that it counts."""

    __slots__ = ("_sides", "seq")

    def __init__(self, bids: Levels, asks: Levels, seq: int) -> None:
        self._sides = {Side.BUY: dict(bids), Side.SELL: dict(asks)}
        self.seq = seq

    def add(self, side: Side, px: Px, change: Qty) -> Qty:
        """Add a difference and give what rests now. Raises: ValueError where that would be less than nothing."""
        sizes = self._sides[side]
        rests = Qty(sizes.get(px, 0) + change)
        if rests < 0:
            raise ValueError(f"a change of {change} at {px} leaves {rests}")
        if rests:
            sizes[px] = rests
        else:
            sizes.pop(px, None)
        return rests
