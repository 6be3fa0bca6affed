"""Kalshi: every endpoint that we call, what it costs, and the buckets that it is taken from.

Used by `caller.py` and the flows. What must stay true: each call names only buckets that `LIMITS` declares, and all
writes go to `/portfolio/events/orders`; the older write endpoints answer 410.
Sources: OpenAPI 3.34.0 (https://docs.kalshi.com/openapi.yaml) and https://docs.kalshi.com/getting_started/rate_limits,
read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias
from urllib.parse import quote

import msgspec

from venuekit.wire import Limit, Request

Params: TypeAlias = Sequence[tuple[str, str]]

READ: Final = "READ"
WRITE: Final = "WRITE"
BALANCE_BUCKET: Final = "BALANCE"

# The Basic tier, the smallest there is. Only the write bucket is known to hold two seconds.
LIMITS: Final = (Limit(READ, 200, 1.0), Limit(WRITE, 200, 2.0), Limit(BALANCE_BUCKET, 1, 1.0))

API: Final = "/trade-api/v2"
SOCKET: Final = "/trade-api/ws/v2"
_ORDERS: Final = f"{API}/portfolio/events/orders"
JSON: Final = ("content-type", "application/json")


class Endpoint(msgspec.Struct, frozen=True):
    """One call of the API. `{}` in the path is the id or ticker that it is about; `tokens` are for each item."""

    method: str
    path: str
    bucket: str = READ
    tokens: int = 10

    def request(self, host: str, about: str = "", params: Params = (), body: object = None, items: int = 1) -> Request:
        """Write the call, unsigned."""
        return Request(
            method=self.method,
            url=host + self.path.format(quote(about, safe="")),
            query="&".join(f"{name}={quote(value, safe='')}" for name, value in params),
            headers=() if body is None else (JSON,),
            body=b"" if body is None else msgspec.json.encode(body),
            safe=self.method == "GET",
            cost=((self.bucket, self.tokens * items),),
        )


SERIES_LIST: Final = Endpoint("GET", f"{API}/series")
SERIES: Final = Endpoint("GET", f"{API}/series/{{}}")
EVENTS: Final = Endpoint("GET", f"{API}/events")
EVENT: Final = Endpoint("GET", f"{API}/events/{{}}")
MARKET: Final = Endpoint("GET", f"{API}/markets/{{}}")
BOOK: Final = Endpoint("GET", f"{API}/markets/{{}}/orderbook")
TRADES: Final = Endpoint("GET", f"{API}/markets/trades")
SUBMIT: Final = Endpoint("POST", _ORDERS, WRITE)
BATCH: Final = Endpoint("POST", f"{_ORDERS}/batched", WRITE)
CANCEL: Final = Endpoint("DELETE", f"{_ORDERS}/{{}}", WRITE, 2)
CANCEL_BATCH: Final = Endpoint("DELETE", f"{_ORDERS}/batched", WRITE, 2)
AMEND: Final = Endpoint("POST", f"{_ORDERS}/{{}}/amend", WRITE)
DECREASE: Final = Endpoint("POST", f"{_ORDERS}/{{}}/decrease", WRITE)
ORDERS: Final = Endpoint("GET", f"{API}/portfolio/orders")
ORDER: Final = Endpoint("GET", f"{API}/portfolio/orders/{{}}", tokens=2)
FILLS: Final = Endpoint("GET", f"{API}/portfolio/fills")
BALANCE: Final = Endpoint("GET", f"{API}/portfolio/balance", BALANCE_BUCKET, 1)
POSITIONS: Final = Endpoint("GET", f"{API}/portfolio/positions")
SETTLEMENTS: Final = Endpoint("GET", f"{API}/portfolio/settlements")

MAX_EVENTS: Final = 200  # a page
MAX_ROWS: Final = 1000  # a page of anything else
MAX_DEPTH: Final = 100  # levels; 0 asks for all
# A batch may cost no more than the write bucket of the Basic tier holds: 200 tokens at 10 an order and 2 a cancel.
MAX_BATCH: Final = 20
MAX_CANCELS: Final = 100
