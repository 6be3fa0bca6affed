"""The reference that slippage is measured from, and the worst price that an order may reach."""

from __future__ import annotations

from collections.abc import Iterable

from venuekit.route.candidate import Candidate
from venuekit.route.intent import Intent
from venuekit.side import Side
from venuekit.units import RATE_SCALE, Px


def mid_of(fit: Iterable[Candidate], side: Side) -> Px | None:
    """Give the middle of the best bid and ask, the touch where there is one side, None where there is nothing."""
    quotes = [each.quote for each in fit]
    bids = [quote.bid_px for quote in quotes if quote.bid_px]
    asks = [quote.ask_px for quote in quotes if quote.ask_px]
    if bids and asks:
        return Px((max(bids) + min(asks)) // 2)
    return min(asks, default=None) if side.buys else max(bids, default=None)


def bound_of(intent: Intent, reference: Px | None) -> Px | None:
    """Give the worst price allowed: the tighter of the limit and the slippage cap. None for any."""
    if intent.max_slippage is None or reference is None:
        return intent.limit
    slack = reference * intent.max_slippage // RATE_SCALE
    if intent.side.buys:
        cap = Px(reference + slack)
        return cap if intent.limit is None else min(cap, intent.limit)
    return max(Px(reference - slack), intent.limit or Px(1))
