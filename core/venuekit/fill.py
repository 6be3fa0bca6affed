"""One trade of ours."""

from __future__ import annotations

from enum import Enum

import msgspec

from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, Usd


class Liquidity(Enum):
    """Whether we waited in the book or took from it."""

    MAKER = "maker"
    TAKER = "taker"


class Fill(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One execution of one order. `trade_id` is the venue's and counts once, however often it arrives.

    `fee` is in `fee_asset`, × 10⁹; negative is a rebate.
    """

    trade_id: str
    client_id: str
    venue_id: str
    venue_symbol: str
    side: Side
    px: Px
    qty: Qty
    fee: Usd
    fee_asset: str
    liquidity: Liquidity = Liquidity.TAKER
    ts: Nanos = Nanos(0)

    def __post_init__(self) -> None:
        if self.px <= 0 or self.qty <= 0:
            raise ValueError(f"a fill needs a price and a quantity > 0, were {self.px} and {self.qty}")
