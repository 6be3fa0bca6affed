"""Where to wait: the venue that a resting limit order, or what the sweep left of one, goes to.

Used by `plan.py`, and by placement that posts first. The cheapest maker fee wins, then the deepest book on our side,
then the name; a venue that can hold all of it goes before one that cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from venuekit.instrument import Instrument
from venuekit.route.candidate import RESTING, Candidate, select
from venuekit.route.cost import trade_fee
from venuekit.route.intent import Intent
from venuekit.route.leg import Leg
from venuekit.route.minimum import fits
from venuekit.route.room import payable
from venuekit.side import Side
from venuekit.units import Px, Qty, Usd, floor_to, notional

DEPTH: Final = 5  # levels of our own side that are counted as company


def rest_on(
    intent: Intent, candidates: Iterable[Candidate], qty: Qty, px: Px | None = None, legs: Sequence[Leg] = ()
) -> Leg | None:
    """Pick the venue to rest `qty` on, at `px` or else the limit; None where no venue takes it.

    `legs` are what goes out beside it, whose money is spent. A post-only order skips venues where it would trade.
    """
    price = px or intent.limit
    if price is None:
        return None
    fit, _ = select(intent, candidates, RESTING)
    offers = [(each, leg) for each in fit if (leg := _leg(intent, each, qty, price, legs)) is not None]
    return min(offers, key=lambda offer: _precedence(*offer), default=(None, None))[1]


def _leg(intent: Intent, candidate: Candidate, qty: Qty, px: Px, legs: Sequence[Leg]) -> Leg | None:
    instrument, fees = candidate.instrument, candidate.instrument.fees
    at = _on_tick(instrument, px, intent.side)
    if fees is None or fees.maker is None or at <= 0 or (intent.post_only and _trades(candidate, at, intent.side)):
        return None
    # It may trade as it arrives, so the dearer fee is what must be there for it.
    fee = max(fees.maker, fees.taker or 0)
    held = Qty(floor_to(_affordable(candidate, intent.side, qty, at, fee, legs), instrument.lot))
    if not fits(instrument, held, at):
        return None
    value = notional(at, held)
    return Leg(candidate.venue, instrument, intent.side, held, at, value, trade_fee(fees, fees.maker, value, at))


def _affordable(candidate: Candidate, side: Side, qty: Qty, px: Px, fee: int, legs: Sequence[Leg]) -> int:
    most = min(qty, candidate.instrument.max_qty or qty)
    if candidate.free is None:
        return most
    spent = sum(_spent(leg, side) for leg in legs if leg.venue == candidate.venue)
    return min(most, payable(candidate.free - spent, px, fee, side))


def _spent(leg: Leg, side: Side) -> int:
    # Money has nine decimals and a balance eight; round up, never down.
    return leg.qty if side is Side.SELL else -(-Usd(leg.value + max(leg.fee, 0)) // 10)


def _on_tick(instrument: Instrument, px: Px, side: Side) -> Px:
    # Away from the market, so that the limit is never passed.
    return instrument.floor_px(px) if side is Side.BUY else instrument.ceil_px(px)


def _trades(candidate: Candidate, px: Px, side: Side) -> bool:
    quote = candidate.quote
    return 0 < quote.ask_px <= px if side is Side.BUY else quote.bid_px >= px


def _precedence(candidate: Candidate, leg: Leg) -> tuple[int, int, int, str]:
    ladder = candidate.book.bids if leg.side is Side.BUY else candidate.book.asks
    company = sum(qty for _, qty in ladder.levels(DEPTH))
    fees = candidate.instrument.fees
    return -leg.qty, (fees.maker or 0 if fees else 0), -company, candidate.venue
