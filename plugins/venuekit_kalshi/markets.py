"""Kalshi: the venue's markets as instruments, two of each.

Used by `venue.py`. What must stay true: only `price_ranges` says what prices there are, never the name of their
structure. A market that is not active, that pays another amount than one dollar, or whose grid orders cannot express,
is listed with the reason. A scalar market is two instruments as well: its YES pays what it settles at, its NO the rest
of the dollar.
Source: OpenAPI 3.34.0, schemas Market, PriceRange, EventData (https://docs.kalshi.com/openapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.instrument import Band, FeeSchedule, Instrument, Kind
from venuekit.units import Inexact, Px, Qty, parse_px
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.fees import to_schedule
from venuekit_kalshi.outcome import NO, ONE, YES, mirror
from venuekit_kalshi.wire import Event, Market, PriceRange, Series

LOT: Final = Qty(1_000_000)  # 0.01 contracts
ORDER_STEP: Final = Px(100_000)  # prices of orders have four decimals at most
ACTIVE: Final = "active"


def to_instruments(event: Event, series: Mapping[str, Series]) -> list[Instrument]:
    """Read the markets of one event."""
    fees = to_schedule(event, series.get(event.series_ticker))
    return [made for market in event.markets or [] for made in _both(market, event, fees)]


def _both(market: Market, event: Event, fees: FeeSchedule | None) -> list[Instrument]:
    bands, misfit = _read_bands(market)
    untradable = misfit or _why_untradable(market)
    mirrored = tuple(mirror_band(band) for band in reversed(bands))
    return [_instrument(market, event, fees, side, grid, untradable) for side, grid in ((YES, bands), (NO, mirrored))]


def _instrument(
    market: Market, event: Event, fees: FeeSchedule | None, side: str, bands: tuple[Band, ...], untradable: str
) -> Instrument:
    symbol = f"{market.ticker}:{side}"
    return Instrument(
        symbol=symbol,
        kind=Kind.PREDICTION,
        venue=VENUE,
        venue_symbol=market.ticker,
        base=symbol,
        quote="USD",
        tick=min((band.step for band in bands), default=Px(0)),
        lot=LOT,
        min_qty=LOT,
        fees=fees,
        untradable=untradable,
        particulars=_particulars(market, event, side),
        bands=bands,
    )


def _particulars(market: Market, event: Event, side: str) -> tuple[tuple[str, str], ...]:
    shard = "" if market.exchange_index is None else str(market.exchange_index)
    return (
        ("side", side.lower()),
        ("market_type", market.market_type),
        ("event_ticker", market.event_ticker),
        ("series_ticker", event.series_ticker),
        ("exchange_index", shard),
        ("close_time", market.close_time),
    )


def _why_untradable(market: Market) -> str:
    return "" if market.status == ACTIVE else f"its status is {market.status}"


def _read_bands(market: Market) -> tuple[tuple[Band, ...], str]:
    try:
        if parse_px(market.notional_value_dollars) != ONE:
            return (), f"a contract pays {market.notional_value_dollars}, not 1"
        bands = tuple(sorted((to_band(each) for each in market.price_ranges or []), key=lambda band: band.start))
    except (Inexact, ValueError) as error:
        return (), f"its prices do not fit: {error}"
    return (bands, "") if bands else ((), "the venue gives no price ranges")


def to_band(told: PriceRange) -> Band:
    """Read one range. Its ends 0 and 1 are no prices, so it is cut to the first and last step between them.

    Raises: Inexact; ValueError for a range without a price, or finer than orders can say.
    """
    start, end, step = parse_px(told.start), parse_px(told.end), parse_px(told.step)
    if step <= 0 or step % ORDER_STEP or start % ORDER_STEP:
        raise ValueError(f"a range from {told.start} by {told.step} is finer than the four decimals of orders")
    first = start if start > 0 else Px(start + (-start // step + 1) * step)
    last = Px(first + (min(end, ONE - 1) - first) // step * step)
    if last < first:
        raise ValueError(f"no price lies between {told.start} and {told.end}")
    return Band(first, last, step)


def mirror_band(band: Band) -> Band:
    """Give the same range in the other outcome's prices."""
    return Band(mirror(band.end), mirror(band.start), band.step)
