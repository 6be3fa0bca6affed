"""Buy or sell."""

from __future__ import annotations

from enum import Enum


class Side(Enum):
    """The direction of an order or a trade; `sign` is +1 for a buy.

    Ask `side.buys` where it is asked for every order: `side is Side.BUY` costs as much as a call (CPython 3.11).
    """

    BUY = "buy"
    SELL = "sell"

    sign: int
    buys: bool

    def __init__(self, _: str) -> None:
        self.buys = self.value == "buy"
        self.sign = 1 if self.buys else -1

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.SELL if self is Side.BUY else Side.BUY
