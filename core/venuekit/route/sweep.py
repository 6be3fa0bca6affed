"""Take the best level of all venues again and again, until the target is met.

Used by `minimum.py`. Greedy is best here: a venue's levels only get worse, so the head of the heap is never beaten by
what lies behind it. What must stay true: the result depends on the lanes, not on the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heapreplace
from itertools import islice
from operator import length_hint, mul
from typing import NamedTuple

from venuekit.route.lane import RANK_MASK, Lane
from venuekit.units import QTY_SCALE, Px, Qty, Usd


class Take(NamedTuple):
    """What one venue gives: a quantity on its lot, what that is worth, and the worst price in it."""

    lane: Lane
    qty: Qty
    value: Usd
    worst: Px


def sweep(lanes: Sequence[Lane], target: int) -> list[Take]:
    """Allot the target, whole lots only; lanes that give nothing are left out."""
    # Iterators by rank rather than attributes: this loop is what a decision spends its time on.
    width = max([lane.rank for lane in lanes], default=-1) + 1
    lots = [1] * width
    walks: list[Iterator[int]] = [iter(())] * width
    orders, sizes = walks.copy(), [walks[0].__next__] * width if width else []
    heap: list[int] = []
    for lane in lanes:
        rank, lots[lane.rank] = lane.rank, lane.lot
        walk = walks[rank] = reversed(lane.keys)
        orders[rank], sizes[rank] = lane.orders(), map(lane.sizes.__getitem__, walk).__next__
        heap += islice(orders[rank], 1)
    heapify(heap)
    parts: dict[int, int] = {}
    while heap:
        rank = heap[0] & RANK_MASK
        size = sizes[rank]()
        if size < target:
            target -= size
            order = next(orders[rank], None)
            if order is None:
                heappop(heap)
            else:
                heapreplace(heap, order)
            continue
        # The last level of this venue: what its lot leaves over may fit a finer one.
        parts[rank] = part = target - target % lots[rank]
        heappop(heap)
        target -= part
        if not target:
            break
    left = {lane.rank: length_hint(walks[lane.rank]) for lane in lanes}
    takes = [_take(lane, left[lane.rank], parts.get(lane.rank)) for lane in lanes if left[lane.rank] < len(lane.keys)]
    return [take for take in takes if take.qty]


def _take(lane: Lane, left: int, part: int | None) -> Take:
    keys = lane.keys[left:]
    keys.reverse()
    sizes = [*map(lane.sizes.__getitem__, keys)]
    if part is not None:
        sizes[-1] = part
    qty = sum(sizes)
    if part == 0 or qty % lane.lot:
        _give_back(sizes, qty % lane.lot)
    qty -= qty % lane.lot
    value = abs(sum(map(mul, keys, sizes)))
    worst = abs(keys[len(sizes) - 1]) if sizes else 0
    return Take(lane, Qty(qty), Usd((value + QTY_SCALE // 2) // QTY_SCALE), Px(worst))


def _give_back(sizes: list[int], surplus: int) -> None:
    # Levels off the lot leave a remainder, which may span several of the last ones.
    while sizes and sizes[-1] <= surplus:
        surplus -= sizes.pop()
    if sizes:
        sizes[-1] -= surplus
