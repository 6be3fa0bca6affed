"""EX, cancelling: one order, several, all of a market; what is gone is told as gone, because it may be filled.

What must stay true: a cancel that found nothing is never told as a success.
"""

from __future__ import annotations

from functools import partial

from venuekit.capability import Feature, Mode, Op
from venuekit.errors import NotSent, OrderGone
from venuekit.order import Cancelled, OrderId
from venuekit.side import Side
from venuekit_testkit.bench.asking import half
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law

STUCK = (
    "https://github.com/hummingbot/hummingbot/issues/5122",
    "https://github.com/hummingbot/hummingbot/issues/1340",
    "https://github.com/hummingbot/hummingbot/issues/1295",
    "https://github.com/hummingbot/hummingbot/issues/745",
    "https://github.com/hummingbot/hummingbot/issues/4987",
)
PAGE = 100  # what venues commonly give at once, where the table names no limit


@law("EX-410", Level.TRADING, Op.SUBMIT, Op.CANCEL, core=True)
def test_ex410_a_cancel_takes_the_order_off(bench: Bench) -> None:
    """EX-410. A cancel by the venue's id takes that order off, and no other."""
    order, other = bench.rest(), bench.rest(Side.SELL)
    told = bench.cancel(order.id)
    resting = [each.client_id for each in bench.truth.resting]
    assert resting == [other.id.client_id], f"one of two was cancelled, and what rests is {resting}"
    assert told.client_id in ("", order.id.client_id), f"it names {told.client_id!r}, cancelled was {order.id}"
    assert told.venue_id == order.id.venue_id, f"it names {told.venue_id!r}, cancelled was {order.id}"
    assert not told.filled, f"nothing traded, told was {told.filled}"


@law("EX-420", Level.TRADING, Op.CANCEL, Feature.FIND_BY_CLIENT_ID)
def test_ex420_a_cancel_by_our_id_alone_takes_the_order_off(bench: Bench) -> None:
    """EX-420. An order whose answer was lost has no venue id yet, and must be cancelled by ours."""
    order = bench.rest()
    bench.cancel(OrderId(order.id.instrument, order.id.client_id))
    assert not bench.truth.resting, "the order rests still"


@law("EX-430", Level.TRADING, Op.SUBMIT, Op.CANCEL, core=True)
def test_ex430_a_cancel_tells_what_had_traded(bench: Bench) -> None:
    """EX-430. After a part of it traded, a cancel tells exactly that part, or None where the venue does not say.

    It never says 0 for "not told": that loses the fill.
    """
    order = bench.rest()
    bench.crowd.take(order.id.client_id, half(bench))
    told = bench.cancel(order.id)
    assert told.filled in (None, half(bench)), f"{half(bench)} had traded, told was {told.filled}"
    assert not bench.truth.resting, "the order rests still"


@law("EX-440", Level.TRADING, Op.SUBMIT, Op.CANCEL, core=True, incidents=STUCK)
def test_ex440_a_cancel_of_a_filled_order_is_order_gone(bench: Bench) -> None:
    """EX-440. The venue has no such live order, because it is filled: OrderGone, never a success, never unknown.

    OrderGone sends the engine to ask what became of it; anything else loses the fill or asks for ever.
    """
    order = bench.rest()
    bench.crowd.take(order.id.client_id)
    error = bench.fails(OrderGone, partial(bench.venue.cancel, order.id, bench.now()))
    assert error.code, "it carries the venue's own code, verbatim"


@law("EX-450", Level.TRADING, Op.SUBMIT, Op.CANCEL, core=True, incidents=STUCK)
def test_ex450_a_second_cancel_is_order_gone(bench: Bench) -> None:
    """EX-450. A cancel of what was cancelled already is OrderGone, so that a repeated cancel comes to an end."""
    order = bench.rest()
    bench.cancel(order.id)
    bench.fails(OrderGone, partial(bench.venue.cancel, order.id, bench.now()))


@law("EX-460", Level.TRADING, Op.CANCEL, Feature.FIND_BY_CLIENT_ID)
def test_ex460_a_cancel_of_an_unknown_order_is_order_gone(bench: Bench) -> None:
    """EX-460. A cancel by an id that the venue never saw is OrderGone."""
    never = OrderId(bench.instrument, bench.client_id())
    bench.fails(OrderGone, partial(bench.venue.cancel, never, bench.now()))


@law("EX-470", Level.TRADING, Op.SUBMIT, Op.CANCEL_ALL)
def test_ex470_cancel_all_empties_one_market(bench: Bench) -> None:
    """EX-470. Cancel-all takes every order of the market off, both sides, and names each that it took."""
    ids = {bench.rest(side).id.venue_id for side in (*Side, Side.BUY)}
    told = bench.run(bench.venue.cancel_all(bench.instrument, bench.now()))
    assert not bench.truth.resting, f"these rest still: {bench.truth.resting}"
    assert {each.venue_id for each in told} == ids, f"it took {ids} off, told was {told}"


