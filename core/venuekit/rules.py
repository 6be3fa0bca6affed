"""What is known to be refused: an order against what its instrument publishes, before any request exists.

Used by plugins ahead of the wire, each beside the rules that only its venue has. What must stay true: nothing is
rounded to fit, and what is refused says what was expected and what was found.
"""

from __future__ import annotations

from collections.abc import Sized
from re import Pattern

from venuekit.errors import Invalid
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, OpenOrder, OrderType
from venuekit.units import Px, Qty, format_px, format_qty, format_usd, notional


def check_terms(order: NewOrder) -> None:
    """Check an order's instrument, quantity and price. Raises: Invalid."""
    rules = order.instrument
    if rules.untradable:
        raise Invalid(f"{rules.symbol} cannot be traded: {rules.untradable}", venue=rules.venue)
    check_qty(rules, order.qty)
    if order.px is not None:
        check_px(rules, order.px, order.qty)


def check_qty(rules: Instrument, qty: Qty) -> None:
    """Check a quantity against lot, minimum and maximum. Raises: Invalid."""
    if qty % rules.lot:
        grid, found = format_qty(rules.lot), format_qty(qty)
        raise Invalid(f"quantity must be a multiple of {grid}, was {found}", venue=rules.venue)
    if qty < rules.min_qty or (rules.max_qty and qty > rules.max_qty):
        most = format_qty(rules.max_qty) if rules.max_qty else "any"
        told = f"quantity must be {format_qty(rules.min_qty)} to {most}, was {format_qty(qty)}"
        raise Invalid(told, venue=rules.venue)


def check_px(rules: Instrument, px: Px, qty: Qty) -> None:
    """Check a price against the grid, and what it makes the order worth. Raises: Invalid."""
    if not rules.has_px(px):
        raise Invalid(f"price must be {describe_grid(rules)}, was {format_px(px)}", venue=rules.venue)
    value = notional(px, qty)
    if value < rules.min_notional:
        least = format_usd(rules.min_notional)
        raise Invalid(f"price × quantity must be at least {least}, was {format_usd(value)}", venue=rules.venue)


def describe_grid(rules: Instrument) -> str:
    """Say which prices an instrument has."""
    if not rules.bands:
        return f"a multiple of {format_px(rules.tick)}"
    bands = (f"{format_px(each.start)} to {format_px(each.end)} by {format_px(each.step)}" for each in rules.bands)
    return ", or ".join(bands)


def check_change(order: OpenOrder, to: NewOrder) -> None:
    """Check what an amend may change: price and total, and not below what is filled. Raises: Invalid."""
    venue = order.id.instrument.venue
    if (to.instrument.symbol, to.side) != (order.terms.instrument.symbol, order.terms.side):
        raise Invalid("an amend keeps the instrument and the side", venue=venue)
    if to.type is not OrderType.LIMIT:
        raise Invalid("an amend needs a price", venue=venue)
    if to.qty <= order.filled:
        had, total = format_qty(order.filled), format_qty(to.qty)
        raise Invalid(f"the new total must be more than the {had} that is filled, was {total}", venue=venue)


def check_decrease(order: OpenOrder, to: Qty) -> None:
    """Check a smaller total: above what is filled, below what it is, on the grid. Raises: Invalid."""
    if not order.filled < to < order.terms.qty:
        had, total = format_qty(order.filled), format_qty(order.terms.qty)
        told = f"the new total must lie between {had} (filled) and {total} (the order's), was {format_qty(to)}"
        raise Invalid(told, venue=order.id.instrument.venue)
    check_qty(order.terms.instrument, to)


def check_count(items: Sized, most: int, venue: str) -> None:
    """Check how many items one call has. Raises: Invalid."""
    if not 0 < len(items) <= most:
        raise Invalid(f"one call takes 1 to {most} orders, was {len(items)}", venue=venue)


def check_client_id(client_id: str, pattern: Pattern[str], venue: str) -> str:
    """Give the id back. Raises: Invalid unless the venue's pattern takes it."""
    if not pattern.fullmatch(client_id):
        raise Invalid(f"a client id must match {pattern.pattern}, was {client_id!r}", venue=venue)
    return client_id
