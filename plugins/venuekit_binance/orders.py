"""Binance spot: an order as the parameters of a call, and the rules that we can check before one exists.

Used by `venue.py` and `amend.py`. What must stay true: what is known to be refused never reaches the wire.
Sources: https://github.com/binance/binance-spot-api-docs rest-api.md#new-order-trade, filters.md (2026-07-21); the
pattern of client ids is the venue's own -1100 message; read 2026-11-21.
"""

from __future__ import annotations

import re
from typing import Final

from venuekit.errors import Invalid, Unsupported
from venuekit.order import NewOrder, OrderId, OrderType, TimeInForce
from venuekit.units import Px, Qty, format_fixed, format_px, format_qty, notional
from venuekit_binance.codes import VENUE

CLIENT_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,36}")


def place_params(order: NewOrder, qty: Qty | None = None) -> list[tuple[str, str]]:
    """Write an order; post-only is a type of its own, which takes no time in force. `qty` replaces the order's."""
    return [
        ("symbol", order.instrument.venue_symbol),
        ("side", order.side.name),
        *_type_params(order),
        ("quantity", format_qty(order.qty if qty is None else qty)),
        *([("price", format_px(order.px))] if order.px is not None else []),
        ("newClientOrderId", order.client_id),
        ("newOrderRespType", "FULL"),
    ]


def _type_params(order: NewOrder) -> list[tuple[str, str]]:
    if order.type is OrderType.MARKET:
        return [("type", "MARKET")]
    if order.post_only:
        return [("type", "LIMIT_MAKER")]
    return [("type", "LIMIT"), ("timeInForce", order.tif.value)]


def name_params(order: OrderId, by_id: str = "orderId", by_client: str = "origClientOrderId") -> list[tuple[str, str]]:
    """Name an order; the venue finds it fastest by its own id."""
    return [(by_id, order.venue_id)] if order.venue_id else [(by_client, check_client_id(order.client_id))]


def check_client_id(client_id: str) -> str:
    """Give the id back. Raises: Invalid unless it is 1 to 36 of letters, digits, `-` and `_`."""
    if not CLIENT_ID.fullmatch(client_id):
        raise Invalid(f"a client id is 1 to 36 letters, digits, '-' or '_', was {client_id!r}", venue=VENUE)
    return client_id


def check(order: NewOrder) -> None:
    """Check an order against what the venue publishes. Raises: Invalid, or Unsupported for reduce-only."""
    check_client_id(order.client_id)
    if order.reduce_only:
        raise Unsupported("spot has no reduce-only orders", venue=VENUE)
    if order.instrument.untradable:
        raise Invalid(f"{order.instrument.symbol} cannot be traded: {order.instrument.untradable}", venue=VENUE)
    if order.type is OrderType.MARKET and order.tif is TimeInForce.FOK:
        raise Invalid("a market order cannot be fill-or-kill", venue=VENUE)
    check_qty(order, order.qty)
    if order.px is not None:
        _check_px(order, order.px)


def check_qty(order: NewOrder, qty: Qty) -> None:
    """Check a quantity against LOT_SIZE. Raises: Invalid."""
    rules = order.instrument
    _on_grid("quantity", qty, rules.lot, 8)
    if qty < rules.min_qty or (rules.max_qty and qty > rules.max_qty):
        most = format_qty(rules.max_qty) if rules.max_qty else "any"
        raise Invalid(f"quantity must be {format_qty(rules.min_qty)} to {most}, was {format_qty(qty)}", venue=VENUE)


def _check_px(order: NewOrder, px: Px) -> None:
    rules, value = order.instrument, notional(px, order.qty)
    _on_grid("price", px, rules.tick, 9)
    if value < rules.min_notional:
        least = format_px(Px(rules.min_notional))
        raise Invalid(f"price × quantity must be at least {least}, was {format_px(Px(value))}", venue=VENUE)


def _on_grid(what: str, value: int, step: int, decimals: int) -> None:
    if value % step:
        found, grid = format_fixed(value, decimals), format_fixed(step, decimals)
        raise Invalid(f"{what} must be a multiple of {grid}, was {found}", venue=VENUE)
