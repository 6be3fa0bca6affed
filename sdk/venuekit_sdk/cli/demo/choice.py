"""What the demo trades: chosen from what the market shows. Pure.

Used by the acts. What must stay true: prices and sizes are rounded to few digits, so they lie on any venue's grid.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

from venuekit_sdk.result.quote import Quote

FAVOURITE: Final = "BTC-USD"
FAR: Final = Decimal("0.9")  # of the best bid: a buy that rests
THROUGH: Final = Decimal("0.98")  # of the best bid: a sale that fills
FEW: Final = 2
SOME: Final = 3


def live_venues(quote: Quote) -> list[str]:
    """Name the venues that quote both sides and may be routed on."""
    return sorted(name for name, v in quote.venues.items() if v.state == "live" and v.bid > 0 and v.ask > 0)


def choose_quote(quotes: Iterable[Quote]) -> Quote | None:
    """Choose the symbol that the most venues quote, our favourite among equals; None while nobody quotes any."""
    quoted = [quote for quote in quotes if live_venues(quote) and not quote.is_crossed]
    return max(quoted, key=lambda quote: (len(live_venues(quote)), quote.symbol == FAVOURITE), default=None)


def first_size(quote: Quote) -> Decimal:
    """Begin with what the best ask offers."""
    sizes = [venue.ask_size for venue in quote.venues.values() if venue.ask == quote.nbbo.ask]
    return digits(Decimal(repr(max(sizes, default=1.0))), FEW)


def larger(size: Decimal) -> Decimal:
    """Ask for half as much again."""
    return digits(size * 3 / 2, FEW, ROUND_CEILING)


def resting_price(bid: float) -> Decimal:
    """Bid so far below the market that nobody sells."""
    return digits(Decimal(repr(bid)) * FAR, FEW, ROUND_FLOOR)


def filling_price(bid: float) -> Decimal:
    """Offer so far through the market that somebody buys."""
    return digits(Decimal(repr(bid)) * THROUGH, SOME, ROUND_FLOOR)


def digits(value: Decimal, count: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round a positive number to so many significant digits."""
    return value.quantize(Decimal(1).scaleb(value.adjusted() - count + 1), rounding=rounding)
