"""What the account has and what it did, over REST: balances, trades, fees, the count of its orders.

Used by `endpoints.py`.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md "Account endpoints" (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from venuekit_testkit.simulate.binance import errors, shape
from venuekit_testkit.simulate.binance.errors import Refusal
from venuekit_testkit.simulate.binance.params import Params
from venuekit_testkit.simulate.binance.shape import Row
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.fault import Fault

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

DAY_MS: Final = 86_400_000
RATES: Final = {"maker": "0.00100000", "taker": "0.00100000", "buyer": "0.00000000", "seller": "0.00000000"}
NO_RATES: Final = dict.fromkeys(RATES, "0.00000000")
DISCOUNT: Final = {
    "enabledForAccount": False,
    "enabledForSymbol": False,
    "discountAsset": "BNB",
    "discount": "0.00000000",
}


def balances(venue: BinanceSimulator, asked: Params) -> Row:
    """Tell the account with what it holds."""
    assets = venue.exchange.accounts[ME].assets.items()
    skips = asked.flag("omitZeroBalances")
    return {
        "makerCommission": 10,
        "takerCommission": 10,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": RATES,
        "canTrade": True,
        "canWithdraw": False,
        "canDeposit": False,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": shape.millis(venue.exchange.now),
        "accountType": "SPOT",
        "balances": [shape.balance(asset, held) for asset, held in assets if held.total or not skips],
        "permissions": ["SPOT"],
        "uid": 354937868,
    }


def my_trades(venue: BinanceSimulator, asked: Params) -> list[Row]:
    """List our trades of a symbol, oldest first. Raises: Refusal for more than a day, or an odd mix of filters."""
    symbol = venue.market(asked.need("symbol")).symbol
    since, until = asked.number("startTime"), asked.number("endTime", 10**18)
    if "startTime" in asked and "endTime" in asked and not 0 <= until - since <= DAY_MS:
        raise Refusal(*errors.BAD_INTERVAL)
    if "fromId" in asked and ("startTime" in asked or "endTime" in asked):
        raise Refusal(*errors.BAD_COMBINATION)
    pairs = venue.exchange.executions(symbol)
    if venue.faults.take(Fault.STALE_READ, "fills"):
        pairs = pairs[:-1]
    which, first = asked.number("orderId"), asked.number("fromId")
    found = [
        (order, one)
        for order, one in pairs
        if which in (0, order.id) and one.id >= first and since <= shape.millis(one.ts_ns) <= until
    ]
    limit = min(asked.number("limit", 500), 1000)
    kept = found[:limit] if "fromId" in asked or "startTime" in asked else found[-limit:]
    return [shape.my_trade(order, one) for order, one in kept]


def commission(venue: BinanceSimulator, asked: Params) -> Row:
    """Tell what one symbol costs."""
    return {
        "symbol": venue.market(asked.need("symbol")).symbol,
        "standardCommission": RATES,
        "specialCommission": NO_RATES,
        "taxCommission": NO_RATES,
        "discount": DISCOUNT,
    }


def order_count(venue: BinanceSimulator, _: Params) -> list[dict[str, Any]]:
    """Tell how many orders were counted in each interval."""
    for window in venue.limits.orders:
        window.turn(venue.exchange.now)
    return [{**window.row, "count": window.used} for window in venue.limits.orders]


def trades_weight(asked: Params) -> int:
    """Weigh a list of our trades: of one order it is cheaper."""
    return 5 if "orderId" in asked else 20
