"""LC, recovery: after silence, a restart of ours or of the venue's, the truth is found again by what we wrote down.

What must stay true: nothing is found that is not so, nothing that is so is left out, and asking twice changes nothing.
"""

from __future__ import annotations

from typing import Final

import msgspec

from venuekit.capability import Feature, Op, Support
from venuekit.errors import OrderGone, OutcomeUnknown, TradeError
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, Cancelled, NewOrder, OpenOrder, OrderId, OrderReport
from venuekit.units import Nanos
from venuekit_testkit.bench.asking import half
from venuekit_testkit.bench.belief import Belief
from venuekit_testkit.bench.bench import START, Bench
from venuekit_testkit.law import Level, law
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.suite.ambiguity import DONE, SILENT
from venuekit_testkit.suite.amend import change, worse

REJECTED_YET_FILLED: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/4958",
    "https://github.com/QuantConnect/Lean.Brokerages.Alpaca/issues/28",
)
LOST_ON_RESTART: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/4736",
    "https://github.com/nautechsystems/nautilus_trader/issues/3104",
    "https://github.com/QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/189",
    "https://github.com/hummingbot/hummingbot/issues/6716",
)
TOLD_AGAIN: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/3046",
    "https://github.com/nautechsystems/nautilus_trader/issues/3878",
    "https://github.com/OpenByteInc/QuantDinger/pull/232",
)
NOT_CANCELLED: Final = ("https://github.com/hummingbot/hummingbot/issues/1664",)


@law("LC-210", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Feature.FIND_BY_CLIENT_ID, core=True, incidents=LOST_ON_RESTART)
def test_lc210_after_silence_our_id_tells_whether_it_arrived(bench: Bench) -> None:
    """LC-210. After a submit without an answer, a query by our id tells the order, or OrderGone if it never came."""
    for fault in SILENT:
        order = bench.order()
        assert isinstance(_submit(bench, order, fault), OutcomeUnknown)
        told = bench.outcome(bench.venue.query(_ours(order), bench.now()))
        if fault not in DONE:
            assert isinstance(told, OrderGone), f"{fault.value}: it never arrived, and told was {told!r}"
            continue
        assert isinstance(told, OrderReport), f"{fault.value}: it rests, and told was {told!r}"
        assert (told.state, told.client_id) == (OrderState.ACCEPTED, order.client_id), f"it rests, told was {told}"
        assert told.venue_id, "the venue's id comes with it, so that it can be cancelled"


@law("LC-220", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.FILLS, Feature.FIND_BY_CLIENT_ID, core=True,
     incidents=REJECTED_YET_FILLED)  # fmt: skip
def test_lc220_an_order_without_an_answer_that_filled_is_found_filled(bench: Bench) -> None:
    """LC-220. An order that was never answered and filled meanwhile is found: FILLED, with its trades.

    To call it refused after a while leaves a position that nobody knows of.
    """
    for fault in DONE:
        order = bench.order()
        belief = Belief(order, bench.venue)
        belief.answer(_submit(bench, order, fault))
        bench.crowd.take(order.client_id)
        belief.hear([bench.query(_ours(order))])
        belief.hear(bench.fills())
        assert (belief.state, belief.filled) == (OrderState.FILLED, order.qty), f"{fault.value}: {belief.passed}"


@law("LC-230", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Feature.FIND_BY_CLIENT_ID, Feature.CLIENT_ID_ONCE)
def test_lc230_to_send_again_under_the_same_id_is_harmless(bench: Bench) -> None:
    """LC-230. Where an id is taken once for ever, an order sent again after silence lives once at most.

    Whether it had arrived, had not, or is over already, and whatever is told, a query settles it.
    """
    for fault in SILENT:
        order = bench.order()
        _submit(bench, order, fault)
        bench.outcome(bench.venue.submit(order, bench.now()))
        mine = [each for each in bench.truth.orders if each.client_id == order.client_id]
        assert len(mine) == 1, f"{fault.value}: sent twice under one id, and there are {mine}"
        assert bench.query(_ours(order)).state is OrderState.ACCEPTED
        bench.cancel(_ours(order))
        told = bench.outcome(bench.venue.submit(order, bench.now()))
        assert not isinstance(told, Accepted) or told.state is OrderState.CANCELLED, f"a used id was taken: {told!r}"
        assert not bench.truth.resting, "an order that was over came back under its id"


@law("LC-240", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.QUERY, core=True, incidents=NOT_CANCELLED)
def test_lc240_after_a_silent_cancel_the_order_tells(bench: Bench) -> None:
    """LC-240. After a cancel without an answer, a query tells whether the order rests or is over."""
    for fault in SILENT:
        order = bench.rest()
        bench.struck(bench.venue.cancel(order.id, bench.now()), fault)
        expected = OrderState.CANCELLED if fault in DONE else OrderState.ACCEPTED
        told = bench.query(order.id).state
        assert told is expected, f"{fault.value}: it is {expected.value}, told was {told.value}"
        again = bench.outcome(bench.venue.cancel(order.id, bench.now()))
        fits = OrderGone if fault in DONE else Cancelled
        assert isinstance(again, fits), f"{fault.value}: cancelled again, expected {fits.__name__}, was {again!r}"


