"""Kalshi: change an order that rests, in place.

Used by `venue.py`. What must stay true: whatever trades while we change an order, no more than the new total trades. An
amend gives the total itself. A decrease gives the difference of the totals (`reduce_by`), because what is left
(`reduce_to`) depends on fills that we may not have heard of.
Where the answer leaves open whether an order was filled or ended otherwise, the order is asked for.
Source: OpenAPI 3.34.0, AmendOrderV2 and DecreaseOrderV2 (https://docs.kalshi.com/openapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from venuekit.capability import Mode
from venuekit.errors import Invalid
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, NewOrder, OpenOrder, OrderId, unchanged
from venuekit.rules import check_change, check_decrease
from venuekit.units import Nanos, Qty, parse_qty
from venuekit.wire import Flow, Response
from venuekit_kalshi.answers import read
from venuekit_kalshi.caller import Caller
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.endpoints import AMEND, DECREASE
from venuekit_kalshi.lookup import fetch_order, name_order
from venuekit_kalshi.orders import Body, check, format_count, format_price, worst_px
from venuekit_kalshi.outcome import BOOK_SIDES, book_order
from venuekit_kalshi.parse import check_name, resting_state, to_ts
from venuekit_kalshi.wire import Changed


def amend(caller: Caller, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
    """Change price or total quantity; a smaller quantity alone keeps the place in the queue (`native_atomic`).

    Raises: Invalid before the wire; OrderGone, Refused, OutcomeUnknown.
    """
    _check(order, to)
    is_same_px = to.px == order.terms.px
    if is_same_px and to.qty == order.terms.qty:
        return unchanged(order)
    known = yield from name_order(caller, order.id, now)
    response = yield caller.signed(AMEND, now, known.venue_id, body=_amend_body(known, to))
    mode = Mode.NATIVE_ATOMIC if is_same_px and to.qty < order.terms.qty else Mode.NATIVE
    return (yield from _read_change(caller, response, known, to.client_id, order.filled, to.qty, mode, now))


def decrease(caller: Caller, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
    """Shrink the total quantity and keep the place in the queue and the client id.

    Raises: Invalid before the wire; OrderGone, Refused, OutcomeUnknown.
    """
    check_decrease(order, to)
    known = yield from name_order(caller, order.id, now)
    body: Body = {
        "reduce_by": format_count(Qty(order.terms.qty - to)),
        "market_ticker": known.instrument.venue_symbol,
    }
    response = yield caller.signed(DECREASE, now, known.venue_id, body=body)
    mode = Mode.NATIVE_ATOMIC
    return (yield from _read_change(caller, response, known, known.client_id, order.filled, to, mode, now))


def _check(order: OpenOrder, to: NewOrder) -> None:
    check(to)
    check_change(order, to)
    had = order.terms
    if (to.type, to.tif, to.post_only, to.reduce_only) != (had.type, had.tif, had.post_only, had.reduce_only):
        raise Invalid("an amend changes price and quantity only", venue=VENUE)


def _amend_body(order: OrderId, to: NewOrder) -> Body:
    side, px = book_order(to.instrument, to.side, worst_px(to))
    body: Body = {
        "ticker": to.instrument.venue_symbol,
        "side": BOOK_SIDES[side],
        "price": format_price(px),
        "count": format_count(to.qty),
    }
    if to.client_id == order.client_id:
        return body
    names = {"client_order_id": order.client_id, "updated_client_order_id": to.client_id}
    return body | {name: word for name, word in names.items() if word}


def _read_change(
    caller: Caller,
    response: Response,
    order: OrderId,
    client_id: str,
    had: Qty,
    total: Qty,
    mode: Mode,
    now: Nanos,
) -> Flow[Accepted]:
    changed, left = read(response, Changed, lambda told: (told, _left(told, total)), of_order=True)
    check_name(changed.order_id, order.venue_id)
    state, filled = OrderState.ACCEPTED, had if left is None else Qty(total - left)
    if left == 0:
        # All traded, or what was left was cancelled: by a self-trade, or by a decrease below what had traded.
        report = yield from fetch_order(caller, order, now)
        state, filled = report.state, report.filled
    return Accepted(
        client_id=client_id,
        venue_id=order.venue_id,
        state=resting_state(filled) if state is OrderState.ACCEPTED else state,
        filled=filled,
        mode=mode,
        ts=to_ts(changed.ts_ms),
    )


def _left(told: Changed, total: Qty) -> Qty | None:
    if told.remaining_count is None:
        return None
    left = parse_qty(told.remaining_count)
    if not 0 <= left <= total:
        raise ValueError(f"{left} are left of {total}")
    return left
