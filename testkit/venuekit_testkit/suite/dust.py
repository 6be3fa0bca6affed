"""LC, dust: what is left of an order that is too little to be placed, and trades too small to be rounded.

What must stay true: a remainder is told to the last lot, can be taken off, and comes to an end.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Op
from venuekit.lifecycle import OrderState
from venuekit.order import OpenOrder, OrderId
from venuekit.units import Qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law

NEVER_TERMINAL: Final = (
    "https://github.com/nautechsystems/nautilus_trader/issues/4024",
    "https://github.com/nautechsystems/nautilus_trader/issues/3797",
)
PIECES: Final = 7


@law("LC-610", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, core=True, incidents=NEVER_TERMINAL)
def test_lc610_a_remainder_of_one_lot_is_still_partial(bench: Bench) -> None:
    """LC-610. An order with one lot left is PARTIAL with exactly that left, not FILLED as if it were nothing."""
    order = _dust(bench)
    told = bench.query(order.id)
    said = (told.state, told.qty - told.filled)
    assert said == (OrderState.PARTIAL, bench.instrument.lot), f"one lot is left, told was {told}"


@law("LC-620", Level.LIFECYCLE, Op.SUBMIT, Op.CANCEL, Op.QUERY, core=True, incidents=NEVER_TERMINAL)
def test_lc620_dust_can_be_cancelled(bench: Bench) -> None:
    """LC-620. A remainder below the smallest order is cancelled like any other: rules for new orders are not for it."""
    order = _dust(bench)
    bench.cancel(order.id)
    told = bench.query(order.id)
    filled = order.terms.qty - bench.instrument.lot
    assert (told.state, told.filled) == (OrderState.CANCELLED, filled), f"cancelled with a lot left, told was {told}"


@law("LC-630", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.FILLS, core=True, incidents=NEVER_TERMINAL)
def test_lc630_the_last_lot_ends_the_order(bench: Bench) -> None:
    """LC-630. When the last lot trades, the order is FILLED and its trades add up to it, to the last lot."""
    order = _dust(bench)
    bench.crowd.take(order.id.client_id)
    told = bench.query(order.id)
    assert (told.state, told.filled) == (OrderState.FILLED, order.terms.qty), f"all of it traded, told was {told}"
    assert sum(fill.qty for fill in bench.fills()) == order.terms.qty, "its trades do not add up to it"


@law("LC-640", Level.LIFECYCLE, Op.SUBMIT, Op.QUERY, Op.FILLS, core=True)
def test_lc640_many_small_trades_add_up_exactly(bench: Bench) -> None:
    """LC-640. Trades of single lots add up to what the order tells, with nothing lost to rounding."""
    order, lot = bench.order(qty=Qty(bench.qty + PIECES * bench.instrument.lot)), bench.instrument.lot
    told = bench.submit(order)
    for _ in range(PIECES):
        bench.crowd.take(order.client_id, lot)
    listed = bench.fills()
    assert [fill.qty for fill in listed] == [lot] * PIECES, f"{PIECES} single lots traded, told was {listed}"
    filled = bench.query(OrderId(order.instrument, order.client_id, told.venue_id)).filled
    assert filled == PIECES * lot, f"{PIECES} lots traded, the order tells {filled}"


def _dust(bench: Bench) -> OpenOrder:
    """Rest an order of which all but one lot has traded."""
    order = bench.rest()
    bench.crowd.take(order.id.client_id, Qty(order.terms.qty - bench.instrument.lot))
    return order
