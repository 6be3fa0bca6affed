"""Take the best level of all venues again and again, until the target is met.

Used by `minimum.py`. Greedy is best here: a venue's levels only get worse, so the head of the heap is never beaten by
what lies behind it. What must stay true: the result depends on the lanes, not on the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heapreplace
from operator import mul
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
    # Lists by rank rather than attributes: this loop is what a decision spends its time on.
    width = max([lane.rank for lane in lanes], default=-1) + 1
    by_rank = list(lanes[:1]) * width
    for lane in lanes:
        by_rank[lane.rank] = lane
    keys = [lane.keys for lane in by_rank]
    sizes = [lane.sizes for lane in by_rank]
    orders = [lane.order for lane in by_rank]
    last = [-lane.count for lane in by_rank]
    reached = [-1] * width  # where each lane's head is in its keys, whose best is at the end
    parts: dict[int, int] = {}
    heap = [lane.order(lane.keys[-1]) for lane in lanes if lane.count]
    heapify(heap)
    while heap:
        rank = heap[0] & RANK_MASK
        at, ladder = reached[rank], keys[rank]
        size = sizes[rank][ladder[at]]
        reached[rank] = at = at - 1
        if size < target:
            target -= size
            if at >= last[rank]:
                heapreplace(heap, orders[rank](ladder[at]))
            else:
                heappop(heap)
            continue
        # The last level of this venue: what its lot leaves over may fit a finer one.
        parts[rank] = part = target - target % by_rank[rank].lot
        heappop(heap)
        target -= part
        if not target:
            break
    takes = [_take(lane, reached[lane.rank], parts.get(lane.rank)) for lane in lanes if reached[lane.rank] < -1]
    return [take for take in takes if take.qty]


def _take(lane: Lane, reached: int, part: int | None) -> Take:
    keys = lane.keys[:reached:-1]
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
