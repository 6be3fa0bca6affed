"""Every verb, asked honestly: with an instrument that trades, an order that rests, a time that has come.

Used by laws that hold for verbs at large. What must stay true: making a question rests what the question names, through
the bench's own adapter, and sends nothing else; the question itself is sent only when it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from venuekit.capability import Op
from venuekit.errors import TradeError
from venuekit.units import Nanos, Px, Qty
from venuekit.venue import Venue
from venuekit.wire import Flow
from venuekit_testkit.bench.bench import Bench

At: TypeAlias = Callable[[Nanos], Flow[Any]]
Question: TypeAlias = Callable[[Bench, Venue], At]

PUBLIC: Final = (Op.INSTRUMENTS, Op.BOOK, Op.TRADES)
READS: Final = (
    *PUBLIC, Op.FEES, Op.QUERY, Op.OPEN_ORDERS, Op.FILLS, Op.BALANCES, Op.POSITIONS, Op.SETTLEMENTS,
)  # fmt: skip
WRITES: Final = (
    Op.SUBMIT, Op.CANCEL, Op.AMEND, Op.DECREASE, Op.BATCH, Op.CANCEL_ALL, Op.CANCEL_BATCH,
)  # fmt: skip
KEYED: Final = (*WRITES, *(op for op in READS if op not in (*PUBLIC, Op.FEES)))
HOUR_NS: Final = 3_600_000_000_000


def prepare(bench: Bench, op: Op, venue: Venue | None = None) -> At:
    """Rest what a question names; give what makes its flow at a time, of the bench's adapter or of another one."""
    return QUESTIONS[op](bench, venue or bench.venue)


def ask(bench: Bench, op: Op, venue: Venue | None = None) -> Flow[Any]:
    """Make the flow of a verb, asked now."""
    return prepare(bench, op, venue)(bench.now())


def granted(bench: Bench, *ops: Op) -> list[Op]:
    """List those of some verbs that the adapter declares."""
    return [op for op in ops if bench.supports(op)]


def failure(bench: Bench, flow: Flow[Any]) -> TradeError | None:
    """Run a flow; give its error, or None."""
    try:
        bench.run(flow)
    except TradeError as error:
        return error
    return None


def half(bench: Bench) -> Qty:
    """Give half of the usual order, in lots."""
    return Qty(bench.qty // 2 // bench.instrument.lot * bench.instrument.lot)


def _amend(bench: Bench, venue: Venue) -> At:
    order = bench.rest()
    assert order.terms.px is not None
    lower = bench.instrument.floor_px(Px(order.terms.px - 1))
    to = msgspec.structs.replace(order.terms, client_id=bench.client_id(), px=lower, qty=Qty(bench.qty * 2))
    return lambda now: venue.amend(order, to, now)


def _submit(bench: Bench, venue: Venue) -> At:
    order = bench.order()
    return lambda now: venue.submit(order, now)


def _cancel(bench: Bench, venue: Venue) -> At:
    order = bench.rest().id
    return lambda now: venue.cancel(order, now)


def _decrease(bench: Bench, venue: Venue) -> At:
    order, to = bench.rest(), half(bench)
    return lambda now: venue.decrease(order, to, now)


def _batch(bench: Bench, venue: Venue) -> At:
    orders = [bench.order(), bench.order()]
    return lambda now: venue.batch(orders, now)


def _cancel_all(bench: Bench, venue: Venue) -> At:
    traded = bench.rest().id.instrument
    return lambda now: venue.cancel_all(traded, now)


def _cancel_batch(bench: Bench, venue: Venue) -> At:
    orders = [bench.rest().id, bench.rest().id]
    return lambda now: venue.cancel_batch(orders, now)


def _query(bench: Bench, venue: Venue) -> At:
    order = bench.rest().id
    return lambda now: venue.query(order, now)


def _of_instrument(verb: str) -> Question:
    def question(bench: Bench, venue: Venue) -> At:
        traded = bench.instrument
        return lambda now: getattr(venue, verb)(traded, now)

    return question


def _public(verb: str, count: int) -> Question:
    def question(bench: Bench, venue: Venue) -> At:
        traded = bench.instrument
        return lambda now: getattr(venue, verb)(traded, count)

    return question


def _fills(bench: Bench, venue: Venue) -> At:
    traded = bench.instrument
    return lambda now: venue.fills(traded, Nanos(now - HOUR_NS), now)


QUESTIONS: Final[Mapping[Op, Question]] = {
    Op.INSTRUMENTS: lambda _, venue: lambda now: venue.instruments(),
    Op.BOOK: _public("book", 5),
    Op.TRADES: _public("trades", 10),
    Op.FEES: _of_instrument("fees"),
    Op.SUBMIT: _submit,
    Op.CANCEL: _cancel,
    Op.AMEND: _amend,
    Op.DECREASE: _decrease,
    Op.BATCH: _batch,
    Op.CANCEL_ALL: _cancel_all,
    Op.QUERY: _query,
    Op.OPEN_ORDERS: _of_instrument("open_orders"),
    Op.FILLS: _fills,
    Op.BALANCES: lambda _, venue: venue.balances,
    Op.CANCEL_BATCH: _cancel_batch,
    Op.POSITIONS: lambda _, venue: venue.positions,
    Op.SETTLEMENTS: lambda _, venue: lambda now: venue.settlements(Nanos(now - HOUR_NS), now),
}
