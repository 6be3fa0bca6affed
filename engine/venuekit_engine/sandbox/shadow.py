"""What we took from a book on paper, so that the same displayed quantity is not taken twice.

The venue's book does not know of paper trades. A take is deducted from its level until the venue shows another
quantity there, or until it is old: by then the market has had time to answer.
"""

from __future__ import annotations

from typing import Final

from venuekit.book.ladder import Ladder
from venuekit.units import NANOS_PER_S, Nanos, Px, Qty

FORGET_NS: Final = 10 * NANOS_PER_S
MAX_LEVELS: Final = 4_096


class Shadow:
    """Our recent takes of one side of one book, by price."""

    __slots__ = ("_taken",)

    def __init__(self) -> None:
        self._taken: dict[Px, tuple[Qty, Qty, Nanos]] = {}  # taken, the quantity displayed then, when

    def left(self, px: Px, displayed: Qty, now: Nanos) -> Qty:
        """Give what a level still has for us."""
        taken = self._taken.get(px)
        if taken is None:
            return displayed
        if taken[1] != displayed or now - taken[2] > FORGET_NS:
            del self._taken[px]
            return displayed
        return Qty(max(0, displayed - taken[0]))

    def thin(self, ladder: Ladder, now: Nanos) -> Ladder:
        """Give a side of the book without what we took; the side itself where nothing is taken."""
        if not self._taken:
            return ladder
        taken = [(px, left) for px in tuple(self._taken) if (left := self._visible(ladder, px, now)) is not None]
        if not taken:
            return ladder
        thinned = ladder.copy()
        thinned.set_all(taken)
        return thinned

    def take(self, px: Px, qty: Qty, displayed: Qty, now: Nanos) -> None:
        """Note a take."""
        if len(self._taken) >= MAX_LEVELS:
            self._forget(now)
        before = self._taken.get(px)
        self._taken[px] = (Qty(qty + (before[0] if before else 0)), displayed, now)

    def _visible(self, ladder: Ladder, px: Px, now: Nanos) -> Qty | None:
        displayed = Qty(ladder.qtys.get(px * ladder.sign, 0))
        left = self.left(px, displayed, now)
        return left if left != displayed else None

    def _forget(self, now: Nanos) -> None:
        self._taken = {px: taken for px, taken in self._taken.items() if now - taken[2] <= FORGET_NS}
