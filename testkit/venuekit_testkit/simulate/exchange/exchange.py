"""All that may be asked of a simulated exchange: orders placed, changed and found, and a market played by hand.

Used by every face and, by hand, by laws and tests, which play the rest of the market ("crowd"). What must stay true:
what is refused changes nothing, and whatever trades, trades through `matching.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from venuekit_testkit.simulate.exchange.account import CROWD, ME
from venuekit_testkit.simulate.exchange.admission import check, check_terms
from venuekit_testkit.simulate.exchange.book import OTHER
from venuekit_testkit.simulate.exchange.events import OrderChanged, Resolved
from venuekit_testkit.simulate.exchange.matching import Matching
from venuekit_testkit.simulate.exchange.order import Execution, Order, Status
from venuekit_testkit.simulate.exchange.rules import Rejected, Why
from venuekit_testkit.simulate.fault import Fault

__all__ = ["CROWD", "ME", "Exchange"]


class Exchange(Matching):
    """The exchange as faces and laws have it: ours are the orders of `ME`, all others are the crowd's."""

    # ── orders ──

    def place(
        self,
        symbol: str,
        side: str,
        qty: Decimal,
        px: Decimal | None,
        *,
        client_id: str = "",
        account: str = ME,
        tif: str = "GTC",
        post_only: bool = False,
        reduce_only: bool = False,
        must_reach: bool = False,
        facts: Mapping[str, Any] | None = None,
    ) -> Order:
        """Take an order. Raises: Rejected; then nothing has changed.

        `must_reach` refuses an IOC that finds nothing, as the rule `ioc_empty_is_refused` does for all.
        """
        names = {"client_id": client_id, "account": account, "tif": tif}
        order = self._make(symbol, side, qty, px, **names, post_only=post_only, reduce_only=reduce_only)
        order.facts.update(facts or {})
        check(self, order, must_reach=must_reach)
        self._lock(order)
        self._enter(order)
        return order

    def vet(self, symbol: str, side: str, qty: Decimal, px: Decimal | None) -> None:
        """Hold an order against the rules of its market, and place nothing. Raises: Rejected."""
        check_terms(self, self._make(symbol, side, qty, px))

    def cancel(self, order: Order, why: str = "cancelled") -> Order:
        """Take an order off. Raises: Rejected for one that does not rest."""
        if order.is_live and order.account == ME:
            self.race(order)
        if not order.is_live:
            raise Rejected(Why.UNKNOWN_ORDER)
        self.clock += 1
        self._end(order, Status.CANCELLED, why)
        return order

    def amend(self, order: Order, px: Decimal, qty: Decimal, client_id: str = "") -> Order:
        """Change price and total in place; the place in the queue is lost unless only the quantity shrinks.

        Raises: Rejected, and the order rests as it was.
        """
        if not order.is_live:
            raise Rejected(Why.UNKNOWN_ORDER)
        if qty <= order.filled:
            raise Rejected(Why.NO_CHANGE)
        check_terms(self, replace(order, px=px, qty=qty))
        if order.post_only and self.books[order.symbol].crossing(order.side, px):
            raise Rejected(Why.WOULD_TAKE)
        self._lock_anew(order, px, qty - order.filled)
        keeps = px == order.px and qty <= order.qty
        self.clock += 1
        self._leave(order)
        order.px, order.qty, order.updated_ns = px, qty, self.now
        order.client_id = client_id or order.client_id
        if not keeps:
            order.place = self._next_place()
        self._tell(OrderChanged(order, "amend"))
        self._work(order)
        return order

    def find(self, order_id: int, account: str = ME) -> Order:
        """Give an order by our number. Raises: Rejected."""
        return self._found(lambda each: each.id == order_id and each.account == account)

    def find_client(self, client_id: str, account: str = ME) -> Order:
        """Give the newest order of a client id. Raises: Rejected."""
        return self._found(lambda each: each.client_id == client_id and each.account == account)

    def seen(self, order: Order, op: str) -> Order:
        """Give an order as a read tells it, which may lag by its newest execution."""
        return order.before_newest() if self.faults.take(Fault.STALE_READ, op) else order

    def executions(self, symbol: str | None = None, account: str = ME) -> list[tuple[Order, Execution]]:
        """List the trades of one account in their order."""
        pairs = [(each, one) for each in self.mine(account) if symbol in (None, each.symbol) for one in each.executions]
        return sorted(pairs, key=lambda pair: pair[1].id)

    # ── the rest of the market, by hand ──

    def seed(self, symbol: str, bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]]) -> None:
        """Let the crowd quote levels."""
        for side, levels in (("buy", bids), ("sell", asks)):
            for px, qty in levels:
                self.place(symbol, side, Decimal(qty), Decimal(px), account=CROWD)

    def fill(self, order: Order, qty: Decimal) -> Execution:
        """Let somebody take a resting order, or a part of it, at its price, whatever stands before it."""
        assert order.is_live, f"order {order.id} is {order.status.value}"
        assert order.px is not None, f"order {order.id} is a market order, which never rests"
        assert 0 < qty <= order.left, f"order {order.id} has {order.left} left, {qty} cannot trade"
        taker = self._make(order.symbol, OTHER[order.side], qty, order.px, account=CROWD, tif="IOC")
        taker.lock_asset = order.lock_asset
        self.orders.append(taker)
        self._trade(order, taker, order.px, qty)
        self._settle_end(taker)
        return order.executions[-1]

    def race(self, order: Order) -> None:
        """Let a trade get there before a cancel, where that is planned."""
        lot = self.markets[order.symbol].lot
        if self.faults.take(Fault.PARTIAL_THEN_CANCEL, "cancel"):
            self.fill(order, max(lot, order.left / 2 // lot * lot))
        elif self.faults.take(Fault.FILL_THEN_CANCEL, "cancel"):
            self.fill(order, order.left)

    def fill_newest(self) -> None:
        """Let somebody take all of the newest order of ours that rests."""
        live = self.open_orders()
        if live:
            self.fill(live[-1], live[-1].left)

    def stir(self, symbol: str) -> None:
        """Let the crowd quote one more level behind the best, or take that back: one change of the book."""
        market, book = self.markets[symbol], self.books[symbol]
        extra = next((each for each in book.ranked("buy") if each.client_id == "stir"), None)
        if extra is not None:
            self.cancel(extra)
            return
        worst = book.levels("buy")[-1][0] if book.levels("buy") else market.tick * 10
        self.place(symbol, "buy", max(market.lot * 7, market.least_qty(worst)), worst, account=CROWD, client_id="stir")

    def resolve(self, symbol: str, result: str, pays: str) -> None:
        """End a market: everything resting is taken off, every contract is paid."""
        market = self.markets[symbol]
        self.clock += 1
        for order in [each for each in self.orders if each.is_live and each.symbol == symbol]:
            self._end(order, Status.CANCELLED, "market closed")
        market.is_open, market.result = False, result
        self._tell(Resolved(symbol, result, Decimal(pays)))

    def _found(self, holds: Callable[[Order], bool]) -> Order:
        found = next((each for each in reversed(self.orders) if holds(each)), None)
        if found is None:
            raise Rejected(Why.UNKNOWN_ORDER)
        return found
