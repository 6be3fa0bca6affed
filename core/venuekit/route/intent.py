"""What the router is asked for: how much, at what worst price, where, and how soon."""

from __future__ import annotations

from enum import Enum

import msgspec

from venuekit.side import Side
from venuekit.units import Px, Qty, Rate


class Urgency(Enum):
    """How much waiting is worth."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Intent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One quantity to trade, over any of the candidates.

    `max_slippage` caps the distance of every level from `reference`, fees apart; `reference` is the mid when the order
    arrived, or None for the candidates' own. `venue` pins, "" does not. `rests` lets what is left wait at the limit;
    `post_only` takes nothing.
    Raises: ValueError for a quantity or price that is not > 0, or an order that rests without a limit.
    """

    symbol: str
    side: Side
    qty: Qty
    limit: Px | None = None
    max_slippage: Rate | None = None
    reference: Px | None = None
    venue: str = ""
    rests: bool = False
    post_only: bool = False

    def __post_init__(self) -> None:
        if self.qty <= 0:
            raise ValueError(f"quantity must be > 0, was {self.qty}")
        if self.limit is not None and self.limit <= 0:
            raise ValueError(f"limit must be > 0, was {self.limit}")
        if self.reference is not None and self.reference <= 0:
            raise ValueError(f"reference must be > 0, was {self.reference}")
        if self.max_slippage is not None and self.max_slippage < 0:
            raise ValueError(f"max_slippage must be >= 0, was {self.max_slippage}")
        if self.rests and self.limit is None:
            raise ValueError("an order that rests needs a limit")
        if self.post_only and not self.rests:
            raise ValueError("a post-only order rests")
