"""Exact levels from JSON numbers, fast.

msgspec turns a quoted or bare decimal straight into a double, which makes no string and is three times faster than any
other way. A double names exactly one decimal of up to nine (price) or eight (quantity) places while value × scale is
below 2⁵¹: then rounding gives back the integer that the text means. Above the bound nothing is guessed: the frame is
decoded again as text. Where the decoder itself proves the bound (`BoundedPx`), nothing is left to check here. Measured
and checked on random decimals in `tests/test_levels.py` and `benchmarks/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Annotated, Final, TypeAlias

from msgspec import Meta

from venuekit.market import Levels
from venuekit.units import PX_SCALE, QTY_SCALE, Px, parse_px, parse_qty

EXACT_BELOW: Final = 1 << 51  # of the scaled integer
MAX_MEMO: Final = 65_536
_QTY_BELOW: Final = EXACT_BELOW / QTY_SCALE

# Doubles whose decoder refuses what is negative, not a number, or too large to be exact.
BoundedPx: TypeAlias = Annotated[float, Meta(gt=0, lt=EXACT_BELOW / PX_SCALE)]
BoundedQty: TypeAlias = Annotated[float, Meta(ge=0, lt=_QTY_BELOW)]


class TooLarge(ValueError):
    """A number lies above the bound under which a double is exact; decode the text instead."""


class PxMemo(dict[float, Px]):
    """Prices already converted: a market repeats the same few thousand for hours."""

    def __missing__(self, number: float) -> Px:
        scaled = number * PX_SCALE
        if not 0 < scaled < EXACT_BELOW:
            raise TooLarge(f"price {number} is not between 0 and the exact bound")
        if len(self) >= MAX_MEMO:
            self.clear()
        px = self[number] = Px(int(scaled + 0.5))
        return px


def exact_levels(rows: Sequence[tuple[float, float]], memo: PxMemo) -> Levels:
    """Convert (price, quantity) doubles. Raises: TooLarge for a number that is negative, not finite or too large."""
    for _, qty in rows:
        if not 0 <= qty < _QTY_BELOW:
            raise TooLarge(f"quantity {qty} is not between 0 and the exact bound")
    # `Qty(...)` would be a call a level; the scale is spelled out for the same reason, here and below.
    return [(memo[px], floor(qty * 1e8 + 0.5)) for px, qty in rows]  # type: ignore[misc]


def bounded_levels(rows: Sequence[tuple[BoundedPx, BoundedQty]]) -> Levels:
    """Convert (price, quantity) doubles that the decoder proved to be within the bounds."""
    return [(floor(px * 1e9 + 0.5), floor(qty * 1e8 + 0.5)) for px, qty in rows]  # type: ignore[misc]


def text_levels(rows: Sequence[tuple[str, str]]) -> Levels:
    """Convert (price, quantity) texts. Raises: Inexact, or ValueError for a number out of range."""
    levels = [(parse_px(px), parse_qty(qty)) for px, qty in rows]
    for px, qty in levels:
        if px <= 0 or qty < 0:
            raise ValueError(f"a level needs a price > 0 and a quantity >= 0, found {px} and {qty}")
    return levels
