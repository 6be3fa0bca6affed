"""Exact money at the client's edge: people's numbers to integers of the wire, and back.

Used by every verb and result. What must stay true: a number either converts exactly or is refused before anything is
sent; `int(x * 1e8)` loses a unit for 2.3, 4.1 or 0.009, so no float takes part in arithmetic here.
"""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from typing import Final

Money = Decimal | str | int | float
QTY_DECIMALS: Final = 8
PX_DECIMALS: Final = 9
MAX_INT: Final = (1 << 63) - 1
_WIDE: Final = Context(prec=120)  # wider than any number that passes the range check, so scaling never rounds
_RANGE: Final = 40


def to_fixed(value: Money, decimals: int, name: str) -> int:
    """Convert a positive number to an integer × 10^decimals, exactly. Raises: ValueError that names the field."""
    number = _decimal(value, name)
    scaled = _WIDE.scaleb(number, decimals)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{name} has more than {decimals} decimals: {value}")
    if not 0 < scaled <= MAX_INT:
        raise ValueError(f"{name} must be > 0 and fit 64 bits, was {value}")
    return int(scaled)


def to_qty(value: Money, name: str = "qty") -> int:
    """Convert a quantity to × 10⁸. Raises: ValueError."""
    return to_fixed(value, QTY_DECIMALS, name)


def to_px(value: Money, name: str = "limit_price") -> int:
    """Convert a price or an amount of money to × 10⁹. Raises: ValueError."""
    return to_fixed(value, PX_DECIMALS, name)


def to_number(fixed: int, decimals: int) -> float | str:
    """Write a fixed-point integer as a JSON number, or as decimal text where a float would not carry every digit."""
    text = shortest(fixed, decimals)
    number = float(text)
    return number if Decimal(repr(number)) == Decimal(text) else text


def shortest(fixed: int, decimals: int) -> str:
    """Print an integer × 10^decimals as the shortest plain decimal text."""
    sign, digits = ("-" if fixed < 0 else ""), str(abs(fixed)).rjust(decimals + 1, "0")
    part = digits[-decimals:].rstrip("0")
    return f"{sign}{digits[:-decimals]}.{part}" if part else f"{sign}{digits[:-decimals]}"


def qty_of(fixed: int) -> Decimal:
    """View a quantity × 10⁸ as a decimal."""
    return Decimal(shortest(fixed, QTY_DECIMALS))


def px_of(fixed: int) -> Decimal:
    """View a price or an amount of money × 10⁹ as a decimal."""
    return Decimal(shortest(fixed, PX_DECIMALS))


def _decimal(value: Money, name: str) -> Decimal:
    try:
        # `str` of a float is its shortest text, which is what its writer meant; a bool is a slip, never an amount.
        number = Decimal("nan" if isinstance(value, bool) else str(value).strip())
    except InvalidOperation as error:
        raise ValueError(f"{name} is no number: {str(value)[:60]!r}") from error
    if not number.is_finite() or abs(number.adjusted()) > _RANGE or len(number.as_tuple().digits) > _RANGE:
        raise ValueError(f"{name} is out of range: {str(value)[:60]}")
    return number