@law("EX-480", Level.TRADING, Op.CANCEL_ALL)
def test_ex480_cancel_all_leaves_other_markets_alone(bench: Bench) -> None:
    """EX-480. Cancel-all of one market takes nothing off another."""
    elsewhere = [symbol for symbol, market in bench.exchange.markets.items() if market.is_open]
    elsewhere.remove(bench.instrument.venue_symbol)
    bench.crowd.rest_for_us(elsewhere[0], bench.client_id())
    bench.rest()
    bench.run(bench.venue.cancel_all(bench.instrument, bench.now()))
    resting = [each.symbol for each in bench.truth.resting]
    assert resting == elsewhere[:1], f"only {bench.instrument.symbol} was to be emptied, and orders rest in {resting}"


@law("EX-490", Level.TRADING, Op.CANCEL_ALL)
def test_ex490_cancel_all_of_nothing_is_no_error(bench: Bench) -> None:
    """EX-490. Where nothing rests there is nothing to cancel: an empty list, whatever code the venue has for it."""
    told = bench.run(bench.venue.cancel_all(bench.instrument, bench.now()))
    assert list(told) == [], f"nothing rested, told was {told}"


@law("EX-500", Level.TRADING, Op.CANCEL_ALL)
def test_ex500_cancel_all_takes_more_than_a_page(bench: Bench) -> None:
    """EX-500. Cancel-all goes on until nothing rests, where the venue lists or cancels so many at a time."""
    bench.crowd.fund(bench.instrument)
    for _ in range(PAGE + 5):
        bench.crowd.rest_for_us(bench.instrument.venue_symbol, bench.client_id())
    told = bench.run(bench.venue.cancel_all(bench.instrument, bench.now()))
    assert not bench.truth.resting, f"{len(bench.truth.resting)} of {PAGE + 5} rest still"
    assert len({each.venue_id for each in told}) == PAGE + 5, f"{PAGE + 5} were taken off, {len(told)} were told"


@law("EX-510", Level.TRADING, Op.SUBMIT, Op.CANCEL_BATCH)
def test_ex510_a_batch_of_cancels_answers_in_order(bench: Bench) -> None:
    """EX-510. Several cancels: one result each, in their order; what is gone is an OrderGone in its place."""
    orders = [bench.rest() for _ in range(3)]
    bench.crowd.take(orders[1].id.client_id)
    told = bench.run(bench.venue.cancel_batch([each.id for each in orders], bench.now()))
    assert not bench.truth.resting, "orders rest still"
    kinds = [type(each) for each in told]
    assert kinds == [Cancelled, OrderGone, Cancelled], f"the second was filled before, told was {told}"
    ids = [each.venue_id for each in told if isinstance(each, Cancelled)]
    assert ids == [orders[0].id.venue_id, orders[2].id.venue_id], f"results are not in the order that was asked: {ids}"


@law("EX-520", Level.TRADING, Op.CANCEL_BATCH)
def test_ex520_a_batch_of_cancels_over_the_limit_never_leaves(bench: Bench) -> None:
    """EX-520. The table's limit is kept: more raise Invalid before any request, not a refusal of the venue."""
    limit = bench.supports(Op.CANCEL_BATCH).limit
    known = bench.instrument
    ids, before = [OrderId(known, bench.client_id(), str(at)) for at in range(limit + 1)], len(bench.sent)
    if limit:
        bench.fails(NotSent, partial(bench.venue.cancel_batch, ids, bench.now()))
        assert len(bench.sent) == before, "it sent what it refused"


@law("EX-530", Level.TRADING, Op.SUBMIT, Op.CANCEL, core=True)
def test_ex530_a_cancel_says_what_it_did(bench: Bench) -> None:
    """EX-530. The mode of a cancel is that of the table: a cancel is never a noop, nor atomic where it is not."""
    told = bench.cancel(bench.rest().id)
    assert told.mode is bench.supports(Op.CANCEL).mode, f"the table says otherwise than {told.mode.value}"
    assert told.mode is not Mode.NOOP, "it took an order off"


@law("EX-540", Level.TRADING, Op.SUBMIT, Op.CANCEL, core=True, incidents=STUCK)
def test_ex540_a_cancel_is_one_request(bench: Bench) -> None:
    """EX-540. A cancel sends one request that changes something, refused or not: to repeat is the core's."""
    order = bench.rest()
    for _ in range(2):
        before = len(bench.sent)
        bench.outcome(bench.venue.cancel(order.id, bench.now()))
        writes = [request for request in bench.sent[before:] if not request.safe]
        assert len(writes) == 1, f"one cancel is one unsafe request, were {writes}"
