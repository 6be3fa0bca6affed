"""Every answer of the simulated Binance is one that Binance's own client knows: no field wrong, and none that is not.

binance-sdk-spot has a strict model for each answer; what does not fit it, it says in its log, and fields that the model
does not have, it keeps apart. Both are nothing here, for REST and for the WebSocket API.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.peers.binance_desk import SYMBOL, BinanceDesk
from tests.peers.desk import only

OF: Final = {"symbol": SYMBOL}
LIMIT: Final = {**OF, "side": "BUY", "type": "LIMIT", "time_in_force": "GTC", "quantity": "0.1", "price": "60000"}
MINE: Final = {**OF, "orig_client_order_id": "peer-1"}

REST: Final[list[tuple[str, dict[str, Any]]]] = [
    ("ping", {}),
    ("time", {}),
    ("exchange_info", {}),
    ("depth", {**OF, "limit": 5}),
    ("get_trades", OF),
    ("ticker_price", OF),
    ("ticker_price", {}),
    ("ticker_book_ticker", OF),
    ("ticker_book_ticker", {}),
    ("order_test", LIMIT),
    ("order_test", {**LIMIT, "compute_commission_rates": "true"}),
    ("new_order", {**LIMIT, "new_order_resp_type": "ACK"}),
    ("new_order", {**LIMIT, "new_order_resp_type": "RESULT"}),
    ("new_order", {**LIMIT, "type": "MARKET", "price": None, "time_in_force": None}),
    ("get_order", MINE),
    ("get_open_orders", {}),
    ("all_orders", OF),
    ("my_trades", OF),
    ("get_account", {}),
    ("account_commission", OF),
    ("rate_limit_order", {}),
    ("order_amend_keep_priority", {**MINE, "new_qty": "0.05"}),
    (
        "order_cancel_replace",
        {**LIMIT, "cancel_replace_mode": "STOP_ON_FAILURE", "cancel_orig_client_order_id": "peer-1"},
    ),
    ("delete_order", MINE),
    ("delete_open_orders", OF),
]
REQUESTS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("ping", {}),
    ("time", {}),
    ("depth", OF),
    ("ticker_price", OF),
    ("ticker_book", OF),
    ("order_place", LIMIT),
    ("order_test", LIMIT),
    ("order_status", MINE),
    ("order_amend_keep_priority", {**MINE, "new_qty": "0.05"}),
    ("order_cancel", MINE),
    ("open_orders_status", OF),
    ("open_orders_cancel_all", OF),
    ("all_orders", OF),
    ("my_trades", OF),
    ("account_status", {}),
    ("account_commission", OF),
    ("account_rate_limits_orders", {}),
]


def named(calls: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [f"{name}-{len(given)}" for name, given in calls]


@only("binance", "binance_sdk")
@pytest.mark.parametrize(("name", "given"), REST, ids=named(REST))
async def test_the_official_client_knows_each_answer(binance: BinanceDesk, name: str, given: dict[str, Any]) -> None:
    await trade(binance)
    told = await binance.do("call", name=name, **given)
    assert told["unknown"] == []


@only("binance", "binance_sdk")
@pytest.mark.parametrize(("name", "given"), REQUESTS, ids=named(REQUESTS))
async def test_the_official_client_knows_each_answer_on_a_socket(
    binance: BinanceDesk, name: str, given: dict[str, Any]
) -> None:
    await trade(binance)
    told = await binance.do("request", name=name, **given)
    assert told["unknown"] == []


@only("binance", "binance_sdk")
async def test_a_refusal_on_a_socket_has_its_code(binance: BinanceDesk) -> None:
    error = await binance.refused("request", name="order_cancel", symbol=SYMBOL, order_id=77)
    assert "-2011" in error["message"]


async def trade(binance: BinanceDesk) -> None:
    """Let one order rest and another trade, so that there is something to tell of."""
    await binance.place(price=binance.below())
    await binance.place(price=str(binance.best("sell")), client_id="peer-2")
