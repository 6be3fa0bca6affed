"""EX, declarations: what the table denies raises before the wire, what it grants really sends.

What must stay true: these laws ask nothing of any venue by name, so a false line in a table cannot hide.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Final

from venuekit.capability import Op
from venuekit.errors import Unsupported
from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.order import NewOrder, OpenOrder, OrderId
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty
from venuekit.venue import Venue
from venuekit_testkit.bench.asking import READS, WRITES, ask, granted
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, Setting, law

# Verbs that name no instrument, so that one kind cannot be denied alone.
OF_ALL_KINDS: Final = frozenset((Op.INSTRUMENTS, Op.FEED, Op.BALANCES, Op.POSITIONS, Op.SETTLEMENTS, Op.ACCOUNT_FEED))


@law("EX-310", Level.TRADING, setting=Setting.NOWHERE)
def test_ex310_absent_verb_sends_nothing(bench: Bench) -> None:
    """EX-310. What the table denies raises Unsupported with the verb in its words, before any request exists.

    A verb that names no instrument is denied where the tables of all kinds deny it.
    """
    traded = _made_up(bench, bench.kind_table)
    for op, ask_it in _verbs(bench.venue, traded, bench.now()).items():
        tables = bench.venue.capabilities.values()
        if not bench.supports(op) and not (op in OF_ALL_KINDS and any(table.get(op) for table in tables)):
            _check_denied(bench, op, ask_it)


@law("EX-320", Level.TRADING, core=True)
def test_ex320_declared_verb_sends(bench: Bench) -> None:
    """EX-320. What the table grants sends a request and gives an answer; a verb that it lacks must not be claimed.

    Fees alone may be told without asking, where they stand on a page that the schedule names.
    """
    for op in granted(bench, *READS, *WRITES):
        flow, before = ask(bench, op), len(bench.sent)
        try:
            told = bench.run(flow)
        except Unsupported as error:
            raise AssertionError(f"{op.value} is {bench.supports(op).support.value} in the table: {error}") from error
        is_published = isinstance(told, FeeSchedule) and bool(told.source)
        assert len(bench.sent) > before or is_published, f"{op.value} is granted by the table, and it sent nothing"


@law("EX-330", Level.TRADING, setting=Setting.NOWHERE)
def test_ex330_a_kind_that_is_not_traded_sends_nothing(bench: Bench) -> None:
    """EX-330. A verb is asked for an instrument of a kind that no table has, and does not raise Unsupported unsent.

    A perpetual contract sent to a spot venue under the same symbol would trade something else.
    """
    for kind in set(Kind) - set(bench.venue.capabilities):
        verbs = _verbs(bench.venue, _made_up(bench, kind), bench.now())
        for op in set(verbs) - OF_ALL_KINDS - {Op.OPEN_ORDERS}:
            if bench.supports(op):
                _check_denied(bench, op, verbs[op])


def _check_denied(bench: Bench, op: Op, ask_it: Callable[[], object]) -> None:
    told = ""
    try:
        flow = ask_it()
        if isinstance(flow, Generator):
            next(flow)
    except Unsupported as error:
        told = str(error)
    assert told, f"{op.value} is not granted by the table for what was asked, and was not refused"
    assert op.value in told or "does not trade" in told, f"the refusal of {op.value} does not name it: {told}"


def _made_up(bench: Bench, kind: Kind) -> Instrument:
    """Make an instrument of a kind, so that nothing need be listed."""
    symbol = bench.profile.trade.symbol
    base, _, quote = symbol.partition("-")
    return Instrument(
        symbol=symbol,
        kind=kind,
        venue=bench.venue.id,
        venue_symbol=symbol,
        base=base,
        quote=quote or "USD",
        tick=Px(10**7),
        lot=Qty(10**8),
    )


def _verbs(venue: Venue, traded: Instrument, now: Nanos) -> Mapping[Op, Callable[[], object]]:
    order = NewOrder(client_id="vk-1", instrument=traded, side=Side.BUY, px=Px(traded.tick * 50), qty=Qty(10**9))
    known = OrderId(traded, "vk-1", "1")
    resting = OpenOrder(known, order)
    return {
        Op.INSTRUMENTS: venue.instruments,
        Op.BOOK: lambda: venue.book(traded, 1),
        Op.FEED: lambda: venue.feed([traded]),
        Op.TRADES: lambda: venue.trades(traded, 1),
        Op.FEES: lambda: venue.fees(traded, now),
        Op.SUBMIT: lambda: venue.submit(order, now),
        Op.CANCEL: lambda: venue.cancel(known, now),
        Op.AMEND: lambda: venue.amend(resting, order, now),
        Op.DECREASE: lambda: venue.decrease(resting, traded.lot, now),
        Op.BATCH: lambda: venue.batch([order], now),
        Op.CANCEL_ALL: lambda: venue.cancel_all(traded, now),
        Op.REDEEM: lambda: venue.redeem(traded, now),
        Op.QUERY: lambda: venue.query(known, now),
        Op.OPEN_ORDERS: lambda: venue.open_orders(traded, now),
        Op.FILLS: lambda: venue.fills(traded, now, now),
        Op.BALANCES: lambda: venue.balances(now),
        Op.CANCEL_BATCH: lambda: venue.cancel_batch([known], now),
        Op.POSITIONS: lambda: venue.positions(now),
        Op.SETTLEMENTS: lambda: venue.settlements(now, now),
        Op.ACCOUNT_FEED: lambda: venue.account_feed([traded]),
    }
