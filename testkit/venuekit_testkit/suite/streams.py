"""LC, the account's stream under stress: frames twice, late, lost; the socket gone, the venue restarted.

What must stay true: what is told again or late changes nothing, and what was missed is found by asking.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Feature, Op
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OpenOrder, OrderReport
from venuekit_testkit.bench.asking import half
from venuekit_testkit.bench.belief import Belief
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.line import AccountLine
from venuekit_testkit.law import Level, law
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.suite.account import last_report, listen

MANY: Final = 1000
TWICE: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/3046",
    "https://github.com/OpenByteInc/QuantDinger/pull/232",
)
REORDERED: Final = (
    "https://github.com/nautechsystems/nautilus_trader/pull/4491",
    "https://github.com/barter-rs/barter-rs/issues/206",
    "https://github.com/barter-rs/barter-rs/pull/280",
)
DROPPED: Final = (
    "https://github.com/QuantConnect/Lean.Brokerages.TradeStation/issues/101",
    "https://github.com/deepentropy/ibx/issues/113",
)
RECONNECT: Final = (
    "https://github.com/nautechsystems/nautilus_trader/pull/4991",
    "https://github.com/QuantConnect/Lean.Brokerages.InteractiveBrokers/issues/249",
)
GARBAGE: Final = (b"", b"{", b"null", b"[1,2]", b"<html>", '{"type":', "\x00\xff")


@law("LC-510", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED, incidents=TWICE)
def test_lc510_what_is_told_twice_counts_once(bench: Bench) -> None:
    """LC-510. A frame that comes twice tells the same trade under the same id, so that it counts once."""
    line, order, belief = _listen(bench, Fault.DUPLICATE, MANY)
    bench.crowd.take(order.id.client_id, half(bench))
    bench.crowd.take(order.id.client_id)
    _check(bench, line, belief, OrderState.FILLED)


@law("LC-520", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED, incidents=REORDERED)
def test_lc520_what_is_told_late_takes_nothing_back(bench: Bench) -> None:
    """LC-520. Frames that overtake one another come to the same in the end: all of it traded, and it stays FILLED."""
    for held in range(1, 5):
        line, order, belief = _listen(bench, Fault.REORDER, held)
        bench.crowd.take(order.id.client_id, half(bench))
        bench.crowd.take(order.id.client_id)
        bench.cancel(bench.rest().id)
        _check(bench, line, belief, OrderState.FILLED)


@law("LC-530", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.FILLS, Op.ACCOUNT_FEED, incidents=DROPPED)
def test_lc530_a_trade_that_the_stream_lost_is_found_by_asking(bench: Bench) -> None:
    """LC-530. What a healthy stream lost, every frame of a trade, is told by `query` and `fills` all the same."""
    line, order, belief = _listen(bench, Fault.GAP, MANY)
    bench.crowd.take(order.id.client_id)
    line.pump()
    belief.hear(line.events)
    assert not belief.filled, "every frame was lost, and a trade was told"
    belief.hear([bench.query(order.id), *bench.fills()])
    assert (belief.state, belief.filled) == (OrderState.FILLED, order.terms.qty), (
        f"it filled, found was {belief.passed}"
    )


@law("LC-540", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED, incidents=RECONNECT)
def test_lc540_after_a_lost_connection_it_listens_again(bench: Bench) -> None:
    """LC-540. On a new connection the stream proves itself and subscribes again; what happens then is told.

    `opened` forgets everything of the old connection, and queues all that the new one needs.
    """
    line = listen(bench)
    for _ in range(2):
        bench.simulator.hang_up()
        line.pump()
        order = bench.rest()
        assert last_report(bench, line, order.terms).state is OrderState.ACCEPTED
    assert line.opens == 3, f"it was opened once and lost twice, so three times in all, were {line.opens}"


@law("LC-550", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.FILLS, Op.ACCOUNT_FEED, incidents=RECONNECT)
def test_lc550_a_trade_while_the_connection_was_lost_is_found(bench: Bench) -> None:
    """LC-550. A trade between two connections is told by `fills` since the last one, under an id that counts once."""
    line, order, belief = _listen(bench)
    bench.crowd.take(order.id.client_id, half(bench))
    line.pump()
    belief.hear(line.events)
    since = max(fill.ts for fill in belief.fills.values())
    bench.simulator.hang_up()
    bench.crowd.take(order.id.client_id)
    line.pump()
    belief.hear([*bench.fills(since), bench.query(order.id), *line.events])
    assert (belief.state, belief.filled) == (OrderState.FILLED, order.terms.qty), f"believed is {belief.passed}"


@law("LC-560", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.ACCOUNT_FEED, incidents=RECONNECT)
def test_lc560_after_a_restart_of_the_venue_it_tells_on(bench: Bench) -> None:
    """LC-560. After the venue restarted and numbers afresh, the stream tells what becomes of older orders too."""
    line, order, belief = _listen(bench)
    bench.simulator.restart()
    line.pump()
    bench.crowd.take(order.id.client_id)
    _check(bench, line, belief, OrderState.FILLED)


@law("LC-570", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED, Feature.FIND_BY_CLIENT_ID)
def test_lc570_the_stream_finds_an_order_whose_answer_was_lost(bench: Bench) -> None:
    """LC-570. An order whose answer was lost is told by our id, with the venue's: the stream is the first to know."""
    line = listen(bench)
    order = bench.order()
    belief = Belief(order, bench.venue)
    belief.answer(bench.struck(bench.venue.submit(order, bench.now()), Fault.DROP_ACK))
    bench.crowd.take(order.client_id)
    _check(bench, line, belief, OrderState.FILLED)


