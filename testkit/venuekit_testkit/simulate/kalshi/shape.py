"""Kalshi: how numbers, times and ids look on its wire.

Used by every module of this folder. What must stay true: money and counts are decimal strings, never floats; an id
tells the number it was made of, so that a run repeats.
Sources: https://docs.kalshi.com/getting_started/fixed_point_migration and OpenAPI 3.34.0, read 2026-11-21.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from venuekit.units import NANOS_PER_MS, NANOS_PER_S

ONE: Final = Decimal(1)
MICRO: Final = Decimal("0.000001")
HUNDREDTH: Final = Decimal("0.01")
KINDS: Final = {"order": "0de50000", "trade": "7ade0000", "market": "3a4ce700", "group": "94009000"}
SIDE_OF: Final = {"buy": "bid", "sell": "ask"}
OUTCOME_OF: Final = {"buy": "yes", "sell": "no"}


def dollars(amount: Decimal) -> str:
    """Print money: four decimals, up to six where it is finer."""
    text = f"{amount.quantize(MICRO):f}"
    return text[:-2] if text.endswith("00") else text.removesuffix("0")


def count(qty: Decimal) -> str:
    """Print a count of contracts: always two decimals."""
    return f"{qty.quantize(HUNDREDTH):f}"


def cents(amount: Decimal) -> int:
    """Print money as whole cents; what is finer is cut off."""
    return int(amount * 100)


def instant(ns: int) -> str:
    """Print a time as RFC 3339 to the microsecond, trailing zeros left out."""
    second, rest = divmod(ns, NANOS_PER_S)
    text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    part = f"{rest // 1000:06d}".rstrip("0")
    return f"{text}.{part}Z" if part else f"{text}Z"


def millis(ns: int) -> int:
    """Print a time as Unix milliseconds."""
    return ns // NANOS_PER_MS


def seconds(ns: int) -> int:
    """Print a time as Unix seconds."""
    return ns // NANOS_PER_S


def ident(kind: str, number: int) -> str:
    """Make the id of a thing out of its number."""
    return f"{KINDS[kind]}-0000-4000-8000-{number:012x}"


def number_of(kind: str, text: str) -> int:
    """Read the number out of an id; -1 for what is no id of ours."""
    head = f"{KINDS[kind]}-0000-4000-8000-"
    try:
        return int(text[len(head) :], 16) if text.startswith(head) else -1
    except ValueError:
        return -1
