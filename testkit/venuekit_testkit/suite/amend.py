"""EX, changing: price and total quantity, and what it cost: the mode is checked against the queue at the exchange.

What must stay true: whatever trades meanwhile, no more than the new total ever trades.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from venuekit.capability import Feature, Mode, Op
from venuekit.errors import NotSent, Refused
from venuekit.order import NewOrder, OpenOrder, OrderId
from venuekit.side import Side
from venuekit.units import Px, Qty
from venuekit_testkit.bench.asking import half
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.truth import Known
from venuekit_testkit.law import Level, law

LOST_IN_MODIFY = "https://github.com/QuantConnect/Lean.Brokerages.TradeStation/issues/84"
EDIT_IS_TWO = (
    "https://github.com/ccxt/ccxt/issues/3882",
    "https://github.com/ccxt/ccxt/issues/9429",
    "https://github.com/ccxt/ccxt/issues/1056",
)


@law("EX-550", Level.TRADING, Op.SUBMIT, Op.AMEND)
def test_ex550_an_amend_moves_the_price(bench: Bench) -> None:
    """EX-550. After an amend one order rests, at the new price, with its whole quantity."""
    order = bench.rest()
    to = change(bench, order, px=worse(bench, order))
    bench.run(bench.venue.amend(order, to, bench.now()))
    had = only(bench)
    assert (had.side, had.px, had.left) == (to.side, to.px, to.qty), f"asked for {to}, what rests is {had}"


@law("EX-560", Level.TRADING, Op.SUBMIT, Op.AMEND)
def test_ex560_an_amend_changes_the_total(bench: Bench) -> None:
    """EX-560. An amend to more, and then to less, leaves one order of that total."""
    order = bench.rest()
    for qty in (2 * bench.qty, bench.qty + half(bench)):
        to = change(bench, order, qty=Qty(qty))
        told = bench.run(bench.venue.amend(order, to, bench.now()))
        had = only(bench)
        assert (had.px, had.left) == (to.px, qty), f"asked for {to}, what rests is {had}"
        order = OpenOrder(OrderId(bench.instrument, told.client_id, told.venue_id), to)


@law("EX-570", Level.TRADING, Op.SUBMIT, Op.AMEND)
def test_ex570_the_total_of_an_amend_counts_what_is_filled(bench: Bench) -> None:
    """EX-570. The new quantity is a total: what had traded is part of it, so the rest alone rests.

    To send the total as the quantity of a new order trades the filled part twice.
    """
    order = traded_half(bench)
    to = change(bench, order, px=worse(bench, order), qty=Qty(2 * bench.qty))
    bench.run(bench.venue.amend(order, to, bench.now()))
    left = only(bench).left
    assert left == to.qty - half(bench), f"of {to.qty}, {half(bench)} had traded, so the rest is not {left}"


@law("EX-580", Level.TRADING, Op.SUBMIT, Op.AMEND, incidents=(LOST_IN_MODIFY,))
def test_ex580_a_fill_that_lands_in_an_amend_never_overfills(bench: Bench) -> None:
    """EX-580. A fill that we do not know of yet must not trade again: the new total is the most.

    Amend in place, or refuse where anything traded, or cancel first and read from its answer what had.
    """
    for qty in (bench.qty, Qty(bench.qty + half(bench)), Qty(2 * bench.qty)):
        order = bench.rest()
        bench.crowd.take(order.id.client_id, half(bench))
        before = Qty(sum(each.filled for each in bench.truth.orders) - half(bench))
        to = change(bench, order, px=worse(bench, order), qty=qty)
        bench.outcome(bench.venue.amend(order, to, bench.now()))  # it may refuse; what can trade is what counts
        at_most = sum(each.filled + (each.left if each.is_live else 0) for each in bench.truth.orders) - before
        assert at_most <= qty, f"amended to {qty} in all, and {at_most} has traded or may"
        for each in bench.truth.resting:
            bench.exchange.cancel(bench.exchange.find(each.number))


@law("EX-590", Level.TRADING, Op.SUBMIT, Op.AMEND)
def test_ex590_an_order_that_was_filled_is_not_placed_again(bench: Bench) -> None:
    """EX-590. An amend of an order that filled meanwhile is refused, and no replacement goes out."""
    order = bench.rest()
    bench.crowd.take(order.id.client_id)
    to = change(bench, order, px=worse(bench, order))
    bench.fails(Refused, partial(bench.venue.amend, order, to, bench.now()))
    assert not bench.truth.resting, f"the order was filled, and a replacement rests: {bench.truth.resting}"


@law("EX-600", Level.TRADING, Op.SUBMIT, Op.AMEND, incidents=EDIT_IS_TWO)
def test_ex600_an_amend_is_atomic_only_where_nothing_was_lost(bench: Bench) -> None:
    """EX-600. `native_atomic` says that the order kept its number and its place in the queue; the exchange is asked.

    A cancel and a new order is `cancel_replace`; one call that loses the place is `native`.
    """
    for terms in ({"px": worse(bench, bench.rest())}, {"qty": Qty(2 * bench.qty)}, {"qty": half(bench)}):
        order = bench.rest()
        had = bench.truth.of(order.id.client_id)
        told = bench.run(bench.venue.amend(order, change(bench, order, **terms), bench.now()))
        honest = _honest_modes(had, [each for each in bench.truth.resting if each.number == had.number])
        assert told.mode in honest, f"{terms}: {told.mode.value} is said, and it was {honest[0].value}"


@law("EX-610", Level.TRADING, Op.SUBMIT, Op.AMEND, Op.QUERY)
def test_ex610_the_answer_of_an_amend_names_the_order_that_rests(bench: Bench) -> None:
    """EX-610. The ids that an amend gives are those of what rests now: it can be asked for and cancelled by them."""
    order = bench.rest()
    to = change(bench, order, px=worse(bench, order))
    told = bench.run(bench.venue.amend(order, to, bench.now()))
    now = OrderId(bench.instrument, told.client_id, told.venue_id)
    assert bench.query(now).px == to.px, "what the ids name is another order"
    bench.cancel(now)
    assert not bench.truth.resting, "the order that the answer named was cancelled, and one rests"


@law("EX-620", Level.TRADING, Op.AMEND, Feature.FIND_BY_CLIENT_ID)
def test_ex620_an_amended_order_is_found_by_its_new_client_id(bench: Bench) -> None:
    """EX-620. Where an amend changes the client id, the order is found by the id that the answer told."""
    order = bench.rest()
    told = bench.run(bench.venue.amend(order, change(bench, order, px=worse(bench, order)), bench.now()))
    report = bench.query(OrderId(bench.instrument, told.client_id))
    assert report.venue_id == told.venue_id, f"{told.client_id!r} names {report.venue_id}, not {told.venue_id}"


@law("EX-630", Level.TRADING, Op.SUBMIT, Op.AMEND)
def test_ex630_an_amend_below_what_is_filled_never_leaves(bench: Bench) -> None:
    """EX-630. A total that has traded already cannot be amended to: Invalid, unsent, and the order rests."""
    order = traded_half(bench)
    to, before = change(bench, order, qty=half(bench)), len(bench.sent)
    bench.fails(NotSent, partial(bench.venue.amend, order, to, bench.now()))
    assert len(bench.sent) == before, "it sent what it refused"
    assert only(bench).left == bench.qty - half(bench), "the order that rested was touched"


@law("EX-640", Level.TRADING, Op.SUBMIT, Op.AMEND)
def test_ex640_an_amend_off_the_grid_never_costs_the_order(bench: Bench) -> None:
    """EX-640. What is off the grid is refused before any request; a cancel first would lose the order that rests."""
    order = bench.rest()
    off = Px((order.terms.px or 0) - 1)
    to, before = msgspec.structs.replace(order.terms, px=off, client_id=bench.client_id()), len(bench.sent)
    bench.fails(NotSent, partial(bench.venue.amend, order, to, bench.now()))
    assert len(bench.sent) == before, "it sent what it refused"
    only(bench)


@law("EX-650", Level.TRADING, Op.SUBMIT, Op.DECREASE)
def test_ex650_a_decrease_shrinks_in_place(bench: Bench) -> None:
    """EX-650. A decrease leaves the same order, smaller, before those that queued up behind it."""
    order = rest_twice(bench)
    had = bench.truth.of(order.id.client_id)
    bench.crowd.join(order.terms)
    told = bench.run(bench.venue.decrease(order, bench.qty, bench.now()))
    now = only(bench)
    assert (now.number, now.qty) == (had.number, bench.qty), f"asked to shrink {had}, what rests is {now}"
    assert now.place == had.place, "a decrease keeps the place in the queue, and it was lost"
    assert told.mode is bench.supports(Op.DECREASE).mode, f"the table says otherwise than {told.mode.value}"


@law("EX-660", Level.TRADING, Op.SUBMIT, Op.DECREASE)
def test_ex660_a_decrease_names_the_total(bench: Bench) -> None:
    """EX-660. A decrease goes to a total, what is filled included. Some venues ask for the difference."""
    order = rest_twice(bench)
    bench.crowd.take(order.id.client_id, half(bench))
    known = OpenOrder(order.id, order.terms, half(bench))
    to = Qty(bench.qty + bench.instrument.lot)  # not the half of what it was, where total and difference are one
    bench.run(bench.venue.decrease(known, to, bench.now()))
    left = only(bench).left
    assert left == to - half(bench), f"{to} in all and {half(bench)} traded, so the rest is not {left}"


@law("EX-670", Level.TRADING, Op.SUBMIT, Op.DECREASE)
def test_ex670_a_decrease_that_is_none_never_leaves(bench: Bench) -> None:
    """EX-670. A decrease to more, to the same, or to what is filled is Invalid before any request."""
    order = traded_half(bench)
    for qty in (Qty(2 * bench.qty), bench.qty, half(bench)):
        before = len(bench.sent)
        bench.fails(NotSent, partial(bench.venue.decrease, order, qty, bench.now()))
        assert len(bench.sent) == before, f"a decrease from {bench.qty} to {qty} was sent"


def change(bench: Bench, order: OpenOrder, **terms: Any) -> NewOrder:
    """Give the terms of an order, changed, under a client id of their own."""
    return msgspec.structs.replace(order.terms, client_id=bench.client_id(), **terms)


def worse(bench: Bench, order: OpenOrder) -> Px:
    """Give the next price that is less likely to trade."""
    px = order.terms.px or Px(0)
    grid = bench.instrument
    return grid.floor_px(Px(px - 1)) if order.terms.side is Side.BUY else grid.ceil_px(Px(px + 1))


def rest_twice(bench: Bench) -> OpenOrder:
    """Rest an order of twice the usual size."""
    order = bench.order(qty=Qty(2 * bench.qty))
    told = bench.submit(order)
    return OpenOrder(OrderId(order.instrument, order.client_id, told.venue_id), order)


def traded_half(bench: Bench) -> OpenOrder:
    """Rest an order of which half has traded, and we know it."""
    order = bench.rest()
    bench.crowd.take(order.id.client_id, half(bench))
    return OpenOrder(order.id, order.terms, half(bench))


def only(bench: Bench) -> Known:
    """Give the one order of ours that rests. Raises: AssertionError."""
    resting = bench.truth.resting
    assert len(resting) == 1, f"one order rests, were {resting}"
    return resting[0]


def _honest_modes(had: Known, kept: Sequence[Known]) -> tuple[Mode, ...]:
    """List what an amend may be called, by what became of the order that rested."""
    if not kept:
        return Mode.CANCEL_REPLACE, Mode.SERIAL
    return (Mode.NATIVE_ATOMIC, Mode.NATIVE) if kept[0].place == had.place else (Mode.NATIVE,)
