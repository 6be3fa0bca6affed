"""Kalshi: which prices a market takes.

Used by `listing.py`. What must stay true: the ranges decide, the name of the structure only labels them.
Source: https://docs.kalshi.com/getting_started/fixed_point_migration, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

Range = tuple[str, str, str]  # start, end, step
STRUCTURES: Final[dict[str, tuple[Range, ...]]] = {
    "linear_cent": (("0.0000", "1.0000", "0.0100"),),
    "deci_cent": (("0.0000", "1.0000", "0.0010"),),
    "tapered_deci_cent": (
        ("0.0000", "0.1000", "0.0010"),
        ("0.1000", "0.9000", "0.0100"),
        ("0.9000", "1.0000", "0.0010"),
    ),
}


def ranges_told(structure: str) -> list[dict[str, str]]:
    """Give the ranges as a market tells them."""
    return [{"start": start, "end": end, "step": step} for start, end, step in STRUCTURES[structure]]


def finest(structure: str) -> Decimal:
    """Give the smallest step anywhere."""
    return min(Decimal(step) for _, _, step in STRUCTURES[structure])


def takes(structure: str) -> Callable[[Decimal], bool]:
    """Make the test of a price: between nothing and a dollar, on the step of a range that it lies in."""
    ranges = [(Decimal(start), Decimal(end), Decimal(step)) for start, end, step in STRUCTURES[structure]]

    def is_price(px: Decimal) -> bool:
        return 0 < px < 1 and any(start <= px <= end and (px - start) % step == 0 for start, end, step in ranges)

    return is_price
