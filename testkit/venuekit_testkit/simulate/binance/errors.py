"""What the simulated Binance answers when it says no: code, message and HTTP status, as tables.

Used by every other file of the face. What must stay true: each reason of the exchange that can come up here has a line.
Source: https://github.com/binance/binance-spot-api-docs errors.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from venuekit_testkit.simulate.exchange.rules import Rejected, Why


class Refusal(Exception):
    """One answer that is no success. `data` comes along with the code; `headers` with the status."""

    def __init__(
        self, code: int, message: str, status: int = 400, data: Any = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.data, self.headers = code, message, status, data, headers or {}

    @property
    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        told = {"code": self.code, "msg": self.message}
        return told if self.data is None else {**told, "data": self.data}


Line = tuple[int, str]

_LOT: Final[Line] = (-1013, "Filter failure: LOT_SIZE")
PLACING: Final[Mapping[Why, Line]] = {
    Why.UNKNOWN_MARKET: (-1121, "Invalid symbol."),
    Why.CLOSED_MARKET: (-1013, "Market is closed."),
    Why.OFF_TICK: (-1013, "Filter failure: PRICE_FILTER"),
    Why.OFF_LOT: _LOT,
    Why.BELOW_MIN: _LOT,
    Why.ABOVE_MAX: _LOT,
    Why.BELOW_NOTIONAL: (-1013, "Filter failure: NOTIONAL"),
    Why.NO_FUNDS: (-2010, "Account has insufficient balance for requested action."),
    Why.DUPLICATE_ID: (-2010, "Duplicate order sent."),
    Why.WOULD_TAKE: (-2010, "Order would immediately match and take."),
}
CANCELLING: Final[Mapping[Why, Line]] = {Why.UNKNOWN_ORDER: (-2011, "Unknown order sent.")}
ASKING: Final[Mapping[Why, Line]] = {Why.UNKNOWN_ORDER: (-2013, "Order does not exist.")}
AMENDING: Final[Mapping[Why, Line]] = {
    **PLACING,
    Why.UNKNOWN_ORDER: (-2038, "Unknown order sent."),
    Why.NO_CHANGE: (-2038, "The requested action would change no state; rejecting."),
}


def refusal_of(rejected: Rejected, table: Mapping[Why, Line]) -> Refusal:
    """Say the exchange's no in the venue's words."""
    return Refusal(*table[rejected.why])


# ── requests that never reach the exchange ──


def missing(name: str) -> Refusal:
    """A parameter that must be there."""
    return Refusal(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def missing_both(one: str, other: str) -> Refusal:
    """One of two parameters that must be there."""
    return Refusal(-1102, f"Param '{one}' or '{other}' must be sent, but both were empty/null!")


def illegal(name: str, legal: str) -> Refusal:
    """A parameter with characters that it may not have."""
    return Refusal(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")


def unread(read: int, sent: int) -> Refusal:
    """Parameters that the call does not have."""
    return Refusal(-1104, f"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent}'.")


def not_required(name: str) -> Refusal:
    """A parameter that this kind of order does not have."""
    return Refusal(-1106, f"Parameter '{name}' sent when not required.")


def too_precise(name: str) -> Refusal:
    """More decimals than an asset has."""
    return Refusal(-1111, f"Parameter '{name}' has too much precision.")


TWICE: Final = (-1101, "Duplicate values for a parameter detected.")
UNSUPPORTED: Final = (-1020, "This operation is not supported.")
BAD_TYPE: Final = (-1116, "Invalid orderType.")
BAD_SIDE: Final = (-1117, "Invalid side.")
BAD_TIF: Final = (-1115, "Invalid timeInForce.")
BAD_SYMBOL: Final = (-1121, "Invalid symbol.")
BAD_INTERVAL: Final = (-1127, "More than 24 hours between startTime and endTime.")
BAD_COMBINATION: Final = (-1128, "Combination of optional parameters invalid.")
RESTRICTED: Final = (-2011, "Order was not canceled due to cancel restrictions.")
BAD_RESTRICTION: Final = (-1145, "Invalid cancelRestrictions")
LATE: Final = (-1021, "Timestamp for this request is outside of the recvWindow.")
EARLY: Final = (-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
BAD_SIGNATURE: Final = (-1022, "Signature for this request is not valid.")
BAD_KEY_FORMAT: Final = (-2014, "API-key format invalid.", 401)
BAD_KEY: Final = (-2015, "Invalid API-key, IP, or permissions for action.", 401)
TOO_MANY_OPEN: Final = (-1013, "Filter failure: MAX_NUM_ORDERS")


def too_heavy(limit: int, wait_s: int) -> Refusal:
    """More request weight than a minute has."""
    message = (
        f"Too much request weight used; current limit is {limit} request weight per 1 MINUTE. "
        "Please use WebSocket Streams for live updates to avoid polling the API."
    )
    return Refusal(-1003, message, 429, headers={"retry-after": str(wait_s)})


def too_many_orders(limit: int, span: str) -> Refusal:
    """More unfilled orders than an interval has."""
    return Refusal(-1015, f"Too many new orders; current limit is {limit} orders per {span}.", 429)
