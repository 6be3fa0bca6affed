"""How much one address and one account may ask: request weight a minute, unfilled orders by interval.

Used by `face.py`. What must stay true: intervals begin at whole multiples of their length; an order that trades gives
its count back once; a call that is refused for weight does nothing.
Sources: https://github.com/binance/binance-spot-api-docs rest-api.md "LIMITS", faqs/order_count_decrement.md,
CHANGELOG.md (order calls that succeed weigh nothing since 2026-04-02); 2026-07-21, read 2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from venuekit.units import NANOS_PER_S, Nanos
from venuekit_testkit.simulate.binance import errors

MAKER_CREDIT: Final = 5  # how many orders the first fill of one that rested gives back, as in the FAQ's example
TAKER_CREDIT: Final = 1


@dataclass
class Window:
    """One limit and what is used of it in the interval that runs."""

    kind: str
    interval: str
    number: int
    seconds: int
    limit: int
    used: int = 0
    since: int = 0

    def turn(self, now: Nanos) -> None:
        """Begin anew where an interval has ended."""
        index = now // (self.seconds * NANOS_PER_S)
        if index != self.since:
            self.since, self.used = index, 0

    def wait_s(self, now: Nanos) -> int:
        """Tell how many seconds the interval still runs, rounded up."""
        return -(-((self.since + 1) * self.seconds * NANOS_PER_S - now) // NANOS_PER_S)

    @property
    def row(self) -> dict[str, Any]:
        """What exchangeInfo says of it."""
        told = {"rateLimitType": self.kind, "interval": self.interval, "intervalNum": self.number}
        return {**told, "limit": self.limit}

    @property
    def header(self) -> str:
        """What a header calls its interval."""
        return f"{self.number}{self.interval[0].lower()}"


class Limits:
    """What is used up. A test may lower `limit` of a window."""

    def __init__(self) -> None:
        self.weight = Window("REQUEST_WEIGHT", "MINUTE", 1, 60, 6000)
        self.orders = (
            Window("ORDERS", "SECOND", 10, 10, 100),
            Window("ORDERS", "DAY", 1, 86_400, 200_000),
        )
        self.raw = Window("RAW_REQUESTS", "MINUTE", 5, 300, 300_000)
        self._traded: set[int] = set()

    def weigh(self, weight: int, now: Nanos) -> None:
        """Count a call. Raises: Refusal -1003 once the minute is used up."""
        self.weight.turn(now)
        self.weight.used += weight
        if self.weight.used > self.weight.limit:
            raise errors.too_heavy(self.weight.limit, self.weight.wait_s(now))

    def forgive(self, weight: int) -> None:
        """Give back what an order call weighed that succeeded."""
        self.weight.used -= weight

    def count_order(self, now: Nanos) -> None:
        """Count a new order. Raises: Refusal -1015 once an interval is used up."""
        for window in self.orders:
            window.turn(now)
            if window.used >= window.limit:
                raise errors.too_many_orders(window.limit, f"{window.number} {window.interval}")
        for window in self.orders:
            window.used += 1

    def take_back(self) -> None:
        """Count an order no more that was not taken."""
        for window in self.orders:
            window.used -= 1

    def credit(self, order_id: int, is_maker: bool) -> None:
        """Give back for the first trade of an order."""
        if order_id not in self._traded:
            self._traded.add(order_id)
            for window in self.orders:
                window.used = max(0, window.used - (MAKER_CREDIT if is_maker else TAKER_CREDIT))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What exchangeInfo says of all."""
        return [window.row for window in (self.weight, *self.orders, self.raw)]

    def used(self, *, orders: bool) -> list[dict[str, Any]]:
        """What the WebSocket API says with each answer."""
        counted = (*self.orders, self.weight) if orders else (self.weight,)
        return [{**window.row, "count": window.used} for window in counted]

    def headers(self, *, orders: bool) -> dict[str, str]:
        """What comes with each answer over HTTP."""
        used = str(self.weight.used)
        told = {"x-mbx-used-weight": used, f"x-mbx-used-weight-{self.weight.header}": used}
        if orders:
            told.update({f"x-mbx-order-count-{window.header}": str(window.used) for window in self.orders})
        return told
