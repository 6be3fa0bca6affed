"""One venue's levels as the sweep sees them: each with one number that says how good it is, computed when reached.

The number is (cost of one unit, × 10⁸) × 1024 + rank. Exact integers order the levels of all venues, and the rank in
the low bits breaks ties and says whose level it is, so a heap compares plain integers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import msgspec

from venuekit.instrument import FeeModel, FeeSchedule
from venuekit.route.candidate import Candidate
from venuekit.route.cost import NO_COST, VenueCost
from venuekit.route.intent import Intent
from venuekit.route.room import room_of
from venuekit.units import PX_SCALE, RATE_SCALE, Px, Qty, Rate

RANK_BITS: Final = 10
MAX_LANES: Final = 1 << RANK_BITS
RANK_MASK: Final = MAX_LANES - 1


class Lane(msgspec.Struct, gc=False):
    """A candidate with its rank, its terms and its levels inside the bound.

    `keys` are the ladder's, best last, of which the last `count` are inside; `sizes` gives their quantities.
    """

    candidate: Candidate
    rank: int
    cost: VenueCost
    fees: FeeSchedule
    fee: Rate
    lot: Qty
    keys: list[int]
    sizes: Mapping[int, int]
    count: int
    is_cut: bool
    base: int
    slope: int

    def orders(self) -> Iterator[int]:
        """Number the levels inside the bound, best first."""
        keys: Iterator[int] = reversed(self.keys)
        if self.count < len(self.keys):
            keys = islice(keys, self.count)
        if self.fees.model is FeeModel.NOTIONAL:
            return _flat(keys, self.base, self.slope)
        return _curved(keys, self.base, self.fee)


def lane_of(intent: Intent, candidate: Candidate, rank: int, cost: VenueCost, reference: Px, bound: Px | None) -> Lane:
    """Read what a candidate offers. Raises: ValueError where its fee is unknown, which `select` leaves out."""
    side, instrument = intent.side, candidate.instrument
    ladder = candidate.book.asks if side.buys else candidate.book.bids
    fees, keys = instrument.fees, ladder.keys
    if fees is None or fees.taker is None:
        raise ValueError(f"{candidate.venue}: taker fee unknown")
    fee, sizes = fees.taker, ladder.qtys
    inside = 0 if bound is None else bisect_left(keys, bound * ladder.sign)
    count = len(keys) - inside
    base = rank if cost is NO_COST else reference * sum(cost) * MAX_LANES + rank
    slope = -(RATE_SCALE + side.sign * fee) * MAX_LANES
    if candidate.free is not None or instrument.max_qty:
        room = room_of(candidate, side, fee, bound, intent.qty)
        if room is not None and room < intent.qty:
            sizes = _narrow(keys, sizes, count, room)
            count = len(sizes)
    return Lane(candidate, rank, cost, fees, fee, instrument.lot, keys, sizes, count, inside > 0, base, slope)


def _narrow(keys: list[int], sizes: dict[int, int], count: int, room: int) -> dict[int, int]:
    # A copy of the levels that fit the room, the last of them cut, so that the sweep needs to know of no room.
    narrow: dict[int, int] = {}
    for key in islice(reversed(keys), count):
        if room <= 0:
            break
        narrow[key] = min(sizes[key], room)
        room -= narrow[key]
    return narrow


def _flat(keys: Iterator[int], base: int, slope: int) -> Iterator[int]:
    for key in keys:
        yield base + key * slope


def _curved(keys: Iterator[int], base: int, fee: Rate) -> Iterator[int]:
    for key in keys:
        px = abs(key)
        yield base + (px * fee * max(PX_SCALE - px, 0) // PX_SCALE - key * RATE_SCALE) * MAX_LANES
