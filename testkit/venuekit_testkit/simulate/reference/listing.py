"""The reference venue: its markets, what they cost, and what the account begins with.

Used by `face.py`. One event market that trades and resolves, one spot market, one halted, and one whose grid is finer
than most software can count.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.funds import BinaryFunds, Funds, SpotFunds
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rules
from venuekit_testkit.simulate.fault import Faults

EVENT: Final = "KXRAIN-26DEC31"
SPOT: Final = "BTC-USD"
RATES: Final = {"event": ("0.01", "0.03"), "spot": ("0.001", "0.002")}  # maker, taker


def _event_fee(px: Decimal, qty: Decimal, is_maker: bool) -> Decimal:
    maker, taker = RATES["event"]
    return Decimal(maker if is_maker else taker) * qty * px * (1 - px)


class FundsByMarket(Funds):
    """Events and spot side by side."""

    def __init__(self) -> None:
        self.events = BinaryFunds("USD", _event_fee)
        self.spot: Funds = SpotFunds(*RATES["spot"])

    def need(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> tuple[str, Decimal]:
        """Ask the market's kind."""
        return self._of(market.symbol).need(account, market, order, px, qty)

    def charge(self, market: Market, order: Order, px: Decimal, qty: Decimal, is_maker: bool) -> tuple[str, Decimal]:
        """Ask the market's kind."""
        return self._of(market.symbol).charge(market, order, px, qty, is_maker)

    def move(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> None:
        """Ask the market's kind."""
        self._of(market.symbol).move(account, market, order, px, qty)

    def demand(
        self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal, others: Sequence[Order]
    ) -> tuple[str, Decimal]:
        """Ask the market's kind."""
        return self._of(market.symbol).demand(account, market, order, px, qty, others)

    def share(self, order: Order, qty: Decimal) -> Decimal:
        """Ask the market's kind."""
        return self._of(order.symbol).share(order, qty)

    def relock(self, account: Account, market: Market, orders: Sequence[Order]) -> None:
        """Ask the market's kind."""
        self._of(market.symbol).relock(account, market, orders)

    def _of(self, symbol: str) -> Funds:
        return self.events if symbol == EVENT else self.spot


def make_markets() -> list[Market]:
    """List the markets."""
    cent = Decimal("0.01")
    spot = {"kind": "spot"}
    return [
        Market(
            EVENT,
            "RAIN",
            "USD",
            cent,
            Decimal(1),
            Decimal(5),
            Decimal(100_000),
            Decimal(1),
            is_price=lambda px: 0 < px < 1 and px % cent == 0,
            facts={"kind": "event"},
        ),
        Market(
            SPOT,
            "BTC",
            "USD",
            cent,
            Decimal("0.0001"),
            Decimal("0.001"),
            Decimal(1000),
            Decimal(5),
            facts=spot,
        ),
        Market("ETH-USD", "ETH", "USD", cent, cent, is_open=False, facts=spot),
        Market("MICRO-USD", "MICRO", "USD", Decimal("1E-12"), Decimal(1), facts=spot),
    ]


def make_exchange(faults: Faults, funds: FundsByMarket) -> Exchange:
    """Open the exchange, its crowd in place. A client id is taken once for ever."""
    money = Account(ME, USD="100000", BTC="5")
    exchange = Exchange(make_markets(), funds, Rules(id_once=True), faults, money)
    exchange.seed(EVENT, [("0.40", "500"), ("0.39", "800"), ("0.35", "1500")], [("0.43", "600"), ("0.45", "900")])
    exchange.seed(SPOT, [("59990", "1"), ("59980.5", "2")], [("60010", "1.5"), ("60020", "3")])
    return exchange
