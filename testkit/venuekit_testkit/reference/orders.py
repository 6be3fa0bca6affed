"""The reference venue: an order as the body of a call, and the rules that we can check before one exists.

Used by `venue.py`. What must stay true: what is known to be refused never reaches the wire.
Source: docs/conformance/reference-protocol.md, "Orders".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sized
from typing import Any, Final

from venuekit.capability import Feature
from venuekit.errors import Unsupported
from venuekit.order import NewOrder, OpenOrder, OrderId
from venuekit.rules import check_change, check_client_id, check_count, check_terms
from venuekit.units import format_px, format_qty
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
    return {"id": order.venue_id} if order.venue_id else {"client_id": check_name(order.client_id)}


def check(order: NewOrder) -> None:
    """Check an order against what the venue publishes. Raises: Invalid, Unsupported."""
    check_name(order.client_id)
    for feature in wanted(order):
        if not FEATURES[order.instrument.kind][feature]:
            raise Unsupported(f"{order.instrument.symbol} has no {feature.value}", venue=VENUE)
    check_terms(order)


def check_amend(order: OpenOrder, to: NewOrder) -> None:
    """Check what an order is to become. Raises: Invalid, Unsupported."""
    check(to)
    check_change(order, to)


def keeps_place(order: OpenOrder, to: NewOrder) -> bool:
    """Tell whether a change leaves the order where it stands in the queue."""
    return to.px == order.terms.px and to.qty <= order.terms.qty


def check_batch(orders: Sized) -> None:
    """Check the size of a batch. Raises: Invalid."""
    check_count(orders, BATCH, VENUE)


def check_name(client_id: str) -> str:
    """Give a client id back. Raises: Invalid unless it is 1 to 36 of letters, digits, `-` and `_`."""
    return check_client_id(client_id, CLIENT_ID, VENUE)


def wanted(order: NewOrder) -> Iterator[Feature]:
    """List the features that an order asks for."""
    yield Feature(order.type.value)
    yield Feature(order.tif.value)
    if order.post_only:
        yield Feature.POST_ONLY
    if order.reduce_only:
        yield Feature.REDUCE_ONLY
