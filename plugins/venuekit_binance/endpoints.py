"""Binance spot: every endpoint that we call, what it weighs, and the buckets that it is taken from.

Used by `venue.py` and `feed.py`. What must stay true: each call names only buckets that `LIMITS` declares, and takes
at least what the venue takes. An order call that succeeds weighs nothing since 2026-04-02; a failed one still weighs,
so we take the documented weight always.
Sources: https://github.com/binance/binance-spot-api-docs rest-api.md and CHANGELOG.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias
from urllib.parse import quote

import msgspec

from venuekit.wire import Limit, Request

Params: TypeAlias = Sequence[tuple[str, str]]

LIMITS: Final = (
    Limit("REQUEST_WEIGHT", 6000, 60.0),
    Limit("RAW_REQUESTS", 300_000, 300.0),
    # The smallest pair that the venue is known to give an account; the true one stands in exchangeInfo.
    Limit("ORDERS_10S", 50, 10.0),
    Limit("ORDERS_1D", 160_000, 86_400.0),
)
_ORDER: Final = (("ORDERS_10S", 1), ("ORDERS_1D", 1))


class Endpoint(msgspec.Struct, frozen=True):
    """One call of the API. `order` says that it counts against the limit of orders."""

    method: str
    path: str
    weight: int
    order: bool = False

    def request(self, host: str, params: Params = (), weight: int = 0) -> Request:
        """Write the call, unsigned; `weight` replaces the usual one."""
        return Request(
            method=self.method,
            url=f"{host}{self.path}",
            query=encode(params),
            safe=self.method == "GET",
            cost=(("REQUEST_WEIGHT", weight or self.weight), ("RAW_REQUESTS", 1), *(_ORDER if self.order else ())),
        )


def encode(params: Params) -> str:
    """Percent-encode parameters in their order; what is signed since 2026-01-15 is this very text."""
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in params)


EXCHANGE_INFO: Final = Endpoint("GET", "/api/v3/exchangeInfo", 20)
DEPTH: Final = Endpoint("GET", "/api/v3/depth", 5)
TRADES: Final = Endpoint("GET", "/api/v3/trades", 25)
COMMISSION: Final = Endpoint("GET", "/api/v3/account/commission", 20)
SUBMIT: Final = Endpoint("POST", "/api/v3/order", 1, order=True)
CANCEL: Final = Endpoint("DELETE", "/api/v3/order", 1)
QUERY: Final = Endpoint("GET", "/api/v3/order", 4)
CANCEL_REPLACE: Final = Endpoint("POST", "/api/v3/order/cancelReplace", 1, order=True)
KEEP_PRIORITY: Final = Endpoint("PUT", "/api/v3/order/amend/keepPriority", 4)
CANCEL_ALL: Final = Endpoint("DELETE", "/api/v3/openOrders", 1)
OPEN_ORDERS: Final = Endpoint("GET", "/api/v3/openOrders", 6)
OPEN_ORDERS_ALL_WEIGHT: Final = 80
MY_TRADES: Final = Endpoint("GET", "/api/v3/myTrades", 20)
ACCOUNT: Final = Endpoint("GET", "/api/v3/account", 20)

# A snapshot of so many levels weighs so much; the last is the most there is.
DEPTH_WEIGHTS: Final = ((100, 5), (500, 25), (1000, 50), (5000, 250))
MAX_DEPTH: Final = 5000
MAX_TRADES: Final = 1000


def depth_request(host: str, symbol: str, depth: int) -> Request:
    """Ask for a book of `depth` levels a side; 0 asks for all that the venue gives."""
    limit = min(depth or MAX_DEPTH, MAX_DEPTH)
    weight = next(weight for most, weight in DEPTH_WEIGHTS if limit <= most)
    return DEPTH.request(host, [("symbol", symbol), ("limit", str(limit))], weight)
