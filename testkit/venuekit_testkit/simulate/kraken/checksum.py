"""Kraken's proof of a book: CRC32 over the ten best levels of each side, written without points and leading zeros.

Used by `stream.py`. Shares nothing with the plugin's: it reads the text that is sent, not scaled integers.
Source: https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2, read 2026-11-21, steps 1 to 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias
from zlib import crc32

Written: TypeAlias = tuple[str, str]  # a price and a quantity, as they are sent
LEVELS: Final = 10  # of each side, whatever was subscribed


def checksum(bids: Sequence[Written], asks: Sequence[Written]) -> int:
    """Prove a book, given best first."""
    digits = [*_digits(asks[:LEVELS]), *_digits(bids[:LEVELS])]  # steps 1 to 3: asks first
    return crc32("".join(digits).encode())  # step 4


def _digits(levels: Iterable[Written]) -> Iterable[str]:
    for level in levels:
        yield from (number.replace(".", "").lstrip("0") for number in level)
