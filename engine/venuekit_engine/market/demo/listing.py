"""What the demo market lists: coins and venues as tables, and the instruments they make.

Used by the generator. Prices, sizes and spreads are invented; ticks, lots and minimums are of the usual kind. Fees are
near the venues' entry tiers, so that routes look as they would: 0.10 % both ways at Binance
(https://www.binance.com/en/fee/trading), 0.25 % and 0.40 % at Kraken (https://www.kraken.com/features/fee-schedule),
0.40 % and 0.60 % at Coinbase (https://www.coinbase.com/advanced-fees). They are examples, not a price list: the plugins
give the real ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.units import Px, Qty, Rate, Usd, parse_px, parse_qty, parse_rate, parse_usd

INVENTED: Final = "demo market, near the venue's entry tier"


class Coin(msgspec.Struct, frozen=True, kw_only=True):
    """One market. `gap` is the ticks between two rungs of its book, `least` and `most` bound a level at the touch."""

    base: str
    quote: str
    start: Px
    tick: Px
    gap: int
    lot: Qty
    min_qty: Qty
    min_notional: Usd
    least: Qty
    most: Qty

    @property
    def symbol(self) -> str:
        """The canonical symbol."""
        return f"{self.base}-{self.quote}"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One venue. `half` is half its spread in rungs, `share` how large its levels are, in percent."""

    venue: str
    half: int
    share: int
    maker: Rate
    taker: Rate


def _coin(base: str, quote: str, *numbers: str, gap: int) -> Coin:
    start, tick, lot, min_qty, min_notional, least, most = numbers
    return Coin(
        base=base,
        quote=quote,
        start=parse_px(start),
        tick=parse_px(tick),
        gap=gap,
        lot=parse_qty(lot),
        min_qty=parse_qty(min_qty),
        min_notional=parse_usd(min_notional),
        least=parse_qty(least),
        most=parse_qty(most),
    )


#                       start    tick   lot       min qty  value  level from, to
_BTC: Final = ("64000", "0.01", "0.00001", "0.0001", "5", "0.004", "0.05")
_ETH: Final = ("3200", "0.01", "0.0001", "0.001", "5", "0.08", "1")
_SOL: Final = ("150", "0.01", "0.001", "0.02", "5", "2", "20")

COINS: Final = (
    _coin("BTC", "USD", *_BTC, gap=256),
    _coin("ETH", "USD", *_ETH, gap=13),
    _coin("SOL", "USD", *_SOL, gap=1),
    _coin("BTC", "USDT", *_BTC, gap=256),
    _coin("ETH", "USDT", *_ETH, gap=13),
)
PLACES: Final = (
    Place(venue="binance", half=2, share=100, maker=parse_rate("0.001"), taker=parse_rate("0.001")),
    Place(venue="kraken", half=3, share=40, maker=parse_rate("0.0025"), taker=parse_rate("0.004")),
    Place(venue="coinbase", half=3, share=60, maker=parse_rate("0.004"), taker=parse_rate("0.006")),
)
VENUES: Final = tuple(place.venue for place in PLACES)


def places(venues: Iterable[str]) -> list[Place]:
    """Give the demo's venues among these."""
    wanted = set(venues)
    return [place for place in PLACES if place.venue in wanted]


def instrument(coin: Coin, place: Place) -> Instrument:
    """Make one venue's instrument of a coin."""
    return Instrument(
        symbol=coin.symbol,
        kind=Kind.SPOT,
        venue=place.venue,
        venue_symbol=coin.symbol,
        base=coin.base,
        quote=coin.quote,
        tick=coin.tick,
        lot=coin.lot,
        min_qty=coin.min_qty,
        min_notional=coin.min_notional,
        fees=FeeSchedule(place.maker, place.taker, INVENTED),
    )
