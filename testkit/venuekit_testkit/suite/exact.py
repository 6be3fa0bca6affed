"""IN, continued: what goes out comes back: prices and quantities through the venue's text, and rules before the wire.

A float on the way loses a unit of some number, sooner or later. The numbers here are those that it loses first.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from venuekit.capability import Op
from venuekit.errors import NotSent
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, OrderId
from venuekit.side import Side
from venuekit.units import Px, Qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.law import Level, law

ROUNDING = (
    "https://github.com/richkuo/go-trader/issues/105",
    "https://github.com/hyperliquid-dex/hyperliquid-python-sdk/issues/179",
    "https://github.com/hyperliquid-dex/hyperliquid-rust-sdk/issues/33",
)
COARSE: Final = 100  # prices below the best bid


@law("IN-200", Level.TRADING, Op.SUBMIT, core=True, incidents=ROUNDING)
def test_in200_prices_arrive_as_they_were_sent(bench: Bench) -> None:
    """IN-200. The price at the venue is not the one of the order: it went through a float, or was cut or rounded.

    Tried from the smallest price of the grid to the best bid, and above the best ask.
    """
    for side, px in _prices(bench):
        order = bench.order(side, px, _worth(bench, px))
        bench.crowd.fund(bench.instrument)
        bench.submit(order)
        placed = bench.truth.of(order.client_id)
        assert placed.px == px, f"a price of {px} arrived as {placed.px}, × 10⁻⁹"
        assert placed.side is side, f"a {side.value} arrived as a {placed.side.value}"


@law("IN-210", Level.TRADING, Op.SUBMIT, core=True, incidents=ROUNDING)
def test_in210_quantities_arrive_as_they_were_sent(bench: Bench) -> None:
    """IN-210. The quantity at the venue is not the one of the order: it went through a float, or in other units."""
    lot = bench.instrument.lot
    for lots in (0, 1, 3, 7, 29, 57, 113, 1_009, 99_991):
        order = bench.order(qty=Qty(bench.qty + lots * lot))
        if not bench.instrument.max_qty or order.qty <= bench.instrument.max_qty:
            bench.crowd.fund(bench.instrument)
            bench.submit(order)
            placed = bench.truth.of(order.client_id)
            assert placed.qty == order.qty, f"a quantity of {order.qty} arrived as {placed.qty}, × 10⁻⁸"


@law("IN-220", Level.TRADING, Op.SUBMIT, Op.QUERY)
def test_in220_prices_and_quantities_come_back_as_they_were_sent(bench: Bench) -> None:
    """IN-220. A report of an order does not have the order's price and quantity."""
    for side, px in _prices(bench):
        order = bench.order(side, px, Qty(_worth(bench, px) + 7 * bench.instrument.lot))
        bench.crowd.fund(bench.instrument)
        accepted = bench.submit(order)
        told = bench.query(OrderId(order.instrument, order.client_id, accepted.venue_id))
        assert (told.px, told.qty) == (order.px, order.qty), f"sent {order.px}, {order.qty}: back {told.px}, {told.qty}"
        assert told.side is side, f"a {side.value} came back as a {told.side.value}"


@law("IN-230", Level.TRADING, Op.SUBMIT)
def test_in230_what_cannot_be_traded_is_refused_before_the_wire(bench: Bench) -> None:
    """IN-230. An order for an untradable instrument was sent.

    Its grid may be zeros, so whatever is sent is wrong. Raise Invalid with the instrument's own reason.
    """
    for each in bench.instruments:
        if each.untradable:
            _require_unsent(bench, _order_of(bench, each), f"{each.symbol}, which cannot be traded")
    closed = msgspec.structs.replace(bench.instrument, untradable="the venue says closed")
    _require_unsent(bench, bench.order(), "a market that was closed", instrument=closed)


@law("IN-240", Level.TRADING, Op.SUBMIT, incidents=ROUNDING)
def test_in240_what_breaks_a_known_rule_is_refused_before_the_wire(bench: Bench) -> None:
    """IN-240. An order off the grid, below a minimum or above a maximum was sent.

    The venue refuses it, or worse, rounds it. The rules are in the instrument: raise Invalid, and spare the budget.
    """
    traded, order = bench.instrument, bench.order()
    assert order.px is not None
    strict = msgspec.structs.replace(traded, max_qty=order.qty, min_qty=order.qty)
    if not traded.has_px(Px(order.px + 1)):
        _require_unsent(bench, order, "a price off the grid", px=Px(order.px + 1))
    if traded.lot > 1:
        _require_unsent(bench, order, "a quantity off the grid", qty=Qty(order.qty + 1))
    more, less = Qty(order.qty + traded.lot), Qty(order.qty - traded.lot)
    _require_unsent(bench, order, "a quantity above the maximum", instrument=strict, qty=more)
    if less > 0:
        _require_unsent(bench, order, "a quantity below the minimum", instrument=strict, qty=less)


@law("IN-250", Level.TRADING, Op.SUBMIT)
def test_in250_too_little_is_refused_before_the_wire(bench: Bench) -> None:
    """IN-250. An order worth less than the smallest notional of its market was sent."""
    order = bench.order()
    assert order.px is not None
    dear = msgspec.structs.replace(bench.instrument, min_notional=order.px * order.qty // 10**8 + 1)
    _require_unsent(bench, order, "an order worth too little", instrument=dear)


def _require_unsent(bench: Bench, order: NewOrder, what: str, **changes: Any) -> None:
    changed, before = msgspec.structs.replace(order, **changes), len(bench.sent)
    try:
        bench.submit(changed)
    except NotSent:
        assert len(bench.sent) == before, f"{what} was sent, and then said not to have been"
        return
    raise AssertionError(f"{what} was sent: raise Invalid before any request exists")


def _order_of(bench: Bench, each: Instrument) -> NewOrder:
    px, qty = each.tick or bench.px_away(Side.BUY), max(each.min_qty, each.lot) or bench.qty
    return NewOrder(client_id=bench.client_id(), instrument=each, side=Side.BUY, px=Px(px), qty=Qty(qty))


def _prices(bench: Bench) -> list[tuple[Side, Px]]:
    """List prices that rest: the ends of the grid, what lies beside them, and what a float spoils.

    Of a coarse grid all that are below the best bid: in cents, a float spoils 0.29, 0.57 and 0.58 alone.
    """
    traded, (bid, ask) = bench.instrument, bench.touch()
    low = traded.ceil_px(Px(1))
    bids = {low, traded.ceil_px(Px(low + 1)), *(traded.floor_px(Px(bid * part // 101)) for part in (29, 57, 58, 100))}
    if bid <= COARSE * traded.tick:
        bids |= {traded.floor_px(Px(px)) for px in range(low, bid + 1, traded.tick)}
    top = traded.bands[-1].end if traded.bands else traded.floor_px(Px(ask * 2 + traded.tick))
    asks = {top, traded.floor_px(Px(top - 1)), traded.ceil_px(Px(ask + 1))}
    return [(Side.BUY, px) for px in sorted(bids) if 0 < px < ask] + [
        (Side.SELL, px) for px in sorted(asks) if px > bid and traded.has_px(px)
    ]


def _worth(bench: Bench, px: Px) -> Qty:
    """Give a quantity that is worth the smallest notional at a price."""
    traded = bench.instrument
    least = max(bench.qty, -(-traded.min_notional * 10**8 // px))
    return Qty(-(-least // traded.lot) * traded.lot)
