"""One side of a made-up book: quantities on rungs, the best at the touch, always the same number of them.

Used by `maker.py`. Pure: randomness is handed in. What must stay true: what lies beyond a touch that moved was traded,
so a book never loses its best level without a trade.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Final

from venuekit.side import Side
from venuekit.units import Qty, floor_to

DEPTH: Final = 30  # levels a side

Change = tuple[int, Qty]  # a rung and its new quantity


class Shelf:
    """Bids (BUY) or asks (SELL) around a touch. Rungs grow with the price."""

    __slots__ = ("_least", "_lot", "_most", "_sign", "qtys", "touch")

    def __init__(self, side: Side, touch: int, sizes: tuple[Qty, Qty, Qty], rng: Random) -> None:
        self._sign, self.touch = side.sign, touch
        self._lot, self._least, self._most = sizes
        self.qtys: dict[int, Qty] = {}
        self._put(range(touch, touch - self._sign * DEPTH, -self._sign), rng)

    def move(self, touch: int, rng: Random) -> tuple[list[Change], list[Change]]:
        """Move the touch; give what was traded on the way, best first, and every change of the book."""
        sign, old = self._sign, self.touch
        end, old_end = touch - sign * DEPTH, old - sign * DEPTH
        taken = [(rung, self.qtys.pop(rung)) for rung in range(old, touch, -sign)]
        gone = [(rung, Qty(0)) for rung in range(end, old_end, -sign) if self.qtys.pop(rung, 0)]
        self.touch = touch
        fresh = self._put(range(touch, old, -sign), rng) + self._put(range(old_end, end, -sign), rng)
        return taken, [(rung, Qty(0)) for rung, _ in taken] + gone + fresh

    def bite(self, rng: Random) -> tuple[Change, Change] | None:
        """Trade a part of the best level; None where it is too small to share."""
        left = self.qtys[self.touch]
        part = Qty(floor_to(left * rng.randrange(10, 90) // 100, self._lot))
        if not 0 < part < left:
            return None
        self.qtys[self.touch] = Qty(left - part)
        return (self.touch, part), (self.touch, self.qtys[self.touch])

    def churn(self, rng: Random) -> list[Change]:
        """Give one level behind the touch another quantity."""
        return self._put([self.touch - self._sign * rng.randrange(1, DEPTH)], rng)

    def _put(self, rungs: Iterable[int], rng: Random) -> list[Change]:
        changes = [(rung, self._draw(rung, rng)) for rung in rungs]
        self.qtys.update(changes)
        return changes

    def _draw(self, rung: int, rng: Random) -> Qty:
        # Levels grow with their distance, as in a real book.
        size = rng.randrange(self._least, self._most) * (8 + abs(rung - self.touch)) // 8
        return Qty(max(self._lot, floor_to(size, self._lot)))
