"""Kalshi: how it says no, as a table.

Used by every module that refuses. What must stay true: the code decides, `message` and `details` are for people.
Sources: https://docs.kalshi.com/getting_started/order_errors and OpenAPI 3.34.0, read 2026-11-21. The two codes of
orders that found no volume, and that of a market that does not trade, are seen in other people's clients.
"""

from __future__ import annotations

from typing import Any, Final

from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.rules import Rejected, Why

STATUS: Final = {
    "authentication_error": 401,
    "bad_request": 400,
    "deprecated_v1_order_endpoint": 410,
    "fill_or_kill_insufficient_resting_volume": 409,
    "immediate_or_cancel_insufficient_resting_volume": 409,
    "insufficient_balance": 400,
    "invalid_order": 400,
    "invalid_parameters": 400,
    "MARKET_NOT_ACTIVE": 409,
    "market_not_found": 404,
    "missing_parameters": 400,
    "not_found": 404,
    "order_already_exists": 409,
    "order_group_triggered": 409,
    "service_unavailable": 503,
}

CODES: Final[dict[Why, tuple[str, str]]] = {  # code, details
    Why.UNKNOWN_MARKET: ("market_not_found", ""),
    Why.CLOSED_MARKET: ("MARKET_NOT_ACTIVE", ""),
    Why.OFF_TICK: ("invalid_order", "price is not on the price grid of the market"),
    Why.OFF_LOT: ("invalid_order", "count must be a multiple of 0.01"),
    Why.BELOW_MIN: ("invalid_order", "count is too small"),
    Why.ABOVE_MAX: ("invalid_order", "count is too large"),
    Why.BELOW_NOTIONAL: ("invalid_order", "order is too small"),
    Why.NO_FUNDS: ("insufficient_balance", ""),
    Why.DUPLICATE_ID: ("order_already_exists", ""),
    Why.WOULD_TAKE: ("invalid_order", "post only cross"),
    Why.FOK_KILLED: ("fill_or_kill_insufficient_resting_volume", ""),
    Why.IOC_EMPTY: ("immediate_or_cancel_insufficient_resting_volume", ""),
    Why.NOT_REDUCING: ("invalid_order", "reduce only order would not reduce the position"),
    Why.UNKNOWN_ORDER: ("not_found", ""),
    Why.NO_CHANGE: ("invalid_order", "count must exceed what is filled"),
}


class Refusal(Exception):
    """The venue's no. `bare` puts the fields at the top of the body, as for what cannot be read."""

    def __init__(self, code: str, details: str = "", *, bare: bool = False) -> None:
        super().__init__(f"{code}: {details}" if details else code)
        self.code, self.details, self.bare = code, details, bare

    @property
    def told(self) -> dict[str, str]:
        """The error as a body tells it; `details` is left out where there is nothing to add."""
        told = {"code": self.code, "message": self.code.lower().replace("_", " ")}
        return told | ({"details": self.details} if self.details else {})

    @property
    def item(self) -> dict[str, str]:
        """The error as an item of a batch tells it: `details` always stands there."""
        return {"details": ""} | self.told

    def reply(self) -> Reply:
        """Answer with it."""
        body: Any = self.told if self.bare else {"error": self.told}
        return reply_json(body, STATUS[self.code])


def refusal_of(no: Rejected) -> Refusal:
    """Say the exchange's no in the venue's words."""
    return Refusal(*CODES[no.why])


def too_many() -> Reply:
    """Say that the budget is spent; there is no Retry-After."""
    return reply_json({"error": "too many requests"}, 429)
