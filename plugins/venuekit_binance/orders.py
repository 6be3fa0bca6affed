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
from venuekit.rules import check_client_id, check_terms
from venuekit.units import Qty, format_px, format_qty
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
    return (
        [(by_id, order.venue_id)]
        if order.venue_id
        else [(by_client, check_client_id(order.client_id, CLIENT_ID, VENUE))]
    )


def check(order: NewOrder) -> None:
    """Check an order against what the venue publishes. Raises: Invalid, or Unsupported for reduce-only."""
    check_client_id(order.client_id, CLIENT_ID, VENUE)
    if order.reduce_only:
        raise Unsupported("spot has no reduce-only orders", venue=VENUE)
    if order.type is OrderType.MARKET and order.tif is TimeInForce.FOK:
        raise Invalid("a market order cannot be fill-or-kill", venue=VENUE)
    check_terms(order)
