"""exchangeInfo: what trades, on which grid, and what may be asked how often.

Used by `endpoints.py`. What must stay true: every filter that is told here is enforced, and the other way round.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md "Exchange information" and filters.md (2026-07-21),
read 2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from venuekit_testkit.simulate.binance import errors
from venuekit_testkit.simulate.binance.errors import Refusal
from venuekit_testkit.simulate.binance.params import PLACES, Params
from venuekit_testkit.simulate.binance.shape import STP, Row, millis, number
from venuekit_testkit.simulate.exchange.market import Market

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

MAX_OPEN: Final = 200  # orders of one symbol
MAX_PRICE: Final = Decimal(1_000_000)
MAX_NOTIONAL: Final = Decimal(9_000_000)
LIST: Final = r'^\[("[\w\-._&&[^a-z]]{1,50}"(,"[\w\-._&&[^a-z]]{1,50}"){0,}){0,1}\]$'
TYPES: Final = ("LIMIT", "LIMIT_MAKER", "MARKET")


def exchange_info(venue: BinanceSimulator, asked: Params) -> Row:
    """List the markets: all, or those of `symbol` or `symbols`. Raises: Refusal -1121 for one that there is not."""
    return {
        "timezone": "UTC",
        "serverTime": millis(venue.exchange.now),
        "rateLimits": venue.limits.rows,
        "exchangeFilters": [],
        "symbols": [_symbol(market) for market in _chosen(venue, asked)],
    }


def names_of(asked: Params) -> list[str]:
    """Read `symbol` or `symbols`; none at all means every one. Raises: Refusal."""
    if "symbol" in asked and "symbols" in asked:
        raise Refusal(*errors.BAD_COMBINATION)
    if "symbols" not in asked:
        return [asked["symbol"]] if "symbol" in asked else []
    try:
        return msgspec.json.decode(asked["symbols"], type=list[str])
    except msgspec.DecodeError:
        raise errors.illegal("symbols", LIST) from None


def _chosen(venue: BinanceSimulator, asked: Params) -> list[Market]:
    return [venue.market(name) for name in names_of(asked)] or list(venue.exchange.markets.values())


def _symbol(market: Market) -> dict[str, Any]:
    return {
        "symbol": market.symbol,
        "status": "TRADING" if market.is_open else "BREAK",
        "baseAsset": market.base,
        "baseAssetPrecision": PLACES,
        "quoteAsset": market.quote,
        "quotePrecision": PLACES,
        "quoteAssetPrecision": PLACES,
        "baseCommissionPrecision": PLACES,
        "quoteCommissionPrecision": PLACES,
        "orderTypes": list(TYPES),
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "opoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": True,
        "amendAllowed": True,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": _filters(market),
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": STP,
        "allowedSelfTradePreventionModes": [STP],
    }


def _filters(market: Market) -> list[dict[str, Any]]:
    lot = {"minQty": number(market.min_qty), "maxQty": number(market.max_qty), "stepSize": number(market.lot)}
    tick = number(market.tick)
    return [
        {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": number(MAX_PRICE), "tickSize": tick},
        {"filterType": "LOT_SIZE", **lot},
        {"filterType": "MARKET_LOT_SIZE", **lot},
        {
            "filterType": "NOTIONAL",
            "minNotional": number(market.min_notional),
            "applyMinToMarket": False,
            "maxNotional": number(MAX_NOTIONAL),
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": MAX_OPEN},
    ]
