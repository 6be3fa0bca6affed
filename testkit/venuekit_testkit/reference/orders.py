"""The reference venue: an order as the body of a call, and the rules that we can check before one exists.

Used by `venue.py`. What must stay true: what is known to be refused never reaches the wire.
Source: docs/conformance/reference-protocol.md, "Orders".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sized
from typing import Any, Final

from venuekit.capability import Feature
from venuekit.errors import Invalid, Unsupported
from venuekit.order import NewOrder, OpenOrder, OrderId, OrderType
from venuekit.units import Px, Qty, format_px, format_qty, format_usd, notional
from venuekit_testkit.reference.capability import FEATURES
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.endpoints import BATCH

CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,36}")


def place_body(order: NewOrder) -> dict[str, Any]:
    """Write an order. The quantity is in the base asset, or in contracts."""
    return {
        "client_id": order.client_id,
        "symbol": order.instrument.venue_symbol,
        "side": order.side.value,
        "type": order.type.value,
        "quantity": format_qty(order.qty),
        "price": None if order.px is None else format_px(order.px),
        "tif": order.tif.value,
        "post_only": order.post_only,
        "reduce_only": order.reduce_only,
    }


def amend_body(to: NewOrder) -> dict[str, Any]:
    """Write the new price, the new total, what is filled included, and the new name."""
    px = format_px(to.px) if to.px is not None else None
    return {"price": px, "quantity": format_qty(to.qty), "client_id": to.client_id}


def name_body(order: OrderId) -> dict[str, str]:
    """Name an order, by the venue's id where it is known."""
    return {"id": order.venue_id} if order.venue_id else {"client_id": check_client_id(order.client_id)}


def check(order: NewOrder) -> None:
    """Check an order against what the venue publishes. Raises: Invalid, Unsupported."""
    rules = order.instrument
    check_client_id(order.client_id)
    for feature in _wanted(order):
        if not FEATURES[rules.kind][feature]:
            raise Unsupported(f"{rules.symbol} has no {feature.value}", venue=VENUE)
    if rules.untradable:
        raise Invalid(f"{rules.symbol} cannot be traded: {rules.untradable}", venue=VENUE)
    check_qty(order, order.qty)
    if order.px is not None:
        _check_px(order, order.px)


def check_amend(order: OpenOrder, to: NewOrder) -> None:
    """Check what an order is to become. Raises: Invalid, Unsupported."""
    check(to)
    if (to.instrument.symbol, to.side) != (order.terms.instrument.symbol, order.terms.side):
        raise Invalid("an amend keeps the instrument and the side", venue=VENUE)
    if to.type is not OrderType.LIMIT:
        raise Invalid("an amend needs a price", venue=VENUE)
    if to.qty <= order.filled:
        had = format_qty(order.filled)
        raise Invalid(f"the new total must be more than the {had} filled, was {format_qty(to.qty)}", venue=VENUE)


def keeps_place(order: OpenOrder, to: NewOrder) -> bool:
    """Tell whether a change leaves the order where it stands in the queue."""
    return to.px == order.terms.px and to.qty <= order.terms.qty


def check_decrease(order: OpenOrder, to: Qty) -> None:
    """Check a new total. Raises: Invalid."""
    if not order.filled < to < order.terms.qty:
        had, total = format_qty(order.filled), format_qty(order.terms.qty)
        raise Invalid(f"a decrease must end between {had} (filled) and {total}, was {format_qty(to)}", venue=VENUE)
    check_qty(order.terms, to)


def check_batch(orders: Sized) -> None:
    """Check the size of a batch. Raises: Invalid."""
    if not 0 < len(orders) <= BATCH:
        raise Invalid(f"a batch takes 1 to {BATCH} orders, was {len(orders)}", venue=VENUE)


def check_client_id(client_id: str) -> str:
    """Give the id back. Raises: Invalid unless it is 1 to 36 of letters, digits, `-` and `_`."""
    if not CLIENT_ID.fullmatch(client_id):
        raise Invalid(f"a client id is 1 to 36 letters, digits, '-' or '_', was {client_id!r}", venue=VENUE)
    return client_id


def check_qty(order: NewOrder, qty: Qty) -> None:
    """Check a quantity against the market's lot and limits. Raises: Invalid."""
    rules = order.instrument
    if qty % rules.lot:
        raise Invalid(f"quantity must be a multiple of {format_qty(rules.lot)}, was {format_qty(qty)}", venue=VENUE)
    if qty < rules.min_qty or (rules.max_qty and qty > rules.max_qty):
        most = format_qty(rules.max_qty) if rules.max_qty else "any"
        raise Invalid(f"quantity must be {format_qty(rules.min_qty)} to {most}, was {format_qty(qty)}", venue=VENUE)


def _check_px(order: NewOrder, px: Px) -> None:
    rules, value = order.instrument, notional(px, order.qty)
    if not rules.has_px(px):
        raise Invalid(f"{format_px(px)} is no price of {rules.symbol}", venue=VENUE)
    if value < rules.min_notional:
        least = format_usd(rules.min_notional)
        raise Invalid(f"price × quantity must be at least {least}, was {format_usd(value)}", venue=VENUE)


def _wanted(order: NewOrder) -> Iterator[Feature]:
    yield Feature(order.type.value)
    yield Feature(order.tif.value)
    if order.post_only:
        yield Feature.POST_ONLY
    if order.reduce_only:
        yield Feature.REDUCE_ONLY
