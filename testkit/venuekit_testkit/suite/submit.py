"""EX, submitting: what rests, what trades, and that the exchange has what was asked, to the last digit.

What must stay true: each law looks at the exchange itself, so an adapter cannot agree with its own mistake.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from venuekit.capability import Feature, Op
from venuekit.errors import OutcomeUnknown, TradeError
from venuekit.fill import Fill, Liquidity
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, NewOrder
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Px, Qty
from venuekit.wire import Response
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law
from venuekit_testkit.simulate.fault import Fault

ODD_LOTS: Final = (1, 3, 7, 29, 57, 113, 1001)  # 0.29, 0.57 and 1.13 are not what floats make of them
DAY_NS: Final = 86_400 * NANOS_PER_S


@law("EX-010", Level.TRADING, Op.SUBMIT, core=True)
def test_ex010_an_order_that_rests_is_accepted(bench: Bench) -> None:
    """EX-010. An order that rests is told as accepted, with its ids and nothing filled."""
    order = bench.order()
    told = bench.submit(order)
    assert told.state is OrderState.ACCEPTED, f"nothing traded and it rests: ACCEPTED, was {told.state.value}"
    assert (told.filled, told.fills) == (0, ()), f"nothing traded, and {told} tells of fills"
    assert told.client_id == order.client_id, f"the answer names {told.client_id!r}, asked was {order.client_id!r}"
    assert told.venue_id, "the venue's own id is missing: without it the order cannot be cancelled fast"


@law("EX-020", Level.TRADING, Op.SUBMIT, core=True)
def test_ex020_the_exchange_has_what_was_asked(bench: Bench) -> None:
    """EX-020. Market, side, price, quantity and client id arrive as asked, once. Check how the order is written."""
    for side in Side:
        order = bench.order(side)
        bench.submit(order)
        had = bench.truth.of(order.client_id)
        assert had.symbol == order.instrument.venue_symbol, f"asked for {order.instrument.symbol}, got {had.symbol}"
        assert (had.side, had.px, had.qty) == (side, order.px, order.qty), f"asked for {order}, the exchange has {had}"
    assert len(bench.truth.orders) == 2, f"two orders were asked for, and there are {len(bench.truth.orders)}"


@law("EX-030", Level.TRADING, Op.SUBMIT, core=True)
def test_ex030_an_order_that_trades_at_once_is_filled(bench: Bench) -> None:
    """EX-030. An order that finds all it wants is FILLED with its whole quantity, whichever side it is on."""
    for side in Side:
        order = bench.order(side, bench.px_through(side))
        told = bench.fate(order, bench.submit(order))
        assert bench.truth.of(order.client_id).filled == order.qty, "it did not trade at the exchange as asked"
        assert told.state is OrderState.FILLED, f"all of it traded: FILLED, was {told.state.value}"
        assert told.filled == order.qty, f"all of it traded: filled {order.qty}, was {told.filled}"


@law("EX-040", Level.TRADING, Op.SUBMIT, core=True)
def test_ex040_an_order_that_trades_in_part_is_partial(bench: Bench) -> None:
    """EX-040. An order that finds half of what it wants is PARTIAL, and the rest of it rests."""
    order, answer = _submit_half(bench)
    told = bench.fate(order, answer)
    had = bench.truth.of(order.client_id)
    assert told.state is OrderState.PARTIAL, f"half of it traded and the rest rests: PARTIAL, was {told.state.value}"
    assert told.filled == had.filled == order.qty - bench.qty, f"filled {had.filled}, and {told.filled} was told"
    assert had.is_live, "the rest of a GTC order rests"


@law("EX-050", Level.TRADING, Op.SUBMIT)
def test_ex050_fills_that_come_with_the_answer_are_exact(bench: Bench) -> None:
    """EX-050. Fills that come with an answer are the exchange's: price, quantity, fee, asset, maker or taker, side.

    They may all be left out, and then `fills` tells them; a part of them is a lie.
    """
    for side in Side:
        order = bench.order(side, bench.px_through(side))
        told = bench.submit(order)
        if told.fills:
            _check_fills(bench, order, told.fills)


@law("EX-060", Level.TRADING, Op.SUBMIT, core=True)
def test_ex060_one_order_is_one_request(bench: Bench) -> None:
    """EX-060. One order is one request that changes something, and it is not marked `safe`: safe ones are repeated."""
    order, before = bench.order(), len(bench.sent)
    bench.submit(order)
    writes = [request for request in bench.sent[before:] if not request.safe]
    assert len(writes) == 1, f"one order is one unsafe request, were {writes}"


@law("EX-065", Level.TRADING, Op.SUBMIT, core=True)
def test_ex065_an_order_says_what_placing_it_did(bench: Bench) -> None:
    """EX-065. The mode of an acceptance is not that of the table, which is what people choose a venue by."""
    told, table = bench.submit(bench.order()).mode, bench.supports(Op.SUBMIT)
    assert told is table.mode, f"the table says {table.mode.value}, the acceptance {told.value}"


@law("EX-070", Level.TRADING, Op.SUBMIT, core=True)
def test_ex070_quantities_arrive_to_the_last_lot(bench: Bench) -> None:
    """EX-070. Odd quantities arrive exactly. Write them from the integer; a float loses a lot now and then."""
    bench.crowd.fund(bench.instrument)
    for lots in ODD_LOTS:
        order = bench.order(qty=Qty(bench.qty + lots * bench.instrument.lot))
        bench.submit(order)
        had = bench.truth.of(order.client_id)
        assert had.qty == order.qty, f"asked for {order.qty} × 10⁻⁸, the exchange has {had.qty}"


@law("EX-080", Level.TRADING, Op.SUBMIT, core=True)
def test_ex080_prices_arrive_to_the_last_tick(bench: Bench) -> None:
    """EX-080. Odd prices of the grid arrive exactly. Write them from the integer, without a float or an exponent."""
    px = bench.px_away(Side.BUY)
    for _ in ODD_LOTS:
        order = bench.order(px=px, qty=Qty(bench.qty * 2))
        bench.submit(order)
        had = bench.truth.of(order.client_id)
        assert had.px == px, f"asked for a price of {px} × 10⁻⁹, the exchange has {had.px}"
        px = bench.instrument.floor_px(Px(px - 1))


@law("EX-090", Level.TRADING, Op.SUBMIT)
def test_ex090_the_time_of_an_answer_is_in_nanoseconds(bench: Bench) -> None:
    """EX-090. The venue's time, where it gives one, comes as Unix nanoseconds. Look at its unit on the wire."""
    told = bench.submit(bench.order())
    off = abs(told.ts - bench.now())
    assert not told.ts or off < DAY_NS, f"the answer is of now, and its time {told.ts} is {off} ns away"


