"""LC, races: trades, acks, cancels and reads that overtake one another; what is over stays over.

What must stay true: whatever order the tellings come in, what they add up to is what the exchange has.
"""

from __future__ import annotations

from functools import partial
from itertools import permutations
from typing import Final

from venuekit.capability import Feature, Op
from venuekit.errors import OrderGone
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, OrderId, TimeInForce
from venuekit.side import Side
from venuekit.units import Qty
from venuekit.venue import AccountEvent
from venuekit_testkit.bench.asking import half
from venuekit_testkit.bench.belief import Belief
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law
from venuekit_testkit.simulate.fault import Fault

REVIVED: Final = (
    "https://github.com/barter-rs/barter-rs/issues/206",
    "https://github.com/nautechsystems/nautilus_trader/pull/4491",
)
STUCK_IN_CANCEL: Final = (
    "https://github.com/hummingbot/hummingbot/issues/5122",
    "https://github.com/hummingbot/hummingbot/issues/1340",
)
OUT_OF_ORDER: Final = (
    "https://github.com/nautechsystems/nautilus_trader/pull/4491",
    "https://github.com/barter-rs/barter-rs/pull/280",
)


@law("LC-310", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.FILLS, core=True)
def test_lc310_an_ack_that_comes_after_the_fill_takes_nothing_back(bench: Bench) -> None:
    """LC-310. An "accepted" that arrives after the order filled is old news: a query and the trades say FILLED."""
    order = bench.order()
    belief = Belief(order, bench.venue)
    bench.simulator.faults.plan(Fault.ACK_AFTER_FILL, Op.SUBMIT.value)
    told = bench.submit(order)
    belief.answer(told)
    named = OrderId(order.instrument, order.client_id, told.venue_id)
    belief.hear([bench.query(named), *bench.fills()])
    assert (belief.state, belief.filled) == (OrderState.FILLED, order.qty), f"it filled, believed is {belief.passed}"


@law("LC-320", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.QUERY, Op.FILLS, core=True)
def test_lc320_what_trades_before_the_cancel_gets_there_is_told(bench: Bench) -> None:
    """LC-320. A part trades while the cancel is on its way: the cancel tells it or nothing, the query does."""
    order = bench.rest()
    bench.simulator.faults.plan(Fault.PARTIAL_THEN_CANCEL, Op.CANCEL.value)
    told = bench.cancel(order.id)
    had = bench.truth.of(order.id.client_id)
    assert 0 < had.filled < had.qty, "a part trades before the cancel"
    assert told.filled in (None, had.filled), f"{had.filled} had traded, the cancel tells {told.filled}"
    report = bench.query(order.id)
    assert (report.state, report.filled) == (OrderState.CANCELLED, had.filled), f"the exchange has {had}, told {report}"
    assert sum(fill.qty for fill in bench.fills()) == had.filled, "its trade is listed"


@law("LC-330", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.QUERY, core=True, incidents=STUCK_IN_CANCEL)
def test_lc330_a_cancel_that_comes_after_the_fill_is_no_success(bench: Bench) -> None:
    """LC-330. All of it trades while the cancel is on its way: OrderGone, and the query says FILLED, not cancelled."""
    order = bench.rest()
    bench.simulator.faults.plan(Fault.FILL_THEN_CANCEL, Op.CANCEL.value)
    bench.fails(OrderGone, partial(bench.venue.cancel, order.id, bench.now()))
    report = bench.query(order.id)
    assert (report.state, report.filled) == (OrderState.FILLED, order.terms.qty), f"it filled, told was {report}"


@law("LC-340", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, core=True, incidents=REVIVED)
def test_lc340_a_query_that_lags_revives_nothing(bench: Bench) -> None:
    """LC-340. A query that does not know the newest trade yet tells an older state; what was filled stays filled.

    The plugin tells what it was told, and adds nothing: the core's table of states keeps what is over.
    """
    order = bench.order(Side.BUY, bench.px_through(Side.BUY))
    belief = Belief(order, bench.venue)
    told = bench.submit(order)
    belief.answer(told)
    belief.hear([] if told.filled else [bench.query(OrderId(order.instrument, order.client_id, told.venue_id))])
    bench.simulator.faults.plan(Fault.STALE_READ, Op.QUERY.value)
    late = bench.query(OrderId(order.instrument, order.client_id, told.venue_id))
    assert late.filled < order.qty, f"the venue tells an older state, and {late} does not: is it kept in the plugin?"
    belief.hear([late])
    assert belief.state is OrderState.FILLED, f"it filled, believed is {belief.passed}"


