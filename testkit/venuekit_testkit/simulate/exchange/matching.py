"""How orders meet: they match by price and time, money moves, and each change is told.

Used by `exchange.py`, which says what may be asked of it. What must stay true: quantity is conserved; an order that is
over never trades; the same calls at the same times give the same ids, trades and events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from venuekit.units import Nanos
from venuekit_testkit.simulate.exchange.account import CROWD, ME, ZERO, Account
from venuekit_testkit.simulate.exchange.admission import reach
from venuekit_testkit.simulate.exchange.book import RestingOrders
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, OrderChanged, Traded
from venuekit_testkit.simulate.exchange.funds import Funds
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Execution, Order, Status
from venuekit_testkit.simulate.exchange.rules import Rejected, Rules, Why
from venuekit_testkit.simulate.fault import Faults

FINE: Final = Decimal("1e-12")  # finer than any price, and coarse enough that sums stay exact


class Matching:
    """Markets, accounts and orders. `heard` are told each event; `now` is the time of the call that is served."""

    def __init__(self, markets: Sequence[Market], funds: Funds, rules: Rules, faults: Faults, money: Account) -> None:
        self.markets = {market.symbol: market for market in markets}
        self.books = {market.symbol: RestingOrders() for market in markets}
        self.accounts = {ME: money, CROWD: Account(CROWD, endless=True)}
        self.orders: list[Order] = []
        self._live: list[Order] = []  # of those, what may still rest: the others are dropped when next looked at
        self.trades: dict[str, list[Traded]] = {market.symbol: [] for market in markets}
        self.heard: list[Callable[[Event], None]] = []
        self.funds, self.rules, self.faults = funds, rules, faults
        self.now = Nanos(0)
        self.clock = 0  # one more with each thing that is done
        self._trade_id = 5000
        self._place = 0

    @contextmanager
    def at(self, now: Nanos) -> Iterator[None]:
        """Let what is done inside happen at a time."""
        self.now = max(self.now, now)
        yield

    def _make(
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
    ) -> Order:
        number = len(self.orders) + 1001
        order = Order(number, account, client_id, symbol, side, qty, px, tif, self.now, post_only, reduce_only)
        order.updated_ns, order.place = self.now, self._next_place()
        return order

    def open_orders(self, symbol: str | None = None, account: str = ME) -> list[Order]:
        """List what rests of one account, oldest first."""
        self._live = [each for each in self._live if each.is_live]
        return [each for each in self._live if each.account == account and symbol in (None, each.symbol)]

    def mine(self, account: str = ME) -> list[Order]:
        """List every order that one account ever had, oldest first."""
        return [each for each in self.orders if each.account == account]

    def _lock(self, order: Order) -> None:
        """Lock what an order may spend. Raises: Rejected where that is not there."""
        account = self.accounts[order.account]
        worst = order.px if order.px is not None else self._worst(order)
        others = [] if account.endless else self.open_orders(order.symbol, order.account)
        asset, need = self.funds.demand(account, self.markets[order.symbol], order, worst, order.qty, others)
        if not account.lock(asset, need):
            raise Rejected(Why.NO_FUNDS)
        order.lock_asset, order.locked = asset, need

    def _lock_anew(self, order: Order, px: Decimal, left: Decimal) -> None:
        """Lock what a changed order may spend in place of what it had locked. Raises: Rejected likewise."""
        account = self.accounts[order.account]
        others = [each for each in self.open_orders(order.symbol, order.account) if each is not order]
        asset, need = self.funds.demand(account, self.markets[order.symbol], order, px, left, others)
        if need > order.locked and not account.lock(asset, need - order.locked):
            raise Rejected(Why.NO_FUNDS)
        if need < order.locked:
            account.unlock(asset, order.locked - need)
        order.locked = need

    def _enter(self, order: Order) -> None:
        self.orders.append(order)
        self._live.append(order)
        self.clock += 1
        self._tell(OrderChanged(order, "new"))
        self._work(order)

    def _work(self, order: Order) -> None:
        """Match, then let the rest stay or end."""
        if order.tif == "FOK" and reach(self, order) < order.qty:
            self._end(order, Status.EXPIRED, "FOK")
            return
        crossing = self.books[order.symbol].crossing(order.side, order.px)
        if order.post_only and crossing:
            self._end(order, Status.EXPIRED, "post-only")
            return
        for maker in crossing:
            if not order.left:
                break
            if self.is_self_trade(maker, order):
                self._part(maker, order)
                if order.is_live:
                    continue
                return
            self._trade(maker, order, maker.px or ZERO, min(maker.left, order.left))
        if order.left and order.tif == "GTC" and order.px is not None:
            self._rest(order)
        else:
            self._settle_end(order)

    def is_self_trade(self, maker: Order, taker: Order) -> bool:
        """Tell whether both are ours; the crowd is many."""
        return maker.account == taker.account == ME

    def _part(self, maker: Order, taker: Order) -> None:
        """Keep us from trading with ourselves: the taker ends, or the maker where the taker asked for that."""
        if taker.facts.get("stp") == "maker":
            self._end(maker, Status.CANCELLED, "self-trade")
        else:
            self._end(taker, Status.EXPIRED, "self-trade")

    def _trade(self, maker: Order, taker: Order, px: Decimal, qty: Decimal) -> None:
        self._trade_id += 1
        for order in (maker, taker):
            self._execute(order, px, qty, is_maker=order is maker)
        if self.books[maker.symbol].holds(maker):
            if not maker.left:
                self.books[maker.symbol].remove(maker)
            self._change_level(maker, -qty)
        print_ = Traded(maker.symbol, taker.executions[-1], taker.side)
        self.trades[maker.symbol].append(print_)
        self._tell(print_)
        for order in (maker, taker):
            if not order.left:
                order.status = Status.FILLED
                self._release(order)
            self._tell(OrderChanged(order, "trade", order.executions[-1]))

    def _execute(self, order: Order, px: Decimal, qty: Decimal, *, is_maker: bool) -> None:
        account, market = self.accounts[order.account], self.markets[order.symbol]
        share = self.funds.share(order, qty)
        account.unlock(order.lock_asset, share)
        order.locked -= share
        self.funds.move(account, market, order, px, qty)
        asset, fee = self.funds.charge(market, order, px, qty, is_maker)
        account.add(asset, -fee)
        order.updated_ns = self.now
        order.executions.append(Execution(self._trade_id, px, qty, fee, asset, is_maker, self.now))
        self._relock(order)

    def _relock(self, order: Order) -> None:
        """Let what the owner's live orders of a market lock follow its position."""
        if self.accounts[order.account].endless:
            return
        live = self.open_orders(order.symbol, order.account)
        self.funds.relock(self.accounts[order.account], self.markets[order.symbol], live)

    def _rest(self, order: Order) -> None:
        self._relock(order)
        self.books[order.symbol].add(order)
        self._change_level(order, order.left)

    def _leave(self, order: Order) -> None:
        book = self.books[order.symbol]
        if book.holds(order):
            book.remove(order)
            self._change_level(order, -order.left)

    def _change_level(self, order: Order, by: Decimal) -> None:
        book, px = self.books[order.symbol], order.px or ZERO
        book.seq += 1
        self._tell(LevelChanged(order.symbol, order.side, px, book.total(order.side, px), by, book.seq, order))

    def _settle_end(self, order: Order) -> None:
        """End what may not rest."""
        if order.is_live and order.left:
            self._end(order, Status.EXPIRED, order.tif)

    def _end(self, order: Order, status: Status, why: str) -> None:
        self._leave(order)
        order.status, order.why, order.updated_ns = status, why, self.now
        self._release(order)
        self._tell(OrderChanged(order, "end"))

    def _release(self, order: Order) -> None:
        if order.locked:
            self.accounts[order.account].unlock(order.lock_asset, order.locked)
            order.locked = ZERO
        self._relock(order)

    def _worst(self, order: Order) -> Decimal:
        """Tell the average price that a market order would pay now."""
        left, worth = order.qty, ZERO
        for maker in self.books[order.symbol].crossing(order.side, None):
            took = min(left, maker.left)
            left, worth = left - took, worth + took * (maker.px or ZERO)
        return (worth / order.qty).quantize(FINE, ROUND_FLOOR)

    def _next_place(self) -> int:
        self._place += 1
        return self._place

    def _tell(self, event: Event) -> None:
        for hear in self.heard:
            hear(event)
