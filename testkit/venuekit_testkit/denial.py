"""Checks that what a venue's table denies fails before any request exists.

Used by the tests of plugins. It needs no pytest: a fault is an AssertionError that says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from venuekit.capability import Op, Support
from venuekit.errors import Unsupported
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, OpenOrder, OrderId
from venuekit.side import Side
from venuekit.units import Nanos
from venuekit.venue import Venue


def check_denials(venue: Venue, instrument: Instrument, now: Nanos) -> None:
    """Ask for every verb that the table denies. Raises: AssertionError where one is not refused at once."""
    table, verbs = venue.capabilities[instrument.kind], _verbs(venue, instrument, now)
    missing = set(Op) - set(table)
    assert not missing, f"{venue.id}: the table says nothing of {sorted(op.value for op in missing)}"
    for op, found in table.items():
        assert found.reason or found.support is Support.NATIVE, f"{venue.id}: {op.value} is {found.support.value}: why?"
        if not found:
            _check_denied(venue, op, verbs[op])


def _check_denied(venue: Venue, op: Op, ask: Callable[[], object]) -> None:
    told = ""
    try:
        ask()
    except Unsupported as error:
        told = str(error)
    assert told, f"{venue.id}: {op.value} is denied by the table, and was not refused"
    assert op.value in told, f"{venue.id}: the refusal of {op.value} does not name it: {told}"


def _verbs(venue: Venue, instrument: Instrument, now: Nanos) -> Mapping[Op, Callable[[], object]]:
    order = NewOrder(
        client_id="a",
        instrument=instrument,
        side=Side.BUY,
        px=instrument.tick,
        qty=max(instrument.min_qty, instrument.lot),
    )
    known = OrderId(instrument, "a", "b")
    resting = OpenOrder(known, order)
    return {
        Op.INSTRUMENTS: venue.instruments,
        Op.BOOK: lambda: venue.book(instrument, 1),
        Op.FEED: lambda: venue.feed([instrument]),
        Op.TRADES: lambda: venue.trades(instrument, 1),
        Op.FEES: lambda: venue.fees(instrument, now),
        Op.SUBMIT: lambda: venue.submit(order, now),
        Op.CANCEL: lambda: venue.cancel(known, now),
        Op.AMEND: lambda: venue.amend(resting, order, now),
        Op.DECREASE: lambda: venue.decrease(resting, instrument.lot, now),
        Op.BATCH: lambda: venue.batch([order], now),
        Op.CANCEL_ALL: lambda: venue.cancel_all(instrument, now),
        Op.REDEEM: lambda: venue.redeem(instrument, now),
        Op.QUERY: lambda: venue.query(known, now),
        Op.OPEN_ORDERS: lambda: venue.open_orders(instrument, now),
        Op.FILLS: lambda: venue.fills(instrument, now, now),
        Op.BALANCES: lambda: venue.balances(now),
        Op.CANCEL_BATCH: lambda: venue.cancel_batch([known], now),
        Op.POSITIONS: lambda: venue.positions(now),
        Op.SETTLEMENTS: lambda: venue.settlements(now, now),
        Op.ACCOUNT_FEED: lambda: venue.account_feed([instrument]),
    }
