"""What is played on cassettes: a few short lives of orders, the same for every venue.

Used by the player and the recorder. A scenario asks in a fixed order, so a cassette pins the requests byte for byte;
what it claims of the answers holds at every venue. It needs no puppet strings, because a live testnet has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from venuekit.capability import Feature, Op
from venuekit.errors import OrderGone
from venuekit.lifecycle import ORDER_LIVE, OrderState
from venuekit.order import NewOrder, OrderId, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, Qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Need


class Scenario(msgspec.Struct, frozen=True):
    """One script, and what a venue must grant for it."""

    needs: tuple[Need, ...]
    play: Callable[[Bench], None]


def markets(bench: Bench) -> None:
    """Read what is traded, its book and its last trades."""
    book = bench.run(bench.venue.book(bench.instrument, 5))
    assert book.bids, "the book has no bids"
    assert book.asks, "the book has no asks"
    assert max(book.bids)[0] < min(book.asks)[0], "the book is crossed"
    trades = bench.run(bench.venue.trades(bench.instrument, 5))
    assert [each.ts for each in trades] == sorted(each.ts for each in trades), "trades come oldest first"


def order_life(bench: Bench) -> None:
    """Let an order rest, look at it three ways, take it off, look again."""
    resting = bench.rest()
    report = bench.run(bench.venue.query(resting.id, bench.now()))
    assert report.state in ORDER_LIVE, f"it rests, and is told as {report.state.value}"
    assert (report.side, report.qty, report.px) == (resting.terms.side, resting.terms.qty, resting.terms.px)
    listed = bench.run(bench.venue.open_orders(bench.instrument, bench.now()))
    assert resting.id.venue_id in {each.venue_id for each in listed}, "it rests, and is not listed"
    bench.run(bench.venue.cancel(resting.id, bench.now()))
    bench.fails(OrderGone, lambda: bench.venue.cancel(resting.id, bench.now()))


def take(bench: Bench) -> None:
    """Take what the best level offers, and find the trade and the money again."""
    since = bench.now()
    order = bench.order(Side.BUY, bench.px_through(Side.BUY), tif=TimeInForce.IOC)
    accepted = bench.run(bench.venue.submit(order, bench.now()))
    assert accepted.state in (OrderState.FILLED, OrderState.CANCELLED), f"an IOC does not rest: {accepted.state.value}"
    _require_traded(bench, order, accepted.venue_id, accepted.filled, since)
    assert bench.run(bench.venue.balances(bench.now())), "the account holds nothing"


def amend(bench: Bench) -> None:
    """Move a resting order a tick, then take it off."""
    resting = bench.rest()
    further = bench.instrument.floor_px(type(bench.px_away(Side.BUY))(bench.px_away(Side.BUY) - 1))
    to = msgspec.structs.replace(resting.terms, px=further, client_id=bench.client_id())
    amended = bench.run(bench.venue.amend(resting, to, bench.now()))
    name = OrderId(bench.instrument, amended.client_id, amended.venue_id)
    assert bench.run(bench.venue.query(name, bench.now())).px == further, "its price is not the one that was asked"
    bench.run(bench.venue.cancel(name, bench.now()))


def decrease(bench: Bench) -> None:
    """Shrink a resting order to half, then take it off."""
    resting = bench.rest()
    half = Qty(resting.terms.qty // 2 // bench.instrument.lot * bench.instrument.lot)
    shrunk = bench.run(bench.venue.decrease(resting, half, bench.now()))
    name = OrderId(bench.instrument, shrunk.client_id, shrunk.venue_id)
    assert bench.run(bench.venue.query(name, bench.now())).qty == half, "its quantity is not the one that was asked"
    bench.run(bench.venue.cancel(name, bench.now()))


def batch(bench: Bench) -> None:
    """Place two orders in one call, then take all off."""
    orders = [bench.order(), bench.order()]
    placed = bench.run(bench.venue.batch(orders, bench.now()))
    assert [getattr(each, "client_id", "") for each in placed] == [each.client_id for each in orders], "mixed up"
    bench.run(bench.venue.cancel_all(bench.instrument, bench.now()))
    assert not bench.run(bench.venue.open_orders(bench.instrument, bench.now())), "orders are left"


def lost_answer(bench: Bench) -> None:
    """Find an order by our own id alone, as after an answer that never came."""
    resting = bench.rest()
    unnamed = OrderId(bench.instrument, resting.id.client_id)
    assert bench.run(bench.venue.query(unnamed, bench.now())).venue_id == resting.id.venue_id
    bench.run(bench.venue.cancel(resting.id, bench.now()))


def _require_traded(bench: Bench, order: NewOrder, venue_id: str, filled: Qty, since: Nanos) -> None:
    fills = bench.run(bench.venue.fills(bench.instrument, Nanos(since - 60_000_000_000), bench.now()))
    mine = [each for each in fills if each.venue_id == venue_id]
    assert sum(each.qty for each in mine) == filled, "the trades do not add up to what was filled"
    assert {each.side for each in mine} <= {order.side}, "a buy is told as a sale"


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "markets": Scenario((Op.INSTRUMENTS, Op.BOOK, Op.TRADES), markets),
    "order-life": Scenario((Op.SUBMIT, Op.QUERY, Op.OPEN_ORDERS, Op.CANCEL), order_life),
    "take": Scenario((Op.SUBMIT, Op.FILLS, Op.BALANCES, Feature.IOC), take),
    "amend": Scenario((Op.SUBMIT, Op.AMEND, Op.QUERY, Op.CANCEL), amend),
    "decrease": Scenario((Op.SUBMIT, Op.DECREASE, Op.QUERY, Op.CANCEL), decrease),
    "batch": Scenario((Op.BATCH, Op.CANCEL_ALL, Op.OPEN_ORDERS), batch),
    "lost-answer": Scenario((Op.SUBMIT, Op.QUERY, Op.CANCEL, Feature.FIND_BY_CLIENT_ID), lost_answer),
}
