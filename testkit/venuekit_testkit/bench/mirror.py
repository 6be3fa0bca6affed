"""Holds the books that a feed keeps against those of the exchange.

Used by laws of market data. What must stay true: a difference is told by its first level; a book that waits is no
difference, because it claims nothing, but it may not wait for ever.
"""

from __future__ import annotations

from typing import Final

from venuekit.book.book import Book, BookState
from venuekit.instrument import Instrument
from venuekit.market import Levels
from venuekit.side import Side
from venuekit.units import format_px, format_qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.line import MarketLine
from venuekit_testkit.bench.motion import Motion

PATIENCE_S: Final = 30  # in which a lost book must be back
STIRS: Final = 200  # changes after which a book must be there, from whatever tells it
ALL: Final = 1_000_000


def kept(line: MarketLine, instrument: Instrument) -> Book:
    """Give the book that a line keeps."""
    return line.keeper.books[instrument.symbol]


def is_live(line: MarketLine, instrument: Instrument) -> bool:
    """Tell whether a book may be used."""
    return kept(line, instrument).state is BookState.LIVE


def open_live(bench: Bench, *instruments: Instrument) -> MarketLine:
    """Open a feed and let the market stir until its books are there; no time passes. Raises: AssertionError."""
    line = bench.market_line(*instruments)
    line.open()
    for _ in range(STIRS):
        if all(is_live(line, each) for each in instruments):
            break
        bench.world.stir(instruments[0].venue_symbol)
        line.pump()
    waiting = [f"{each.symbol}: {kept(line, each).reason}" for each in instruments if not is_live(line, each)]
    assert not waiting, f"no book came: {'; '.join(waiting)}"
    return line


def settle(line: MarketLine, *instruments: Instrument) -> None:
    """Carry frames until the books are live. Raises: AssertionError where one is not, after all patience."""
    line.pump()
    for _ in range(PATIENCE_S):
        if all(is_live(line, each) for each in instruments):
            return
        line.pass_time(1)
    waiting = [f"{each.symbol}: {kept(line, each).reason}" for each in instruments if not is_live(line, each)]
    assert not waiting, f"after {PATIENCE_S} seconds still lost: {'; '.join(waiting)}"


def require_same(bench: Bench, line: MarketLine, *instruments: Instrument, levels: int = ALL) -> None:
    """Hold live books against the exchange's, their best levels at least. Raises: AssertionError."""
    for each in instruments:
        book, motion = kept(line, each), Motion(bench, each)
        assert book.state is BookState.LIVE, f"{each.symbol} waits: {book.reason}"
        depth = min(levels, line.market.depth(each.symbol) or ALL)
        for side, has in ((Side.BUY, book.bids), (Side.SELL, book.asks)):
            wrong = differ(has.levels(levels), motion.levels(side)[:depth])
            assert not wrong, f"{each.symbol}: a {side.value} level {wrong}"
        assert not book.is_crossed(), f"{each.symbol} is crossed: {book.top()}"


def differ(has: Levels, true: Levels) -> str:
    """Tell the first difference between two sides, best first, or ""."""
    for level, at_venue in zip(has, true, strict=False):
        if level != at_venue:
            return f"is {_told(level)}, at the venue {_told(at_venue)}"
    if len(has) != len(true):
        return f"more or less: {len(has)} are kept, {len(true)} are at the venue"
    return ""


def _told(level: tuple[int, int]) -> str:
    px, qty = level
    return f"{format_qty(qty)} at {format_px(px)}"  # type: ignore[arg-type]
