"""Binance spot: the venue's markets as instruments.

Used by `venue.py`. What must stay true: an id is never cut apart to guess its assets; both are named by the venue. A
market that is not trading, or whose grid does not fit our scale, is listed with the reason.
Sources: https://github.com/binance/binance-spot-api-docs filters.md, rest-api.md#exchange-information (2026-07-21);
https://www.binance.com/en/fee/trading, the regular user's tier; read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.grid import Grid, read_grid
from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.units import RATE_PER_BPS, Rate, Usd, parse_px, parse_qty, parse_usd
from venuekit_binance.codes import VENUE
from venuekit_binance.wire import Filter, Symbol

BASE_FEES: Final = FeeSchedule(
    maker=Rate(10 * RATE_PER_BPS),
    taker=Rate(10 * RATE_PER_BPS),
    source="https://www.binance.com/en/fee/trading, regular user, read 2026-11-21",
)
TRADING: Final = "TRADING"
# A step of 0 disables the rule; eight decimals are what the venue writes then.
FINEST: Final = "0.00000001"
NO_RULE: Final = Filter(filterType="")


def to_instrument(symbol: Symbol) -> Instrument:
    """Read one market."""
    grid = read_grid(lambda: _grid({rule.filterType: rule for rule in symbol.filters}))
    return Instrument(
        symbol=f"{symbol.baseAsset}-{symbol.quoteAsset}",
        kind=Kind.SPOT,
        venue=VENUE,
        venue_symbol=symbol.symbol,
        base=symbol.baseAsset,
        quote=symbol.quoteAsset,
        tick=grid.tick,
        lot=grid.lot,
        min_qty=grid.min_qty,
        max_qty=grid.max_qty,
        min_notional=grid.min_notional,
        fees=BASE_FEES,
        amendable=symbol.amendAllowed,
        untradable=grid.misfit or _why_untradable(symbol),
    )


def _grid(rules: Mapping[str, Filter]) -> Grid:
    price, lot = rules.get("PRICE_FILTER", NO_RULE), rules.get("LOT_SIZE", NO_RULE)
    return Grid(
        tick=parse_px(price.tickSize) or parse_px(FINEST),
        lot=parse_qty(lot.stepSize) or parse_qty(FINEST),
        min_qty=parse_qty(lot.minQty),
        max_qty=parse_qty(lot.maxQty),
        min_notional=_min_notional(rules),
    )


def _why_untradable(symbol: Symbol) -> str:
    if symbol.status != TRADING:
        return f"its status is {symbol.status}"
    return "" if symbol.isSpotTradingAllowed else "spot trading is not allowed"


def _min_notional(rules: Mapping[str, Filter]) -> Usd:
    # NOTIONAL took the place of MIN_NOTIONAL; old markets still have the latter.
    return parse_usd(rules.get("NOTIONAL", rules.get("MIN_NOTIONAL", NO_RULE)).minNotional)
