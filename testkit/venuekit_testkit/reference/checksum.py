"""The reference venue: the proof of a book.

Used by `feed.py`. What must stay true: the same five levels a side, written the same way, as the venue's.
Source: docs/conformance/reference-protocol.md, "Checksum".
"""

from __future__ import annotations

from typing import Final
from zlib import crc32

from venuekit.book.book import Book
from venuekit.units import format_px, format_qty

PROVEN: Final = 5  # levels a side


def checksum(book: Book) -> int:
    """Compute the CRC-32 of "px:qty" joined by commas, bids before asks, best first."""
    levels = [*book.bids.levels(PROVEN), *book.asks.levels(PROVEN)]
    return crc32(",".join(f"{format_px(px)}:{format_qty(qty)}" for px, qty in levels).encode())
