"""What can be traded: instruments, their grids and fees, and the canonical spelling of symbols."""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from venuekit.units import Px, Qty, Rate, Usd, floor_to

TOKEN_ID_DIGITS: Final = 60  # a Polymarket outcome token id is a decimal of at least this many digits
KALSHI_PREFIXES: Final = ("KX", "INX", "NASDAQ100")


class Kind(Enum):
    """How an instrument settles."""

    SPOT = "spot"
    PERP = "perp"
    PREDICTION = "prediction"


class FeeModel(Enum):
    """What a rate is charged on."""

    NOTIONAL = "notional"  # price × quantity
    PROBABILITY = "probability"  # quantity × p × (1 − p), as prediction venues do


class FeeSchedule(msgspec.Struct, frozen=True):
    """What a trade costs. `None` means unknown: do not route, it is not free."""

    maker: Rate | None
    taker: Rate | None
    source: str = ""
    model: FeeModel = FeeModel.NOTIONAL


class Band(msgspec.Struct, frozen=True):
    """A range of prices with a step of its own, both ends included."""

    start: Px
    end: Px
    step: Px

    def holds(self, px: Px) -> bool:
        """Tell whether a price lies in the range and on its grid."""
        return self.start <= px <= self.end and not (px - self.start) % self.step


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """One tradable thing on one venue.

    `tick` is a price step, the finest where `bands` say that it depends on the price. `lot` is a quantity step;
    `max_qty` 0 means no limit. `px_decimals` and `qty_decimals` are how many decimals the venue writes, where its
    checksum depends on it. `untradable` says why orders are refused, or "". `particulars` are what else the venue's
    list tells and its orders need, by the venue's names: an asset's number, a contract's size, a market's shard. Only
    its own plugin reads them.
    """

    symbol: str
    kind: Kind
    venue: str
    venue_symbol: str
    base: str
    quote: str
    tick: Px
    lot: Qty
    min_qty: Qty = Qty(0)
    max_qty: Qty = Qty(0)
    min_notional: Usd = Usd(0)
    px_decimals: int = 0
    qty_decimals: int = 0
    fees: FeeSchedule | None = None
    amendable: bool = True
    untradable: str = ""
    particulars: tuple[tuple[str, str], ...] = ()
    bands: tuple[Band, ...] = ()  # ascending; () where every multiple of `tick` is a price

    def __post_init__(self) -> None:
        if not self.untradable and (self.tick <= 0 or self.lot <= 0):
            raise ValueError(f"{self.venue} {self.symbol}: tick and lot must be > 0, were {self.tick} and {self.lot}")

    def has_px(self, px: Px) -> bool:
        """Tell whether the venue takes orders at this price."""
        if not self.bands:
            return px > 0 and not px % self.tick
        return any(band.holds(px) for band in self.bands)

    def floor_px(self, px: Px) -> Px:
        """Give the highest price of the grid that is not above `px`; 0 where there is none."""
        if not self.bands:
            return Px(floor_to(px, self.tick))
        below = (band for band in reversed(self.bands) if band.start <= px)
        return next((Px(min(px, band.end) - (min(px, band.end) - band.start) % band.step) for band in below), Px(0))

    def ceil_px(self, px: Px) -> Px:
        """Give the lowest price of the grid that is not below `px`; 0 where there is none."""
        if not self.bands:
            return Px(-floor_to(-px, self.tick))
        above = ((band, Px(max(px, band.start))) for band in self.bands if band.end >= px)
        found = (Px(at + (band.start - at) % band.step) for band, at in above)
        return next((at for at in found if self.has_px(at)), Px(0))

    def particular(self, name: str) -> str:
        """Give what the venue's list tells under a name. Raises: KeyError where it tells nothing."""
        return dict(self.particulars)[name]


def canonical_symbol(text: str) -> str:
    """Spell a client's symbol our way: `xrp/usd` becomes `XRP-USD`; token ids, slugs and tickers pass.

    A Kalshi ticker without a side means YES.
    """
    symbol = text.strip()
    if is_token_id(symbol):
        return symbol
    upper = symbol.upper()
    if upper.startswith(KALSHI_PREFIXES) and any(mark.isdigit() for mark in upper):
        return upper if ":" in upper else f"{upper}:YES"
    if "/" in upper and "://" not in upper:
        upper = upper.replace("/", "-")
    return upper


def is_token_id(symbol: str) -> bool:
    """Tell whether a symbol is a prediction-market outcome token id."""
    return len(symbol) >= TOKEN_ID_DIGITS and symbol.isdecimal()


def infer_kind(symbol: str) -> Kind:
    """Derive the kind from a canonical symbol; what a client says is a hint only."""
    if is_token_id(symbol) or symbol.startswith(KALSHI_PREFIXES):
        return Kind.PREDICTION
    return Kind.PERP if symbol.endswith("-PERP") else Kind.SPOT
