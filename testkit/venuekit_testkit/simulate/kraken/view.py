"""What one subscriber sees of one book: its best levels, as many as were asked for.

Used by `stream.py`. What must stay true: a client that applies the changes and cuts the rest off has the levels that
are here; a level that is only pushed out by better ones is not told.
Source: https://docs.kraken.com/api/docs/guides/spot-ws-book-v2, read 2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal

from venuekit_testkit.simulate.exchange.book import Levels, RestingOrders

SIDES = ("buy", "sell")
GONE = Decimal(0)


class View:
    """The best `depth` levels of a book, as they were told last."""

    def __init__(self, book: RestingOrders, depth: int) -> None:
        self.depth, self._book = depth, book
        self._told: dict[str, dict[Decimal, Decimal]] = {side: {} for side in SIDES}

    def snapshot(self) -> tuple[Levels, Levels]:
        """Tell all of it: bids, then asks, best first."""
        self.changes()
        bids, asks = (list(self._told[side].items()) for side in SIDES)
        return bids, asks

    def changes(self) -> tuple[Levels, Levels]:
        """Tell what changed since it was last asked: bids, then asks."""
        bids, asks = (self._change(side) for side in SIDES)
        return bids, asks

    def _change(self, side: str) -> Levels:
        levels = self._book.levels(side)
        there, seen, before = dict(levels), dict(levels[: self.depth]), self._told[side]
        self._told[side] = seen
        gone = [(px, GONE) for px in before if px not in there]
        return gone + [(px, qty) for px, qty in seen.items() if before.get(px) != qty]
