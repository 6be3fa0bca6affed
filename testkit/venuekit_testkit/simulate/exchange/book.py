"""The resting orders of one market, by price and then by time.

Used by `matching.py`, and read by faces. What must stay true: the best price comes first and, at one price, who was
there first.
"""

from __future__ import annotations

from decimal import Decimal

from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.order import Order

OTHER = {"buy": "sell", "sell": "buy"}
Levels = list[tuple[Decimal, Decimal]]


class RestingOrders:
    """One market's book. `seq` counts its changes."""

    def __init__(self) -> None:
        self.seq = 0
        self._orders: dict[int, Order] = {}

    def add(self, order: Order) -> None:
        """Let an order rest."""
        self._orders[order.id] = order

    def remove(self, order: Order) -> None:
        """Take an order off, if it is there."""
        self._orders.pop(order.id, None)

    def holds(self, order: Order) -> bool:
        """Tell whether an order rests here."""
        return order.id in self._orders

    def ranked(self, side: str) -> list[Order]:
        """List one side, the next to trade first."""
        sign = -1 if side == "buy" else 1
        mine = [order for order in self._orders.values() if order.side == side]
        return sorted(mine, key=lambda order: (sign * (order.px or ZERO), order.place))

    def levels(self, side: str) -> Levels:
        """Sum one side by price, best first."""
        sums: dict[Decimal, Decimal] = {}
        for order in self.ranked(side):
            sums[order.px or ZERO] = sums.get(order.px or ZERO, ZERO) + order.left
        return list(sums.items())

    def total(self, side: str, px: Decimal) -> Decimal:
        """Tell how much rests at one price."""
        return sum((each.left for each in self._orders.values() if each.side == side and each.px == px), ZERO)

    def crossing(self, side: str, px: Decimal | None) -> list[Order]:
        """List what an order of a side at a price would meet; None meets all."""
        met = self.ranked(OTHER[side])
        return [
            each for each in met if px is None or (each.px or ZERO) == px or ((each.px or ZERO) < px) is (side == "buy")
        ]
