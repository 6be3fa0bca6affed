"""Money and time as integers at a fixed scale.

Everyone uses this. What must stay true: a price cannot pass for a quantity (the type checker sees to it), text becomes
an integer exactly or not at all, and no float takes part.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final, NewType

Px = NewType("Px", int)  # quote per base, × 10⁹
Qty = NewType("Qty", int)  # base units or contracts, × 10⁸
Usd = NewType("Usd", int)  # money in US dollars, or in the quote asset where a name says so, × 10⁹
Rate = NewType("Rate", int)  # a fraction, × 10⁸; one basis point is 10_000
Nanos = NewType("Nanos", int)  # Unix nanoseconds

PX_DECIMALS: Final = 9
QTY_DECIMALS: Final = 8
RATE_DECIMALS: Final = 8
PX_SCALE: Final = 10**PX_DECIMALS
QTY_SCALE: Final = 10**QTY_DECIMALS
RATE_SCALE: Final = 10**RATE_DECIMALS
RATE_PER_BPS: Final = RATE_SCALE // 10_000
NANOS_PER_MS: Final = 1_000_000
NANOS_PER_S: Final = 1_000_000_000
FLOORED_DECIMALS: Final = 24  # beyond our scale, that `floor_qty` takes
MAX_TEXT: Final = 100  # characters of a number; longer is no number that a venue writes


class Inexact(ValueError):
    """A decimal string does not fit the scale, or is no number."""


def parse_fixed(text: str, decimals: int) -> int:
    """Convert a plain or exponent decimal string to an integer × 10^decimals.

    Raises: Inexact if the text is no finite number or needs more decimals than there are.
    """
    mantissa, mark, exponent = text.partition("e") if "e" in text else text.partition("E")
    whole, _, part = mantissa.partition(".")
    digits = whole + part
    plain = digits.lstrip("+-").isdecimal() and (not mark or exponent.lstrip("+-").isdecimal())
    if not plain or not text.isascii() or len(text) > MAX_TEXT:
        raise Inexact(f"expected a decimal number, found {text[:MAX_TEXT]!r}")
    try:
        number, shift = int(digits), decimals - len(part) + (int(exponent) if mark else 0)
    except ValueError as error:
        raise Inexact(f"expected a decimal number, found {text!r}") from error
    if not -80 < shift < 80:
        raise Inexact(f"{text!r} is out of range")
    if shift >= 0:
        return number * int(10**shift)
    value, rest = divmod(number, int(10**-shift))
    if rest:
        raise Inexact(f"{text!r} needs more than {decimals} decimals")
    return value


def parse_px(text: str) -> Px:
    """Convert a venue's price, exactly. Raises: Inexact."""
    return Px(parse_fixed(text, PX_DECIMALS))


def parse_qty(text: str) -> Qty:
    """Convert a venue's quantity, exactly. Raises: Inexact."""
    return Qty(parse_fixed(text, QTY_DECIMALS))


def floor_qty(text: str) -> Qty:
    """Convert a quantity, rounded down where it is finer than our scale: for what may be understated, never an order's.

    Maxima and balances are such: venues write them with up to eighteen decimals. Raises: Inexact if it is no number.
    """
    return Qty(parse_fixed(text, QTY_DECIMALS + FLOORED_DECIMALS) // 10**FLOORED_DECIMALS)


def parse_usd(text: str) -> Usd:
    """Convert an amount of money, exactly. Raises: Inexact."""
    return Usd(parse_fixed(text, PX_DECIMALS))


def parse_rate(text: str) -> Rate:
    """Convert a fraction such as "0.001" (ten basis points), exactly. Raises: Inexact."""
    return Rate(parse_fixed(text, RATE_DECIMALS))


def parse_instant(text: str) -> Nanos:
    """Convert an RFC 3339 time in UTC, such as "2026-09-07T23:37:22.278662782Z", exactly.

    Raises: Inexact if the text is no such time or needs more than nine decimals.
    """
    second, mark, fraction = text[:-1].partition(".")
    if not text.endswith("Z") or len(second) != 19 or (mark and not fraction.isdecimal()):
        raise Inexact(f"expected a time in UTC, found {text!r}")
    return Nanos(_second(second) + parse_fixed(f"0.{fraction}", 9))


@lru_cache(maxsize=256)  # messages come many to a second
def _second(text: str) -> int:
    try:
        return int(datetime.fromisoformat(f"{text}+00:00").timestamp()) * NANOS_PER_S
    except ValueError as error:
        raise Inexact(f"expected a time in UTC, found {text!r}") from error


def format_fixed(value: int, decimals: int) -> str:
    """Print an integer × 10^decimals as the shortest plain decimal string."""
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(decimals + 1, "0")
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :].rstrip("0")
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def format_px(px: Px) -> str:
    """Print a price as the shortest plain decimal string."""
    return format_fixed(px, PX_DECIMALS)


def format_qty(qty: Qty) -> str:
    """Print a quantity as the shortest plain decimal string."""
    return format_fixed(qty, QTY_DECIMALS)


def format_usd(usd: Usd) -> str:
    """Print an amount of money as the shortest plain decimal string."""
    return format_fixed(usd, PX_DECIMALS)


def notional(px: Px, qty: Qty) -> Usd:
    """Value a quantity at a price, in the quote asset, rounded half up."""
    return Usd((px * qty + QTY_SCALE // 2) // QTY_SCALE)


def fee_of(value: Usd, rate: Rate) -> Usd:
    """Charge a rate on an amount, rounded half up. A negative rate is a rebate."""
    return Usd((value * rate + RATE_SCALE // 2) // RATE_SCALE)


def bps_of(rate: Rate) -> float:
    """Print a rate as basis points, for people: never computed with."""
    return rate / RATE_PER_BPS


def snap(value: int, step: int) -> int | None:
    """Move a value that truncation left one unit off the grid onto it; None if it is farther off.

    Clients send `int(x * 1e8)`, which loses one unit for some inputs (2.3 becomes 229999999).
    """
    rest = value % step
    if rest == 0:
        return value
    if rest == step - 1:
        return value + 1
    return value - 1 if rest == 1 else None


def floor_to(value: int, step: int) -> int:
    """Round down onto the grid."""
    return value - value % step
