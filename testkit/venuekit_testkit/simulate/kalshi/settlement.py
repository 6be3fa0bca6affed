"""Kalshi: what happens when a market ends.

Used by `face.py`, which hears of it, and by `portfolio.py`. A market that is resolved is determined at once and settles
when its timer has run; then accounts are paid by themselves. What must stay true: every contract is paid once.
Source: https://docs.kalshi.com/getting_started/market_settlement and the lifecycle channel of AsyncAPI, Oct 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.events import Resolved
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.kalshi.fees import KalshiFunds
from venuekit_testkit.simulate.kalshi.ledger import Ledger, count_trades


@dataclass(frozen=True)
class Settled:
    """What one market paid us. `ledger` is how the position stood before."""

    market: Market
    pays: Decimal
    paid: Decimal
    ledger: Ledger
    at: int


class Settlements:
    """Markets on their way to their end, and what those paid that arrived."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.rows: list[Settled] = []
        self._due: list[tuple[int, Market]] = []

    def determine(self, told: Resolved) -> Market:
        """Note what a market pays, and when."""
        market = self.exchange.markets[told.symbol]
        market.result = told.result
        market.facts |= {"status": "determined", "pays": told.pays, "determined_ns": self.exchange.now}
        self._due.append((self.exchange.now + market.facts["listed"].timer_s * NANOS_PER_S, market))
        return market

    def run(self) -> list[Market]:
        """Settle what is due now; give it."""
        ready = [market for at, market in self._due if at <= self.exchange.now]
        self._due = [each for each in self._due if each[1] not in ready]
        for market in ready:
            self._settle(market)
        return ready

    def paid_by(self, symbol: str) -> Settled | None:
        """Give what a market paid us; None before it did, or where we had nothing of it."""
        return next((each for each in self.rows if each.market.symbol == symbol), None)

    def ledger(self, symbol: str, *, stale: bool = False) -> Ledger:
        """Count what we did in a market up to now, or up to the trade before."""
        trades = self.exchange.executions(symbol)
        ledger = count_trades(trades[:-1] if stale else trades)
        if settled := self.paid_by(symbol):
            ledger.end(settled.paid, settled.at)
        return ledger

    def _settle(self, market: Market) -> None:
        funds, pays = self.exchange.funds, market.facts["pays"]
        assert isinstance(funds, KalshiFunds), "only contracts settle"
        market.facts |= {"status": "finalized", "settled_ns": self.exchange.now}
        before = self.ledger(market.symbol)
        for name, account in self.exchange.accounts.items():
            paid = funds.settle(account, market, pays)
            if name == ME and before.volume > ZERO:
                self.rows.append(Settled(market, pays, paid, before, self.exchange.now))
