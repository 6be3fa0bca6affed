"""Kalshi: the two outcomes of a market and the one book that serves both.

Used everywhere. What must stay true: everything on the wire is an order or a trade of YES. One of NO at q is one of YES
at 1 − q on the other side, so to mirror twice gives back what was.
Source: https://docs.kalshi.com/getting_started/order_direction, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, Levels, TradePrint
from venuekit.order import OrderReport
from venuekit.side import Side
from venuekit.units import PX_SCALE, Px, parse_px

T = TypeVar("T")
Told = TypeVar("Told", Fill, OrderReport)
Book = TypeVar("Book", BookSnapshot, BookDelta)

ONE: Final = Px(PX_SCALE)  # what a contract pays, in dollars
YES: Final = "YES"
NO: Final = "NO"

SIDES: Final[Mapping[str, Side]] = {"bid": Side.BUY, "ask": Side.SELL}
BOOK_SIDES: Final[Mapping[Side, str]] = {side: word for word, side in SIDES.items()}


def read_word(table: Mapping[str, T], word: str, what: str) -> T:
    """Translate a word of the venue. Raises: ValueError for one that the table lacks: nothing is guessed."""
    if word not in table:
        raise ValueError(f"unknown {what} {word!r}")
    return table[word]


def to_side(word: str) -> Side:
    """Read a side of the book. Raises: ValueError."""
    return read_word(SIDES, word, "side of the book")


def is_no(instrument: Instrument) -> bool:
    """Tell whether an instrument is the NO of its market."""
    return instrument.symbol.endswith(f":{NO}")


def mirror(px: Px) -> Px:
    """Give the other outcome's price."""
    return Px(ONE - px)


def to_px(text: str) -> Px:
    """Read a price. Raises: ValueError unless it lies between 0 and 1: no order and no trade has another."""
    px = parse_px(text)
    if not 0 < px < ONE:
        raise ValueError(f"a price lies between 0 and 1, was {text!r}")
    return px


def book_order(instrument: Instrument, side: Side, px: Px) -> tuple[Side, Px]:
    """Give the side and price on the book of YES of an order for an instrument; and the other way round."""
    return (side.opposite, mirror(px)) if is_no(instrument) else (side, px)


def restate(told: Told, instrument: Instrument) -> Told:
    """Express what is told of YES in the terms of an instrument of the same market."""
    return _mirror_told(told) if is_no(instrument) else told


def restate_print(trade: TradePrint, instrument: Instrument) -> TradePrint:
    """Express a public trade of YES in an instrument's terms."""
    taker, px = book_order(instrument, trade.taker, trade.px)
    return msgspec.structs.replace(trade, symbol=instrument.symbol, taker=taker, px=px)


def restate_book(book: Book, instrument: Instrument) -> Book:
    """Express a book of YES, or a change of it, in an instrument's terms: NO's bids are YES's asks, mirrored."""
    if not is_no(instrument):
        return msgspec.structs.replace(book, symbol=instrument.symbol)
    bids, asks = mirror_levels(book.asks), mirror_levels(book.bids)
    return msgspec.structs.replace(book, symbol=instrument.symbol, bids=bids, asks=asks)


def best_of(levels: Levels, side: Side, depth: int) -> Levels:
    """Sort levels, best first, and keep so many; 0 keeps all. The venue's lists are in no order to rely on."""
    ordered = sorted(levels, reverse=side.buys)
    return ordered[:depth] if depth else ordered


def mirror_levels(levels: Levels) -> Levels:
    """Move levels to the other outcome's prices."""
    return [(mirror(px), qty) for px, qty in levels]


def _mirror_told(told: Told) -> Told:
    side = told.side.opposite
    if isinstance(told, Fill):
        return msgspec.structs.replace(told, side=side, px=mirror(told.px))
    px = None if told.px is None else mirror(told.px)
    avg_px = None if told.avg_px is None else mirror(told.avg_px)
    return msgspec.structs.replace(told, side=side, px=px, avg_px=avg_px)
