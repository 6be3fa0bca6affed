"""Kalshi: what a trade costs, and which shard's money pays it.

Used by `listing.py`. A trade's fee is rounded up to a hundredth of a cent; then what the balance changes by is rounded
down to the account's precision, and the difference is charged as well; once an order has overpaid by more than a cent,
whole cents come back with its next trade. What must stay true: a fee is never negative, and the balance stays on its
precision. Direct members count to $0.0001, others to $0.01.
Sources: https://docs.kalshi.com/getting_started/fee_rounding and https://kalshi.com/docs/kalshi-fee-schedule.pdf,
read 2026-11-21.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from venuekit_testkit.simulate.exchange.account import ZERO, Account
from venuekit_testkit.simulate.exchange.funds import BinaryFunds, round_up
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Order

STEP: Final = "0.0001"
CENT: Final = Decimal("0.01")
TAKER: Final = Decimal("0.07")
MAKER_SHARE: Final = {  # of the taker's fee, by `fee_type`
    "quadratic": ZERO,
    "quadratic_with_maker_fees": Decimal("0.25"),
    "quadratic_with_combo_maker_fees": Decimal("0.5"),
}


def trade_fee(fee_type: str, multiplier: Decimal, px: Decimal, qty: Decimal, is_maker: bool) -> Decimal:
    """Compute the fee of one trade: 0.07 x multiplier x contracts x price x (1 - price), or the maker's share of it."""
    full = TAKER * multiplier * qty * px * (1 - px)
    return round_up(full * MAKER_SHARE[fee_type] if is_maker else full, STEP)


class KalshiFunds(BinaryFunds):
    """Binary contracts paid from the market's shard. `precision` is that of balances."""

    def __init__(self, precision: str = STEP) -> None:
        self.precision = Decimal(precision)
        self._moved: dict[int, Decimal] = {}  # by order: what its newest trade moved, fee aside
        self._overpaid: dict[int, Decimal] = defaultdict(Decimal)

    def cash_of(self, market: Market) -> str:
        """Give the asset of the market's shard."""
        return market.quote

    def toll(self, market: Market, px: Decimal, qty: Decimal, is_maker: bool) -> Decimal:
        """Tell the fee of a trade before rounding fees."""
        return trade_fee(market.facts["fee_type"], market.facts["fee_multiplier"], px, qty, is_maker)

    def move(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> None:
        """Move contracts and cash, and remember how much cash."""
        before = account.assets[market.quote].free
        super().move(account, market, order, px, qty)
        self._moved[order.id] = account.assets[market.quote].free - before

    def charge(self, market: Market, order: Order, px: Decimal, qty: Decimal, is_maker: bool) -> tuple[str, Decimal]:
        """Charge the fee of the trade and of rounding, less what the order has overpaid."""
        fee = self.toll(market, px, qty, is_maker)
        change = self._moved.pop(order.id) - fee
        rounding = change - change.quantize(self.precision, rounding=ROUND_FLOOR)
        self._overpaid[order.id] += rounding
        back = self._rebate(order.id, fee + rounding)
        return market.quote, fee + rounding - back

    def _rebate(self, order: int, paid: Decimal) -> Decimal:
        if self._overpaid[order] <= CENT:
            return ZERO
        back = min(self._overpaid[order], paid).quantize(CENT, rounding=ROUND_FLOOR)
        self._overpaid[order] -= back
        return back
