"""What an order locks and what a trade moves: spot, and contracts that pay one or nothing.

Used by `exchange.py`. What must stay true: a trade moves what it says and no more; between two accounts only fees go.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

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

    def demand(
        self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal, others: Sequence[Order]
    ) -> tuple[str, Decimal]:
        """Tell what an order must lock beside the owner's other live orders of the market."""
        return self.need(account, market, order, px, qty)

    def share(self, order: Order, qty: Decimal) -> Decimal:
        """Tell how much of what an order has locked an execution sets free."""
        return order.locked if qty == order.left else order.locked / order.left * qty

    def relock(self, account: Account, market: Market, orders: Sequence[Order]) -> None:
        """Lock anew what an account's live orders of a market need, after its position or one of them changed."""
        return


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

    `fee` takes price, quantity and whether we waited, and gives money. A position closes once: of several orders that
    could close it, those that trade first count, the others lock their cost.
    """

    def __init__(self, cash: str, fee: Callable[[Decimal, Decimal, bool], Decimal]) -> None:
        self.cash, self.fee = cash, fee

    def cash_of(self, market: Market) -> str:
        """Tell the asset that pays for a market."""
        return self.cash

    def toll(self, market: Market, px: Decimal, qty: Decimal, is_maker: bool) -> Decimal:
        """Tell what an execution would cost in fees."""
        return self.fee(px, qty, is_maker)

    def need(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> tuple[str, Decimal]:
        """Lock the cost of what opens; what closes a position locks nothing."""
        held = account.positions[market.symbol]
        closes = max(ZERO, -held if order.side == "buy" else held)
        cost = px if order.side == "buy" else ONE - px
        return self.cash_of(market), cost * max(ZERO, qty - closes)

    def demand(
        self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal, others: Sequence[Order]
    ) -> tuple[str, Decimal]:
        """Lock what all live orders need more than the others have locked, and the fee of taking at once."""
        if account.endless:
            return self.cash_of(market), ZERO
        asked = Ask(order.id, order.side, px, qty)
        total = sum(self._costs(account, market, [*map(ask_of, others), asked]).values(), ZERO)
        more = max(ZERO, total - sum((each.locked for each in others), ZERO))
        return self.cash_of(market), more + (ZERO if order.post_only else self.toll(market, px, qty, False))

    def share(self, order: Order, qty: Decimal) -> Decimal:
        """Set nothing free: `relock` follows every execution, and counts exactly."""
        return ZERO

    def relock(self, account: Account, market: Market, orders: Sequence[Order]) -> None:
        """Lock for each order the cost of what it would open."""
        if account.endless:
            return
        costs = self._costs(account, market, [ask_of(each) for each in orders])
        for order in orders:
            account.unlock(self.cash_of(market), order.locked - costs[order.id])
            order.locked = costs[order.id]

    def charge(self, market: Market, order: Order, px: Decimal, qty: Decimal, is_maker: bool) -> tuple[str, Decimal]:
        """Charge cash."""
        return self.cash_of(market), self.toll(market, px, qty, is_maker)

    def move(self, account: Account, market: Market, order: Order, px: Decimal, qty: Decimal) -> None:
        """Close first, then open."""
        held, buys = account.positions[market.symbol], order.side == "buy"
        closes = min(qty, max(ZERO, -held if buys else held))
        price, other = (px, ONE - px) if buys else (ONE - px, px)
        account.add(self.cash_of(market), closes * other - (qty - closes) * price)
        account.positions[market.symbol] = held + (qty if buys else -qty)

    def settle(self, account: Account, market: Market, pays: Decimal) -> Decimal:
        """Take an account's contracts of a market that ended, and pay them; give what was paid."""
        held = account.positions.pop(market.symbol, ZERO)
        paid = held * pays if held > 0 else -held * (ONE - pays)
        account.add(self.cash_of(market), paid)
        return paid

    def _costs(self, account: Account, market: Market, asks: Sequence[Ask]) -> dict[int, Decimal]:
        """Tell what each order must lock, by its id; the first to trade closes the position."""
        held, costs = account.positions[market.symbol], {}
        for side, closable in (("buy", max(ZERO, -held)), ("sell", max(ZERO, held))):
            for ask in sorted((each for each in asks if each.side == side), key=rank):
                closes = min(ask.qty, closable)
                closable -= closes
                fee = self.toll(market, ask.px, ask.qty, True)
                costs[ask.id] = (ask.px if side == "buy" else ONE - ask.px) * (ask.qty - closes) + fee
        return costs


class Ask(NamedTuple):
    """What an order could still trade, and at which price at worst."""

    id: int
    side: str
    px: Decimal
    qty: Decimal


def ask_of(order: Order) -> Ask:
    """Tell what a live order could still trade."""
    return Ask(order.id, order.side, order.px or ZERO, order.left)


def rank(ask: Ask) -> tuple[Decimal, int]:
    """Order one side by who trades first."""
    return (-ask.px if ask.side == "buy" else ask.px), ask.id


def round_up(amount: Decimal, step: str) -> Decimal:
    """Round a fee up to a step."""
    return amount.quantize(Decimal(step), rounding=ROUND_CEILING)
