"""One venue's levels as the sweep sees them: each with one number that says how good it is, computed when reached.

The number is (cost of one unit, × 10⁸) × 1024 + rank. Exact integers order the levels of all venues, and the rank in
the low bits breaks ties and says whose level it is, so a heap compares plain integers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final, TypeAlias

from venuekit.instrument import FeeModel, FeeSchedule
from venuekit.route.candidate import Candidate
from venuekit.route.cost import VenueCost
from venuekit.route.intent import Intent
from venuekit.route.room import room_of
from venuekit.side import Side
from venuekit.units import PX_SCALE, RATE_SCALE, Px, Rate

RANK_BITS: Final = 10
MAX_LANES: Final = 1 << RANK_BITS
RANK_MASK: Final = MAX_LANES - 1

Numbering: TypeAlias = Callable[[int], int]  # a key to the number that orders it


class Lane:
    """A candidate with its rank, its terms and its levels inside the bound.

    `keys` are the ladder's, best last, of which the last `count` are inside; `sizes` gives their quantities.
    """

    __slots__ = ("candidate", "cost", "count", "fee", "fees", "is_cut", "keys", "lot", "number", "rank", "sizes")

    def __init__(
        self, intent: Intent, candidate: Candidate, rank: int, cost: VenueCost, reference: Px, bound: Px | None
    ) -> None:
        side, instrument = intent.side, candidate.instrument
        ladder = candidate.book.asks if side is Side.BUY else candidate.book.bids
        self.candidate, self.rank, self.cost, self.lot = candidate, rank, cost, instrument.lot
        self.fees, self.fee = taker_of(candidate)
        self.keys = ladder.keys
        self.sizes: Mapping[int, int] = ladder.qtys
        inside = 0 if bound is None else bisect_left(self.keys, bound * ladder.sign)
        self.count, self.is_cut = len(self.keys) - inside, inside > 0
        base = reference * sum(cost) * MAX_LANES + rank
        model = _curved if self.fees.model is FeeModel.PROBABILITY else _flat
        self.number = model(base, self.fee, side.sign)
        room = room_of(candidate, side, self.fee, bound)
        if room is not None and room < intent.qty:
            self._narrow(room)

    def orders(self) -> Iterator[int]:
        """Number the levels inside the bound, best first."""
        return map(self.number, islice(reversed(self.keys), self.count))

    def _narrow(self, room: int) -> None:
        # A copy of the levels that fit the room, the last of them cut, so that the sweep needs to know of no room.
        sizes: dict[int, int] = {}
        for key in reversed(self.keys[len(self.keys) - self.count :]):
            if room <= 0:
                break
            sizes[key] = min(self.sizes[key], room)
            room -= sizes[key]
        self.sizes, self.count = sizes, len(sizes)


def taker_of(candidate: Candidate) -> tuple[FeeSchedule, Rate]:
    """Give what a venue charges who takes. Raises: ValueError where it is unknown, which `select` leaves out."""
    fees = candidate.instrument.fees
    if fees is None or fees.taker is None:
        raise ValueError(f"{candidate.venue}: taker fee unknown")
    return fees, fees.taker


def _flat(base: int, fee: Rate, sign: int) -> Numbering:
    slope = -(RATE_SCALE + sign * fee) * MAX_LANES
    return lambda key: base + key * slope


def _curved(base: int, fee: Rate, _: int) -> Numbering:
    def order(key: int) -> int:
        px = abs(key)
        return base + (px * fee * max(PX_SCALE - px, 0) // PX_SCALE - key * RATE_SCALE) * MAX_LANES

    return order
