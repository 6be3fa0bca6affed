"""What somebody else's client understood, in words that all clients share.

Used by the tests here. A client's own words are turned into these by `binance_words.py` and `kalshi_words.py`; what a
client does not tell is None and not compared. Amounts are `Decimal`, of what the client gave: a float is read by its
shortest spelling, which is what the client would show to a person.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

Levels = list[tuple[Decimal, Decimal]]


class Seen(NamedTuple):
    """An order. `state` is open, filled, cancelled or expired; `paid` is in the quote asset."""

    id: str
    client_id: str | None
    state: str
    qty: Decimal | None
    filled: Decimal
    paid: Decimal | None = None


class SeenTrade(NamedTuple):
    """One of our trades."""

    order_id: str
    px: Decimal
    qty: Decimal
    fee: Decimal
    is_maker: bool


class SeenBook(NamedTuple):
    """A book, best first."""

    bids: Levels
    asks: Levels


def dec(amount: Any) -> Decimal:
    """Read an amount exactly as the client shows it."""
    return Decimal(str(amount))


def levels(rows: Any) -> Levels:
    """Read rows that begin with price and quantity."""
    return [(dec(row[0]), dec(row[1])) for row in rows]
