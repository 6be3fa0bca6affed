"""The reference venue: where each call goes and what it takes from which bucket.

Used by `caller.py` and `venue.py`. What must stay true: each call names only buckets that `LIMITS` declares, and only
what changes nothing is safe to repeat.
Source: docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias
from urllib.parse import quote, urlencode

import msgspec

from venuekit.order import OrderId
from venuekit.wire import Limit, Request

Params: TypeAlias = Sequence[tuple[str, str]]

READS: Final = Limit("reads", 600, 60.0)
ORDERS: Final = Limit("orders", 100, 10.0)
LIMITS: Final = (READS, ORDERS)
BATCH: Final = 20  # orders a call
PAGE: Final = 10  # rows a page


class Endpoint(msgspec.Struct, frozen=True):
    """One call."""

    method: str
    path: str
    limit: Limit = READS

    @property
    def is_safe(self) -> bool:
        """Tell whether the call changes nothing."""
        return self.method == "GET"

    def at(self, part: str) -> Endpoint:
        """Fill the gap of the path in."""
        return msgspec.structs.replace(self, path=self.path.format(part))

    def request(self, host: str, params: Params = (), body: bytes = b"", items: int = 1) -> Request:
        """Write the call, unsigned; it takes a token an item."""
        return Request(
            method=self.method,
            url=f"{host}{self.path}",
            query=urlencode(params),
            headers=(("content-type", "application/json"),) if body else (),
            body=body,
            safe=self.is_safe,
            cost=((self.limit.name, items),),
        )


def name_of(order: OrderId) -> str:
    """Name an order as paths do: by the venue's id where it is known, else by ours."""
    return quote(order.venue_id, safe="") or f"by-client/{quote(order.client_id, safe='')}"


MARKETS: Final = Endpoint("GET", "/v1/markets")
BOOK: Final = Endpoint("GET", "/v1/book")
TRADES: Final = Endpoint("GET", "/v1/trades")
FEES: Final = Endpoint("GET", "/v1/fees")
SUBMIT: Final = Endpoint("POST", "/v1/orders", ORDERS)
SUBMIT_BATCH: Final = Endpoint("POST", "/v1/orders/batch", ORDERS)
CANCEL: Final = Endpoint("DELETE", "/v1/orders/{}", ORDERS)
CANCEL_BATCH: Final = Endpoint("POST", "/v1/orders/batch-cancel", ORDERS)
CANCEL_ALL: Final = Endpoint("DELETE", "/v1/orders", ORDERS)
AMEND: Final = Endpoint("PATCH", "/v1/orders/{}", ORDERS)
DECREASE: Final = Endpoint("POST", "/v1/orders/{}/decrease", ORDERS)
QUERY: Final = Endpoint("GET", "/v1/orders/{}")
OPEN_ORDERS: Final = Endpoint("GET", "/v1/orders")
FILLS: Final = Endpoint("GET", "/v1/fills")
BALANCES: Final = Endpoint("GET", "/v1/balances")
POSITIONS: Final = Endpoint("GET", "/v1/positions")
SETTLEMENTS: Final = Endpoint("GET", "/v1/settlements")
REDEEM: Final = Endpoint("POST", "/v1/redeem", ORDERS)
