"""How much one order at a venue may be: its maximum, and what the account can pay for."""

from __future__ import annotations

from venuekit.route.candidate import Candidate
from venuekit.side import Side
from venuekit.units import PX_SCALE, RATE_SCALE, Px


def room_of(candidate: Candidate, side: Side, fee: int, bound: Px | None) -> int | None:
    """Give the most that a venue may take, on its lot; None for no limit.

    Money is counted at the bound, where there is one, so that every level inside it can be paid for; else at the touch.
    """
    instrument, free = candidate.instrument, candidate.free
    most: int | None = instrument.max_qty or None
    if free is not None:
        paid = payable(free, candidate.quote.ask_px if bound is None else bound, fee, side)
        most = paid if most is None or paid < most else most
    return None if most is None else most - most % instrument.lot


def payable(free: int, px: int, fee: int, side: Side) -> int:
    """Give the quantity that a balance covers: base for a sell, quote with its fee for a buy."""
    if not side.buys:
        return max(free, 0)
    return max(free, 0) * PX_SCALE * RATE_SCALE // (px * (RATE_SCALE + max(fee, 0)))
