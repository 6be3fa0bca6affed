"""Binance spot: what each error proves, as a table.

Used by `answers.py` and `amend.py`. What must stay true: a refusal needs the venue's word. A 5xx, a 408, an unreadable
body and the codes that say "execution status unknown" prove nothing, so they leave the outcome open.
Sources: https://github.com/binance/binance-spot-api-docs errors.md and rest-api.md, HTTP Return Codes (2026-07-21),
read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from venuekit.errors import RejectReason, TradeError
from venuekit.proof import Proof

VENUE: Final = "binance"
DOCS: Final = "https://github.com/binance/binance-spot-api-docs/blob/master"


class Verdict(msgspec.Struct, frozen=True):
    """One line of the table: applies where the venue's message contains `text`."""

    proof: Proof
    reason: RejectReason = RejectReason.UNKNOWN
    source: str = f"{DOCS}/errors.md"
    text: str = ""

    def error(self, message: str, code: str) -> TradeError:
        """Make the error that says so."""
        return self.proof.error(message, venue=VENUE, reason=self.reason, code=code, source=self.source)


def _no(reason: RejectReason, text: str = "", section: str = "") -> Verdict:
    return Verdict(Proof.REFUSED, reason, f"{DOCS}/errors.md{section}", text)


_R: Final = RejectReason
_NOTHING: Final = Verdict(Proof.NOTHING)
_GONE: Final = Verdict(Proof.GONE, _R.EXCHANGE_REJECT)
_REJECT: Final = "#messages-for--1010-error_msg_received--2010-new_order_rejected-and--2011-cancel_rejected"
_HTTP: Final = f"{DOCS}/rest-api.md#http-return-codes"

# Statuses that prove something whatever the body holds; every 5xx besides is `Proof.NOTHING`.
STATUSES: Final[Mapping[int, Verdict]] = {
    401: Verdict(Proof.REFUSED, _R.AUTH, _HTTP),
    403: Verdict(Proof.REFUSED, _R.RATE_LIMIT, _HTTP),  # the firewall stopped it before the API
    408: Verdict(Proof.NOTHING, source=_HTTP),
    418: Verdict(Proof.REFUSED, _R.RATE_LIMIT, _HTTP),  # banned
    429: Verdict(Proof.REFUSED, _R.RATE_LIMIT, _HTTP),
}
SERVER_ERROR: Final = Verdict(Proof.NOTHING, source=_HTTP)

# What the matching engine says, under whichever of its codes; the first line whose text the message contains decides.
ENGINE: Final = (
    _no(_R.INSUFFICIENT_BALANCE, "insufficient balance", _REJECT),
    # An order of this very client id is live, so to call the id refused would lose sight of it.
    Verdict(Proof.NOTHING, source=f"{DOCS}/errors.md{_REJECT}", text="Duplicate order sent"),
    Verdict(Proof.GONE, _R.EXCHANGE_REJECT, f"{DOCS}/errors.md{_REJECT}", "Unknown order"),
    _no(_R.BAD_VENUE, "Market is closed", _REJECT),
    _no(_R.AUTH, "account", _REJECT),
    _no(_R.AUTH, "trading is not enabled", _REJECT),
    _no(_R.INVALID_PARAMS, "not support", _REJECT),
    _no(_R.INVALID_PARAMS, "Unsupported order combination", _REJECT),
    _no(_R.INVALID_PARAMS, "zero or less", _REJECT),
    _no(_R.INVALID_PARAMS, "is invalid", _REJECT),
    _no(_R.EXCHANGE_REJECT, "", _REJECT),  # would match or trigger at once, cancel restrictions, too little liquidity
)

# The last line of a code has no text, so it takes what the lines before it leave.
CODES: Final[Mapping[int, tuple[Verdict, ...]]] = {
    -1000: (_NOTHING,),  # "An unknown error occurred while processing the request."
    -1001: (_NOTHING,),  # "Internal error; unable to process your request."
    -1002: (_no(_R.AUTH),),
    -1003: (_no(_R.RATE_LIMIT),),
    -1006: (_NOTHING,),  # "Execution status unknown."
    -1007: (_NOTHING,),  # "Send status unknown; execution status unknown."
    -1008: (_no(_R.EXCHANGE_BUSY),),
    -1010: ENGINE,
    -1013: (
        _no(_R.PRICE_DEVIATION, "PERCENT_PRICE", "#filter-failures"),
        _no(_R.POSITION_LIMIT, "MAX_POSITION", "#filter-failures"),
        _no(_R.BAD_VENUE, "Market is closed", _REJECT),
        _no(_R.INVALID_PARAMS, "", "#filter-failures"),
    ),
    -1014: (_no(_R.INVALID_PARAMS),),  # "Unsupported order combination."
    -1015: (_no(_R.RATE_LIMIT),),
    -1016: (_no(_R.EXCHANGE_BUSY),),
    -1020: (_no(_R.INVALID_PARAMS),),  # "This operation is not supported."
    -1021: (_no(_R.AUTH),),
    -1022: (_no(_R.AUTH),),
    -1112: (_no(_R.EXCHANGE_REJECT),),  # "No orders on book for symbol."
    -1220: (_no(_R.BAD_VENUE),),  # the symbol's status is not the one that was asked for
    -2008: (_no(_R.AUTH),),
    -2010: ENGINE,
    -2011: ENGINE,
    -2013: (_GONE,),
    -2014: (_no(_R.AUTH),),
    -2015: (_no(_R.AUTH),),
    -2021: (_NOTHING,),  # one half of a cancelReplace was done; which one, its `data` tell, where they can be read
    -2022: (_NOTHING,),  # neither half was done, or nothing is known of the cancel: only `data` tell
    -2026: (_GONE,),
    -2038: (
        Verdict(Proof.GONE, _R.EXCHANGE_REJECT, text="Unknown order"),
        _no(_R.EXCHANGE_REJECT),
    ),
}

# Codes that stand in no line above, by their range; the docs head each range with what it is.
RANGES: Final = (
    (range(-1099, -999), _NOTHING),  # "General Server or Network issues"
    (range(-1999, -1099), _no(_R.INVALID_PARAMS)),  # "Request issues"
    (range(-2999, -1999), _no(_R.EXCHANGE_REJECT)),
)


def judge(code: int, msg: str) -> Verdict:
    """Tell what a code and its message prove; nothing, where no line and no range knows the code."""
    for verdict in CODES.get(code, ()):
        if verdict.text in msg:
            return verdict
    return next((verdict for codes, verdict in RANGES if code in codes), _NOTHING)


def error_of(code: int, msg: str) -> TradeError:
    """Make the error for a code of the venue, its words kept."""
    return judge(code, msg).error(msg or "no message", str(code))


def judge_status(status: int) -> Verdict | None:
    """Tell what a status proves by itself; None where the body decides."""
    return SERVER_ERROR if status >= 500 else STATUSES.get(status)
