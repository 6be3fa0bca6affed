"""What a feed tells: books, trades, and that something was lost."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty

Levels: TypeAlias = list[tuple[Px, Qty]]  # absolute quantities; 0 means the level is gone


class BookSnapshot(msgspec.Struct, frozen=True, gc=False):
    """The whole book, best level first or not. `seq` and `checksum` are None where the venue gives none."""

    symbol: str
    bids: Levels
    asks: Levels
    seq: int | None = None
    checksum: int | None = None
    ts: Nanos = Nanos(0)


class BookDelta(msgspec.Struct, frozen=True, gc=False):
    """A change of the book that covers the venue's updates `first` to `last`, both included.

    It applies to a book at `seq` when first <= seq + 1 <= last; it is old when last <= seq; a gap when first > seq + 1.
    """

    symbol: str
    bids: Levels
    asks: Levels
    first: int | None = None
    last: int | None = None
    checksum: int | None = None
    ts: Nanos = Nanos(0)


class TradePrint(msgspec.Struct, frozen=True, gc=False):
    """One public trade. `taker` is the side that crossed the spread.

    Raises: ValueError for a price or a quantity that is not > 0: a print at 0 would move whatever looks at it.
    """

    symbol: str
    trade_id: str
    px: Px
    qty: Qty
    taker: Side
    ts: Nanos

    def __post_init__(self) -> None:
        if self.px <= 0 or self.qty <= 0:
            raise ValueError(f"a trade needs a price and a quantity > 0, were {self.px} and {self.qty}")


class Gap(msgspec.Struct, frozen=True):
    """Something was lost: the book of `symbol`, or every book of the feed where it is "", can no longer be trusted."""

    symbol: str
    reason: str


MarketEvent: TypeAlias = BookSnapshot | BookDelta | TradePrint | Gap
