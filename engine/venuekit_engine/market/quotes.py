"""Quotes in the public shape.

Used by the door. What must stay true: every number is computed as an integer and becomes a float here, at the edge, and
a venue whose book may not be used is shown with its state, yet no part of the best bid and offer.
"""

from __future__ import annotations

from typing import Final

from venuekit.book.consolidated import Consolidated
from venuekit.book.nbbo import Nbbo, Source, VenueLevel, VenueQuote
from venuekit.side import Side
from venuekit.units import NANOS_PER_MS, PX_SCALE, QTY_SCALE, Nanos, Px, Qty
from venuekit_engine import answer

NOTHING: Final = answer.Nbbo(0.0, 0.0, 0.0, 0.0)
SOURCES: Final = (Source.STREAM, Source.SNAPSHOT, Source.PUBLIC)  # the best that any usable venue has names a quote
BPS: Final = 10_000


def to_quote(symbol: str, market: Consolidated | None, depth: int, now: Nanos) -> answer.Quote:
    """Quote a symbol with its merged book; `depth` 0 leaves the book out."""
    if market is None:
        return answer.Quote(symbol, Source.NONE.value, NOTHING, {}, answer.MergedBook([], []) if depth else None)
    rows = market.quotes(now)
    return answer.Quote(
        symbol,
        source_of(rows).value,
        _nbbo(market.nbbo(now)),
        {row.venue: _row(row) for row in rows},
        _book(market, depth, now) if depth else None,
    )


def source_of(rows: list[VenueQuote]) -> Source:
    """Tell where the usable part of a quote comes from."""
    usable = {row.source for row in rows if is_usable(row)}
    return next((source for source in SOURCES if source in usable), Source.NONE)


def is_usable(row: VenueQuote) -> bool:
    """Tell whether an order of either side could take from it."""
    return row.serves(Side.BUY) or row.serves(Side.SELL)


def age_of(market: Consolidated, now: Nanos) -> Nanos | None:
    """Tell the age of the freshest venue that shows a price; None where none does."""
    return min((row.age_ns for row in market.quotes(now) if row.bid_px or row.ask_px), default=None)


def spread_bps(nbbo: Nbbo) -> float | None:
    """Tell the spread against the mid; None where there is no mid."""
    spread, mid = nbbo.spread, nbbo.mid
    return None if spread is None or not mid else spread * BPS / mid


def _nbbo(nbbo: Nbbo) -> answer.Nbbo:
    bid, ask = (_price(best.px) if best is not None else 0.0 for best in (nbbo.bid, nbbo.ask))
    return answer.Nbbo(bid, ask, _price(nbbo.mid or Px(0)), spread_bps(nbbo) or 0.0)


def _row(row: VenueQuote) -> answer.VenueQuote:
    return answer.VenueQuote(
        _price(row.bid_px),
        _price(row.ask_px),
        _size(row.bid_qty),
        _size(row.ask_qty),
        row.age_ns // NANOS_PER_MS,
        row.state.value,
        row.reason,
    )


def _book(market: Consolidated, depth: int, now: Nanos) -> answer.MergedBook:
    return answer.MergedBook(*([_level(each) for each in market.levels(side, depth, now)] for side in Side))


def _level(level: VenueLevel) -> answer.BookLevel:
    return answer.BookLevel(_price(level.px), _size(level.qty), level.venue)


def _price(px: Px) -> float:
    return px / PX_SCALE


def _size(qty: Qty) -> float:
    return qty / QTY_SCALE
