"""Kalshi: what a position cost and earned, counted from its trades alone.

Used by `portfolio.py`, `settlement.py` and `frames.py`. What must stay true: it shares nothing with the balance, so
that sums which agree prove something; a position closes at its average cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.order import Execution, Order

ONE = Decimal(1)


@dataclass
class Ledger:
    """One market. `held` is negative for NO; `cost` is what the contracts that are held were bought for."""

    held: Decimal = ZERO
    cost: Decimal = ZERO
    realized: Decimal = ZERO
    fees: Decimal = ZERO
    traded: Decimal = ZERO  # what all trades cost, of the outcome that was bought
    volume: Decimal = ZERO
    updated_ns: int = 0

    def take(self, side: str, trade: Execution) -> None:
        """Count one trade."""
        sign = 1 if side == "buy" else -1
        price = trade.px if side == "buy" else ONE - trade.px
        closes = min(trade.qty, max(ZERO, -sign * self.held))
        share = self.cost * closes / abs(self.held) if closes else ZERO
        self.realized += closes * (ONE - price) - share
        self.cost += (trade.qty - closes) * price - share
        self.held += sign * trade.qty
        self.fees += trade.fee
        self.traded += trade.qty * price
        self.volume += trade.qty
        self.updated_ns = trade.ts_ns

    def end(self, paid: Decimal, ns: int) -> None:
        """Count what a market paid when it ended."""
        self.realized += paid - self.cost
        self.held = self.cost = ZERO
        self.updated_ns = ns


def count_trades(trades: Iterable[tuple[Order, Execution]]) -> Ledger:
    """Count the trades of one market, in their order."""
    ledger = Ledger()
    for order, trade in trades:
        ledger.take(order.side, trade)
    return ledger
