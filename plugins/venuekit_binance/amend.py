"""Binance spot: change an order that rests, in the one of three ways that fits and cannot overfill.

Used by `venue.py`. What must stay true: whatever trades while we change an order, no more than the new total trades.
  1. Less quantity at the same terms: keepPriority changes the order in place (native_atomic).
  2. Nothing filled yet: cancelReplace with ONLY_NEW, so the venue refuses both halves when a fill got there first.
  3. Partly filled: cancel, read from the answer what had traded by then, submit the rest.
Sources: https://github.com/binance/binance-spot-api-docs rest-api.md, sections on cancelReplace and cancelRestrictions;
faqs/order_amend_keep_priority.md (2026-07-21); read 2026-11-21.
"""

from __future__ import annotations

from typing import Final

import msgspec

from venuekit.capability import Mode
from venuekit.errors import OutcomeUnknown, Refused, RejectReason, TradeError, Unsupported
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, Cancelled, NewOrder, OpenOrder, OrderType, TimeInForce, unchanged
from venuekit.rules import check_change, check_client_id, check_decrease
from venuekit.units import Nanos, Px, Qty, format_qty
from venuekit.wire import Flow, Response
from venuekit_binance.answers import read, refuse
from venuekit_binance.caller import Caller
from venuekit_binance.codes import VENUE, error_of
from venuekit_binance.endpoints import CANCEL, CANCEL_REPLACE, KEEP_PRIORITY, SUBMIT
from venuekit_binance.orders import CLIENT_ID, check, name_params, place_params
from venuekit_binance.parse import to_accepted, to_amended, to_cancelled
from venuekit_binance.wire import Amended, Half, Order, Replaced, ReplaceError

SUCCESS: Final = "SUCCESS"
_decode_failure: Final = msgspec.json.Decoder(ReplaceError).decode


def amend(caller: Caller, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
    """Change price or total quantity. Raises: Invalid, Refused, OrderGone, OutcomeUnknown.

    The result is the new order's: its `filled` and `fills` leave out what the old one had traded.
    """
    check(to)
    check_change(order, to)
    is_same_kind = _kind(order.terms) == _kind(to)
    if is_same_kind and to.qty == order.terms.qty:
        return unchanged(order)
    if is_same_kind and to.qty < order.terms.qty and to.instrument.amendable:
        return (yield from _keep_priority(caller, order, to.qty, to.client_id, now))
    if order.filled:
        return (yield from _cancel_then_submit(caller, order, to, now))
    return (yield from _cancel_replace(caller, order, to, now))


def decrease(caller: Caller, order: OpenOrder, to: Qty, now: Nanos) -> Flow[Accepted]:
    """Shrink the total quantity and keep the place in the queue and the client id. Raises: Unsupported, Invalid."""
    if not order.id.instrument.amendable:
        raise Unsupported(f"{order.id.instrument.symbol} does not allow amending", venue=VENUE)
    check_decrease(order, to)
    return (yield from _keep_priority(caller, order, to, order.id.client_id, now))


def _kind(order: NewOrder) -> tuple[OrderType, Px | None, TimeInForce, bool]:
    return order.type, order.px, order.tif, order.post_only


def _keep_priority(caller: Caller, order: OpenOrder, qty: Qty, client_id: str, now: Nanos) -> Flow[Accepted]:
    # The venue gives an amended order a random client id unless we send the one it shall have.
    params = [
        ("symbol", order.id.instrument.venue_symbol),
        *name_params(order.id),
        ("newQty", format_qty(qty)),
        ("newClientOrderId", check_client_id(client_id, CLIENT_ID, VENUE)),
    ]
    response = yield caller.signed(KEEP_PRIORITY, params, now)
    return read(response, Amended, lambda amended: to_amended(amended, client_id))


def _cancel_replace(caller: Caller, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
    params = [
        *place_params(to),
        ("cancelReplaceMode", "STOP_ON_FAILURE"),
        *name_params(order.id, "cancelOrderId", "cancelOrigClientOrderId"),
        ("cancelRestrictions", "ONLY_NEW"),
    ]
    response = yield caller.signed(CANCEL_REPLACE, params, now)
    if failure := _failure(response):
        raise _replace_error(failure)
    return read(response, Replaced, lambda both: to_accepted(both.newOrderResponse, to.client_id, Mode.CANCEL_REPLACE))


def _failure(response: Response) -> ReplaceError | None:
    # 400 when neither half was done, 409 when one was; both come with the two halves' own answers.
    if response.status not in (400, 409):
        return None
    try:
        return _decode_failure(response.body)
    except (msgspec.DecodeError, RecursionError):
        refuse(response)


def _replace_error(failure: ReplaceError) -> TradeError:
    halves = failure.data
    cancel, place = halves.cancelResponse or Half(), halves.newOrderResponse or Half()
    if halves.newOrderResult == SUCCESS or (halves.cancelResult != SUCCESS and not cancel.code):
        # With STOP_ON_FAILURE the new order cannot live while the cancel failed.
        return OutcomeUnknown(f"{failure.msg} {halves}", venue=VENUE, code=str(failure.code))
    if halves.cancelResult == SUCCESS:
        return _after_cancel(error_of(place.code, place.msg), cancel.executedQty)
    return error_of(cancel.code, cancel.msg)


def _cancel_then_submit(caller: Caller, order: OpenOrder, to: NewOrder, now: Nanos) -> Flow[Accepted]:
    # What is known to be too little to rest on its own must not cost the order that rests.
    check(msgspec.structs.replace(to, qty=Qty(to.qty - order.filled)))
    params = [("symbol", order.id.instrument.venue_symbol), *name_params(order.id)]
    cancelled = read((yield caller.signed(CANCEL, params, now)), Order, to_cancelled)
    filled = cancelled.filled or Qty(0)
    if filled >= to.qty:
        return _all_filled(order, cancelled, filled)
    try:
        response = yield caller.signed(SUBMIT, place_params(to, Qty(to.qty - filled)), now)
        return read(response, Order, lambda placed: to_accepted(placed, to.client_id, Mode.CANCEL_REPLACE))
    except TradeError as error:
        raise _after_cancel(error, format_qty(filled)) from error


def _all_filled(order: OpenOrder, cancelled: Cancelled, filled: Qty) -> Accepted:
    return Accepted(
        client_id=order.id.client_id,
        venue_id=cancelled.venue_id,
        state=OrderState.FILLED,
        filled=filled,
        mode=Mode.CANCEL_REPLACE,
    )


def _after_cancel(error: TradeError, filled: str) -> TradeError:
    # The first half is done, so even what never left for the second is no longer "nothing was sent".
    message = f"the order was cancelled with {filled} filled, and its replacement failed: {error.message}"
    if isinstance(error, OutcomeUnknown):
        return OutcomeUnknown(message, venue=VENUE, code=error.code, source=error.source)
    reason = error.reason if isinstance(error, Refused) else RejectReason.UNKNOWN
    return Refused(message, venue=VENUE, reason=reason, code=error.code, source=error.source)
