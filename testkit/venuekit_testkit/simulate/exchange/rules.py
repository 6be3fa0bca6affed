"""What differs between exchanges in taking orders, and why they refuse, as data.

Used by `admission.py` and by faces, which say it in their venue's words. What must stay true: a refusal has one reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Why(Enum):
    """Why an exchange refuses; each face has a table of what its venue says for it."""

    UNKNOWN_MARKET = "unknown_market"
    CLOSED_MARKET = "closed_market"
    OFF_TICK = "off_tick"
    OFF_LOT = "off_lot"
    BELOW_MIN = "below_min"
    ABOVE_MAX = "above_max"
    BELOW_NOTIONAL = "below_notional"
    NO_FUNDS = "no_funds"
    DUPLICATE_ID = "duplicate_id"
    WOULD_TAKE = "would_take"
    FOK_KILLED = "fok_killed"
    IOC_EMPTY = "ioc_empty"
    NOT_REDUCING = "not_reducing"
    UNKNOWN_ORDER = "unknown_order"  # never placed, or over
    NO_CHANGE = "no_change"


class Rejected(Exception):
    """The exchange's no."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Rules:
    """How one exchange behaves where exchanges differ."""

    id_once: bool = False  # a used client id is refused for ever, else only while its order is open
    fok_killed_is_refused: bool = False  # a killed FOK is an error, else an order that expired
    ioc_empty_is_refused: bool = False
    post_only_is_cancelled: bool = False  # a post-only order that would take is taken and cancelled, else refused
