"""What an order locks and what a trade moves: spot, and contracts that pay one or nothing.

Used by `exchange.py`. What must stay true: a trade moves what it says and no more; between two accounts only fees go.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal

from venuekit_testkit.simulate.exchange.account import ZERO, Account
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Order

ONE = Decimal(1)


class Funds(ABC):
    """How one kind of market is paid for."""

    @abstractmethod
    def need(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> tuple[str, Decimal]:
        """Tell which asset an order must lock, and how much, for a quantity at its worst price."""

    @abstractmethod
    def charge(self, market: Market, order: Order, px: Decimal, qty: Decimal, is_maker: bool) -> tuple[str, Decimal]:
        """Tell the fee of one execution and its asset."""

    @abstractmethod
    def move(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> None:
        """Move what one execution bought and sold, fee aside."""


class SpotFunds(Funds):
    """Base against quote; the fee is taken from what is bought."""

    def __init__(self, maker: str = "0.001", taker: str = "0.001") -> None:
        self.rates = {True: Decimal(maker), False: Decimal(taker)}

    def need(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> tuple[str, Decimal]:
        """Lock the quote of a buy and the base of a sale."""
        return (market.quote, px * qty) if order.side == "buy" else (market.base, qty)

    def charge(self, market: Market, order: Order, px: Decimal, qty: Decimal, is_maker: bool) -> tuple[str, Decimal]:
        """Charge a share of what is bought."""
        asset, got = (market.base, qty) if order.side == "buy" else (market.quote, px * qty)
        return asset, got * self.rates[is_maker]

    def move(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> None:
        """Swap base and quote."""
        sign = ONE if order.side == "buy" else -ONE
        account.add(market.base, sign * qty)
        account.add(market.quote, -sign * px * qty)


class BinaryFunds(Funds):
    """Contracts that pay one or nothing, netted: a sale without contracts buys the other outcome at one less the price.

    `fee` takes price, quantity and whether we waited, and gives money.
    """

    def __init__(self, cash: str, fee: Callable[[Decimal, Decimal, bool], Decimal]) -> None:
        self.cash, self.fee = cash, fee

    def need(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> tuple[str, Decimal]:
        """Lock the cost of what opens; what closes a position locks nothing."""
        held = account.positions[market.symbol]
        closes = max(ZERO, -held if order.side == "buy" else held)
        cost = px if order.side == "buy" else ONE - px
        return self.cash, cost * max(ZERO, qty - closes)

    def charge(self, market: Market, order: Order, px: Decimal, qty: Decimal, is_maker: bool) -> tuple[str, Decimal]:
        """Charge cash."""
        return self.cash, self.fee(px, qty, is_maker)

    def move(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> None:
        """Close first, then open."""
        held, buys = account.positions[market.symbol], order.side == "buy"
        closes = min(qty, max(ZERO, -held if buys else held))
        price, other = (px, ONE - px) if buys else (ONE - px, px)
        account.add(self.cash, closes * other - (qty - closes) * price)
        account.positions[market.symbol] = held + (qty if buys else -qty)


def round_up(amount: Decimal, step: str) -> Decimal:
    """Round a fee up to a step."""
    return amount.quantize(Decimal(step), rounding=ROUND_CEILING)
