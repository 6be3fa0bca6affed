"""The simulated exchange as laws: whatever is asked of it in whatever order, money and quantity add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.events import Event, LevelChanged, OrderChanged
from venuekit_testkit.simulate.exchange.exchange import CROWD, ME, Exchange
from venuekit_testkit.simulate.exchange.funds import BinaryFunds, SpotFunds
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Order, Status
from venuekit_testkit.simulate.exchange.rules import Rejected, Rules, Why
from venuekit_testkit.simulate.fault import Fault, Faults

D = Decimal
SYMBOL = "BTCUSDT"
TICK, LOT = D("0.01"), D("0.001")
Act = Callable[[Exchange], Any]


def make_exchange(**money: str) -> Exchange:
    market = Market(SYMBOL, "BTC", "USDT", TICK, LOT, min_qty=LOT, max_qty=D(1000), min_notional=D("0.05"))
    account = Account(ME)
    for asset, amount in (money or {"USDT": "500", "BTC": "3"}).items():
        account.add(asset, D(amount))
    return Exchange([market], SpotFunds(), Rules(), Faults(), account)


def make_poor() -> Exchange:
    return make_exchange(USDT="150", BTC="1")


def place(exchange: Exchange, side: str, qty: str, px: str | None, **terms: Any) -> Order:
    return exchange.place(SYMBOL, side, D(qty), None if px is None else D(px), **terms)


# ── whatever happens ──

SIDES = st.sampled_from(["buy", "sell"])
PRICES = st.integers(1, 40).map(lambda ticks: D(98) + ticks * TICK * 10)
SIZES = st.integers(1, 1500).map(lambda lots: lots * LOT)


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """Choose one thing to do; what cannot be done then is refused, which is a case too."""
    kind = draw(st.sampled_from(["place", "place", "crowd", "crowd", "cancel", "amend", "fill", "stir", "race"]))
    side, px, qty, which = draw(SIDES), draw(PRICES), draw(SIZES), draw(st.integers(0, 30))
    tif, post_only = draw(st.sampled_from(["GTC", "GTC", "IOC", "FOK"])), draw(st.booleans())
    account, price = (CROWD if kind == "crowd" else ME), (None if tif != "GTC" and draw(st.booleans()) else px)

    def put(exchange: Exchange) -> None:
        only = post_only and tif == "GTC"
        exchange.place(SYMBOL, side, qty, price, account=account, tif=tif, post_only=only, client_id=f"c{which}")

    def amend(exchange: Exchange) -> None:
        exchange.amend(pick(exchange, which), px, qty)

    def fill(exchange: Exchange) -> None:
        order = pick(exchange, which)
        if order.is_live:
            exchange.fill(order, min(qty, order.left))

    def race(exchange: Exchange) -> None:
        exchange.faults.plan(Fault.PARTIAL_THEN_CANCEL, "cancel")
        exchange.cancel(pick(exchange, which))

    does: dict[str, Act] = {
        "place": put,
        "crowd": put,
        "cancel": lambda exchange: exchange.cancel(pick(exchange, which)),
        "amend": amend,
        "fill": fill,
        "stir": lambda exchange: exchange.stir(SYMBOL),
        "race": race,
    }
    return does[kind]


def pick(exchange: Exchange, which: int) -> Order:
    """Choose one of our orders, live or not."""
    ours = exchange.mine()
    if not ours:
        raise Rejected(Why.UNKNOWN_ORDER)
    return ours[which % len(ours)]


def play(exchange: Exchange, todo: Sequence[Act], after: Callable[[], None] = lambda: None) -> None:
    for act in todo:
        with suppress(Rejected):
            act(exchange)
        after()


PLAYS = st.lists(acts(), max_size=25)


def sums(exchange: Exchange) -> Counter[str]:
    """Add up every asset over all accounts, and the fees that were charged."""
    total: Counter[str] = Counter()
    for account in exchange.accounts.values():
        for asset, held in account.assets.items():
            total[asset] += held.total  # type: ignore[assignment]
    for order in exchange.orders:
        for one in order.executions:
            total[one.fee_asset] += one.fee  # type: ignore[assignment]
    return total


@given(PLAYS)
def test_no_asset_is_made_or_lost(todo: list[Act]) -> None:
    exchange = make_poor()
    play(exchange, todo, lambda: check_money(exchange))


def check_money(exchange: Exchange) -> None:
    assert {asset: total for asset, total in sums(exchange).items() if total} == {"USDT": 150, "BTC": 1}
    for account in exchange.accounts.values():
        for asset, held in account.assets.items():
            live = [each for each in exchange.open_orders(account=account.name) if each.lock_asset == asset]
            assert held.locked == sum((each.locked for each in live), D(0)), f"{account.name} {asset}"
            assert held.free >= 0 or account.endless


@given(PLAYS)
def test_an_order_trades_no_more_than_it_asked_for_and_never_after_its_end(todo: list[Act]) -> None:
    exchange, over = make_poor(), set[int]()

    def hear(event: Event) -> None:
        if isinstance(event, OrderChanged):
            assert event.order.id not in over, f"order {event.order.id} is over, and {event.what} came"
            assert D(0) <= event.order.filled <= event.order.qty
            if not event.order.is_live:
                over.add(event.order.id)

    exchange.heard.append(hear)
    play(exchange, todo)
    assert {order.id for order in exchange.mine() if not order.is_live} <= over


@given(PLAYS)
def test_makers_trade_by_price_and_then_by_time(todo: list[Act]) -> None:
    exchange = make_poor()
    for act in todo:
        ranked = {side: rank(exchange, side) for side in ("buy", "sell")}
        newest = len(exchange.orders)
        play(exchange, [act])
        for taker in exchange.orders[newest:]:
            if taker.account == CROWD and taker.tif == "IOC":
                continue  # somebody who was sent to a certain order, by hand or to race a cancel
            makers = [one.id for one in taker.executions if not one.is_maker]
            met = [each for each in ranked["sell" if taker.side == "buy" else "buy"] if each.id != taker.id]
            traded = [each for each in met if any(one.id in makers for one in each.executions)]
            assert traded == met[: len(traded)], "somebody was passed over"
            assert not any(each.is_live for each in traded[:-1]), "the next traded before the first was done"


def rank(exchange: Exchange, side: str) -> list[Order]:
    """Sort what rests by who is to trade first, on our own account."""
    resting = [each for each in exchange.orders if each.is_live and each.side == side]
    return sorted(resting, key=lambda each: ((each.px or D(0)) * (-1 if side == "buy" else 1), each.place))


@given(PLAYS)
def test_what_is_told_of_levels_adds_up_to_the_book(todo: list[Act]) -> None:
    exchange = make_poor()
    kept: dict[tuple[str, Decimal], Decimal] = {}
    seen: list[int] = []

    def hear(event: Event) -> None:
        if isinstance(event, LevelChanged):
            seen.append(event.seq)
            assert kept.get((event.side, event.px), D(0)) + event.by == event.qty
            kept[event.side, event.px] = event.qty

    exchange.heard.append(hear)
    play(exchange, todo)
    book = exchange.books[SYMBOL]
    assert seen == list(range(1, book.seq + 1))
    for side in ("buy", "sell"):
        told = {px: qty for (at, px), qty in kept.items() if at == side and qty}
        assert told == dict(book.levels(side))
    bids, asks = book.levels("buy"), book.levels("sell")
    assert not (bids and asks) or bids[0][0] < asks[0][0], "the book is crossed"


@given(PLAYS)
def test_what_is_refused_changes_nothing(todo: list[Act]) -> None:
    exchange = make_poor()
    for act in todo:
        before = state(exchange)
        try:
            act(exchange)
        except Rejected as no:
            raced = any(exchange.mine()) and no.why is Why.UNKNOWN_ORDER  # a trade may come before a cancel
            assert state(exchange) == before or raced


@given(PLAYS)
def test_the_same_calls_give_the_same_events(todo: list[Act]) -> None:
    told: list[list[str]] = []
    for _ in range(2):
        exchange, heard = make_poor(), list[str]()
        exchange.heard.append(lambda event, heard=heard: heard.append(repr(event)))  # type: ignore[misc]
        play(exchange, todo)
        told.append(heard)
    assert told[0] == told[1]


def state(exchange: Exchange) -> Any:
    orders = [(each.id, each.status, each.px, each.qty, each.filled, each.client_id) for each in exchange.orders]
    money = {
        (name, asset): (held.free, held.locked)
        for name, account in exchange.accounts.items()
        for asset, held in account.assets.items()
        if held.free or held.locked
    }
    book = exchange.books[SYMBOL]
    queue = [each.id for side in ("buy", "sell") for each in book.ranked(side)]
    return orders, money, queue, book.seq, len(exchange.trades[SYMBOL])


# ── place in the queue ──


def queue(exchange: Exchange) -> list[int]:
    return [each.id for each in exchange.books[SYMBOL].ranked("buy")]


def test_less_at_the_same_price_keeps_the_place() -> None:
    exchange = make_exchange()
    first, second = place(exchange, "buy", "1", "99"), place(exchange, "buy", "1", "99", account=CROWD)
    exchange.amend(first, D(99), D("0.5"))
    assert queue(exchange) == [first.id, second.id]


@pytest.mark.parametrize(("px", "qty", "ranked"), [("99", "1.5", [2, 1]), ("98.5", "1", [2, 1]), ("99.5", "1", [1, 2])])
def test_more_or_another_price_goes_to_the_end_of_its_queue(px: str, qty: str, ranked: list[int]) -> None:
    exchange = make_exchange()
    first, second = place(exchange, "buy", "1", "99"), place(exchange, "buy", "1", "99", account=CROWD)
    exchange.amend(first, D(px), D(qty))
    assert queue(exchange) == [{1: first, 2: second}[each].id for each in ranked]


def test_an_amend_that_crosses_trades() -> None:
    exchange = make_exchange()
    place(exchange, "sell", "1", "101", account=CROWD)
    order = exchange.amend(place(exchange, "buy", "1", "99"), D(101), D(2))
    assert order.is_live
    assert (order.filled, order.locked) == (D(1), D(101))


@pytest.mark.parametrize(
    ("px", "qty", "why"),
    [
        ("99.005", "1", Why.OFF_TICK),
        ("99", "0.0005", Why.OFF_LOT),
        ("0.01", "1", Why.BELOW_NOTIONAL),
        ("99", "1001", Why.ABOVE_MAX),
        ("99", "900", Why.NO_FUNDS),
        ("101", "1", Why.WOULD_TAKE),
    ],
)
def test_an_amend_is_held_to_the_rules_of_a_new_order(px: str, qty: str, why: Why) -> None:
    exchange = make_exchange()
    place(exchange, "sell", "1", "101", account=CROWD)
    order = place(exchange, "buy", "1", "99", post_only=True)
    before = state(exchange)
    with pytest.raises(Rejected) as no:
        exchange.amend(order, D(px), D(qty))
    assert (no.value.why, state(exchange)) == (why, before)


# ── orders that may not rest, and orders that meet our own ──


def test_a_fill_or_kill_that_would_meet_our_own_order_first_trades_nothing() -> None:
    exchange = make_exchange()
    own = place(exchange, "sell", "1", "100")
    place(exchange, "sell", "2", "101", account=CROWD)
    order = place(exchange, "buy", "2", "101", tif="FOK")
    assert own.is_live
    assert (order.filled, order.status) == (D(0), Status.EXPIRED)


def test_a_taker_of_ours_ends_where_it_meets_our_own_order() -> None:
    exchange = make_exchange()
    place(exchange, "sell", "1", "100", account=CROWD)
    own = place(exchange, "sell", "1", "101")
    order = place(exchange, "buy", "2", "101")
    assert (order.filled, order.status, order.why) == (D(1), Status.EXPIRED, "self-trade")
    assert own.left == 1


def test_a_market_order_ends_with_what_there_is() -> None:
    exchange = make_exchange()
    place(exchange, "sell", "1", "100", account=CROWD)
    order = place(exchange, "buy", "2", None, tif="IOC")
    assert (order.filled, order.status) == (D(1), Status.EXPIRED)
    assert exchange.accounts[ME].assets["USDT"].total == 400


def test_nobody_takes_more_than_rests() -> None:
    exchange = make_exchange()
    order = place(exchange, "buy", "1", "99")
    with pytest.raises(AssertionError, match="1 left"):
        exchange.fill(order, D(2))
    assert order.filled == 0


def test_a_cancel_that_a_trade_beat_finds_nothing() -> None:
    exchange = make_exchange()
    order = place(exchange, "buy", "1", "99")
    exchange.faults.plan(Fault.FILL_THEN_CANCEL, "cancel")
    with pytest.raises(Rejected, match="unknown_order"):
        exchange.cancel(order)
    assert order.status is Status.FILLED


def test_stirring_twice_leaves_the_book_as_it_was() -> None:
    exchange = make_exchange()
    place(exchange, "buy", "1", "99", account=CROWD)
    before = exchange.books[SYMBOL].levels("buy")
    exchange.stir(SYMBOL)
    assert exchange.books[SYMBOL].levels("buy") != before
    exchange.stir(SYMBOL)
    assert (exchange.books[SYMBOL].levels("buy"), exchange.books[SYMBOL].seq) == (before, 3)


# ── contracts ──

CENTS = st.integers(1, 99).map(lambda cents: D(cents) / 100)
COUNTS = st.integers(1, 20).map(D)


@given(st.lists(st.tuples(SIDES, CENTS, COUNTS, st.booleans()), max_size=20))
def test_contracts_and_the_cash_for_them_add_up(orders: list[tuple[str, Decimal, Decimal, bool]]) -> None:
    market = Market("RAIN", "RAIN", "USD", D("0.01"), D(1))
    funds = BinaryFunds("USD", lambda px, qty, is_maker: D(0))
    exchange = Exchange([market], funds, Rules(), Faults(), Account(ME, USD="1000"))
    for side, px, qty, is_ours in orders:
        try:
            exchange.place("RAIN", side, qty, px, account=ME if is_ours else CROWD)
        except Rejected:
            continue
        held = [account.positions["RAIN"] for account in exchange.accounts.values()]
        assert sum(held) == 0, "a contract has two sides"
        assert exchange.accounts[ME].assets["USD"].free >= 0
    for account in exchange.accounts.values():
        for order in exchange.open_orders(account=account.name):
            exchange.cancel(order)
        funds.settle(account, market, D(1))
    total = sum((account.assets["USD"].total for account in exchange.accounts.values()), D(0))
    assert total == 1000, "what one wins the other loses"
