"""VS, two outcomes on one book: a bought NO is a sold YES at one less the price, and each is told in its own terms.

What must stay true: these laws say nothing where no two instruments share a market.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from venuekit.capability import Op
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OrderId, OrderReport
from venuekit.side import Side
from venuekit.units import PX_SCALE, Px, Qty
from venuekit_testkit.bench.bench import START, Bench
from venuekit_testkit.law import Level, law

Told = TypeVar("Told", OrderReport, Fill)

WRONG_OUTCOME: Final = (
    "https://github.com/caiovicentino/polymarket-mcp-server/pull/31",
    "https://github.com/nautechsystems/nautilus_trader/issues/3345",
    "https://github.com/nautechsystems/nautilus_trader/issues/3126",
    "https://github.com/DarriEy/Auramaur/pull/409",
)


@law("VS-410", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, incidents=WRONG_OUTCOME)
def test_vs410_an_order_of_the_other_outcome_is_mirrored(bench: Bench) -> None:
    """VS-410. An order of the other outcome reaches the one book on the other side, at one less its price."""
    for other in _others(bench):
        for side in Side:
            order = _order(bench, other, side)
            bench.submit(order)
            had, px = bench.truth.of(order.client_id), PX_SCALE - (order.px or 0)
            assert (had.side, had.px, had.qty) == (side.opposite, px, order.qty), f"asked for {order}, became {had}"


@law("VS-420", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, Op.QUERY, Op.FILLS, incidents=WRONG_OUTCOME)
def test_vs420_each_outcome_is_told_in_its_own_terms(bench: Bench) -> None:
    """VS-420. What is asked of the other outcome, an order or its trades, comes in its own side and price."""
    for other in _others(bench):
        order = _order(bench, other, Side.BUY)
        told = bench.submit(order)
        bench.crowd.take(order.client_id)
        report = bench.query(OrderId(other, order.client_id, told.venue_id))
        assert (report.side, report.px, report.state) == (Side.BUY, order.px, OrderState.FILLED), f"told was {report}"
        (fill,) = bench.run(bench.venue.fills(other, START, bench.now()))
        assert (fill.side, fill.px, fill.qty) == (Side.BUY, order.px, order.qty), f"asked for {order}, told was {fill}"


@law("VS-430", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, incidents=WRONG_OUTCOME)
def test_vs430_the_two_outcomes_net(bench: Bench) -> None:
    """VS-430. The other outcome is a negative position of the first, so what is held of both nets."""
    for other in _others(bench):
        bench.submit(bench.order(Side.BUY, bench.px_through(Side.BUY), Qty(2 * bench.qty)))
        bench.submit(_order(bench, other, Side.BUY, takes=True))
        told = bench.run(bench.venue.positions(bench.now()))
        held = [each.qty for each in told if each.venue_symbol == bench.instrument.venue_symbol]
        assert held == [bench.qty], f"two of the one and one of the other are one, told was {told}"


@law("VS-440", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, Op.ACCOUNT_FEED, incidents=WRONG_OUTCOME)
def test_vs440_what_the_stream_tells_is_restated(bench: Bench) -> None:
    """VS-440. `restate` gives what the stream told in the terms of the outcome that we traded; twice is nothing."""
    for other in _others(bench):
        line = bench.account_line(other)
        line.open()
        order = _order(bench, other, Side.BUY)
        bench.submit(order)
        bench.crowd.take(order.client_id)
        line.pump()
        _check_restated(bench, other, order, [each for each in line.events if isinstance(each, OrderReport)])
        _check_restated(bench, other, order, [each for each in line.events if isinstance(each, Fill)])


@law("VS-450", Level.SPECIALS, Op.SUBMIT, Op.POSITIONS, Op.OPEN_ORDERS, incidents=WRONG_OUTCOME)
def test_vs450_open_orders_of_an_outcome_are_in_its_terms(bench: Bench) -> None:
    """VS-450. Open orders asked for one outcome come in its terms, so that they can be amended as they are told."""
    for other in _others(bench):
        order = _order(bench, other, Side.SELL)
        bench.submit(order)
        (told,) = bench.run(bench.venue.open_orders(other, bench.now()))
        assert (told.side, told.px) == (order.side, order.px), f"asked for {order}, told was {told}"


def _check_restated(bench: Bench, other: Instrument, order: NewOrder, told: Sequence[Told]) -> None:
    assert told, "nothing was told of the order or of its trade"
    restated = [bench.venue.restate(each, other) for each in told]
    assert {(each.side, each.px) for each in restated} == {(order.side, order.px)}, f"{order} is told as {restated}"
    assert [bench.venue.restate(each, other) for each in restated] == told, "restated twice it is not what it was"


def _others(bench: Bench) -> list[Instrument]:
    """List the instruments that share the market of the one that is traded."""
    mine = bench.instrument
    return [each for each in bench.instruments if each.venue_symbol == mine.venue_symbol and each.symbol != mine.symbol]


def _order(bench: Bench, other: Instrument, side: Side, *, takes: bool = False) -> NewOrder:
    book = bench.run(bench.venue.book(other, 5))
    bid, ask = max(px for px, _ in book.bids), min(px for px, _ in book.asks)
    away = other.floor_px(Px(bid - 1)) if side.buys else other.ceil_px(Px(ask + 1))
    px = (ask if side.buys else bid) if takes else away
    return NewOrder(client_id=bench.client_id(), instrument=other, side=side, qty=bench.qty, px=px)
