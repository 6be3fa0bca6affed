"""Laws of the SDK's money: exact, or refused before anything is sent."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from venuekit_sdk.fixed import MAX_INT, px_of, qty_of, shortest, to_number, to_px, to_qty

TRUNCATED_BY_OTHERS = [(2.3, 230_000_000), (4.1, 410_000_000), (0.009, 900_000), (0.57, 57_000_000)]
fixed = st.integers(min_value=1, max_value=MAX_INT)


@pytest.mark.parametrize(("value", "expected"), TRUNCATED_BY_OTHERS)
def test_a_float_becomes_what_its_writer_meant(value: float, expected: int) -> None:
    assert to_qty(value) == expected


@given(fixed)
def test_every_decimal_that_fits_survives_the_way_there_and_back(value: int) -> None:
    assert to_qty(qty_of(value)) == value
    assert to_px(str(px_of(value))) == value
    assert Decimal(shortest(value, 8)) * 10**8 == value


@given(st.integers(min_value=1, max_value=10**15 - 1), st.integers(min_value=5, max_value=8))
@example(230_000, 5)
@example(900, 5)
def test_a_float_of_fifteen_digits_is_exact(digits: int, decimals: int) -> None:
    text = f"{digits}e-{decimals}"
    assert to_qty(float(text)) == digits * 10 ** (8 - decimals)


@given(fixed)
def test_a_json_number_carries_every_digit_or_is_text(value: int) -> None:
    sent = json.loads(json.dumps(to_number(value, 9)))
    assert to_px(sent) == value


@pytest.mark.parametrize("value", ["0.000000001", 1e-9, Decimal("1.123456789"), 0.1 + 0.2])
def test_more_decimals_than_the_scale_are_refused(value: Decimal | str | float) -> None:
    with pytest.raises(ValueError, match="qty has more than 8 decimals"):
        to_qty(value)


@pytest.mark.parametrize("value", [0, -1, "nan", "inf", float("nan"), "1e99", "", "one", "1_0e", True, "9" * 60])
def test_nonsense_is_refused_by_name(value: str | float) -> None:
    with pytest.raises(ValueError, match="qty"):
        to_qty(value)


def test_more_than_64_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="64 bits"):
        to_px(10_000_000_000)
