"""The matching engine: takes orders, matches by price and time, moves money, tells what happened.

Used by every face and, by hand, by laws and tests, which play the rest of the market ("crowd"). What must stay true:
quantity is conserved; an order that is over never trades; what is refused changes nothing; the same calls at the same
times give the same ids, trades and events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from venuekit.units import Nanos
from venuekit_testkit.simulate.exchange.account import ZERO, Account
from venuekit_testkit.simulate.exchange.admission import check, check_terms, reach
from venuekit_testkit.simulate.exchange.book import OTHER, RestingOrders
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, OrderChanged, Resolved, Traded
from venuekit_testkit.simulate.exchange.funds import Funds
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Execution, Order, Status
from venuekit_testkit.simulate.exchange.rules import Rejected, Rules, Why
from venuekit_testkit.simulate.fault import Fault, Faults

ME: Final = "me"
CROWD: Final = "crowd"
FINE: Final = Decimal("1e-12")  # finer than any price, and coarse enough that sums stay exact


class Exchange:
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
        order = self._make(symbol, side, qty, px, client_id, account, tif, post_only, reduce_only)
        order.facts.update(facts or {})
        check(self, order, must_reach=must_reach)
        market = self.markets[symbol]
        worst = px if px is not None else self._worst(order)
        others = [] if self.accounts[account].endless else self.open_orders(symbol, account)
        asset, amount = self.funds.demand(self.accounts[account], market, order, worst, qty, others)
        if not self.accounts[account].lock(asset, amount):
            raise Rejected(Why.NO_FUNDS)
        order.lock_asset, order.locked = asset, amount
        self.orders.append(order)
        self._live.append(order)
        self.clock += 1
        self._tell(OrderChanged(order, "new"))
        self._work(order)
        return order

    def vet(self, symbol: str, side: str, qty: Decimal, px: Decimal | None) -> None:
        """Hold an order against the rules of its market, and place nothing. Raises: Rejected."""
        check_terms(self, self._make(symbol, side, qty, px, "", ME, "GTC", False, False))

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
        market, account = self.markets[order.symbol], self.accounts[order.account]
        check_terms(self, replace(order, px=px, qty=qty))
        if order.post_only and self.books[order.symbol].crossing(order.side, px):
            raise Rejected(Why.WOULD_TAKE)
        others = [each for each in self.open_orders(order.symbol, order.account) if each is not order]
        asset, need = self.funds.demand(account, market, order, px, qty - order.filled, others)
        if need > order.locked and not account.lock(asset, need - order.locked):
            raise Rejected(Why.NO_FUNDS)
        if need < order.locked:
            account.unlock(asset, order.locked - need)
        keeps = px == order.px and qty <= order.qty
        self.clock += 1
        self._leave(order)
        order.locked, order.px, order.qty, order.updated_ns = need, px, qty, self.now
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

    def open_orders(self, symbol: str | None = None, account: str = ME) -> list[Order]:
        """List what rests of one account, oldest first."""
        self._live = [each for each in self._live if each.is_live]
        return [each for each in self._live if each.account == account and symbol in (None, each.symbol)]

    def mine(self, account: str = ME) -> list[Order]:
        """List every order that one account ever had, oldest first."""
        return [each for each in self.orders if each.account == account]

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
        taker = self._make(order.symbol, OTHER[order.side], qty, order.px, "", CROWD, "IOC", False, False)
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

    # ── inside ──

    def _make(
        self,
        symbol: str,
        side: str,
        qty: Decimal,
        px: Decimal | None,
        client_id: str,
        account: str,
        tif: str,
        post_only: bool,
        reduce_only: bool,
    ) -> Order:
        number = len(self.orders) + 1001
        order = Order(number, account, client_id, symbol, side, qty, px, tif, self.now, post_only, reduce_only)
        order.updated_ns, order.place = self.now, self._next_place()
        return order

    def _work(self, order: Order) -> None:
        """Match, then let the rest stay or end."""
        if order.tif == "FOK" and reach(self, order) < order.qty:
            self._end(order, Status.EXPIRED, "FOK")
            return
        for maker in self.books[order.symbol].crossing(order.side, order.px):
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

    def _found(self, holds: Callable[[Order], bool]) -> Order:
        found = next((each for each in reversed(self.orders) if holds(each)), None)
        if found is None:
            raise Rejected(Why.UNKNOWN_ORDER)
        return found

    def _next_place(self) -> int:
        self._place += 1
        return self._place

    def _tell(self, event: Event) -> None:
        for hear in self.heard:
            hear(event)
