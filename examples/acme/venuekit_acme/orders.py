"""An order as Acme wants it, and the rules that can be checked before the wire.

Source: docs/conformance/reference-protocol.md, "Orders".
"""

from __future__ import annotations

import re
from typing import Any, Final

from venuekit.errors import Invalid, Unsupported
from venuekit.order import NewOrder
from venuekit.units import Px, Qty, format_px, format_qty, format_usd, notional
from venuekit_acme.codes import VENUE

CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,36}")


def write_order(order: NewOrder) -> dict[str, Any]:
    """Write an order. Raises: Invalid, Unsupported for what is known to be refused."""
    if order.reduce_only:
        raise Unsupported("a spot account has no position to reduce", venue=VENUE)
    if order.instrument.untradable:
        raise Invalid(f"{order.instrument.symbol} cannot be traded: {order.instrument.untradable}", venue=VENUE)
    _check_qty(order, order.qty)
    return {
        "client_id": check_client_id(order.client_id),
        "symbol": order.instrument.venue_symbol,
        "side": order.side.value,
        "type": order.type.value,
        "quantity": format_qty(order.qty),
        "price": None if order.px is None else _write_px(order, order.px),
        "tif": order.tif.value,
        "post_only": order.post_only,
    }


def check_client_id(client_id: str) -> str:
    """Give the id back. Raises: Invalid."""
    if not CLIENT_ID.fullmatch(client_id):
        raise Invalid(f"a client id is 1 to 36 letters, digits, '-' or '_', was {client_id!r}", venue=VENUE)
    return client_id


def _check_qty(order: NewOrder, qty: Qty) -> None:
    rules = order.instrument
    if qty % rules.lot or qty < rules.min_qty or (rules.max_qty and qty > rules.max_qty):
        grid = f"a multiple of {format_qty(rules.lot)}, at least {format_qty(rules.min_qty)}"
        raise Invalid(f"quantity must be {grid}, was {format_qty(qty)}", venue=VENUE)


def _write_px(order: NewOrder, px: Px) -> str:
    rules, value = order.instrument, notional(px, order.qty)
    if not rules.has_px(px):
        raise Invalid(f"price must be a multiple of {format_px(rules.tick)}, was {format_px(px)}", venue=VENUE)
    if value < rules.min_notional:
        least = format_usd(rules.min_notional)
        raise Invalid(f"price × quantity must be at least {least}, was {format_usd(value)}", venue=VENUE)
    return format_px(px)
