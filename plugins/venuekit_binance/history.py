"""Binance spot: our trades since a time, however many there are.

Used by `venue.py`. What must stay true: no trade is left out and none comes twice. The venue answers for 24 hours at
most and gives at most 1000 trades without saying which, so a window that comes back full is cut in two and asked again.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md#account-trade-list-user_data (2026-07-21), read
2026-11-21.
"""

from __future__ import annotations

from typing import Final

from venuekit.errors import OutcomeUnknown
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.units import NANOS_PER_MS, Nanos
from venuekit.wire import Flow
from venuekit_binance.answers import read
from venuekit_binance.caller import Caller
from venuekit_binance.codes import VENUE
from venuekit_binance.endpoints import MY_TRADES
from venuekit_binance.parse import to_fill
from venuekit_binance.wire import MyTrade

DAY_MS: Final = 86_400_000
PAGE: Final = 1000
OPENED_MS: Final = 1_500_000_000_000  # 2017-07-14, when the venue opened: nobody traded before


def fetch_fills(caller: Caller, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[list[Fill]]:
    """Fetch our trades of one market from `since` to `now`, oldest first."""
    fills: list[Fill] = []
    end = now // NANOS_PER_MS
    windows = _days(min(max(since // NANOS_PER_MS, OPENED_MS), end), end)
    while windows:
        start, end = windows.pop()
        page = yield from _fetch(caller, instrument, start, end, now)
        if len(page) < PAGE:
            fills += page
        else:
            windows += _halves(start, end)
    return sorted(fills, key=lambda fill: (fill.ts, int(fill.trade_id)))


def _days(start: int, end: int) -> list[tuple[int, int]]:
    """Cut a span of milliseconds, both ends included, into days; the oldest last."""
    return [(day, min(day + DAY_MS - 1, end)) for day in range(start, end + 1, DAY_MS)][::-1]


def _halves(start: int, end: int) -> list[tuple[int, int]]:
    if start == end:
        raise OutcomeUnknown(f"{PAGE} trades or more in the millisecond {start}: some may be missing", venue=VENUE)
    middle = (start + end) // 2
    return [(middle + 1, end), (start, middle)]


def _fetch(caller: Caller, instrument: Instrument, start: int, end: int, now: Nanos) -> Flow[list[Fill]]:
    params = [
        ("symbol", instrument.venue_symbol),
        ("startTime", str(start)),
        ("endTime", str(end)),
        ("limit", str(PAGE)),
    ]
    response = yield caller.signed(MY_TRADES, params, now)
    return read(response, list[MyTrade], lambda trades: [to_fill(trade) for trade in trades])
