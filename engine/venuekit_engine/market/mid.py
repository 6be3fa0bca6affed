"""What an asset is worth in dollars, from the books.

Used by the hub, for positions and fees. What must stay true: a price is fresh where there is a fresh one, else the last
that was known, never a guess; a stablecoin counts as one dollar.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.book.consolidated import Consolidated
from venuekit.units import PX_SCALE, Nanos, Px

DOLLAR: Final = Px(PX_SCALE)
QUOTES: Final = ("USD", "USDT", "USDC")  # what counts as one dollar, and in which order pairs are asked


class Mids:
    """Mids of ASSET-USD, -USDT and -USDC, remembered as they are read."""

    def __init__(self, symbols: Mapping[str, Consolidated]) -> None:
        self._symbols = symbols
        self._last: dict[str, Px] = {}

    def price(self, asset: str, now: Nanos) -> Px | None:
        """Price one unit of an asset, or None where no book ever told."""
        if asset in QUOTES:
            return DOLLAR
        pairs = [pair for quote in QUOTES if (pair := self._symbols.get(f"{asset}-{quote}")) is not None]
        fresh = next((mid for pair in pairs if (mid := pair.nbbo(now).mid) is not None), None)
        if fresh is not None:
            self._last[asset] = fresh
            return fresh
        return self._last.get(asset) or next((mid for pair in pairs if (mid := _stale(pair)) is not None), None)


def _stale(pair: Consolidated) -> Px | None:
    """Give the middle of the first book that still has both sides, however old."""
    for listing in pair.listings.values():
        bid, _, ask, _ = listing.book.top()
        if 0 < bid < ask:
            return Px((bid + ask) // 2)
    return None
