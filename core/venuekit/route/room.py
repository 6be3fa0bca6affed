"""How much one order at a venue may be: its maximum, and what the account can pay for."""

from __future__ import annotations

from venuekit.book.ladder import Ladder
from venuekit.route.candidate import Candidate
from venuekit.side import Side
from venuekit.units import PX_SCALE, RATE_SCALE, Px


def room_of(candidate: Candidate, side: Side, fee: int, bound: Px | None, want: int) -> int | None:
    """Give the most that a venue may take of `want`, on its lot; None for no limit.

    Money is counted at the bound, where there is one, so that every level inside it can be paid for; else level by
    level, because a market order pays what it walks.
    """
    instrument, free = candidate.instrument, candidate.free
    most: int | None = instrument.max_qty or None
    if free is not None:
        if side.buys and bound is None:
            paid = walkable(free, candidate.book.asks, fee, want)
        else:
            paid = payable(free, bound or 0, fee, side)
        most = paid if most is None or paid < most else most
    return None if most is None else most - most % instrument.lot


def payable(free: int, px: int, fee: int, side: Side) -> int:
    """Give the quantity that a balance covers: base for a sell, quote with its fee for a buy."""
    if not side.buys:
        return max(free, 0)
    return max(free, 0) * PX_SCALE * RATE_SCALE // (px * (RATE_SCALE + max(fee, 0)))


def walkable(free: int, asks: Ladder, fee: int, want: int) -> int:
    """Give the quantity that a balance covers from the best level on; what the deepest one leaves is not looked at."""
    keys, sizes = asks.keys, asks.qtys
    if not keys or (least := payable(free, abs(keys[0]), fee, Side.BUY)) >= want:
        return want
    money, taken = max(free, 0) * PX_SCALE * RATE_SCALE // (RATE_SCALE + max(fee, 0)), 0
    for key in reversed(keys):
        px, size = abs(key), sizes[key]
        if px * size > money:
            return taken + money // px
        money, taken = money - px * size, taken + size
    return max(taken, least)
