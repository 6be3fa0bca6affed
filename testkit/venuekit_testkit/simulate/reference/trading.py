"""The reference venue: the calls that place, change and take off orders.

Used by `face.py` through its table of routes. A handler raises `Denied` or `Rejected`; what it gives is the body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rejected, Why
from venuekit_testkit.simulate.reference.denials import CODES, Denied, told
from venuekit_testkit.simulate.reference.shapes import order_shape, placed_shape

NUMBER: Final = re.compile(r"\d{1,15}(\.\d{1,12})?")
CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,36}")
BATCH: Final = 20
PAGE: Final = 10


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a new order."""

    client_id: str
    symbol: str
    side: Literal["buy", "sell"]
    type: Literal["limit", "market"]
    quantity: str
    price: str | None = None
    tif: Literal["GTC", "IOC", "FOK"] = "GTC"
    post_only: bool = False
    reduce_only: bool = False


class Changed(msgspec.Struct, forbid_unknown_fields=True):
    """The body of an amend. `quantity` is the total, what is filled included."""

    price: str
    quantity: str
    client_id: str = ""


class Shrunk(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a decrease: the new total."""

    quantity: str


class Name(msgspec.Struct, forbid_unknown_fields=True):
    """An order by the venue's id or by the client's."""

    id: str = ""
    client_id: str = ""


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a batch."""

    orders: list[Wanted]


class Names(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a batch of cancels."""

    orders: list[Name]


class Desk:
    """The order calls of the one account. `renamed` finds orders by the ids that they had before an amend.

    `page` is how many rows a list gives at once.
    """

    page = PAGE

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.renamed: dict[str, Order] = {}

    def submit(self, call: Call) -> Any:
        """POST /v1/orders."""
        return self._place_shown(_read(call, Wanted))

    def batch(self, call: Call) -> Any:
        """POST /v1/orders/batch: each item by itself, in its order."""
        wanted = _few(_read(call, Batch).orders)
        return {"results": [_item(self._place_shown, one) for one in wanted]}

    def cancel(self, call: Call, name: str) -> Any:
        """DELETE /v1/orders/{name}."""
        return order_shape(self.exchange.cancel(self.find(name)))

    def cancel_batch(self, call: Call) -> Any:
        """POST /v1/orders/batch-cancel: each item by itself, in its order."""
        names = _few(_read(call, Names).orders)
        return {"results": [_item(self._cancel, one) for one in names]}

    def cancel_all(self, call: Call) -> Any:
        """DELETE /v1/orders: ten at a time, the oldest first."""
        resting = self.exchange.open_orders(call.params.get("symbol"))
        ended = [order_shape(self.exchange.cancel(order)) for order in resting[: self.page]]
        return {"cancelled": ended, "more": len(resting) > self.page}

    def amend(self, call: Call, name: str) -> Any:
        """PATCH /v1/orders/{name}."""
        to, order = _read(call, Changed), self.find(name)
        was = order.client_id
        if to.client_id and to.client_id != was:
            self._check_new(to.client_id)
        self.exchange.amend(order, _number(to.price), _number(to.quantity), to.client_id)
        self.renamed[was] = order
        return placed_shape(order)

    def decrease(self, call: Call, name: str) -> Any:
        """POST /v1/orders/{name}/decrease."""
        to, order = _number(_read(call, Shrunk).quantity), self.find(name)
        if to >= order.qty:
            raise Rejected(Why.NO_CHANGE)
        return placed_shape(self.exchange.amend(order, order.px or ZERO, to))

    def find(self, name: str) -> Order:
        """Find an order of ours by a number, or by "by-client/" and a client id. Raises: Rejected."""
        by, _, client_id = name.partition("/")
        if not client_id:
            return self.exchange.find(int(by))
        return self.renamed.get(client_id) or self.exchange.find_client(client_id)

    def _cancel(self, name: Name) -> Any:
        order = self.find(name.id if name.id.isdecimal() else f"by-client/{name.client_id}")
        return order_shape(self.exchange.cancel(order))

    def _place_shown(self, wanted: Wanted) -> Any:
        return placed_shape(self._place(wanted))

    def _place(self, wanted: Wanted) -> Order:
        self._check_new(wanted.client_id)
        if (wanted.type == "market") != (wanted.price is None):
            raise Denied("bad_request")
        return self.exchange.place(
            wanted.symbol,
            wanted.side,
            _number(wanted.quantity),
            None if wanted.price is None else _number(wanted.price),
            client_id=wanted.client_id,
            tif=wanted.tif,
            post_only=wanted.post_only,
            reduce_only=wanted.reduce_only,
        )

    def _check_new(self, client_id: str) -> None:
        if not CLIENT_ID.fullmatch(client_id):
            raise Denied("bad_request")
        if client_id in self.renamed or any(each.client_id == client_id for each in self.exchange.mine()):
            raise Denied("duplicate_client_id")


def _item(do: Callable[[Any], Any], asked: Any) -> dict[str, Any]:
    try:
        return {"order": do(asked)}
    except Rejected as no:
        return {"error": told(CODES[no.why])}
    except Denied as no:
        return {"error": told(no.code)}


def _few(items: Sequence[Any]) -> Sequence[Any]:
    if not 0 < len(items) <= BATCH:
        raise Denied("too_many_items")
    return items


def _read(call: Call, shape: type[Any]) -> Any:
    try:
        return msgspec.json.decode(call.body, type=shape)
    except msgspec.DecodeError:
        raise Denied("bad_request") from None


def _number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise Denied("bad_request")
    return Decimal(text)
