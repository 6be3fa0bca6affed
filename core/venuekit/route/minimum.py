"""Allot a target so that every order is one that its venue takes.

Used by `plan.py`. An allotment under the venue's minimum quantity or notional is dropped, the smallest first, and the
sweep runs again over the others, which absorb what they have depth for. What must stay true: never more than the
target, every order on the lot and at or above the minimum.
"""

from __future__ import annotations

from collections.abc import Sequence

from venuekit.instrument import Instrument
from venuekit.route.lane import Lane
from venuekit.route.sweep import Take, sweep
from venuekit.units import Px, Qty, notional


def allot(lanes: Sequence[Lane], target: Qty) -> tuple[list[Take], list[Lane]]:
    """Give the allotments that stand, and the lanes dropped for their minimum."""
    alive = list(lanes)
    dropped: list[Lane] = []
    takes = sweep(alive, target)
    while poor := [take for take in takes if not _stands(take)]:
        least = min(poor, key=lambda take: (take.value, -take.lane.rank)).lane
        alive.remove(least)
        dropped.append(least)
        takes = sweep(alive, target)
    return _readmit(takes, dropped, target) if dropped else (takes, dropped)


def fits(instrument: Instrument, qty: Qty, px: Px) -> bool:
    """Tell whether a venue takes an order of this size at this price."""
    if qty < instrument.min_qty or qty <= 0 or 0 < instrument.max_qty < qty:
        return False
    return not instrument.min_notional or notional(px, qty) >= instrument.min_notional


def _readmit(takes: list[Take], dropped: list[Lane], target: Qty) -> tuple[list[Take], list[Lane]]:
    # Two venues may each be under the minimum with a part, and one of them above it with the whole.
    left = target - sum(take.qty for take in takes)
    out: list[Lane] = []
    for lane in sorted(dropped, key=lambda each: each.rank):
        again = [take for take in sweep([lane], left) if _stands(take)]
        if again:
            takes += again
            left -= again[0].qty
        else:
            out.append(lane)
    return takes, out


def _stands(take: Take) -> bool:
    # Venues value an order at its limit, which for a sell is below what it should trade for.
    instrument = take.lane.candidate.instrument
    return take.value >= instrument.min_notional and fits(instrument, take.qty, take.worst)