@law("LC-350", Level.LIFECYCLE, Op.SUBMIT, Op.FILLS, core=True)
def test_lc350_trades_that_are_listed_late_are_told_when_they_are(bench: Bench) -> None:
    """LC-350. A list that lacks the newest trade has it when it is asked again: never keep what was read."""
    order = bench.rest()
    bench.crowd.take(order.id.client_id, half(bench))
    bench.crowd.take(order.id.client_id)
    bench.simulator.faults.plan(Fault.STALE_READ, Op.FILLS.value)
    late, whole = bench.fills(), bench.fills()
    assert len(late) < len(whole), f"the list lagged, and told was {late}"
    assert sum(fill.qty for fill in whole) == order.terms.qty, f"two trades make all of it, told was {whole}"


@law("LC-360", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.QUERY, Op.FILLS, core=True, incidents=OUT_OF_ORDER)
def test_lc360_tellings_in_any_order_come_to_the_same(bench: Bench) -> None:
    """LC-360. The reports of an order and its trades, in any order and repeated, come to what the exchange has.

    So states must be the venue's, trades must bear the venue's ids, and nothing may depend on what was told before.
    """
    order = bench.rest()
    answer = Accepted(client_id=order.id.client_id, venue_id=order.id.venue_id, state=OrderState.ACCEPTED)
    told: list[AccountEvent] = [bench.query(order.id)]
    bench.crowd.take(order.id.client_id, half(bench))
    told += [bench.query(order.id), *bench.fills()]
    bench.cancel(order.id)
    told += [bench.query(order.id)]
    for shuffled in permutations([*told, told[1]]):
        belief = Belief(order.terms, bench.venue)
        belief.answer(answer)
        belief.hear(shuffled)
        assert belief.state is OrderState.CANCELLED, f"it was cancelled, and {shuffled} came to {belief.passed}"
        assert belief.filled == half(bench), f"{half(bench)} traded, and {shuffled} came to {belief.filled}"


@law("LC-370", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.FILLS, core=True)
def test_lc370_a_trade_that_is_heard_of_after_the_end_still_counts(bench: Bench) -> None:
    """LC-370. A trade listed after the order was cancelled still counts, and the order stays cancelled."""
    order = bench.rest()
    belief = Belief(order.terms, bench.venue)
    bench.simulator.faults.plan(Fault.PARTIAL_THEN_CANCEL, Op.CANCEL.value)
    belief.answer(Accepted(client_id=order.id.client_id, venue_id=order.id.venue_id, state=OrderState.ACCEPTED))
    belief.answer(bench.cancel(order.id))
    belief.hear(bench.fills())
    had = bench.truth.of(order.id.client_id).filled
    assert (belief.state, belief.filled) == (OrderState.CANCELLED, had), f"{had} traded, believed is {belief.filled}"


@law("LC-380", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.FILLS, Feature.IOC)
def test_lc380_an_order_that_is_over_at_once_is_over_everywhere(bench: Bench) -> None:
    """LC-380. The answer, the query and the trades of an order that is over at once agree on state and amount."""
    bench.crowd.leave(bench.instrument, Side.BUY, bench.qty)
    order = bench.order(Side.BUY, bench.px_through(Side.BUY), Qty(2 * bench.qty), tif=TimeInForce.IOC)
    answer = bench.submit(order)
    told, report = bench.fate(order, answer), bench.query(OrderId(order.instrument, order.client_id, answer.venue_id))
    assert (report.state, report.filled) == (told.state, told.filled), f"answered was {told}, asked for is {report}"
    assert sum(fill.qty for fill in bench.fills()) == told.filled, "the trades add up to what was told"
