"""An order as Acme wants it, and the rules that can be checked before the wire.

Source: docs/conformance/reference-protocol.md, "Orders".
"""

from __future__ import annotations

import re
from typing import Any, Final

from venuekit.errors import Unsupported
from venuekit.order import NewOrder
from venuekit.rules import check_client_id, check_terms
from venuekit.units import format_px, format_qty
from venuekit_acme.codes import VENUE

CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,36}")


def write_order(order: NewOrder) -> dict[str, Any]:
    """Write an order. Raises: Invalid, Unsupported for what is known to be refused."""
    if order.reduce_only:
        raise Unsupported("a spot account has no position to reduce", venue=VENUE)
    check_terms(order)
    return {
        "client_id": check_client_id(order.client_id, CLIENT_ID, VENUE),
        "symbol": order.instrument.venue_symbol,
        "side": order.side.value,
        "type": order.type.value,
        "quantity": format_qty(order.qty),
        "price": None if order.px is None else format_px(order.px),
        "tif": order.tif.value,
        "post_only": order.post_only,
    }
