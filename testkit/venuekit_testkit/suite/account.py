"""LC, the account's stream: our orders, trades and balances as they happen, by the right ids, in our terms.

What must stay true: the stream is held against the exchange and against what the lists tell, as wholes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from venuekit.capability import Feature, Op
from venuekit.fill import Fill
from venuekit.lifecycle import OrderState
from venuekit.order import Balance, NewOrder, OrderReport, TimeInForce
from venuekit.side import Side
from venuekit.units import Px, Qty
from venuekit_testkit.bench.asking import half
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.line import AccountLine
from venuekit_testkit.law import Level, law
from venuekit_testkit.suite.amend import change, worse

NEVER_TOLD: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/4124",
    "https://github.com/QuantConnect/Lean.Brokerages.Alpaca/issues/28",
)
IN_A_MODIFY: Final = ("https://github.com/QuantConnect/Lean.Brokerages.TradeStation/issues/84",)
OTHER_IDS: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/3046",
    "https://github.com/nautechsystems/nautilus_trader/issues/3878",
)
CENT: Final = Decimal("0.01")


@law("LC-410", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED)
def test_lc410_a_new_order_is_told(bench: Bench) -> None:
    """LC-410. An order that rests is told as ACCEPTED, under our id and the venue's, with its terms."""
    line = listen(bench)
    order = bench.rest()
    told = last_report(bench, line, order.terms)
    assert told.venue_id == order.id.venue_id, f"placed was {order.id.venue_id}, told was {told.venue_id}"
    assert told.state is OrderState.ACCEPTED, f"it rests: ACCEPTED, was {told.state.value}"
    said, asked = (told.side, told.px, told.qty, told.filled), (order.terms.side, order.terms.px, order.terms.qty, 0)
    assert said == asked, f"asked for {order.terms}, told was {told}"


@law("LC-420", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED, incidents=NEVER_TOLD)
def test_lc420_each_trade_of_a_resting_order_is_told(bench: Bench) -> None:
    """LC-420. Each trade is told once as a Fill, and the order as PARTIAL and then FILLED with the amounts so far."""
    for side in Side:
        line = listen(bench)
        order = bench.rest(side)
        for left, state in ((half(bench), OrderState.PARTIAL), (None, OrderState.FILLED)):
            bench.crowd.take(order.id.client_id, left)
            told, had = last_report(bench, line, order.terms), bench.truth.of(order.id.client_id)
            assert (told.state, told.filled) == (state, had.filled), f"the exchange has {had}, told was {told}"
        check_fills(bench, line, order.terms)


@law("LC-430", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED, incidents=NEVER_TOLD)
def test_lc430_what_trades_at_once_is_told_too(bench: Bench) -> None:
    """LC-430. An order that trades at once is told with its trades, whether its answer told them or not."""
    line = listen(bench)
    order = bench.order(Side.SELL, bench.px_through(Side.SELL))
    bench.submit(order)
    assert last_report(bench, line, order).state is OrderState.FILLED, "it filled, and the stream does not say so"
    check_fills(bench, line, order)


@law("LC-440", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.ACCOUNT_FEED)
def test_lc440_a_cancelled_order_is_told_with_what_it_filled(bench: Bench) -> None:
    """LC-440. A cancel after a part traded is told as CANCELLED with that part, by the order's id."""
    line = listen(bench)
    order = bench.rest()
    bench.crowd.take(order.id.client_id, half(bench))
    bench.cancel(order.id)
    told = last_report(bench, line, order.terms)
    assert (told.state, told.filled) == (OrderState.CANCELLED, half(bench)), f"cancelled after a part, told was {told}"


@law("LC-450", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED, Feature.IOC)
def test_lc450_what_expires_is_told_as_over(bench: Bench) -> None:
    """LC-450. The rest of an IOC order that the venue took off is told as CANCELLED, whatever its word for it is."""
    line = listen(bench)
    bench.crowd.leave(bench.instrument, Side.BUY, bench.qty)
    order = bench.order(Side.BUY, bench.px_through(Side.BUY), Qty(2 * bench.qty), tif=TimeInForce.IOC)
    bench.submit(order)
    told = last_report(bench, line, order)
    assert (told.state, told.filled) == (OrderState.CANCELLED, bench.qty), f"a part traded, the rest is over: {told}"
    check_fills(bench, line, order)


@law("LC-460", Level.LIFECYCLE, Op.SUBMIT, Op.AMEND, Op.ACCOUNT_FEED, incidents=IN_A_MODIFY)
def test_lc460_an_amended_order_is_told_with_its_new_terms(bench: Bench) -> None:
    """LC-460. After an amend the stream tells what rests now, and trades of it by the id that the answer gave."""
    line = listen(bench)
    order = bench.rest()
    to = change(bench, order, px=worse(bench, order))
    told = bench.run(bench.venue.amend(order, to, bench.now()))
    line.pump()
    live = [each for each in reports(bench, line) if each.venue_id == told.venue_id]
    assert live, f"the order {told.venue_id} rests, and the stream never told of it"
    assert (live[-1].px, live[-1].state) == (to.px, OrderState.ACCEPTED), f"amended to {to.px}, told was {live[-1]}"
    bench.crowd.take(bench.truth.resting[0].client_id)
    line.pump()
    assert [fill.venue_id for fill in fills(bench, line)] == [told.venue_id], "its trade is told by another id"


