"""Kraken's book checksum: CRC32 over the digits of the ten best levels of each side.

Used by `feed.py`. Pure: the same book gives the same number, the memo only saves work.
Asks low to high, then bids high to low; of each level the price and the quantity as Kraken writes them, without the
point and without leading zeros. How many decimals Kraken writes belongs to the pair, not to the number.
Source: https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2, read 2026-11-21.
"""

from __future__ import annotations

from typing import Final
from zlib import crc32

from venuekit.book.book import Book
from venuekit.book.ladder import Ladder
from venuekit.units import PX_DECIMALS, QTY_DECIMALS

LEVELS: Final = 10  # of each side, whatever depth was subscribed
MAX_MEMO: Final = 65_536


class Digits(dict[int, str]):
    """The digits that are hashed for a scaled integer, by that integer.

    `scale` is how many decimals the integer carries, `decimals` how many the venue writes. The sign is not looked at,
    because asks are kept under negated prices.
    """

    __slots__ = ("unit",)

    def __init__(self, scale: int, decimals: int) -> None:
        super().__init__()
        if not 0 <= decimals <= scale:
            raise ValueError(f"decimals must be from 0 to {scale}, were {decimals}")
        self.unit = 10 ** (scale - decimals)

    def __missing__(self, value: int) -> str:
        if len(self) >= MAX_MEMO:
            self.clear()
        digits = self[value] = str(abs(value) // self.unit)
        return digits


class Checksum:
    """Computes the checksum of one pair's book."""

    __slots__ = ("_px", "_qty")

    def __init__(self, px_decimals: int, qty_decimals: int) -> None:
        self._px = Digits(PX_DECIMALS, px_decimals)
        self._qty = Digits(QTY_DECIMALS, qty_decimals)

    def __call__(self, book: Book) -> int:
        """Compute what Kraken's `checksum` must be for this book."""
        digits: list[str] = []
        self._add(book.asks, digits)
        self._add(book.bids, digits)
        return crc32("".join(digits).encode())

    def _add(self, side: Ladder, digits: list[str]) -> None:
        # Two appends a level: this runs twenty times for every message of every book.
        px, qty, qtys, add = self._px, self._qty, side.qtys, digits.append
        for key in side.keys[: -LEVELS - 1 : -1]:
            add(px[key])
            add(qty[qtys[key]])