@law("LC-580", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED)
def test_lc580_frames_that_cannot_be_read_are_said_to_be(bench: Bench) -> None:
    """LC-580. A frame that cannot be read raises ValueError, which puts the account in doubt; it tells of no order.

    Any other error would end the stream, and silence would hide that something was missed.
    """
    line = listen(bench)
    for frame in GARBAGE:
        told = line.feed(frame)
        assert not [each for each in told if isinstance(each, OrderReport)], f"{frame!r} was taken for {told}"
        assert line.faults, f"{frame!r} was taken, and tells nothing"
        line.faults.clear()
    assert last_report(bench, line, bench.rest().terms).state is OrderState.ACCEPTED


@law("LC-590", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED)
def test_lc590_orders_of_other_programs_are_told_under_their_own_ids(bench: Bench) -> None:
    """LC-590. An order that another program placed with our keys is told as it is, and never mixed up with ours."""
    line, order, belief = _listen(bench)
    other = bench.client_id()
    bench.crowd.rest_for_us(bench.instrument.venue_symbol, other)
    bench.crowd.take(other)
    line.pump()
    belief.hear(line.events)
    assert (belief.state, belief.filled) == (OrderState.ACCEPTED, 0), f"ours rests, believed is {belief.passed}"
    ids = {each.venue_id for each in line.events if isinstance(each, OrderReport) and each.client_id == other}
    assert ids, "the other program's order is not told"
    assert order.id.venue_id not in ids, "the other program's order is told under the id of ours"


@law("LC-595", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED)
def test_lc595_a_quiet_account_keeps_its_stream(bench: Bench) -> None:
    """LC-595. Nothing happened for three minutes, and the venue hung up: each time that it does, something is missed.

    Answer pings, and send those that the venue wants, from `beat`.
    """
    line = listen(bench)
    line.pass_time(180)
    assert line.opens == 1, "the socket was lost while nothing happened"
    assert last_report(bench, line, bench.rest().terms).state is OrderState.ACCEPTED


@law("LC-597", Level.LIFECYCLE, Op.SUBMIT, Op.ACCOUNT_FEED)
def test_lc597_a_subscription_that_was_not_heard_is_made_again(bench: Bench) -> None:
    """LC-597. What the stream sent on opening was lost, no answer came, and it listened for ever to nothing.

    Pings keep such a socket alive, so the core cannot tell. Look from `beat` whether the answer came; ask again or
    `Reconnect`.
    """
    line = bench.account_line()
    line.open_unheard()
    line.pass_time(180)
    order = bench.rest()
    line.pump()
    told = [each for each in line.events if isinstance(each, OrderReport) and each.client_id == order.id.client_id]
    assert told, "three minutes after its subscription was lost, the stream tells nothing of a new order"


def _listen(bench: Bench, fault: Fault | None = None, times: int = 1) -> tuple[AccountLine, OpenOrder, Belief]:
    """Rest an order that the stream told of; from then on frames go wrong."""
    line = listen(bench)
    order = bench.rest()
    last_report(bench, line, order.terms)
    if fault is not None:
        bench.simulator.faults.plan(fault, times=times)
    return line, order, _belief(bench, order.terms, line)


def _belief(bench: Bench, order: NewOrder, line: AccountLine) -> Belief:
    belief = Belief(order, bench.venue)
    belief.hear(line.events)
    return belief


def _check(bench: Bench, line: AccountLine, belief: Belief, state: OrderState) -> None:
    line.pump()
    belief.hear(line.events)
    had = bench.truth.of(belief.terms.client_id)
    assert (belief.state, belief.filled) == (state, had.filled), f"the exchange has {had}, believed is {belief.passed}"
