"""What can go wrong with an order, sorted by what the caller may do next.

TradeError
├── NotSent          nothing left this process       -> fix or resend freely
│   ├── Unsupported  the venue or plugin lacks it    -> choose another venue
│   ├── Invalid      the order breaks a known rule   -> correct it
│   └── RateLimited  our own budget is spent         -> wait `retry_after`
├── Refused          the venue said no, with proof   -> do not resend unchanged
│   └── OrderGone    the venue no longer has it      -> query: it may be filled
└── OutcomeUnknown   no proof either way             -> reconcile before any resend

A refusal needs proof from the venue. Silence is never a refusal.
"""

from __future__ import annotations

from enum import Enum

from venuekit.units import Nanos


class RejectReason(Enum):
    """Why an order was refused, in the public words."""

    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    EXCHANGE_REJECT = "EXCHANGE_REJECT"
    EXCHANGE_BUSY = "EXCHANGE_BUSY"
    BAD_VENUE = "BAD_VENUE"
    STALE_VENUE = "STALE_VENUE"
    PRICE_DEVIATION = "PRICE_DEVIATION"
    POSITION_LIMIT = "POSITION_LIMIT"
    DAILY_LOSS_LIMIT = "DAILY_LOSS_LIMIT"
    KILL_SWITCH = "KILL_SWITCH"
    NO_TRADING_WALLET = "NO_TRADING_WALLET"
    TRADING_WALLET_NOT_READY = "TRADING_WALLET_NOT_READY"
    INVALID_PARAMS = "INVALID_PARAMS"
    RATE_LIMIT = "RATE_LIMIT"
    AUTH = "AUTH"
    NETWORK = "NETWORK"
    RISK = "RISK"
    UNKNOWN = "UNKNOWN"


class TradeError(Exception):
    """Base of every error that a venue operation may raise. `code` is the venue's own, verbatim."""

    def __init__(self, message: str, *, venue: str, code: str = "", source: str = "") -> None:
        super().__init__(f"{venue}: {message}" + (f" [{code}]" if code else ""))
        self.message, self.venue, self.code, self.source = message, venue, code, source


class NotSent(TradeError):
    """Nothing left this process."""


class Unsupported(NotSent):
    """The venue or its plugin lacks the verb; raised before any request exists."""


class Invalid(NotSent):
    """The order breaks a rule that we know; raised before any request exists."""


class RateLimited(NotSent):
    """Our budget at the venue is spent until `retry_after` nanoseconds from now."""

    def __init__(self, message: str, *, venue: str, retry_after: Nanos) -> None:
        super().__init__(message, venue=venue)
        self.retry_after = retry_after


class Refused(TradeError):
    """The venue said no and proved it."""

    def __init__(self, message: str, *, venue: str, reason: RejectReason, code: str = "", source: str = "") -> None:
        super().__init__(message, venue=venue, code=code, source=source)
        self.reason = reason


class OrderGone(Refused):
    """The venue has no such live order: filled, cancelled, or never placed. Query before you believe any."""

    def __init__(self, message: str, *, venue: str, code: str = "", source: str = "") -> None:
        super().__init__(message, venue=venue, reason=RejectReason.EXCHANGE_REJECT, code=code, source=source)


class OutcomeUnknown(TradeError):
    """Nothing proves that the order lives or that it does not."""
