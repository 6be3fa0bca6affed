"""Kalshi: several orders in one call, several cancels in one call, and all orders of one market.

Used by `venue.py`. What must stay true: each item has its own outcome. A request that fails as a whole is one error:
the venue's refusal where it said no before it looked at the items, else OutcomeUnknown.
The venue's own cancel-all takes the whole account and may catch orders of the following minute, so one market is
listed and its orders are cancelled by name.
Sources: OpenAPI 3.34.0, BatchCreateOrdersV2, BatchCancelOrdersV2, CancelAllOrders (https://docs.kalshi.com/openapi.yaml);
https://docs.kalshi.com/getting_started/order_errors; read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from venuekit.capability import Mode
from venuekit.errors import OrderGone, OutcomeUnknown, Refused
from venuekit.instrument import Instrument
from venuekit.order import Accepted, Cancelled, NewOrder, OrderId
from venuekit.rules import check_count
from venuekit.units import Nanos
from venuekit.venue import BatchItem, CancelItem
from venuekit.wire import Flow
from venuekit_kalshi.answers import read
from venuekit_kalshi.caller import Caller
from venuekit_kalshi.codes import VENUE, judge
from venuekit_kalshi.endpoints import BATCH, CANCEL_BATCH, MAX_BATCH, MAX_CANCELS
from venuekit_kalshi.lookup import list_orders, name_order
from venuekit_kalshi.orders import Body, check, place_body
from venuekit_kalshi.parse import to_accepted, to_cancelled
from venuekit_kalshi.wire import BatchAnswer, BatchEntry, Fault, Placed, Taken, TakenAnswer

R = TypeVar("R", Accepted, Cancelled)


def submit_batch(caller: Caller, orders: Sequence[NewOrder], now: Nanos) -> Flow[Sequence[BatchItem]]:
    """Place several orders. Raises: Invalid before the wire for any of them; Refused or OutcomeUnknown for all."""
    if not orders:
        return []
    check_count(orders, MAX_BATCH, VENUE)
    for order in orders:
        check(order)
    body = {"orders": [place_body(order) for order in orders]}
    response = yield caller.signed(BATCH, now, body=body, items=len(orders))
    return read(response, BatchAnswer, lambda told: _match(told.orders, orders))


def _match(entries: Sequence[BatchEntry], orders: Sequence[NewOrder]) -> list[BatchItem]:
    if len(entries) != len(orders):
        raise ValueError(f"asked for {len(orders)} orders, the answer has {len(entries)}")
    return [_placed(entry, order) for entry, order in zip(entries, orders, strict=True)]


def _placed(entry: BatchEntry, order: NewOrder) -> BatchItem:
    def read_entry() -> Accepted:
        placed = msgspec.convert(entry, Placed, from_attributes=True)
        return to_accepted(placed, order.client_id, order.qty, Mode.NATIVE_BATCH)

    return _settle(entry.error, read_entry, of_order=False)


def _settle(fault: Fault | None, read_entry: Callable[[], R], *, of_order: bool) -> R | Refused | OutcomeUnknown:
    """Give one item's outcome; one that makes no sense leaves only itself open."""
    try:
        if fault is not None:
            raise judge(fault.code, fault.words, of_order=of_order).error(fault.words, fault.code)
        return read_entry()
    except (Refused, OutcomeUnknown) as error:
        return error
    except ValueError as error:
        return OutcomeUnknown(f"the entry cannot be read: {error}", venue=VENUE)


def cancel_batch(caller: Caller, orders: Sequence[OrderId], now: Nanos) -> Flow[Sequence[CancelItem]]:
    """Take several orders off; one whose venue id is not known is looked for first. Raises: as `submit_batch`."""
    if not orders:
        return []
    check_count(orders, MAX_CANCELS, VENUE)
    named = yield from _name_all(caller, orders, now)
    known = [each for each in named if isinstance(each, OrderId)]
    taken = (yield from _cancel(caller, known, now, Mode.NATIVE_BATCH)) if known else {}
    return [taken[each.venue_id] if isinstance(each, OrderId) else each for each in named]


def _name_all(caller: Caller, orders: Sequence[OrderId], now: Nanos) -> Flow[list[OrderId | OrderGone]]:
    named: list[OrderId | OrderGone] = []
    for order in orders:
        try:
            known = yield from name_order(caller, order, now)
        except OrderGone as gone:
            named.append(gone)
        else:
            named.append(known)
    return named


def cancel_all(caller: Caller, instrument: Instrument, now: Nanos) -> Flow[Sequence[Cancelled]]:
    """Take every order of a market off, both outcomes' alike: they are one book.

    Raises: Refused or OutcomeUnknown of the first order that may still rest, after all were tried.
    """
    filters = [("ticker", instrument.venue_symbol), ("status", "resting")]
    resting = yield from list_orders(caller, filters, now)
    ids = [OrderId(instrument, report.client_id, report.venue_id) for report in resting]
    items: list[CancelItem] = []
    for start in range(0, len(ids), MAX_CANCELS):
        items += (yield from _cancel(caller, ids[start : start + MAX_CANCELS], now, Mode.SERIAL)).values()
    cancelled = [item for item in items if isinstance(item, Cancelled)]
    for item in items:
        if not isinstance(item, (Cancelled, OrderGone)):
            raise item
    return cancelled


def _cancel(caller: Caller, orders: Sequence[OrderId], now: Nanos, mode: Mode) -> Flow[Mapping[str, CancelItem]]:
    body = {"orders": [_cancel_body(order) for order in orders]}
    response = yield caller.signed(CANCEL_BATCH, now, body=body, items=len(orders))
    return read(response, TakenAnswer, lambda told: _taken(told.orders, orders, mode))


def _cancel_body(order: OrderId) -> Body:
    # The ticker finds the order's shard; without it only shard 0 is asked, and answers that there is no such order.
    return {"order_id": order.venue_id, "market_ticker": order.instrument.venue_symbol}


def _taken(entries: Sequence[Taken], orders: Sequence[OrderId], mode: Mode) -> dict[str, CancelItem]:
    told = {entry.order_id: entry for entry in entries}
    return {order.venue_id: _taken_off(told.get(order.venue_id), order, mode) for order in orders}


def _taken_off(entry: Taken | None, order: OrderId, mode: Mode) -> CancelItem:
    if entry is None:
        return OutcomeUnknown(f"the answer says nothing of order {order.venue_id}", venue=VENUE)
    return _settle(entry.error, lambda: to_cancelled(entry, order, mode), of_order=True)
