"""How Kraken writes things: numbers with all their decimals, times, pairs and assets.

Used by `market.py` and `stream.py`. What must stay true: nothing is rounded; WebSocket numbers are bare JSON numbers
with the zeros at their end, because the checksum is computed over those digits.
Sources: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs, .../get-asset-info,
https://docs.kraken.com/api/docs/websocket-v2/book; read 2026-11-21.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

import msgspec

from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.exchange.events import Traded
from venuekit_testkit.simulate.kraken.pairs import Asset, Pair

Row: TypeAlias = dict[str, Any]
REST_PLACES: Final = 5  # of a price, at least, whatever the pair has
TIME_PLACES: Final = 7
TAKER_FEES: Final = ((0, 0.40), (10_000, 0.35), (50_000, 0.24), (100_000, 0.22), (10_000_000, 0.10))
MAKER_FEES: Final = ((0, 0.25), (10_000, 0.20), (50_000, 0.14), (100_000, 0.12), (10_000_000, 0.00))
LEVERAGE: Final = {"leverage_buy": [], "leverage_sell": [], "margin_call": 80, "margin_stop": 40}


def number(value: Decimal, places: int) -> msgspec.Raw:
    """Write a bare JSON number with so many decimals."""
    return msgspec.Raw(text(value, places).encode())


def text(value: Decimal, places: int) -> str:
    """Write a number with so many decimals."""
    return f"{value:.{places}f}"


def rest_px(pair: Pair, px: Decimal) -> str:
    """Write a price as REST does."""
    return text(px, max(pair.px_places, REST_PLACES))


def rest_qty(pair: Pair, qty: Decimal) -> str:
    """Write a quantity as REST does for trades."""
    return text(qty, pair.qty_places)


def seconds(ns: int) -> msgspec.Raw:
    """Write a time of REST: seconds, to a tenth of a microsecond."""
    return number(Decimal(ns // 100).scaleb(-TIME_PLACES), TIME_PLACES)


def instant(ns: int) -> str:
    """Write a time of WebSocket v2: RFC 3339, to the microsecond."""
    whole = datetime.fromtimestamp(ns // NANOS_PER_S, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{ns % NANOS_PER_S // 1000:06d}Z"


def pair_row(pair: Pair, *, is_open: bool) -> Row:
    """Describe one pair, as AssetPairs does."""
    return {
        "altname": pair.altname,
        "wsname": pair.wsname,
        "aclass_base": "currency",
        "base": pair.base.key,
        "aclass_quote": "currency",
        "quote": pair.quote.key,
        "lot": "unit",
        "cost_decimals": pair.quote.decimals,
        "pair_decimals": pair.px_places,
        "lot_decimals": pair.qty_places,
        "lot_multiplier": 1,
        "fees": TAKER_FEES,
        "fees_maker": MAKER_FEES,
        "fee_volume_currency": "ZUSD",
        **LEVERAGE,
        "ordermin": pair.least,
        "costmin": pair.least_cost,
        "tick_size": text(pair.tick, pair.px_places),
        "status": pair.status if is_open or pair.status != "online" else "cancel_only",
    }


def asset_row(asset: Asset) -> Row:
    """Describe one asset, as Assets does."""
    places = {"decimals": asset.decimals, "display_decimals": asset.shown}
    return {"aclass": "currency", "altname": asset.name, **places, "status": "enabled"}


def level_row(pair: Pair, level: tuple[Decimal, Decimal]) -> Row:
    """Write one level of a book as the stream does."""
    px, qty = level
    return {"price": number(px, pair.px_places), "qty": number(qty, pair.qty_places)}


def written(pair: Pair, level: tuple[Decimal, Decimal]) -> tuple[str, str]:
    """Give the digits of one level as they are sent."""
    px, qty = level
    return text(px, pair.px_places), text(qty, pair.qty_places)


def trade_row(pair: Pair, told: Traded) -> Row:
    """Write one trade as the stream does."""
    one = told.execution
    return {
        "symbol": pair.stream,
        "side": told.taker,
        **level_row(pair, (one.px, one.qty)),
        "ord_type": "limit",
        "trade_id": one.id,
        "timestamp": instant(one.ts_ns),
    }