@law("LC-250", Level.LIFECYCLE, Op.SUBMIT, Op.AMEND, Op.OPEN_ORDERS, core=True)
def test_lc250_after_a_silent_amend_what_rests_is_told(bench: Bench) -> None:
    """LC-250. After an amend without an answer, the list of open orders has what rests, under the old id or the new."""
    for fault in SILENT:
        order = bench.rest()
        to = change(bench, order, px=worse(bench, order))
        bench.struck(bench.venue.amend(order, to, bench.now()), fault)
        told = bench.run(bench.venue.open_orders(bench.instrument, bench.now()))
        rest = [each.px for each in bench.truth.resting]
        assert [each.px for each in told] == rest, f"{fault.value}: what rests is at {rest}, told was {told}"
        assert bench.supports(Op.AMEND).support is not Support.NATIVE or rest, f"{fault.value}: an amend took it off"
        for each in told:
            assert each.client_id in (order.id.client_id, to.client_id), f"an id that we never gave: {each.client_id!r}"
            bench.cancel(OrderId(bench.instrument, each.client_id, each.venue_id))


@law("LC-260", Level.LIFECYCLE, Op.BATCH, Op.QUERY, Feature.FIND_BY_CLIENT_ID)
def test_lc260_after_a_silent_batch_each_order_tells(bench: Bench) -> None:
    """LC-260. After a batch without an answer, each of its orders is found by its id, or never came."""
    for fault in SILENT:
        orders = [bench.order(), bench.order()]
        bench.struck(bench.venue.batch(orders, bench.now()), fault)
        came = {each.client_id for each in bench.truth.orders}
        first = "did" if fault in DONE else "did not"
        assert (orders[0].client_id in came) is (fault in DONE), f"{fault.value}: the first {first} come by its id"
        for order in orders:
            told = bench.outcome(bench.venue.query(_ours(order), bench.now()))
            fits = OrderReport if order.client_id in came else OrderGone
            assert isinstance(told, fits), f"{fault.value}: expected {fits.__name__}, was {told!r}"


@law("LC-270", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.OPEN_ORDERS, Op.FILLS, core=True, incidents=LOST_ON_RESTART)
def test_lc270_a_plugin_that_was_restarted_knows_as_much(bench: Bench) -> None:
    """LC-270. A plugin made anew tells the same of orders and trades: it keeps nothing that the venue does not know."""
    rests, part, over = bench.rest(), bench.rest(), bench.rest()
    bench.crowd.take(part.id.client_id, half(bench))
    bench.crowd.take(over.id.client_id)
    before = _all_told(bench, rests, part, over)
    bench.venue = bench.build(bench.keys)
    after = _all_told(bench, rests, part, over)
    assert after == before, f"told before a restart was {before}, after it {after}"


@law("LC-280", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.OPEN_ORDERS, Op.FILLS, core=True, incidents=TOLD_AGAIN)
def test_lc280_asked_twice_it_tells_the_same(bench: Bench) -> None:
    """LC-280. Recovery that runs twice finds the same orders under the same ids, and the same trades under theirs.

    Ids that are made up on the way count a trade again at each restart.
    """
    rests, over = bench.rest(), bench.rest()
    bench.crowd.take(over.id.client_id)
    first, second = (_all_told(bench, rests, over) for _ in range(2))
    assert second == first, f"asked twice, told was {first} and then {second}"


@law("LC-290", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.CANCEL, core=True)
def test_lc290_a_venue_that_was_restarted_is_asked_on(bench: Bench) -> None:
    """LC-290. After a restart of the venue orders are placed, asked for and cancelled as before."""
    order = bench.rest()
    bench.simulator.restart()
    bench.wait(5)
    assert bench.query(order.id).state is OrderState.ACCEPTED
    bench.cancel(order.id)
    bench.rest()


@law("LC-300", Level.LIFECYCLE, Op.SUBMIT, Op.FILLS, core=True, incidents=(
    "https://github.com/QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/249",
))  # fmt: skip
def test_lc300_fills_while_nobody_listened_are_asked_for(bench: Bench) -> None:
    """LC-300. Trades of a time when nobody listened are told by `fills` since the last that was seen, each once."""
    orders = [bench.rest() for _ in range(3)]
    bench.crowd.take(orders[0].id.client_id)
    seen = bench.fills()
    bench.wait(600)
    for order in orders[1:]:
        bench.crowd.take(order.id.client_id)
    later = bench.fills(seen[-1].ts)
    new = [fill for fill in later if fill.trade_id not in {each.trade_id for each in seen}]
    assert {fill.venue_id for fill in new} == {each.id.venue_id for each in orders[1:]}, f"two traded, told was {new}"


def _submit(bench: Bench, order: NewOrder, fault: Fault) -> Accepted | TradeError:
    return bench.struck(bench.venue.submit(order, bench.now()), fault)


def _ours(order: NewOrder) -> OrderId:
    return OrderId(order.instrument, order.client_id)


def _all_told(bench: Bench, *orders: OpenOrder) -> object:
    """Give all that is told of some orders; times of reading are left out."""
    reports = [msgspec.structs.replace(bench.query(order.id), ts=Nanos(0)) for order in orders]
    rest = [(each.client_id, each.venue_id, each.state) for each in _open(bench)]
    return reports, rest, list(bench.fills(START))


def _open(bench: Bench) -> list[OrderReport]:
    return list(bench.run(bench.venue.open_orders(bench.instrument, bench.now())))
