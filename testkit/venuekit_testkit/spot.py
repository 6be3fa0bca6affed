"""Spot markets for tests, made by hand."""

from __future__ import annotations

from typing import Any

from venuekit.instrument import Instrument, Kind
from venuekit.units import parse_px, parse_qty


def make_spot(
    venue: str, symbol: str, venue_symbol: str, tick: str = "0.000000001", lot: str = "0.00000001", **more: Any
) -> Instrument:
    """Make the market `symbol`, such as "BTC-USDT"; `tick` and `lot` as the venue writes them, the rest as is."""
    base, _, quote = symbol.partition("-")
    return Instrument(
        symbol=symbol,
        kind=Kind.SPOT,
        venue=venue,
        venue_symbol=venue_symbol,
        base=base,
        quote=quote,
        tick=parse_px(tick),
        lot=parse_qty(lot),
        **more,
    )
