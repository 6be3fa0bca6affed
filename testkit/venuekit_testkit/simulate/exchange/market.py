"""A market of a simulated exchange: its grid, its limits, and whether it trades.

Made by the listing of each face. What must stay true: the grid is exact, so nothing is rounded to fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any

ZERO = Decimal(0)


@dataclass
class Market:
    """One market. `is_price` replaces the tick where the grid depends on the price; 0 is no limit."""

    symbol: str
    base: str
    quote: str
    tick: Decimal
    lot: Decimal
    min_qty: Decimal = ZERO
    max_qty: Decimal = ZERO
    min_notional: Decimal = ZERO
    is_open: bool = True
    result: str = ""  # of a market that has ended
    is_price: Callable[[Decimal], bool] | None = None
    facts: dict[str, Any] = field(default_factory=dict)  # what else a face tells of it

    def takes_px(self, px: Decimal) -> bool:
        """Tell whether a price lies on the grid."""
        return self.is_price(px) if self.is_price else px > 0 and px % self.tick == 0

    def takes_qty(self, qty: Decimal) -> bool:
        """Tell whether a quantity lies on the grid."""
        return qty > 0 and qty % self.lot == 0

    def least_qty(self, px: Decimal) -> Decimal:
        """Tell the smallest quantity that it takes at a price, in whole lots."""
        least = max(self.lot, self.min_qty, self.min_notional / px)
        return (least / self.lot).to_integral_value(ROUND_CEILING) * self.lot
