"""Laws of money and time as integers."""

from __future__ import annotations

from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.units import (
    QTY_SCALE,
    RATE_SCALE,
    Inexact,
    Px,
    Qty,
    Rate,
    Usd,
    fee_of,
    floor_qty,
    floor_to,
    format_fixed,
    format_px,
    notional,
    parse_fixed,
    parse_px,
    snap,
)

INTS = st.integers(-(10**24), 10**24)
STEPS = st.integers(3, 10**12)


@given(INTS, st.integers(0, 18))
def test_what_is_printed_is_read_back(value: int, decimals: int) -> None:
    assert parse_fixed(format_fixed(value, decimals), decimals) == value


@given(INTS, st.integers(0, 18))
def test_a_printed_number_is_the_exact_decimal(value: int, decimals: int) -> None:
    text = format_fixed(value, decimals)
    assert Decimal(text).scaleb(decimals) == value
    assert "." not in text or not text.endswith(("0", "."))


@given(st.integers(-(10**12), 10**12), st.integers(0, 12))
def test_exponents_mean_what_decimals_mean(digits: int, decimals: int) -> None:
    assert parse_fixed(f"{digits}e-{decimals}", 12) == digits * 10 ** (12 - decimals)


@given(st.integers(1, 10**15).filter(lambda n: n % 10 != 0))
def test_a_tenth_decimal_is_never_rounded_away(digits: int) -> None:
    with pytest.raises(Inexact):
        parse_px(format_fixed(digits, 10))


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "--5", "+-5", "1.2.3", "1_0", "1e", "1e1_0", "1e 5", "٣", "1e٣", "nan", "inf", "0x1", "1" * 5000],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Inexact):
        parse_px(text)


def test_trailing_zeros_beyond_the_scale_lose_nothing() -> None:
    assert parse_px("1.50000000000000") == 1_500_000_000


@given(INTS, STEPS, st.integers(-1, 1))
def test_a_value_one_unit_off_the_grid_snaps_onto_it(multiple: int, step: int, off: int) -> None:
    assert snap(multiple * step + off, step) == multiple * step


@given(INTS, st.integers(4, 10**12), st.data())
def test_a_value_farther_off_is_not_guessed(multiple: int, step: int, data: st.DataObject) -> None:
    off = data.draw(st.integers(2, step - 2))
    assert snap(multiple * step + off, step) is None


@given(st.integers(0, 10**24), STEPS)
def test_floor_never_exceeds_and_loses_less_than_a_step(value: int, step: int) -> None:
    floored = floor_to(value, step)
    assert floored % step == 0
    assert 0 <= value - floored < step


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_notional_is_within_half_a_unit(px: int, qty: int) -> None:
    assert abs(2 * (notional(Px(px), Qty(qty)) * QTY_SCALE - px * qty)) <= QTY_SCALE


@given(st.integers(0, 10**18), st.integers(-RATE_SCALE, RATE_SCALE))
def test_a_fee_is_within_half_a_unit_and_a_rebate_is_negative(value: int, rate: int) -> None:
    fee = fee_of(Usd(value), Rate(rate))
    assert abs(2 * (fee * RATE_SCALE - value * rate)) <= RATE_SCALE
    assert fee >= 0 if rate >= 0 else fee <= 0


NO_ROUNDING = Context(prec=80)


@given(st.integers(0, 10**40), st.integers(0, 30))
def test_a_floored_quantity_never_overstates_and_loses_less_than_a_unit(digits: int, decimals: int) -> None:
    exact = Decimal(digits).scaleb(8 - decimals, NO_ROUNDING)
    floored = floor_qty(f"{digits}e-{decimals}")
    assert floored <= exact < floored + 1


def test_a_price_prints_without_noise() -> None:
    assert [format_px(Px(n)) for n in (0, 1, 10**9, 74_349_450_000_000, -5 * 10**8)] == [
        *("0", "0.000000001", "1", "74349.45", "-0.5")
    ]