@law("EX-100", Level.TRADING, Op.SUBMIT, core=True)
def test_ex100_equal_orders_with_ids_of_their_own_are_two(bench: Bench) -> None:
    """EX-100. Two orders of equal terms are two orders; the client id is what tells them apart, and it is sent."""
    first, second = bench.order(), bench.order()
    ids = {bench.submit(order).venue_id for order in (first, second)}
    assert len(ids) == 2, f"two orders, and the venue's ids are {ids}"
    bench.truth.of(first.client_id)
    bench.truth.of(second.client_id)


@law("EX-110", Level.TRADING, Op.SUBMIT, Op.BOOK, core=True)
def test_ex110_a_better_price_is_told_as_it_traded(bench: Bench) -> None:
    """EX-110. An order that crosses deep trades at the resting prices, not at its own; fills tell those."""
    px = bench.px_through(Side.BUY)
    order = bench.order(Side.BUY, bench.instrument.ceil_px(Px(px + 1)))
    told = bench.submit(order)
    assert bench.truth.of(order.client_id).trades[0].px == px, "the exchange trades at the resting price"
    assert all(fill.px == px for fill in told.fills), f"it traded at {px}, told was {[fill.px for fill in told.fills]}"


@law("EX-120", Level.TRADING, Op.SUBMIT, core=True)
def test_ex120_server_error_leaves_outcome_unknown(bench: Bench) -> None:
    """EX-120. A 5xx proves nothing: the order may be live, so `Refused` would be a lie."""
    for fault in (Fault.ERROR_BEFORE, Fault.ERROR_AFTER):
        order = bench.order()
        bench.simulator.faults.plan(fault, Op.SUBMIT.value)
        bench.fails(OutcomeUnknown, partial(bench.venue.submit, order, bench.now()))


@law("EX-130", Level.TRADING, Op.SUBMIT, Feature.LIMIT)
def test_ex130_an_answer_that_says_nothing_of_the_order_proves_nothing(bench: Bench) -> None:
    """EX-130. An empty body, `null` or an empty object with status 200 is no acceptance. Decode strictly."""
    for body in (b"", b"{}", b"null", b"[]"):
        order = bench.order()
        flow = bench.venue.submit(order, bench.now())
        try:
            told = bench.answer_with(flow, Response(200, body))
        except OutcomeUnknown:
            continue
        raise AssertionError(f"the answer {body!r} proves nothing, and was taken for {told}")


@law("EX-135", Level.TRADING, Op.SUBMIT)
def test_ex135_a_redirect_is_no_acceptance(bench: Bench) -> None:
    """EX-135. An answer with a 3xx was taken for an acceptance. Only a 2xx is one, whatever the body holds."""
    order = bench.order()
    true = bench.world.answer(next(bench.venue.submit(order, bench.now())), bench.now())
    for status in (300, 302, 307):
        try:
            told = bench.answer_with(bench.venue.submit(order, bench.now()), Response(status, true.body, true.headers))
        except TradeError:
            continue
        raise AssertionError(f"an answer of status {status} was taken for {told}")


def _submit_half(bench: Bench) -> tuple[NewOrder, Accepted]:
    """Submit an order that finds a part of what it wants."""
    bench.crowd.leave(bench.instrument, Side.BUY, bench.qty)
    order = bench.order(Side.BUY, bench.px_through(Side.BUY), Qty(2 * bench.qty))
    return order, bench.submit(order)


def _check_fills(bench: Bench, order: NewOrder, fills: tuple[Fill, ...]) -> None:
    had = bench.truth.of(order.client_id)
    assert len(had.trades) == len(fills), f"it traded {len(had.trades)} times, told were {len(fills)}"
    for trade, fill in zip(had.trades, fills, strict=True):
        assert trade.is_told_by(fill), f"the exchange traded {trade}, told was {fill}"
        assert fill.side is order.side, f"we {order.side.value}, and the fill says {fill.side.value}"
        assert fill.liquidity is Liquidity.TAKER, "what trades at once takes"
        assert fill.trade_id, "a fill without a trade id cannot be counted once"