@law("LC-470", Level.LIFECYCLE, Op.SUBMIT, Op.FILLS, Op.ACCOUNT_FEED, incidents=OTHER_IDS)
def test_lc470_stream_and_list_tell_the_same_trades(bench: Bench) -> None:
    """LC-470. A trade has one id, whether the stream or the list tells it; otherwise it counts twice.

    Price, quantity, side, fee and order agree too, in the terms of the instrument.
    """
    line = listen(bench)
    for side in Side:
        bench.crowd.take(bench.rest(side).id.client_id)
        bench.submit(bench.order(side, bench.px_through(side)))
    line.pump()
    told, listed = fills(bench, line), bench.fills()
    assert {_gist(each) for each in told} == {_gist(each) for each in listed}, f"told was {told}, listed was {listed}"


@law("LC-480", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.ACCOUNT_FEED)
def test_lc480_stream_and_query_tell_the_same_order(bench: Bench) -> None:
    """LC-480. What the stream told last of an order is what a query tells, in the terms of the instrument."""
    line = listen(bench)
    for side in Side:
        order = bench.rest(side)
        bench.crowd.take(order.id.client_id, half(bench))
        told, asked = last_report(bench, line, order.terms), bench.query(order.id)
        for name in ("client_id", "venue_id", "venue_symbol", "side", "state", "qty", "filled", "px"):
            here, there = getattr(told, name), getattr(asked, name)
            assert here == there, f"{name}: the stream says {here}, the query {there}"


@law("LC-490", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED)
def test_lc490_balances_that_are_told_are_true(bench: Bench) -> None:
    """LC-490. Where the stream tells balances, the last that it told are those of the account."""
    line = listen(bench)
    bench.rest()
    bench.submit(bench.order(Side.BUY, bench.px_through(Side.BUY)))
    line.pump()
    for asset, told in {each.asset: each for each in line.events if isinstance(each, Balance)}.items():
        free, _ = bench.truth.holding(asset)
        off = abs(Decimal(told.free).scaleb(-8) - free)
        assert off < CENT, f"{asset}: {free} is free, told was {told}"


def listen(bench: Bench) -> AccountLine:
    """Open the account's stream of the instrument that is traded."""
    line = bench.account_line()
    line.open()
    assert not line.faults, f"the stream could not read its venue: {line.faults}"
    return line


def reports(bench: Bench, line: AccountLine) -> Sequence[OrderReport]:
    """List the orders that were told, in the terms of the instrument."""
    told = [each for each in line.events if isinstance(each, OrderReport)]
    return [bench.venue.restate(each, bench.instrument) for each in told]


def fills(bench: Bench, line: AccountLine) -> Sequence[Fill]:
    """List the trades that were told, in the terms of the instrument."""
    return [bench.venue.restate(each, bench.instrument) for each in line.events if isinstance(each, Fill)]


def last_report(bench: Bench, line: AccountLine, order: NewOrder) -> OrderReport:
    """Give what was told last of an order, by our id: that of an order whose answer was lost is all there is."""
    line.pump()
    assert not line.faults, f"the stream could not read its venue: {line.faults}"
    mine = [each for each in reports(bench, line) if each.client_id == order.client_id]
    assert mine, f"nothing was told of {order.client_id!r}; told was {line.events}"
    return mine[-1]


def check_fills(bench: Bench, line: AccountLine, order: NewOrder) -> None:
    """Check that the trades of an order were told as the exchange counts them, each once."""
    had = bench.truth.of(order.client_id)
    numbers = {each.venue_id for each in line.events if isinstance(each, OrderReport)}
    told = [each for each in fills(bench, line) if each.client_id in ("", order.client_id)]
    assert len(told) == len(had.trades), f"it traded {len(had.trades)} times, told were {told}"
    assert len({each.trade_id for each in told}) == len(told), f"each trade has an id of its own: {told}"
    for trade, fill in zip(had.trades, told, strict=True):
        assert trade.is_told_by(fill), f"the exchange traded {trade}, told was {fill}"
        assert fill.client_id or fill.venue_id in numbers, f"the fill does not say of which order it is: {fill}"
        assert fill.side is order.side, f"we {order.side.value}, and the fill says {fill.side.value}"


def _gist(fill: Fill) -> tuple[str, str, str, Side, Px, Qty, int]:
    return fill.trade_id, fill.venue_id, fill.venue_symbol, fill.side, fill.px, fill.qty, fill.fee
