"""What the tests of Kalshi share: a venue with the keys of the vectors, a market's two instruments, answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from venuekit.credential import Credentials
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, OpenOrder, OrderId
from venuekit.side import Side
from venuekit.units import parse_px, parse_qty
from venuekit_kalshi.markets import to_instruments
from venuekit_kalshi.venue import Kalshi
from venuekit_kalshi.wire import Event, Market, PriceRange

Json = dict[str, Any]
MakeMarket = Callable[..., list[Instrument]]
MakeOrder = Callable[..., NewOrder]
MakeOpen = Callable[..., OpenOrder]
MakeAnswer = Callable[..., Json]

TICKER = "KXTEST-26NOV21-T1"


def keys_of(kind: str) -> Credentials:
    cases = json.loads(Path(__file__).with_name("samples").joinpath("vectors.json").read_text())["cases"]
    given = next(each["credentials"] for each in cases if each["credentials"].get("key_type") == kind)
    return Credentials(api_key=given["key_id"], api_secret=given["private_key_pem"])


@pytest.fixture(scope="session")
def venue() -> Kalshi:
    return Kalshi(keys_of("ed25519"))


@pytest.fixture(scope="session")
def make_market() -> MakeMarket:
    """Make both instruments of a market with one step of a cent, changed as told; hand-made, not recorded."""

    def make(*ranges: tuple[str, str, str], **changes: Any) -> list[Instrument]:
        terms: Json = {
            "ticker": TICKER,
            "event_ticker": "KXTEST-26NOV21",
            "status": "active",
            "price_ranges": [PriceRange(*each) for each in ranges or [("0.0000", "1.0000", "0.0100")]],
            "exchange_index": 2,
            "close_time": "2026-11-21T21:00:00Z",
        }
        market = Market(**{**terms, **changes})
        event = Event(event_ticker=market.event_ticker, series_ticker="KXTEST", markets=[market])
        return to_instruments(event, {})

    return make


@pytest.fixture(scope="session")
def yes(make_market: MakeMarket) -> Instrument:
    return make_market()[0]


@pytest.fixture(scope="session")
def no(make_market: MakeMarket) -> Instrument:
    return make_market()[1]


@pytest.fixture(scope="session")
def make_order(yes: Instrument) -> MakeOrder:
    """Make a limit buy of 10 YES at 0.56, changed as told."""

    def make(**changes: Any) -> NewOrder:
        terms: Json = {
            "client_id": "my-cid_1",
            "instrument": yes,
            "side": Side.BUY,
            "qty": parse_qty("10"),
            "px": parse_px("0.56"),
        }
        return NewOrder(**{**terms, **changes})

    return make


@pytest.fixture(scope="session")
def make_open(make_order: MakeOrder) -> MakeOpen:
    """Make an order that rests, with what it has filled."""

    def make(filled: str = "0", venue_id: str = "v-1", **changes: Any) -> OpenOrder:
        terms = make_order(**changes)
        return OpenOrder(OrderId(terms.instrument, terms.client_id, venue_id), terms, parse_qty(filled))

    return make


@pytest.fixture(scope="session")
def make_answer() -> MakeAnswer:
    """Make an order as the venue documents it; hand-made, not recorded."""

    def make(**changes: Any) -> Json:
        answer: Json = {
            "order_id": "v-1",
            "user_id": "u-1",
            "client_order_id": "my-cid_1",
            "ticker": TICKER,
            "outcome_side": "yes",
            "book_side": "bid",
            "type": "limit",
            "status": "resting",
            "yes_price_dollars": "0.5600",
            "no_price_dollars": "0.4400",
            "initial_count_fp": "10.00",
            "remaining_count_fp": "10.00",
            "fill_count_fp": "0.00",
            "taker_fill_cost_dollars": "0.000000",
            "maker_fill_cost_dollars": "0.000000",
            "taker_fees_dollars": "0.000000",
            "maker_fees_dollars": "0.000000",
            "expiration_time": None,
            "created_time": "2026-11-21T12:00:00.000001Z",
            "last_update_time": None,
            "exchange_index": 2,
        }
        return {**answer, **changes}

    return make
