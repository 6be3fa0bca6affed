"""Kalshi: find one of our orders, by the venue's id or by our own.

Used by `venue.py`, `batch.py` and `change.py`. What must stay true: the venue cannot be asked for a client id, so one
without the venue's id is looked for among all orders of its market; what is not there is gone.
Sources: OpenAPI 3.34.0, GetOrder and GetOrders (https://docs.kalshi.com/openapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.errors import OrderGone
from venuekit.order import OrderId, OrderReport
from venuekit.units import Nanos
from venuekit.wire import Flow
from venuekit_kalshi.answers import read
from venuekit_kalshi.caller import Caller
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.endpoints import MAX_ROWS, ORDER, ORDERS, Params
from venuekit_kalshi.outcome import restate
from venuekit_kalshi.pages import fetch_pages
from venuekit_kalshi.parse import check_name, to_report
from venuekit_kalshi.wire import OrderAnswer, OrderPage


def fetch_order(caller: Caller, order: OrderId, now: Nanos) -> Flow[OrderReport]:
    """Fetch one order, in its instrument's terms. Raises: OrderGone, Refused, OutcomeUnknown."""
    if not order.venue_id:
        return (yield from _scan(caller, order, now))
    response = yield caller.signed(ORDER, now, order.venue_id)
    report = read(response, OrderAnswer, lambda told: to_report(told.order), of_order=True)
    check_name(report.venue_id, order.venue_id)
    return restate(report, order.instrument)


def name_order(caller: Caller, order: OrderId, now: Nanos) -> Flow[OrderId]:
    """Give the order with the venue's id, which is looked for where it is not known. Raises: as `fetch_order`."""
    if order.venue_id:
        return order
    report = yield from _scan(caller, order, now)
    return msgspec.structs.replace(order, venue_id=report.venue_id)


def list_orders(caller: Caller, filters: Params, now: Nanos, client_id: str = "") -> Flow[list[OrderReport]]:
    """List orders in the terms of YES; with a client id, no more pages than it takes to meet it."""
    params = [*filters, ("limit", str(MAX_ROWS))]
    return (
        yield from fetch_pages(
            lambda more: caller.signed(ORDERS, now, params=[*params, *more]),
            OrderPage,
            _read_page,
            lambda report: bool(client_id) and report.client_id == client_id,
        )
    )


def _read_page(page: OrderPage) -> Sequence[OrderReport]:
    return [to_report(order) for order in page.orders or []]


def _scan(caller: Caller, order: OrderId, now: Nanos) -> Flow[OrderReport]:
    filters = [("ticker", order.instrument.venue_symbol)]
    reports = yield from list_orders(caller, filters, now, order.client_id)
    found = next((report for report in reports if report.client_id == order.client_id), None)
    if found is None:
        raise OrderGone(f"no order of {order.instrument.venue_symbol} is named {order.client_id!r}", venue=VENUE)
    return restate(found, order.instrument)
