"""Whatever is done at the simulated Kalshi, money and contracts are conserved and its books add up."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kalshi_desk import CRYPTO, ORDERS, TICKER, Desk
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.exchange import CROWD, ME
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kalshi.fees import KalshiFunds, trade_fee
from venuekit_testkit.simulate.kalshi.ledger import count_trades
from venuekit_testkit.simulate.kalshi.listing import MONEY, SHARDS, cash

D = Decimal
ONE = D(1)

prices = st.integers(1, 99).map(lambda cents: D(cents) / 100)
counts = st.integers(1, 30_000).map(lambda hundredths: D(hundredths) / 100)
ours = st.tuples(
    st.just("place"),
    st.sampled_from([TICKER, CRYPTO]),
    st.sampled_from(["bid", "ask"]),
    prices,
    counts,
    st.sampled_from(["good_till_canceled", "immediate_or_cancel", "fill_or_kill"]),
    st.sampled_from(["taker_at_cross", "maker"]),
)
theirs = st.tuples(
    st.just("crowd"), st.sampled_from([TICKER, CRYPTO]), st.sampled_from(["buy", "sell"]), prices, counts
)
changes = st.tuples(st.sampled_from(["cancel", "amend", "decrease"]), st.integers(0, 9), prices, counts)
steps = st.lists(st.one_of(ours, ours, theirs, changes), max_size=14)


def play(desk: Desk, todo: Iterable[tuple[Any, ...]]) -> None:
    """Do what comes, refused or not."""
    for kind, *words in todo:
        if kind == "place":
            ticker, side, px, qty, tif, stp = words
            terms = {"price": str(px), "count": str(qty), "time_in_force": tif, "self_trade_prevention_type": stp}
            desk.send("POST", ORDERS, desk.wanted(ticker=ticker, side=side, **terms))
        elif kind == "crowd":
            ticker, side, px, qty = words
            desk.venue.exchange.place(ticker, side, qty, px, account=CROWD)
        else:
            change(desk, kind, *words)


def change(desk: Desk, kind: str, index: int, px: Decimal, qty: Decimal) -> None:
    live = desk.venue.exchange.open_orders()
    if not live:
        return
    order = live[index % len(live)]
    told = next(each for each in desk.get("/portfolio/orders")["orders"] if each["client_order_id"] == order.client_id)
    path = f"{ORDERS}/{told['order_id']}"
    if kind == "cancel":
        desk.send("DELETE", path, market_ticker=order.symbol)
    elif kind == "decrease":
        desk.send("POST", f"{path}/decrease", {"reduce_by": str(qty), "market_ticker": order.symbol})
    else:
        terms = {"ticker": order.symbol, "side": told["book_side"], "price": str(px), "count": str(qty)}
        desk.send("POST", f"{path}/amend", terms)


def money(desk: Desk) -> Decimal:
    """Add up the cash of everybody and the fees that were paid."""
    exchange = desk.venue.exchange
    held = sum((each.assets[cash(shard)].total for each in exchange.accounts.values() for shard in SHARDS), ZERO)
    return held + sum((trade.fee for order in exchange.orders for trade in order.executions), ZERO)


def value(desk: Desk) -> Decimal:
    """Add what the pairs of contracts that are held are worth: each YES has its NO, and together they are a dollar."""
    accounts = desk.venue.exchange.accounts.values()
    return sum((max(ZERO, qty) for each in accounts for qty in each.positions.values()), ZERO)


@settings(max_examples=150, deadline=None)
@given(steps, prices)
def test_money_is_conserved_through_trades_fees_and_settlement(todo: list[tuple[Any, ...]], pays: Decimal) -> None:
    desk = Desk()
    start = money(desk) + value(desk)
    play(desk, todo)
    assert money(desk) + value(desk) == start
    accounts = desk.venue.exchange.accounts
    for ticker in (TICKER, CRYPTO):
        assert sum((each.positions[ticker] for each in accounts.values()), ZERO) == 0
    for ticker in desk.venue.exchange.markets:
        desk.venue.exchange.resolve(ticker, "scalar", str(pays))
    desk.wait(61)
    desk.get("/portfolio/balance")
    assert money(desk) == start
    assert value(desk) == 0
    assert desk.locked() == 0


@settings(max_examples=150, deadline=None)
@given(steps)
def test_what_orders_lock_is_what_they_could_cost_beside_each_other(todo: list[tuple[Any, ...]]) -> None:
    desk = Desk()
    play(desk, todo)
    exchange = desk.venue.exchange
    for ticker in (TICKER, CRYPTO):
        live = exchange.open_orders(ticker)
        held = exchange.accounts[ME].positions[ticker]
        least = ZERO
        for side, cover in (("buy", max(ZERO, -held)), ("sell", max(ZERO, held))):
            for order in sorted((each for each in live if each.side == side), key=lambda each: -price_of(each)):
                covered = min(cover, order.left)
                cover -= covered
                facts = exchange.markets[ticker].facts
                least += (order.left - covered) * price_of(order)
                least += trade_fee(facts["fee_type"], facts["fee_multiplier"], order.px or ZERO, order.left, True)
        assert sum((each.locked for each in live), ZERO) == least
    assert desk.locked() == sum((each.locked for each in exchange.open_orders()), ZERO)
    assert all(each.locked == 0 for each in exchange.mine() if not each.is_live)


def price_of(order: Order) -> Decimal:
    """Give what one contract costs who placed an order; the dearest trades first."""
    px = order.px or ZERO
    return px if order.side == "buy" else ONE - px


@settings(max_examples=150, deadline=None)
@given(steps)
def test_nobody_spends_what_he_has_not(todo: list[tuple[Any, ...]]) -> None:
    desk = Desk()
    assets = desk.venue.exchange.accounts[ME].assets
    assets[cash(0)].free = assets[cash(2)].free = D(25)
    play(desk, todo)
    assert all(assets[cash(shard)].free >= 0 for shard in SHARDS)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_positions_and_cash_follow_from_the_trades_alone(todo: list[tuple[Any, ...]]) -> None:
    desk = Desk()
    play(desk, todo)
    exchange = desk.venue.exchange
    for ticker, shard in ((TICKER, 0), (CRYPTO, 2)):
        ledger = count_trades(exchange.executions(ticker))
        assert ledger.held == exchange.accounts[ME].positions[ticker]
        drift = exchange.accounts[ME].assets[cash(shard)].total - D(MONEY[shard])
        assert abs(drift - (ledger.realized - ledger.cost - ledger.fees)) < D("1E-18")


@settings(max_examples=150, deadline=None)
@given(steps)
def test_deltas_add_up_to_the_snapshot_and_their_numbers_have_no_gap(todo: list[tuple[Any, ...]]) -> None:
    desk = Desk()
    wire = desk.socket()
    frames = wire.subscribe("orderbook_delta", tickers=(TICKER, CRYPTO))
    play(desk, todo)
    frames += wire.hear()
    fresh = wire.say("update_subscription", sids=[1], action="get_snapshot", market_tickers=[TICKER, CRYPTO])
    numbers = [each["seq"] for each in frames[1:] + fresh]
    assert numbers == list(range(1, len(numbers) + 1))
    assert add_up(frames[1:]) == add_up(fresh)
    clocks = [each["msg"]["clock"] for each in frames[1:]]
    assert clocks == sorted(clocks)
    deltas = [each["msg"]["clock"] for each in frames[3:]]
    assert all(clock > clocks[0] for clock in deltas)  # a client drops what is not newer than its snapshot


def add_up(frames: list[Any]) -> dict[tuple[str, str, Decimal], Decimal]:
    """Keep books as a client does; what is none is left out."""
    books: dict[tuple[str, str, Decimal], Decimal] = {}
    for frame in frames:
        told = frame["msg"]
        if frame["type"] == "orderbook_snapshot":
            for side in ("yes", "no"):
                for px, qty in told.get(f"{side}_dollars_fp", []):
                    books[told["market_ticker"], side, D(px)] = D(qty)
        else:
            key = (told["market_ticker"], told["side"], D(told["price_dollars"]))
            books[key] = books.get(key, ZERO) + D(told["delta_fp"])
    assert all(qty >= 0 for qty in books.values())
    return {key: qty for key, qty in books.items() if qty}


@settings(max_examples=100, deadline=None)
@given(steps)
def test_a_book_is_its_own_mirror_and_never_crossed(todo: list[tuple[Any, ...]]) -> None:
    desk = Desk()
    play(desk, todo)
    for ticker in (TICKER, CRYPTO):
        book = desk.get(f"/markets/{ticker}/orderbook")["orderbook_fp"]
        resting = desk.venue.exchange.books[ticker]
        assert [(ONE - D(px), D(qty)) for px, qty in reversed(book["no_dollars"])] == resting.levels("sell")
        assert [(D(px), D(qty)) for px, qty in reversed(book["yes_dollars"])] == resting.levels("buy")
        if book["yes_dollars"] and book["no_dollars"]:
            assert D(book["yes_dollars"][-1][0]) + D(book["no_dollars"][-1][0]) < 1


@given(prices, counts)
def test_a_fee_is_the_same_for_both_outcomes_and_rounded_up_once(px: Decimal, qty: Decimal) -> None:
    fee = trade_fee("quadratic", ONE, px, qty, False)
    exact = D("0.07") * qty * px * (ONE - px)
    assert exact <= fee < exact + D("0.0001")
    assert fee == trade_fee("quadratic", ONE, ONE - px, qty, False)
    assert trade_fee("quadratic", ONE, px, qty, True) == 0
    assert exact / 4 <= trade_fee("quadratic_with_maker_fees", ONE, px, qty, True) < exact / 4 + D("0.0001")


@given(st.sampled_from([Fault.DROP_ACK, Fault.ERROR_AFTER, Fault.GARBLE, Fault.TRUNCATE]))
def test_an_order_whose_answer_was_lost_is_found_by_its_client_id(fault: Fault) -> None:
    desk = Desk()
    desk.venue.faults.plan(fault, "submit")
    wanted = desk.wanted()
    with suppress(AssertionError, ValueError):  # no answer, or none that can be read
        desk.send("POST", ORDERS, wanted)
    (order,) = desk.get("/portfolio/orders", ticker=TICKER)["orders"]
    assert order["client_order_id"] == wanted["client_order_id"]
    assert desk.send("POST", ORDERS, wanted)[0] == 409


def test_the_account_is_a_direct_member() -> None:
    funds = Desk().venue.exchange.funds
    assert isinstance(funds, KalshiFunds)
    assert funds.precision == D("0.0001")
