"""LC, silence: a call whose answer never came, came as 5xx, or cannot be read, for every verb that changes something.

What must stay true: each law strikes every verb with every kind of silence, and looks whether anything was sent after.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from venuekit.capability import Mode, Op
from venuekit.errors import NotSent, OrderGone, OutcomeUnknown, Refused, TradeError
from venuekit.order import NewOrder, OpenOrder
from venuekit.units import Qty
from venuekit.wire import Flow
from venuekit_testkit.bench.asking import ask, granted
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.suite.amend import change, rest_twice, traded_half, worse

SILENT: Final = (
    Fault.LOSE_REQUEST, Fault.DROP_ACK, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.GARBLE, Fault.TRUNCATE,
)  # fmt: skip
DONE: Final = (Fault.DROP_ACK, Fault.ERROR_AFTER, Fault.GARBLE, Fault.TRUNCATE)  # the work was done all the same
LIVE_YET_REJECTED: Final = "https://github.com/nautechsystems/nautilus_trader/issues/4958"
FLAT_OR_FAILED: Final = "https://github.com/nautechsystems/nautilus_trader/pull/3715"
CANCELLED_YET_LIVE: Final = "https://github.com/hummingbot/hummingbot/issues/1664"


@law("LC-110", Level.LIFECYCLE, Op.SUBMIT, core=True, incidents=(LIVE_YET_REJECTED,))
def test_lc110_a_silent_submit_is_unknown(bench: Bench) -> None:
    """LC-110. No answer, a 5xx or half an answer to a submit is OutcomeUnknown: the order may live.

    Refused would book a living order as dead; a second request would place it twice.
    """
    _check_all(bench, lambda: ask(bench, Op.SUBMIT))


@law("LC-120", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, core=True, incidents=(CANCELLED_YET_LIVE,))
def test_lc120_a_silent_cancel_is_unknown(bench: Bench) -> None:
    """LC-120. No answer to a cancel is OutcomeUnknown: neither cancelled nor gone: it may rest or fill."""
    _check_all(bench, lambda: ask(bench, Op.CANCEL))


@law("LC-130", Level.LIFECYCLE, Op.SUBMIT, Op.AMEND, core=True)
def test_lc130_a_silent_amend_is_unknown(bench: Bench) -> None:
    """LC-130. No answer to an amend is OutcomeUnknown: the old terms or the new ones rest, or nothing does."""
    _check_all(bench, lambda: ask(bench, Op.AMEND))


@law("LC-140", Level.LIFECYCLE, Op.SUBMIT, Op.DECREASE, core=True)
def test_lc140_a_silent_decrease_is_unknown(bench: Bench) -> None:
    """LC-140. No answer to a decrease is OutcomeUnknown: the old size or the new one rests."""

    def decrease() -> Flow[Any]:
        order = rest_twice(bench)
        return bench.venue.decrease(order, bench.qty, bench.now())

    _check_all(bench, decrease)


@law("LC-150", Level.LIFECYCLE, Op.BATCH, core=True)
def test_lc150_a_silent_batch_is_one_unknown(bench: Bench) -> None:
    """LC-150. No answer to a batch is one OutcomeUnknown for all of it: any of its orders may live.

    It is not so many refusals, and no list with made-up items. Where each order is a call of its own, the one that went
    unanswered is an OutcomeUnknown in its place.
    """
    _check_batches(bench, Op.BATCH)


@law("LC-160", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL_ALL, core=True)
def test_lc160_a_silent_cancel_all_is_unknown(bench: Bench) -> None:
    """LC-160. No answer to a cancel-all is OutcomeUnknown, never an empty list: that says that nothing rests."""
    _check_all(bench, lambda: ask(bench, Op.CANCEL_ALL))


@law("LC-170", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL_BATCH, core=True)
def test_lc170_a_silent_batch_of_cancels_is_unknown(bench: Bench) -> None:
    """LC-170. No answer to a batch of cancels is one OutcomeUnknown, or the item's own where each is a call."""
    _check_batches(bench, Op.CANCEL_BATCH)


