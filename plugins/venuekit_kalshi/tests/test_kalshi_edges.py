"""The edges of Kalshi's numbers, where one more or one less is another price, another range, another position."""

from __future__ import annotations

import pytest

from venuekit.instrument import Band, Instrument
from venuekit.position import Position
from venuekit.units import parse_px, parse_qty, parse_usd
from venuekit_kalshi.markets import to_band
from venuekit_kalshi.outcome import to_px
from venuekit_kalshi.parse import to_position
from venuekit_kalshi.wire import Held, PriceRange


@pytest.mark.parametrize("text", ["0", "0.0000", "1", "1.0000", "-0.01", "1.01"])
def test_no_price_is_0_or_1_or_beyond(text: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        to_px(text)


@pytest.mark.parametrize("text", ["0.000001", "0.999999"])
def test_a_price_may_be_next_to_the_ends(text: str) -> None:
    assert to_px(text) == parse_px(text)


@pytest.mark.parametrize(
    ("told", "band"),
    [
        (("0.00", "1.00", "0.01"), ("0.01", "0.99", "0.01")),
        (("0.00", "0.10", "0.001"), ("0.001", "0.1", "0.001")),
        (("0.90", "1.00", "0.001"), ("0.9", "0.999", "0.001")),
        (("0.10", "0.90", "0.01"), ("0.1", "0.9", "0.01")),
        (("0.10", "0.10", "0.01"), ("0.1", "0.1", "0.01")),
        (("0.00", "1.00", "0.0001"), ("0.0001", "0.9999", "0.0001")),
    ],
)
def test_a_range_is_cut_to_the_prices_in_it(told: tuple[str, str, str], band: tuple[str, str, str]) -> None:
    assert to_band(PriceRange(*told)) == Band(*map(parse_px, band))


@pytest.mark.parametrize("told", [("0.00", "1.00", "0"), ("0.00", "1.00", "0.00001"), ("0.00001", "1.00", "0.01")])
def test_a_range_finer_than_orders_is_refused(told: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="finer than the four decimals"):
        to_band(PriceRange(*told))


@pytest.mark.parametrize("told", [("0.50", "0.40", "0.01"), ("0.00", "0.005", "0.01"), ("1.00", "1.00", "0.01")])
def test_a_range_without_a_price_is_refused(told: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="no price lies between"):
        to_band(PriceRange(*told))


def test_a_position_is_read_with_its_profit_and_fees() -> None:
    told = to_position(Held("T", "-3.50", "-1.2500", "0.0700"))
    assert told == Position(
        venue_symbol="T", qty=parse_qty("-3.5"), realized=parse_usd("-1.25"), fees=parse_usd("0.07")
    )


@pytest.mark.parametrize("held", [Held("T", "1.00", None, "0.07"), Held("T", "1.00", "0.5", None)])
def test_a_position_without_profit_or_fees_is_refused(held: Held) -> None:
    with pytest.raises(ValueError, match="no profit or no fees"):
        to_position(held)


@pytest.mark.parametrize("count", [None, "0.00"])
def test_a_flat_position_is_none(count: str | None) -> None:
    assert to_position(Held("T", count, None, None)) is None


def test_particulars_are_found_by_their_names(yes: Instrument, no: Instrument) -> None:
    names = ("side", "market_type", "event_ticker", "series_ticker", "exchange_index", "close_time")
    assert tuple(name for name, _ in yes.particulars) == names
    assert (yes.particular("side"), no.particular("side")) == ("yes", "no")
    assert yes.venue_symbol.startswith(yes.particular("event_ticker"))
    assert yes.particular("event_ticker").startswith(yes.particular("series_ticker"))
    assert yes.particular("market_type") == "binary"
