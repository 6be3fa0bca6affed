"""The reference venue: how it says no, as tables.

Used by every file of the face. What must stay true: each reason of the exchange has a code, each code a status and a
sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.rules import Why

CODES: Final[Mapping[Why, str]] = {
    Why.UNKNOWN_MARKET: "unknown_market",
    Why.CLOSED_MARKET: "market_closed",
    Why.OFF_TICK: "invalid_price",
    Why.OFF_LOT: "invalid_quantity",
    Why.BELOW_MIN: "invalid_quantity",
    Why.ABOVE_MAX: "invalid_quantity",
    Why.BELOW_NOTIONAL: "below_notional",
    Why.NO_FUNDS: "insufficient_funds",
    Why.DUPLICATE_ID: "duplicate_client_id",
    Why.WOULD_TAKE: "would_take",
    Why.FOK_KILLED: "fok_killed",
    Why.IOC_EMPTY: "ioc_empty",
    Why.NOT_REDUCING: "not_reducing",
    Why.UNKNOWN_ORDER: "order_not_found",
    Why.NO_CHANGE: "no_change",
}

TOLD: Final[Mapping[str, tuple[int, str]]] = {
    "bad_request": (400, "the request cannot be read"),
    "invalid_price": (400, "the price is not on the market's grid"),
    "invalid_quantity": (400, "the quantity is not on the market's grid or beyond its limits"),
    "below_notional": (400, "price times quantity is too little"),
    "too_many_items": (400, "a batch takes twenty items"),
    "bad_key": (401, "the key is unknown"),
    "bad_sign": (401, "the signature is wrong"),
    "nonce_reused": (401, "the nonce is not above the last one"),
    "insufficient_funds": (402, "the account has too little"),
    "not_found": (404, "there is no such call"),
    "unknown_market": (404, "there is no such market"),
    "order_not_found": (404, "no such order rests: it was never placed, or it is over"),
    "market_closed": (409, "the market takes no orders"),
    "duplicate_client_id": (409, "this client id was used"),
    "would_take": (409, "a post-only order would take"),
    "fok_killed": (409, "a fill-or-kill order cannot be filled"),
    "ioc_empty": (409, "there is nothing to take"),
    "not_reducing": (409, "the order does not reduce a position"),
    "no_change": (409, "the new quantity must be above what is filled"),
    "not_resolved": (409, "the market is not resolved"),
    "too_many_requests": (429, "slow down"),
    "internal": (503, "something went wrong here; the outcome is unknown"),
}


class Denied(Exception):
    """The venue's no, by its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def told(code: str) -> dict[str, str]:
    """Give the error's body."""
    return {"code": code, "message": TOLD[code][1]}


def denial(code: str, **headers: str) -> Reply:
    """Answer no."""
    return reply_json(told(code), TOLD[code][0], **headers)
