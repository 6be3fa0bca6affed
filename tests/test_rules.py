"""What is known to be refused, for every plugin alike: what was expected and what was found."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
import pytest

from venuekit.errors import Invalid
from venuekit.instrument import Band
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OpenOrder, OrderId, OrderType, unchanged
from venuekit.rules import check_change, check_client_id, check_count, check_decrease, check_terms
from venuekit.side import Side
from venuekit.units import Px, parse_px, parse_qty, parse_usd
from venuekit_testkit.spot import make_spot

LIMITS: Final = {"min_qty": parse_qty("0.002"), "max_qty": parse_qty("5"), "min_notional": parse_usd("10")}
BTC: Final = make_spot("acme", "BTC-USD", "btcusd", "0.01", "0.001", **LIMITS)
CENTS: Final = Band(parse_px("0.01"), parse_px("0.10"), parse_px("0.01"))
DIMES: Final = Band(parse_px("0.2"), parse_px("1"), parse_px("0.1"))
BANDED: Final = msgspec.structs.replace(BTC, bands=(CENTS, DIMES), min_notional=parse_usd("0"))


def order(px: str | None = "50000", qty: str = "0.5", **terms: Any) -> NewOrder:
    at = parse_px(px) if px is not None else None
    defaults = {"client_id": "a", "instrument": BTC, "side": Side.BUY, "px": at, "qty": parse_qty(qty)}
    return NewOrder(**{**defaults, **terms})


def resting(filled: str = "0.1") -> OpenOrder:
    return OpenOrder(OrderId(BTC, "a", "7"), order(), parse_qty(filled))


def test_a_good_order_passes() -> None:
    check_terms(order())


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (order(qty="0.0025"), "quantity must be a multiple of 0.001, was 0.0025"),
        (order(qty="0.001"), "quantity must be 0.002 to 5, was 0.001"),
        (order(qty="5.001"), "quantity must be 0.002 to 5, was 5.001"),
        (order(px="50000.005"), "price must be a multiple of 0.01, was 50000.005"),
        (order(px="100", qty="0.002"), "price × quantity must be at least 10, was 0.2"),
        (order(px="0.15", instrument=BANDED), "price must be 0.01 to 0.1 by 0.01, or 0.2 to 1 by 0.1, was 0.15"),
        (order(instrument=msgspec.structs.replace(BTC, untradable="halted")), "BTC-USD cannot be traded: halted"),
    ],
)
def test_what_breaks_a_rule_is_told_with_what_was_expected(odd: NewOrder, told: str) -> None:
    with pytest.raises(Invalid, match=re.escape(told)):
        check_terms(odd)


@pytest.mark.parametrize(
    ("to", "told"),
    [
        (order(side=Side.SELL), "keeps the instrument and the side"),
        (order(type=OrderType.MARKET, px=None), "needs a price"),
        (order(qty="0.1"), "more than the 0.1 that is filled, was 0.1"),
    ],
)
def test_an_amend_changes_price_and_total_only(to: NewOrder, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        check_change(resting(), to)


@pytest.mark.parametrize("to", ["0.1", "0.5", "0.6"])
def test_a_decrease_ends_between_what_is_filled_and_what_it_was(to: str) -> None:
    check_decrease(resting(), parse_qty("0.3"))
    with pytest.raises(Invalid, match="must lie between"):
        check_decrease(resting(), parse_qty(to))


def test_one_call_takes_so_many() -> None:
    check_count([1, 2], 2, "acme")
    for items in ([], [1, 2, 3]):
        with pytest.raises(Invalid, match=f"1 to 2 orders, was {len(items)}"):
            check_count(items, 2, "acme")


def test_a_client_id_is_given_back_or_refused() -> None:
    assert check_client_id("a-1", re.compile(r"[a-z0-9-]{1,3}"), "acme") == "a-1"
    with pytest.raises(Invalid, match="must match"):
        check_client_id("a_1", re.compile(r"[a-z0-9-]{1,3}"), "acme")


@pytest.mark.parametrize(("filled", "state"), [("0", OrderState.ACCEPTED), ("0.1", OrderState.PARTIAL)])
def test_an_amend_to_what_rests_sends_nothing_and_says_so(filled: str, state: OrderState) -> None:
    told = unchanged(resting(filled))
    assert (told.venue_id, told.state, told.filled, told.mode.value) == ("7", state, parse_qty(filled), "noop")


def test_bands_floor_and_ceil_to_prices_that_there_are() -> None:
    assert BANDED.floor_px(parse_px("0.15")) == parse_px("0.10")
    assert BANDED.ceil_px(parse_px("0.15")) == parse_px("0.2")
    assert BANDED.floor_px(parse_px("0.25")) == parse_px("0.2")
    assert BANDED.ceil_px(parse_px("0.25")) == parse_px("0.3")
    assert BANDED.floor_px(parse_px("7")) == parse_px("1")
    assert (BANDED.floor_px(Px(1)), BANDED.ceil_px(parse_px("7"))) == (0, 0)
    assert (BTC.floor_px(parse_px("1.015")), BTC.ceil_px(parse_px("1.015"))) == (parse_px("1.01"), parse_px("1.02"))
