"""What the tests of Binance share: a venue with fake keys, instruments, and the documented shape of an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from venuekit.credential import Credentials
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, OpenOrder, OrderId
from venuekit.side import Side
from venuekit.units import parse_px, parse_qty, parse_usd
from venuekit_binance.venue import Binance
from venuekit_testkit.spot import make_spot

Json = dict[str, Any]
MakeOrder = Callable[..., NewOrder]
MakeAnswer = Callable[..., Json]
MakeOpen = Callable[..., OpenOrder]


@pytest.fixture
def venue() -> Binance:
    return Binance(Credentials(api_key="my-key", api_secret="my-secret"))


@pytest.fixture
def btc() -> Instrument:
    return make_spot(
        "binance",
        "BTC-USDT",
        "BTCUSDT",
        "0.01",
        "0.00001",
        min_qty=parse_qty("0.00001"),
        max_qty=parse_qty("9000"),
        min_notional=parse_usd("5"),
    )


@pytest.fixture
def make_order(btc: Instrument) -> MakeOrder:
    """Make a limit buy of 1 at 100, changed as told."""

    def make(**changes: Any) -> NewOrder:
        terms: Json = {
            "client_id": "my-cid_1",
            "instrument": btc,
            "side": Side.BUY,
            "qty": parse_qty("1"),
            "px": parse_px("100"),
        }
        return NewOrder(**{**terms, **changes})

    return make


@pytest.fixture
def make_open(make_order: MakeOrder, btc: Instrument) -> MakeOpen:
    """Make an order that rests, with what it has filled."""

    def make(filled: str = "0", venue_id: str = "28", **changes: Any) -> OpenOrder:
        terms = make_order(**changes)
        return OpenOrder(OrderId(terms.instrument, terms.client_id, venue_id), terms, parse_qty(filled))

    return make


@pytest.fixture
def make_answer() -> MakeAnswer:
    """Make an order as the venue documents it; hand-made, not recorded."""

    def make(**changes: Any) -> Json:
        answer: Json = {
            "symbol": "BTCUSDT",
            "orderId": 28,
            "orderListId": -1,
            "clientOrderId": "my-cid_1",
            "transactTime": 1507725176595,
            "price": "100.00000000",
            "origQty": "1.00000000",
            "executedQty": "0.00000000",
            "origQuoteOrderQty": "0.000000",
            "cummulativeQuoteQty": "0.00000000",
            "status": "NEW",
            "timeInForce": "GTC",
            "type": "LIMIT",
            "side": "BUY",
            "workingTime": 1507725176595,
            "selfTradePreventionMode": "NONE",
            "fills": [],
        }
        return {**answer, **changes}

    return make
