"""Kalshi: what markets paid when they ended.

Used by `venue.py`. The venue pays by itself, so to redeem is to ask what it paid. What must stay true: nothing is
called paid without the venue's record of it.
Sources: OpenAPI 3.34.0, GetSettlements and GetMarket (https://docs.kalshi.com/openapi.yaml);
https://docs.kalshi.com/getting_started/market_lifecycle; read 2026-11-21.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Mode
from venuekit.errors import Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.order import Redeemed
from venuekit.position import Settlement
from venuekit.units import NANOS_PER_S, Nanos, format_qty, format_usd
from venuekit.wire import Flow
from venuekit_kalshi.answers import read
from venuekit_kalshi.caller import Caller
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.endpoints import MARKET, MAX_ROWS, SETTLEMENTS, Params
from venuekit_kalshi.pages import fetch_pages
from venuekit_kalshi.parse import to_settlement
from venuekit_kalshi.wire import Market, MarketAnswer, PaidPage

SETTLED: Final = "finalized"
SOURCE: Final = "https://docs.kalshi.com/getting_started/market_lifecycle"


def fetch_settlements(caller: Caller, since: Nanos, now: Nanos) -> Flow[list[Settlement]]:
    """Fetch what was paid since a time, oldest first."""
    paid = yield from _fetch(caller, after(since), now)
    return [each for each in paid if each.ts >= since]


def after(since: Nanos) -> list[tuple[str, str]]:
    """Write the filter for rows since a time: whole seconds, one early, because the venue's bound is not its own."""
    return [("min_ts", str(max(since // NANOS_PER_S - 1, 0)))]


def redeem(caller: Caller, market: Instrument, now: Nanos) -> Flow[Redeemed]:
    """Tell what a market paid; `noop` where it ended and we held nothing of it.

    Raises: Refused for a market that has not been settled; OutcomeUnknown.
    """
    paid = yield from _fetch(caller, [("ticker", market.venue_symbol)], now)
    mine = [each for each in paid if each.venue_symbol == market.venue_symbol]
    if mine:
        return Redeemed(Mode.AUTO_SETTLED, "; ".join(_describe(each) for each in mine))
    response = yield caller.public(MARKET, market.venue_symbol)
    told = read(response, MarketAnswer, lambda answer: answer.market)
    if told.status != SETTLED:
        raise _not_settled(told)
    return Redeemed(Mode.NOOP, f"it was settled ({told.result or 'no result'}), and nothing of it was held")


def _fetch(caller: Caller, filters: Params, now: Nanos) -> Flow[list[Settlement]]:
    params = [*filters, ("limit", str(MAX_ROWS))]
    paid = yield from fetch_pages(
        lambda more: caller.signed(SETTLEMENTS, now, params=[*params, *more]),
        PaidPage,
        lambda page: [to_settlement(each) for each in page.settlements or []],
    )
    return sorted(paid, key=lambda each: each.ts)


def _describe(paid: Settlement) -> str:
    held = f"{format_qty(paid.qty)} of YES" if paid.qty >= 0 else f"{format_qty(paid.qty)} (NO)"
    return f"settled {paid.result}: {format_usd(paid.paid)} USD paid for {held}, after {format_usd(paid.fee)} in fees"


def _not_settled(market: Market) -> Refused:
    message = (
        f"{market.ticker} has not been settled, its status is {market.status}; the venue pays by itself when it is"
    )
    return Refused(message, venue=VENUE, reason=RejectReason.INVALID_PARAMS, code=market.status, source=SOURCE)
