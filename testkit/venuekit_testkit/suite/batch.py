"""EX, several orders at once: results in order, each item by itself, and the limit of the table kept.

What must stay true: which item came to what is checked at the exchange.
"""

from __future__ import annotations

from functools import partial

from venuekit.capability import Mode, Op
from venuekit.errors import NotSent, Refused, RejectReason
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, OrderId
from venuekit.side import Side
from venuekit.units import Qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law


@law("EX-680", Level.TRADING, Op.BATCH, Op.QUERY)
def test_ex680_a_batch_answers_in_order(bench: Bench) -> None:
    """EX-680. Each result of a batch is of the order in its place: ids, sides and sizes are those that were asked."""
    sizes = [Qty(bench.qty + at * bench.instrument.lot) for at in range(4)]
    orders = [bench.order(side, qty=qty) for side, qty in zip((*Side, *Side), sizes, strict=True)]
    told = bench.run(bench.venue.batch(orders, bench.now()))
    assert len(told) == len(orders), f"{len(orders)} orders, {len(told)} results"
    for order, each in zip(orders, told, strict=True):
        assert isinstance(each, Accepted), f"it rests at the exchange, told was {each!r}"
        had = bench.truth.of(order.client_id)
        assert each.client_id == order.client_id, f"in the place of {order.client_id!r} stands {each.client_id!r}"
        assert (had.side, had.px, had.qty) == (order.side, order.px, order.qty), f"asked for {order}, became {had}"
        assert bench.query(OrderId(order.instrument, each.client_id, each.venue_id)).qty == order.qty, (
            f"{each.venue_id!r} names another order of the batch"
        )


@law("EX-690", Level.TRADING, Op.BATCH)
def test_ex690_one_bad_order_of_a_batch_is_its_own(bench: Bench) -> None:
    """EX-690. The order that the venue refuses is a Refused in its place; the others live and say so."""
    orders = [bench.order(), bench.order(), bench.order()]
    bench.crowd.leave_us(orders[0], 2)
    orders[1] = bench.order(qty=Qty(bench.qty * 9))
    told = bench.run(bench.venue.batch(orders, bench.now()))
    kinds = [type(each) for each in told]
    assert kinds == [Accepted, Refused, Accepted], f"there is money for the first and the last, told was {told}"
    assert isinstance(told[1], Refused)
    assert told[1].reason is RejectReason.INSUFFICIENT_BALANCE, f"the money was short, not {told[1].reason.value}"
    assert {each.client_id for each in bench.truth.resting} == {orders[0].client_id, orders[2].client_id}


@law("EX-700", Level.TRADING, Op.BATCH)
def test_ex700_a_batch_over_the_limit_never_leaves(bench: Bench) -> None:
    """EX-700. More orders than the table's limit raise Invalid before any request; none of them is placed."""
    limit = bench.supports(Op.BATCH).limit
    orders, before = [bench.order() for _ in range(limit + 1)], len(bench.sent)
    if limit:
        bench.fails(NotSent, partial(bench.venue.batch, orders, bench.now()))
        assert len(bench.sent) == before, "it sent what it refused"


@law("EX-710", Level.TRADING, Op.BATCH)
def test_ex710_a_batch_of_the_limit_is_taken(bench: Bench) -> None:
    """EX-710. As many orders as the table's limit go at once, each once."""
    bench.crowd.fund(bench.instrument)
    orders = [bench.order() for _ in range(bench.supports(Op.BATCH).limit or 5)]
    told = bench.run(bench.venue.batch(orders, bench.now()))
    refused = [each for each in told if not isinstance(each, Accepted)]
    assert not refused, f"the table's limit is {len(orders)}, and of so many these failed: {refused}"
    assert [each.client_id for each in bench.truth.resting] == [order.client_id for order in orders]


@law("EX-720", Level.TRADING, Op.BATCH)
def test_ex720_a_batch_says_how_it_went(bench: Bench) -> None:
    """EX-720. `native_batch` is one request for all; a request for each is `serial`. Results and table say the same."""
    before, orders = len(bench.sent), [bench.order(), bench.order()]
    told = bench.run(bench.venue.batch(orders, bench.now()))
    writes = [request for request in bench.sent[before:] if not request.safe]
    mode = bench.supports(Op.BATCH).mode
    assert (len(writes) == 1) is (mode is Mode.NATIVE_BATCH), f"{len(writes)} requests for two orders: {mode.value}"
    modes = {each.mode for each in told if isinstance(each, Accepted)}
    assert modes == {mode}, f"the table says {mode.value}, the results say {modes}"


@law("EX-730", Level.TRADING, Op.BATCH)
def test_ex730_an_order_of_a_batch_that_trades_says_so(bench: Bench) -> None:
    """EX-730. A batch tells of each order what trades at once, as a single order does."""
    orders = [bench.order(), bench.order(Side.BUY, bench.px_through(Side.BUY))]
    rests, trades = bench.run(bench.venue.batch(orders, bench.now()))
    assert isinstance(rests, Accepted)
    assert isinstance(trades, Accepted)
    assert (rests.state, rests.filled) == (OrderState.ACCEPTED, 0), f"the first rests, told was {rests}"
    end = bench.fate(orders[1], trades)
    assert (end.state, end.filled) == (OrderState.FILLED, bench.qty), f"the second traded, told was {end}"


@law("EX-740", Level.TRADING, Op.BATCH)
def test_ex740_a_batch_with_an_order_off_the_grid_never_leaves(bench: Bench) -> None:
    """EX-740. What breaks a known rule is Invalid before any request, and the orders beside it are not placed."""
    odd = bench.order(qty=Qty(bench.qty + 1)) if bench.instrument.lot > 1 else None
    before = len(bench.sent)
    if odd is not None:
        bench.fails(NotSent, partial(bench.venue.batch, [bench.order(), odd], bench.now()))
        assert not [request for request in bench.sent[before:] if not request.safe], "it sent what it refused"
