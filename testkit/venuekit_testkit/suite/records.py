"""EX, what the venue's records tell: one order, what rests, what traded; all of it, each once, in our units.

What must stay true: lists are compared with the exchange's own, as wholes.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from venuekit.capability import Feature, Op
from venuekit.errors import OrderGone
from venuekit.fill import Liquidity
from venuekit.lifecycle import OrderState
from venuekit.order import OrderId
from venuekit.side import Side
from venuekit.units import NANOS_PER_MS, QTY_SCALE, Nanos, Px, Qty
from venuekit_testkit.bench.asking import half
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law

PAGE: Final = 100  # what venues commonly give at once, where the table names no limit
FINEST_PAID: Final = 10  # venues tell what was paid with eight decimals, and our money has nine


@law("EX-750", Level.TRADING, Op.SUBMIT, Op.QUERY, core=True)
def test_ex750_a_query_tells_the_order_as_it_is(bench: Bench) -> None:
    """EX-750. A query tells side, price, quantity, what filled and the state, as the order goes through its life."""
    for side in Side:
        order = bench.rest(side)
        _check_report(bench, order.id, OrderState.ACCEPTED)
        bench.crowd.take(order.id.client_id, half(bench))
        _check_report(bench, order.id, OrderState.PARTIAL)
        bench.crowd.take(order.id.client_id)
        _check_report(bench, order.id, OrderState.FILLED)


@law("EX-760", Level.TRADING, Op.SUBMIT, Op.CANCEL, Op.QUERY, core=True)
def test_ex760_a_query_of_a_cancelled_order_keeps_what_filled(bench: Bench) -> None:
    """EX-760. An order cancelled after a part of it traded is CANCELLED with that part, not with nothing."""
    order = bench.rest()
    bench.crowd.take(order.id.client_id, half(bench))
    bench.cancel(order.id)
    _check_report(bench, order.id, OrderState.CANCELLED)


@law("EX-770", Level.TRADING, Op.SUBMIT, Op.QUERY, Feature.FIND_BY_CLIENT_ID, core=True)
def test_ex770_a_query_finds_an_order_by_our_id(bench: Bench) -> None:
    """EX-770. An order whose answer was lost is found by our client id alone, dead or alive."""
    order = bench.rest()
    bench.rest()
    by_ours = OrderId(order.id.instrument, order.id.client_id)
    assert bench.query(by_ours).venue_id == order.id.venue_id, "our id named another order"
    bench.crowd.take(order.id.client_id)
    assert bench.query(by_ours).state is OrderState.FILLED, "a filled order is found by our id too"


@law("EX-780", Level.TRADING, Op.QUERY, Feature.FIND_BY_CLIENT_ID, core=True)
def test_ex780_a_query_of_an_unknown_order_is_order_gone(bench: Bench) -> None:
    """EX-780. The venue knows no such order: OrderGone, with its code. It is the proof that an order never arrived."""
    bench.rest()
    never = OrderId(bench.instrument, bench.client_id())
    bench.fails(OrderGone, partial(bench.venue.query, never, bench.now()))


@law("EX-790", Level.TRADING, Op.SUBMIT, Op.QUERY)
def test_ex790_the_average_price_is_what_was_paid(bench: Bench) -> None:
    """EX-790. `avg_px` is what was paid by what traded, at several prices too; None while nothing traded."""
    order = bench.rest()
    assert bench.query(order.id).avg_px is None, "nothing traded, so there is no average"
    bench.crowd.leave(bench.instrument, Side.BUY, bench.qty)
    px = bench.px_through(Side.BUY)
    deep = bench.order(Side.BUY, Px(bench.instrument.ceil_px(Px(2 * px - bench.px_away(Side.BUY)))), Qty(3 * bench.qty))
    told = bench.submit(deep)
    report, had = bench.query(OrderId(deep.instrument, deep.client_id, told.venue_id)), bench.truth.of(deep.client_id)
    fair = had.paid * QTY_SCALE // had.filled
    slack = FINEST_PAID * QTY_SCALE // had.filled + 1
    assert report.avg_px is None or abs(report.avg_px - fair) <= slack, (
        f"it paid {fair} on average, not {report.avg_px}"
    )


@law("EX-800", Level.TRADING, Op.SUBMIT, Op.OPEN_ORDERS, core=True)
def test_ex800_open_orders_are_those_that_rest(bench: Bench) -> None:
    """EX-800. The list of open orders is exactly what rests: with partial ones, without those that are over."""
    rests, part, over = bench.rest(), bench.rest(Side.SELL), bench.rest()
    bench.crowd.take(part.id.client_id, half(bench))
    bench.crowd.take(over.id.client_id)
    told = bench.run(bench.venue.open_orders(bench.instrument, bench.now()))
    by_id = {each.venue_id: each for each in told}
    assert len(by_id) == len(told), f"an order is listed twice: {told}"
    assert set(by_id) == {rests.id.venue_id, part.id.venue_id}, f"two orders rest, told was {told}"
    for order, state, filled in ((rests, OrderState.ACCEPTED, 0), (part, OrderState.PARTIAL, half(bench))):
        each = bench.venue.restate(by_id[order.id.venue_id], bench.instrument)
        said = (each.client_id, each.side, each.px, each.qty, each.filled, each.state)
        asked = order.terms
        assert said == (asked.client_id, asked.side, asked.px, asked.qty, filled, state), f"{asked} is told as {each}"


@law("EX-810", Level.TRADING, Op.OPEN_ORDERS, core=True)
def test_ex810_open_orders_are_more_than_a_page(bench: Bench) -> None:
    """EX-810. The list goes on to its end, however many pages the venue makes of it; none is left out or told twice."""
    bench.crowd.fund(bench.instrument)
    ids = [bench.client_id() for _ in range(PAGE + 5)]
    for each in ids:
        bench.crowd.rest_for_us(bench.instrument.venue_symbol, each)
    told = bench.run(bench.venue.open_orders(bench.instrument, bench.now()))
    assert len(told) == len(ids), f"{len(ids)} orders rest, {len(told)} were told"
    assert {each.client_id for each in told} == set(ids), "orders are missing from the list"


@law("EX-820", Level.TRADING, Op.OPEN_ORDERS, core=True)
def test_ex820_open_orders_of_one_market_or_of_all(bench: Bench) -> None:
    """EX-820. Asked for one market, the list has that one; asked for none, it has all: a restart must miss nothing."""
    elsewhere = [name for name, market in bench.exchange.markets.items() if market.is_open]
    elsewhere.remove(bench.instrument.venue_symbol)
    bench.crowd.rest_for_us(elsewhere[0], bench.client_id())
    order = bench.rest()
    here = bench.run(bench.venue.open_orders(bench.instrument, bench.now()))
    assert [each.client_id for each in here] == [order.id.client_id], f"one rests in the market, told was {here}"
    every = bench.run(bench.venue.open_orders(None, bench.now()))
    assert len(every) == 2, f"two rest in all, told was {every}"


@law("EX-830", Level.TRADING, Op.SUBMIT, Op.FILLS, core=True)
def test_ex830_fills_are_the_exchanges_trades(bench: Bench) -> None:
    """EX-830. Fills tell price, quantity, fee, maker or taker, side and order, as the exchange counts."""
    for side in Side:
        order = bench.rest(side)
        bench.crowd.take(order.id.client_id)
        taker = bench.order(side, bench.px_through(side))
        took = bench.submit(taker)
        told = {each.venue_id: each for each in bench.fills()}
        for client_id, venue_id in ((order.id.client_id, order.id.venue_id), (taker.client_id, took.venue_id)):
            (trade,), fill = bench.truth.of(client_id).trades, told[venue_id]
            assert trade.is_told_by(fill), f"the exchange traded {trade}, told was {fill}"
            assert fill.side is side, f"we {side.value}, and the fill says {fill.side.value}"
            assert (fill.liquidity is Liquidity.MAKER) is trade.is_maker, f"maker and taker are swapped: {fill}"
            assert fill.client_id in ("", client_id), f"{client_id!r} traded, and the fill names {fill.client_id!r}"


@law("EX-840", Level.TRADING, Op.SUBMIT, Op.FILLS, core=True)
def test_ex840_fills_since_a_time_include_it(bench: Bench) -> None:
    """EX-840. Fills since a time are those at it and after, oldest first. One left out at the edge is lost for ever."""
    for _ in range(4):
        bench.crowd.take(bench.rest().id.client_id)
    every = bench.fills()
    times = [each.ts for each in every]
    assert times == sorted(times), f"oldest first, and the times are {times}"
    assert abs(times[-1] - bench.now()) < 10**12, f"times are in nanoseconds, these are {times}"
    since = [each.trade_id for each in bench.fills(every[2].ts)]
    due = [each.trade_id for each in every if each.ts >= every[2].ts]  # where times are coarse, all have one
    assert since == due, f"since the third there are {len(due)}, told were {len(since)}"


@law("EX-850", Level.TRADING, Op.SUBMIT, Op.FILLS, core=True)
def test_ex850_fills_are_more_than_a_page(bench: Bench) -> None:
    """EX-850. Fills go on to the end, however many pages the venue makes of them: none is left out or told twice."""
    count = (bench.supports(Op.FILLS).limit or PAGE) + 5
    bench.crowd.fund(bench.instrument)
    lot = max(bench.instrument.lot, bench.instrument.min_qty)
    while len(bench.exchange.executions()) < count:
        order = bench.order(qty=Qty(max(bench.qty, 40 * lot)))
        bench.submit(order)
        for _ in range(40):
            bench.crowd.take(order.client_id, lot)
    told = bench.fills()
    assert len({each.trade_id for each in told}) == len(told), "a trade is told twice"
    assert len(told) == len(bench.exchange.executions()), f"{len(bench.exchange.executions())} traded, told {len(told)}"


@law("EX-860", Level.TRADING, Op.SUBMIT, Op.FILLS, core=True)
def test_ex860_fills_that_are_old_are_still_told(bench: Bench) -> None:
    """EX-860. Fills of days ago are told after a long absence; venues answer for a day or so at a time."""
    for _ in range(3):
        bench.crowd.take(bench.rest().id.client_id)
        bench.wait(30 * 3600)
    told = bench.fills(Nanos(bench.now() - 100 * 3600 * 10**9))
    assert len(told) == 3, f"three trades over four days, told were {len(told)}"


@law("EX-870", Level.TRADING, Op.SUBMIT, Op.FILLS, core=True)
def test_ex870_fills_of_one_instant_are_all_told(bench: Bench) -> None:
    """EX-870. Trades of one instant are trades of their own. Their ids tell them apart, not their time or price."""
    order, lot = bench.order(qty=Qty(2 * bench.qty)), max(bench.instrument.lot, bench.instrument.min_qty)
    bench.submit(order)
    at = bench.now()
    for _ in range(3):
        bench.crowd.take(order.client_id, lot, at)
    told = bench.fills(Nanos(at - at % NANOS_PER_MS))
    assert [each.qty for each in told] == [lot] * 3, f"three equal trades of one instant, told was {told}"
    assert len({each.trade_id for each in told}) == 3, f"each trade has an id, these are {told}"


def _check_report(bench: Bench, order: OrderId, state: OrderState) -> None:
    report, had = bench.query(order), bench.truth.of(order.client_id)
    assert report.state is state, f"the order is {state.value}, told was {report.state.value}"
    said = (report.side, report.px, report.qty, report.filled)
    assert said == (had.side, had.px, had.qty, had.filled), f"the exchange has {had}, told was {report}"
    assert report.client_id == order.client_id, f"asked for {order.client_id!r}, told was {report.client_id!r}"
    assert report.venue_id == order.venue_id, f"asked for {order.venue_id!r}, told was {report.venue_id!r}"
