"""Every answer of the simulated Kalshi is one that two clients know: no field wrong, and none that they need left out.

kalshi-python-sync has models of Kalshi's own OpenAPI page, kalshi-sdk has models that its author wrote by hand.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from tests.peers.desk import only
from tests.peers.kalshi_desk import KalshiDesk

TICKER: Final = {"ticker": "KXHIGHNY-27DEC24-B50.5"}
EVENT: Final = {"event_ticker": "KXHIGHNY-27DEC24"}
SERIES: Final = {"series_ticker": "KXHIGHNY"}
Calls = list[tuple[str, dict[str, Any]]]

OFFICIAL: Final[Calls] = [
    ("get_exchange_status", {}),
    ("get_exchange_schedule", {}),
    ("get_user_data_timestamp", {}),
    ("get_series_list", {}),
    ("get_series", SERIES),
    ("get_series_fee_changes", {}),
    ("get_event_fee_changes", {}),
    ("get_events", {}),
    ("get_events", {"with_nested_markets": True}),
    ("get_event", EVENT),
    ("get_markets", {}),
    ("get_market", TICKER),
    ("get_market_orderbook", TICKER),
    ("get_market_orderbooks", {"tickers": [TICKER["ticker"]]}),
    ("get_trades", TICKER),
    ("get_historical_cutoff", {}),
    ("get_account_api_limits", {}),
    ("get_account_endpoint_costs", {}),
    ("get_balance", {}),
    ("get_balance", {"exchange_index": 2}),
    ("get_positions", {}),
    ("get_settlements", {}),
    ("get_fills", {}),
    ("get_portfolio_resting_order_total_value", {}),
    ("get_orders", {}),
    ("get_order_queue_positions", {"market_tickers": TICKER["ticker"]}),
    ("get_order_groups", {}),
]
SDK: Final[Calls] = [
    ("exchange.status", {}),
    ("exchange.schedule", {}),
    ("exchange.user_data_timestamp", {}),
    ("series.list", {}),
    ("series.get", SERIES),
    ("series.fee_changes", {}),
    ("events.list", {}),
    ("events.get", EVENT),
    ("events.fee_changes", {}),
    ("markets.list", {}),
    ("markets.get", TICKER),
    ("markets.orderbook", TICKER),
    ("markets.bulk_orderbooks", {"tickers": [TICKER["ticker"]]}),
    ("markets.list_trades", {}),
    ("historical.cutoff", {}),
    ("account.limits", {}),
    ("account.endpoint_costs", {}),
    ("portfolio.balance", {}),
    ("portfolio.positions", {}),
    ("portfolio.settlements", {}),
    ("portfolio.fills", {}),
    ("portfolio.total_resting_order_value", {}),
    ("orders.list", {}),
    ("orders.queue_positions", {"market_tickers": TICKER["ticker"]}),
    ("order_groups.create", {"contracts_limit": 10}),
    ("order_groups.list", {}),
]


def named(calls: Calls) -> list[str]:
    return [f"{name}-{len(given)}" for name, given in calls]


@only("kalshi", "kalshi_sync")
@pytest.mark.parametrize(("name", "given"), OFFICIAL, ids=named(OFFICIAL))
async def test_the_official_models_take_each_answer(kalshi: KalshiDesk, name: str, given: dict[str, Any]) -> None:
    await trade(kalshi)
    assert await kalshi.do("call", name=name, **given)


@only("kalshi", "kalshi_sdk")
@pytest.mark.parametrize(("name", "given"), SDK, ids=named(SDK))
async def test_the_models_of_others_take_each_answer(kalshi: KalshiDesk, name: str, given: dict[str, Any]) -> None:
    await trade(kalshi)
    assert await kalshi.do("call", name=name, **given) is not None


async def trade(kalshi: KalshiDesk) -> None:
    """Let one order rest with a part of it traded, another trade, and one market settle with a position."""
    await kalshi.place()
    await kalshi.place(price="0.60", client_id="peer-2")
    kalshi.exchange.fill(kalshi.really("peer-1"), Decimal(1))
    settled = "KXHIGHNY-27DEC24-T60"
    await kalshi.place(ticker=settled, price="0.20", client_id="peer-3")
    kalshi.exchange.resolve(settled, "yes", "1")
