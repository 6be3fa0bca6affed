"""Kalshi: an order as the body of a call, and the rules that we can check before one exists.

Used by the flows that write. What must stay true: what is known to be refused never reaches the wire, and what goes out
is a bid or an ask of YES.
Sources: OpenAPI 3.34.0, CreateOrderV2Request and AmendOrderV2Request (https://docs.kalshi.com/openapi.yaml); the
pattern of client ids is FIX's, https://docs.kalshi.com/fix/order-entry; read 2026-11-21.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from venuekit.errors import Invalid
from venuekit.order import NewOrder, OrderType, TimeInForce
from venuekit.rules import check_client_id, check_terms
from venuekit.side import Side
from venuekit.units import Px, Qty
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.outcome import BOOK_SIDES, book_order

CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_:+=/-]{1,64}")
MARKET: Final = OrderType.MARKET

TIMES: Final[Mapping[TimeInForce, str]] = {
    TimeInForce.GTC: "good_till_canceled",
    TimeInForce.IOC: "immediate_or_cancel",
    TimeInForce.FOK: "fill_or_kill",
}
# Of two crossing orders of ours the newer ends and the older keeps its place in the queue.
SELF_TRADE: Final = "taker_at_cross"

Body = dict[str, object]


def place_body(order: NewOrder) -> Body:
    """Write an order."""
    side, px = book_order(order.instrument, order.side, worst_px(order))
    body: Body = {
        "ticker": order.instrument.venue_symbol,
        "client_order_id": order.client_id,
        "side": BOOK_SIDES[side],
        "count": format_count(order.qty),
        "price": format_price(px),
        "time_in_force": TIMES[tif_of(order)],
        "self_trade_prevention_type": SELF_TRADE,
    }
    flags = {"post_only": order.post_only, "reduce_only": order.reduce_only}
    return body | {name: True for name, is_set in flags.items() if is_set}


def tif_of(order: NewOrder) -> TimeInForce:
    """Give the time in force that goes out: a market order never rests."""
    return TimeInForce.IOC if order.type is MARKET and order.tif is TimeInForce.GTC else order.tif


def worst_px(order: NewOrder) -> Px:
    """Give the price, in the instrument's terms; for a market order the worst one that the grid has."""
    if order.px is not None:
        return order.px
    bands = order.instrument.bands
    return bands[-1].end if order.side is Side.BUY else bands[0].start


def format_price(px: Px) -> str:
    """Write a price in dollars with four decimals."""
    return f"{px // 10**9}.{px % 10**9 // 10**5:04d}"


def format_count(qty: Qty) -> str:
    """Write a number of contracts with two decimals."""
    return f"{qty // 10**8}.{qty % 10**8 // 10**6:02d}"


def check(order: NewOrder) -> None:
    """Check an order against what the venue publishes. Raises: Invalid."""
    check_client_id(order.client_id, CLIENT_ID, VENUE)
    check_terms(order)
    if not order.instrument.bands:
        raise Invalid(f"{order.instrument.symbol} has no price ranges: list the instruments first", venue=VENUE)
    if order.reduce_only and tif_of(order) is not TimeInForce.IOC:
        raise Invalid("a reduce-only order must be immediate-or-cancel", venue=VENUE)
