"""The stand-in's matching engine: one account's orders against a public book that the test sets.

Used by `exchange.py`. Rules of https://github.com/binance/binance-spot-api-docs rest-api.md and enums.md, read
2026-11-21: a limit order takes what crosses it and rests, an IOC or market order expires with its rest, LIMIT_MAKER
that would take is refused; the fee is charged in what is bought.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from tests.live.account import ZERO, Account, Order, Trade

FEE: Final = Decimal("0.001")
Levels = list[tuple[Decimal, Decimal]]


class Refusal(Exception):
    """The venue's no: its code and its words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Matching:
    """Takes orders. `books` are by symbol: bids and asks, best first; trades of ours do not use them up.

    `told` hears of every change of an order.
    """

    def __init__(self, account: Account, quote: str, now_ms: Callable[[], int]) -> None:
        self.account = account
        self.told: Callable[[Order, str, Trade | None], None] = lambda order, what, trade: None  # in the venue's words
        self.orders: list[Order] = []
        self.books: dict[str, tuple[Levels, Levels]] = {}
        self._quote, self._now_ms = quote, now_ms
        self._next_trade = 500

    def place(self, symbol: str, side: str, type: str, tif: str, qty: Decimal, px: Decimal, client_id: str) -> Order:
        """Take an order. Raises: Refusal."""
        if any(order.client_id == client_id and order.is_live for order in self.orders):
            raise Refusal(-2010, "Duplicate order sent.")
        order = Order(len(self.orders) + 28, client_id, symbol, side, type, tif, qty, px, self._now_ms())
        takes = self._crossing(order)
        if type == "LIMIT_MAKER" and takes:
            raise Refusal(-2010, "Order would immediately match and take.")
        if tif == "FOK" and sum((each[1] for each in takes), ZERO) < qty:
            takes = []
        worth = sum((each * at for at, each in takes), ZERO) if type == "MARKET" else qty * px
        if not self.account.lock(self._spent(order), qty if side == "SELL" else worth):
            raise Refusal(-2010, "Account has insufficient balance for requested action.")
        self.orders.append(order)
        self.told(order, "NEW", None)
        for at, each in takes:
            self._trade(order, at, each, is_maker=False)
        if order.is_live and (tif != "GTC" or type == "MARKET"):
            self._end(order, "EXPIRED")
        return order

    def fill(self, client_id: str, qty: str) -> Order:
        """Let somebody take a resting order, or a part of it, at its price."""
        order = self.named(client_id)
        assert order.is_live, f"{client_id} is {order.status}"
        self._trade(order, order.px, Decimal(qty), is_maker=True)
        return order

    def cancel(self, order: Order) -> None:
        """Take an order off. Raises: Refusal for one that does not rest."""
        if not order.is_live:
            raise Refusal(-2011, "Unknown order sent.")
        self._end(order, "CANCELED")

    def shrink(self, order: Order, qty: Decimal, client_id: str) -> None:
        """Amend an order in place. Raises: Refusal unless the new quantity is less and more than what traded."""
        if not order.is_live or not order.filled < qty < order.qty:
            raise Refusal(-2038, "The requested action would change no state; rejecting.")
        gone = order.qty - qty
        self.account.unlock(self._spent(order), gone if order.side == "SELL" else gone * order.px)
        order.qty, order.client_id = qty, client_id
        self.told(order, "REPLACED", None)

    def named(self, client_id: str) -> Order:
        """Give the newest order of a client id. Raises: Refusal."""
        return self._find(lambda order: order.client_id == client_id)

    def numbered(self, order_id: int) -> Order:
        """Give an order by the venue's id. Raises: Refusal."""
        return self._find(lambda order: order.id == order_id)

    def _find(self, holds: Callable[[Order], bool]) -> Order:
        found = next((order for order in reversed(self.orders) if holds(order)), None)
        if found is None:
            raise Refusal(-2013, "Order does not exist.")
        return found

    def _crossing(self, order: Order) -> Levels:
        """List what an order would take now."""
        bids, asks = self.books[order.symbol]
        left, takes = order.qty, list[tuple[Decimal, Decimal]]()
        for at, size in asks if order.side == "BUY" else bids:
            beyond = at > order.px if order.side == "BUY" else at < order.px
            if not left or (order.type != "MARKET" and beyond):
                break
            takes.append((at, min(left, size)))
            left -= takes[-1][1]
        return takes

    def _trade(self, order: Order, at: Decimal, qty: Decimal, *, is_maker: bool) -> None:
        base, value = order.symbol.removesuffix(self._quote), at * qty
        bought, gained = (base, qty) if order.side == "BUY" else (self._quote, value)
        self._next_trade += 1
        fee = gained * FEE
        order.trades.append(Trade(self._next_trade, at, qty, fee, bought, is_maker, self._now_ms()))
        self.account.spend(self._spent(order), value if order.side == "BUY" else qty)
        if order.side == "BUY" and order.type != "MARKET":  # what the limit held back above the price goes back
            self.account.unlock(self._quote, (order.px - at) * qty)
        self.account.gain(bought, gained - fee)
        order.status = "PARTIALLY_FILLED" if order.left else "FILLED"
        self.told(order, "TRADE", order.trades[-1])

    def _end(self, order: Order, status: str) -> None:
        if order.type != "MARKET" or order.side == "SELL":
            self.account.unlock(self._spent(order), order.left if order.side == "SELL" else order.left * order.px)
        order.status = status
        self.told(order, status, None)

    def _spent(self, order: Order) -> str:
        return self._quote if order.side == "BUY" else order.symbol.removesuffix(self._quote)
