"""Buy or sell."""

from __future__ import annotations

from enum import Enum


class Side(Enum):
    """The direction of an order or a trade; `sign` is +1 for a buy."""

    BUY = "buy"
    SELL = "sell"

    sign: int

    def __init__(self, _: str) -> None:
        self.sign = 1 if self.value == "buy" else -1

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.SELL if self is Side.BUY else Side.BUY
