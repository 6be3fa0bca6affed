"""Binance spot: an account's events into the model.

Used by `account.py`. What must stay true: a trade has the id that `myTrades` gives it, so it counts once whichever way
it comes; an order keeps the client id that we gave it, also when a cancel speaks; a word that we do not know raises.
Sources: https://github.com/binance/binance-spot-api-docs user-data-stream.md and enums.md (2026-07-21), read
2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from venuekit.fill import Fill, Liquidity
from venuekit.order import Balance, OrderReport
from venuekit.units import floor_qty, parse_px, parse_qty, parse_usd
from venuekit.venue import AccountEvent
from venuekit_binance.events import Execution, Holdings
from venuekit_binance.parse import SIDES, STATES, to_average, to_ts

T = TypeVar("T")

TRADE: Final = "TRADE"
CANCELED: Final = "CANCELED"
# What may happen to an order. REPLACED is keepPriority, after which `c` is the name it has from then on.
HAPPENINGS: Final = frozenset((
    "NEW", CANCELED, "REPLACED", "REJECTED", TRADE, "EXPIRED", "TRADE_PREVENTION",
))  # fmt: skip
NO_REASON: Final = "NONE"


def to_events(told: Execution) -> list[AccountEvent]:
    """Read one event of one order: its trade, where there is one, and then the order. Raises: ValueError."""
    if told.x not in HAPPENINGS:
        raise ValueError(f"binance: unknown execution type {told.x!r}")
    report = _to_report(told)
    return [_to_fill(told), report] if told.x == TRADE else [report]


def to_balances(told: Holdings) -> list[AccountEvent]:
    """Read what is held of the assets that may have changed."""
    return [Balance(held.a, floor_qty(held.f), floor_qty(held.l)) for held in told.B]


def _to_report(told: Execution) -> OrderReport:
    filled, reason = parse_qty(told.z), told.r if told.r != NO_REASON else told.eR
    return OrderReport(
        client_id=told.C if told.x == CANCELED and told.C else told.c,
        venue_id=str(told.i),
        venue_symbol=told.s,
        side=_word(SIDES, told.S, "side"),
        state=_word(STATES, told.X, "order status"),
        qty=parse_qty(told.q),
        filled=filled,
        px=parse_px(told.p) or None,
        avg_px=to_average(told.Z, filled),
        ts=to_ts(told.T),
        reason=reason,
    )


def _to_fill(told: Execution) -> Fill:
    return Fill(
        trade_id=str(told.t),
        client_id=told.c,
        venue_id=str(told.i),
        venue_symbol=told.s,
        side=_word(SIDES, told.S, "side"),
        px=parse_px(told.L),
        qty=parse_qty(told.l),
        fee=parse_usd(told.n),
        fee_asset=told.N or "",
        liquidity=Liquidity.MAKER if told.m else Liquidity.TAKER,
        ts=to_ts(told.T),
    )


def _word(table: Mapping[str, T], word: str, what: str) -> T:
    found = table.get(word)
    if found is None:
        raise ValueError(f"binance: unknown {what} {word!r}")
    return found
