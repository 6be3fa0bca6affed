"""Kalshi: the bodies of order calls, as clients send them.

Used by `orders.py`, `changes.py` and `groups.py`. Numbers of money and contracts are strings; a number in their place
cannot be read. What a client may leave out has a default here.
Source: OpenAPI 3.34.0 (`CreateOrderV2Request` and its neighbours), read 2026-11-21.
"""

from __future__ import annotations

from msgspec import Struct


class NewOrder(Struct):
    """`POST /portfolio/events/orders`."""

    ticker: str = ""
    client_order_id: str | None = None
    side: str = ""
    count: str = ""
    price: str = ""
    time_in_force: str = ""
    self_trade_prevention_type: str = ""
    expiration_time: int | None = None
    post_only: bool | None = None
    reduce_only: bool | None = None
    cancel_order_on_pause: bool | None = None
    subaccount: int | None = None
    order_group_id: str | None = None
    exchange_index: int | None = None


class NewOrders(Struct):
    """`POST /portfolio/events/orders/batched`."""

    orders: list[NewOrder] = []


class Cancel(Struct):
    """One order to cancel."""

    order_id: str = ""
    subaccount: int | None = None
    exchange_index: int | None = None
    market_ticker: str | None = None


class Cancels(Struct):
    """`DELETE /portfolio/events/orders/batched`."""

    orders: list[Cancel] = []


class Amend(Struct):
    """`POST /portfolio/events/orders/{id}/amend`. `count` is what is filled and what shall rest."""

    ticker: str = ""
    side: str = ""
    price: str = ""
    count: str = ""
    client_order_id: str | None = None
    updated_client_order_id: str | None = None
    expiration_time: int | None = None
    exchange_index: int | None = None


class Decrease(Struct):
    """`POST /portfolio/events/orders/{id}/decrease`. Both are of what rests."""

    reduce_by: str | None = None
    reduce_to: str | None = None
    exchange_index: int | None = None
    market_ticker: str | None = None


class Group(Struct):
    """`POST /portfolio/order_groups/create` and the change of a limit."""

    contracts_limit: int | None = None
    contracts_limit_fp: str | None = None
    subaccount: int | None = None
    exchange_index: int | None = None
