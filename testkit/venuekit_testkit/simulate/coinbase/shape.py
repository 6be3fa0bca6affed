"""How Coinbase writes things: decimal strings without zeros at their end, times to the nanosecond, products, trades.

Used by `market.py` and `stream.py`. What must stay true: nothing is rounded; the side of a public trade is the maker's,
as Coinbase says of its Exchange feed.
Sources: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/list-public-products,
.../get-public-market-trades, https://docs.cdp.coinbase.com/exchange/websocket-feed/channels ("matches"), read
2026-11-21.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.coinbase.products import Product
from venuekit_testkit.simulate.exchange.events import Traded
from venuekit_testkit.simulate.exchange.market import Market

Row: TypeAlias = dict[str, Any]
MAKERS: Final = {"buy": "SELL", "sell": "BUY"}  # by who took


def number(value: Decimal) -> str:
    """Write a number as short as it goes."""
    return f"{value.normalize():f}" if value else "0"


def instant(ns: int) -> str:
    """Write a time: RFC 3339, to the nanosecond."""
    whole = datetime.fromtimestamp(ns // NANOS_PER_S, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{ns % NANOS_PER_S:09d}Z"


def trade_row(product_id: str, told: Traded) -> Row:
    """Describe a public trade."""
    one = told.execution
    return {
        "trade_id": str(one.id),
        "product_id": product_id,
        "price": number(one.px),
        "size": number(one.qty),
        "time": instant(one.ts_ns),
        "side": MAKERS[told.taker],
    }


def product_row(product: Product, market: Market, px: Decimal, volume: Decimal, shared: list[str]) -> Row:
    """Describe a product. `shared` are the products that have its book under another name."""
    names = {"base_display_symbol": product.base, "quote_display_symbol": product.quote, "display_name": product.id}
    return {
        "product_id": product.id,
        "price": number(px),
        "price_percentage_change_24h": "0",
        "volume_24h": number(volume),
        "volume_percentage_change_24h": "0",
        "base_increment": product.lot,
        "quote_increment": product.tick,
        "quote_min_size": product.least_quote,
        "quote_max_size": "150000000",
        "base_min_size": product.least,
        "base_max_size": product.most,
        "base_name": product.base,
        "quote_name": product.quote,
        "watched": False,
        "is_disabled": False,
        "new": False,
        "status": "online",
        "cancel_only": not market.is_open,
        "limit_only": False,
        "post_only": False,
        "trading_disabled": not market.is_open,
        "auction_mode": False,
        "product_type": "SPOT",
        "quote_currency_id": product.quote,
        "base_currency_id": product.base,
        "fcm_trading_session_details": None,
        "mid_market_price": "",
        "alias": product.alias,
        "alias_to": shared,
        **names,
        "view_only": False,
        "price_increment": product.tick,
        "product_venue": "CBE",
    }