@law("LC-180", Level.LIFECYCLE, Op.SUBMIT, Op.AMEND, core=True)
def test_lc180_silence_at_any_step_of_an_amend_is_unknown(bench: Bench) -> None:
    """LC-180. An amend of several calls is unknown from the first that goes unanswered, and makes no call after it.

    After a cancel that was not answered no replacement may go out: both would live.
    """
    for at in range(_steps(bench)):
        for fault in SILENT:
            order = traded_half(bench)
            to = _bigger(bench, order)
            before = _may_trade(bench, order.id.client_id, to.client_id)
            _strike(bench, partial(bench.venue.amend, order, to, bench.now()), fault, at)
            most = _may_trade(bench, order.id.client_id, to.client_id)
            assert most <= max(before, to.qty), f"{fault.value}: {to.qty} was the most, and {most} has traded or may"


@law("LC-190", Level.LIFECYCLE, Op.SUBMIT, Op.AMEND, core=True)
def test_lc190_a_second_step_that_stays_here_is_not_nothing_sent(bench: Bench) -> None:
    """LC-190. Where the second call of an amend cannot leave, the first has: it is no longer NotSent.

    NotSent says that nothing happened and all may be done again, while the order that rested is off.
    """
    for at in range(1, _steps(bench)):
        order = traded_half(bench)
        flow = bench.venue.amend(order, _bigger(bench, order), bench.now())
        told = bench.outcome_without(flow, NotSent("our budget is spent", venue=bench.venue.id), at)
        assert not isinstance(told, NotSent), f"the first call was made, and told was {told!r}"
        assert isinstance(told, Refused | OutcomeUnknown), f"the second call was not made, and told was {told!r}"


@law("LC-195", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, core=True, incidents=(FLAT_OR_FAILED,))
def test_lc195_a_read_that_failed_is_not_nothing(bench: Bench) -> None:
    """LC-195. A read that was not answered raises OutcomeUnknown. It is not OrderGone, and no empty list.

    "The venue has nothing" and "the venue did not say" lead to opposite decisions.
    """
    for op in granted(bench, Op.QUERY, Op.OPEN_ORDERS, Op.FILLS, Op.BALANCES, Op.POSITIONS, Op.SETTLEMENTS):
        for fault in SILENT:
            error = _strike(bench, partial(ask, bench, op), fault)
            assert not isinstance(error, OrderGone), f"{op.value}, {fault.value}: {error}"


def _check_all(bench: Bench, make: Callable[[], Flow[Any]]) -> None:
    for fault in SILENT:
        _strike(bench, make, fault)


def _check_batches(bench: Bench, op: Op) -> None:
    if bench.supports(op).mode is not Mode.SERIAL:
        _check_all(bench, lambda: ask(bench, op))
        return
    for fault in SILENT:
        told = bench.struck(ask(bench, op), fault)
        items = [told] if isinstance(told, TradeError) else list(told)
        assert isinstance(items[0], OutcomeUnknown), f"{fault.value} proves nothing, and told was {items[0]!r}"
        refused = [each for each in items if isinstance(each, Refused)]
        assert not refused, f"nobody refused anything, and told was {refused}"


def _strike(bench: Bench, make: Callable[[], Flow[Any]], fault: Fault, at: int = 0) -> OutcomeUnknown:
    """Run a flow whose call number `at` goes unanswered: it must be unknown, and the last that was asked."""
    flow, before = make(), len(bench.sent)
    told = bench.struck(flow, fault, at)
    sent = bench.sent[before:]
    assert isinstance(told, OutcomeUnknown), f"{fault.value} proves nothing, and told was {told!r}"
    assert len(sent) == at + 1, f"{fault.value}: after call {at + 1} went unanswered there were {sent[at + 1 :]}"
    return told


def _steps(bench: Bench) -> int:
    """Count the calls of an amend of an order that traded in part."""
    order = traded_half(bench)
    to, before = _bigger(bench, order), len(bench.sent)
    bench.run(bench.venue.amend(order, to, bench.now()))
    return len(bench.sent) - before


def _bigger(bench: Bench, order: OpenOrder) -> NewOrder:
    return change(bench, order, px=worse(bench, order), qty=Qty(2 * bench.qty))


def _may_trade(bench: Bench, *client_ids: str) -> Qty:
    """Sum what has traded and what rests under some client ids."""
    mine = [each for each in bench.truth.orders if each.client_id in client_ids]
    return Qty(sum(each.filled + (each.left if each.is_live else 0) for each in mine))
