"""Every verb, asked honestly: with an instrument that trades, an order that rests, a time that has come.

Used by laws that hold for verbs at large. What must stay true: making a question rests what the question names, through
the bench's own adapter, and sends nothing else; the question itself is sent only when it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from venuekit.capability import Op
from venuekit.units import Nanos, Px, Qty
from venuekit.venue import Venue
from venuekit.wire import Flow
from venuekit_testkit.bench.bench import Bench

Ask: TypeAlias = Callable[[Bench, Venue], Flow[Any]]

PUBLIC: Final = (Op.INSTRUMENTS, Op.BOOK, Op.TRADES)
READS: Final = (
    *PUBLIC, Op.FEES, Op.QUERY, Op.OPEN_ORDERS, Op.FILLS, Op.BALANCES, Op.POSITIONS, Op.SETTLEMENTS,
)  # fmt: skip
WRITES: Final = (
    Op.SUBMIT, Op.CANCEL, Op.AMEND, Op.DECREASE, Op.BATCH, Op.CANCEL_ALL, Op.CANCEL_BATCH,
)  # fmt: skip
KEYED: Final = (*WRITES, *(op for op in READS if op not in (*PUBLIC, Op.FEES)))
HOUR: Final = 3_600_000_000_000


def ask(bench: Bench, op: Op, venue: Venue | None = None) -> Flow[Any]:
    """Make the flow of a verb, of the bench's adapter or of another one."""
    return ASKS[op](bench, venue or bench.venue)


def granted(bench: Bench, *ops: Op) -> list[Op]:
    """List those of some verbs that the adapter declares."""
    return [op for op in ops if bench.supports(op)]


def half(bench: Bench) -> Qty:
    """Give half of the usual order, in lots."""
    return Qty(bench.qty // 2 // bench.instrument.lot * bench.instrument.lot)


def _amend(bench: Bench, venue: Venue) -> Flow[Any]:
    order = bench.rest()
    assert order.terms.px is not None
    lower = bench.instrument.floor_px(Px(order.terms.px - 1))
    to = msgspec.structs.replace(order.terms, client_id=bench.client_id(), px=lower, qty=Qty(bench.qty * 2))
    return venue.amend(order, to, bench.now())


def _decrease(bench: Bench, venue: Venue) -> Flow[Any]:
    return venue.decrease(bench.rest(), half(bench), bench.now())


def _settlements(bench: Bench, venue: Venue) -> Flow[Any]:
    now = bench.now()
    return venue.settlements(Nanos(now - HOUR), now)


def _fills(bench: Bench, venue: Venue) -> Flow[Any]:
    now = bench.now()
    return venue.fills(bench.instrument, Nanos(now - HOUR), now)


ASKS: Final[Mapping[Op, Ask]] = {
    Op.INSTRUMENTS: lambda bench, venue: venue.instruments(),
    Op.BOOK: lambda bench, venue: venue.book(bench.instrument, 5),
    Op.TRADES: lambda bench, venue: venue.trades(bench.instrument, 10),
    Op.FEES: lambda bench, venue: venue.fees(bench.instrument, bench.now()),
    Op.SUBMIT: lambda bench, venue: venue.submit(bench.order(), bench.now()),
    Op.CANCEL: lambda bench, venue: venue.cancel(bench.rest().id, bench.now()),
    Op.AMEND: _amend,
    Op.DECREASE: _decrease,
    Op.BATCH: lambda bench, venue: venue.batch([bench.order(), bench.order()], bench.now()),
    Op.CANCEL_ALL: lambda bench, venue: venue.cancel_all(bench.rest().id.instrument, bench.now()),
    Op.QUERY: lambda bench, venue: venue.query(bench.rest().id, bench.now()),
    Op.OPEN_ORDERS: lambda bench, venue: venue.open_orders(bench.instrument, bench.now()),
    Op.FILLS: _fills,
    Op.BALANCES: lambda bench, venue: venue.balances(bench.now()),
    Op.CANCEL_BATCH: lambda bench, venue: venue.cancel_batch([bench.rest().id, bench.rest().id], bench.now()),
    Op.POSITIONS: lambda bench, venue: venue.positions(bench.now()),
    Op.SETTLEMENTS: _settlements,
}
