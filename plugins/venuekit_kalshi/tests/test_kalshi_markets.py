"""Markets as instruments: two of each, their prices, their fees, and those that cannot be traded."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.instrument import Band, FeeModel, Instrument, Kind, canonical_symbol
from venuekit.route.cost import trade_fee as route_fee
from venuekit.units import Px, Qty, Rate, Usd, notional, parse_px, parse_qty, parse_rate, parse_usd
from venuekit_kalshi.fees import CENT, CENTICENT, rounding_fee, scale_rate, to_schedule, trade_fee
from venuekit_kalshi.markets import ORDER_STEP, mirror_band, to_band
from venuekit_kalshi.outcome import ONE, mirror
from venuekit_kalshi.wire import Event, PriceRange, Series

MakeMarket = Callable[..., list[Instrument]]
TAPERED = (("0.0000", "0.1000", "0.0010"), ("0.1000", "0.9000", "0.0100"), ("0.9000", "1.0000", "0.0010"))
TAKER = parse_rate("0.07")

prices = st.integers(0, 10_000).map(lambda ticks: Px(ticks * ORDER_STEP))
quantities = st.integers(1, 10**7).map(lambda lots: Qty(lots * 10**6))


@st.composite
def ranges(draw: st.DrawFn) -> PriceRange:
    """Make a range as the venue may: any two ends of four decimals, any step that orders can say."""
    start = draw(st.integers(0, 9_990))
    end, step = draw(st.integers(start + 1, 10_000)), draw(st.integers(1, 500))
    return PriceRange(*(f"{each / 10_000:.4f}" for each in (start, end, step)))


def test_a_market_is_two_instruments_that_share_a_ticker(make_market: MakeMarket) -> None:
    yes, no = make_market()
    assert [yes.symbol, no.symbol] == ["KXTEST-26NOV21-T1:YES", "KXTEST-26NOV21-T1:NO"]
    assert canonical_symbol("kxtest-26nov21-t1") == yes.symbol
    for each, side in ((yes, "yes"), (no, "no")):
        assert (each.kind, each.venue, each.venue_symbol, each.base) == (
            Kind.PREDICTION,
            "kalshi",
            "KXTEST-26NOV21-T1",
            each.symbol,
        )
        assert (each.quote, each.tick, each.lot, each.min_qty) == ("USD", 10_000_000, 1_000_000, 1_000_000)
        assert each.particular("side") == side
        assert each.particular("exchange_index") == "2"
        assert each.particular("series_ticker") == "KXTEST"
        assert each.untradable == ""


def test_the_ends_of_the_venues_range_are_no_prices(make_market: MakeMarket) -> None:
    for each in make_market():
        assert each.bands == (Band(parse_px("0.01"), parse_px("0.99"), parse_px("0.01")),)
        assert not each.has_px(Px(0))
        assert not each.has_px(ONE)


def test_a_tapered_grid_is_fine_at_both_ends_only(make_market: MakeMarket) -> None:
    yes, no = make_market(*TAPERED)
    assert (yes.tick, no.tick) == (parse_px("0.001"), parse_px("0.001"))
    for text, is_price in (("0.001", True), ("0.0995", False), ("0.1", True), ("0.101", False), ("0.11", True),
                           ("0.9", True), ("0.901", True), ("0.999", True), ("1", False)):  # fmt: skip
        assert yes.has_px(parse_px(text)) is is_price, text
    assert (yes.floor_px(parse_px("0.105")), yes.ceil_px(parse_px("0.105"))) == (parse_px("0.1"), parse_px("0.11"))


def test_the_structures_name_is_never_asked(make_market: MakeMarket) -> None:
    # A range that no published structure has.
    yes, _ = make_market(("0.2000", "0.3000", "0.0250"))
    assert [text for text in ("0.175", "0.2", "0.225", "0.25", "0.3", "0.325") if yes.has_px(parse_px(text))] == [
        "0.2",
        "0.225",
        "0.25",
        "0.3",
    ]


@given(ranges(), prices)
def test_a_price_of_yes_is_its_mirror_for_no(told: PriceRange, px: Px) -> None:
    try:
        band = to_band(told)
    except ValueError:
        return
    assert 0 < band.start <= band.end < ONE
    assert mirror_band(mirror_band(band)) == band
    assert band.holds(px) == mirror_band(band).holds(mirror(px))


@given(ranges(), prices)
def test_a_band_holds_what_the_venues_range_holds_between_0_and_1(told: PriceRange, px: Px) -> None:
    start, end, step = parse_px(told.start), parse_px(told.end), parse_px(told.step)
    held = start <= px <= end and not (px - start) % step and 0 < px < ONE
    try:
        assert to_band(told).holds(px) == held
    except ValueError:
        assert not held


@given(prices)
def test_both_instruments_of_a_market_agree_on_its_prices(px: Px) -> None:
    bands = [to_band(PriceRange(*each)) for each in TAPERED]
    mirrored = [mirror_band(band) for band in reversed(bands)]
    assert any(band.holds(px) for band in bands) == any(band.holds(mirror(px)) for band in mirrored)
    assert mirrored == sorted(mirrored, key=lambda band: band.start)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": "closed"}, "its status is closed"),
        ({"status": "initialized"}, "its status is initialized"),
        ({"price_ranges": None}, "no price ranges"),
        ({"price_ranges": []}, "no price ranges"),
        ({"price_ranges": [PriceRange("0.0000", "1.0000", "0.00001")]}, "finer than the four decimals"),
        ({"price_ranges": [PriceRange("0.0000", "1.0000", "0.0000")]}, "finer than the four decimals"),
        ({"price_ranges": [PriceRange("0.0000", "0.0100", "0.0200")]}, "no price lies between"),
        ({"price_ranges": [PriceRange("a", "1.0000", "0.0100")]}, "expected a decimal number"),
        ({"notional_value_dollars": "10.0000"}, "a contract pays 10.0000, not 1"),
    ],
)
def test_a_market_that_cannot_be_traded_says_why(make_market: MakeMarket, changes: dict[str, Any], why: str) -> None:
    for each in make_market(**changes):
        assert why in each.untradable


def test_a_scalar_market_is_two_instruments_as_well(make_market: MakeMarket) -> None:
    yes, no = make_market(market_type="scalar")
    assert (yes.particular("market_type"), no.particular("market_type")) == ("scalar", "scalar")
    assert (yes.untradable, no.untradable) == ("", "")


# ── fees ──


def event(**overrides: Any) -> Event:
    return Event(event_ticker="E-1", series_ticker="E", **overrides)


@pytest.mark.parametrize(
    ("kind", "factor", "maker", "taker"),
    [
        ("quadratic", "1", "0", "0.07"),
        ("quadratic_with_maker_fees", "1", "0.0175", "0.07"),
        ("quadratic_with_combo_maker_fees", "1", "0.035", "0.07"),
        ("quadratic", "0.5", "0", "0.035"),
        ("quadratic", "0", "0", "0"),
    ],
)
def test_a_series_terms_become_rates(kind: str, factor: str, maker: str, taker: str) -> None:
    fees = to_schedule(event(), Series("E", kind, Decimal(factor)))
    assert fees is not None
    assert (fees.maker, fees.taker, fees.model) == (parse_rate(maker), parse_rate(taker), FeeModel.PROBABILITY)


def test_an_event_is_stronger_than_its_series() -> None:
    series = Series("E", "quadratic", Decimal(1))
    told = event(fee_type_override="quadratic_with_maker_fees", fee_multiplier_override=Decimal("0.5"))
    fees = to_schedule(told, series)
    assert fees is not None
    assert (fees.maker, fees.taker) == (parse_rate("0.00875"), parse_rate("0.035"))
    halved = to_schedule(event(fee_multiplier_override=Decimal("0.5")), series)
    assert halved is not None
    assert halved.taker == parse_rate("0.035")


@pytest.mark.parametrize("kind", ["flat", "something_new"])
def test_a_fee_without_a_formula_is_unknown_and_not_0(kind: str) -> None:
    assert to_schedule(event(), Series("E", kind, Decimal(1))) is None
    assert to_schedule(event(), None) is None


def test_a_rate_is_never_rounded_down() -> None:
    assert scale_rate(Rate(10), Decimal("0.33")) == 4


@pytest.mark.parametrize("factor", ["-1", "1e999999", "Infinity", "-Infinity"])
def test_a_multiplier_of_nonsense_is_an_unknown_fee(factor: str) -> None:
    assert to_schedule(event(), Series("E", "quadratic", Decimal(factor))) is None


@pytest.mark.parametrize(
    ("px", "qty", "fee"),
    [
        ("0.50", "100", "1.75"),  # the fee schedule's own table: 100 contracts at 50 cents
        ("0.01", "100", "0.0693"),
        ("0.99", "100", "0.0693"),
        ("0.10", "1", "0.0063"),
        ("0.55", "1", "0.0174"),  # 0.017325, rounded up
        ("0.50", "0.01", "0.0002"),  # 0.000175, rounded up
    ],
)
def test_a_fee_is_the_formula_rounded_up_to_a_hundredth_of_a_cent(px: str, qty: str, fee: str) -> None:
    assert trade_fee(TAKER, parse_px(px), parse_qty(qty)) == parse_usd(fee)


@given(prices.filter(lambda px: 0 < px < ONE), quantities)
def test_a_fee_is_rounded_up_by_less_than_a_step_and_the_same_for_both_outcomes(px: Px, qty: Qty) -> None:
    fee, exact = trade_fee(TAKER, px, qty), Decimal(TAKER) * px * (ONE - px) * qty / Decimal(10) ** 25
    assert exact <= fee < exact + CENTICENT
    assert not fee % CENTICENT
    assert fee == trade_fee(TAKER, mirror(px), qty)


@given(prices.filter(lambda px: 0 < px < ONE), quantities, quantities)
def test_a_larger_trade_never_costs_less(px: Px, one: Qty, more: Qty) -> None:
    assert trade_fee(TAKER, px, one) <= trade_fee(TAKER, px, Qty(one + more))


@given(prices.filter(lambda px: 0 < px < ONE), quantities)
def test_the_routers_estimate_is_less_than_a_step_below_the_fee(px: Px, qty: Qty) -> None:
    fees = to_schedule(event(), Series("E", "quadratic", Decimal(1)))
    assert fees is not None
    estimate = route_fee(fees, TAKER, notional(px, qty), px)
    assert -2 <= trade_fee(TAKER, px, qty) - estimate <= CENTICENT


@given(st.integers(-(10**12), 10**12), st.sampled_from([CENT, CENTICENT]))
def test_the_rounding_fee_leaves_a_balance_of_the_accounts_precision(change: int, precision: Usd) -> None:
    fee = rounding_fee(Usd(change), precision)
    assert 0 <= fee < precision
    assert not (change - fee) % precision
