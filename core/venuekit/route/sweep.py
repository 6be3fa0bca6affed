"""Take the best level of all venues again and again, until the target is met.

Used by `minimum.py`. Greedy is best here: a venue's levels only get worse, so the head of the heap is never beaten by
what lies behind it. What must stay true: the result depends on the lanes, not on the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heappushpop
from itertools import islice
from operator import length_hint, mul
from typing import Final, TypeAlias

import msgspec

from venuekit.route.lane import RANK_MASK, Lane
from venuekit.units import QTY_SCALE, Px, Qty, Usd

Next: TypeAlias = Callable[[], int]
_NOTHING: Final[Next] = iter(()).__next__


class Take(msgspec.Struct, frozen=True, gc=False):
    """What one venue gives: a quantity on its lot, what that is worth, and the worst price in it."""

    lane: Lane
    qty: Qty
    value: Usd
    worst: Px


def sweep(lanes: Sequence[Lane], target: int) -> list[Take]:
    """Allot the target, whole lots only; lanes that give nothing are left out."""
    walks = [reversed(lane.keys) for lane in lanes]
    parts = _walk(lanes, walks, target) if len(lanes) > 1 else _drain(lanes, walks, target)
    takes = [
        _take(lane, left, parts.get(lane.rank))
        for lane, walk in zip(lanes, walks, strict=True)
        if (left := length_hint(walk)) < len(lane.keys)
    ]
    return [take for take in takes if take.qty]


def _walk(lanes: Sequence[Lane], walks: Sequence[Iterator[int]], target: int) -> dict[int, int]:
    """Move each lane's walk behind the levels that are taken; give what is taken of last levels, by rank."""
    # Bound calls by rank rather than attributes: this loop is what a decision spends its time on.
    width = max([lane.rank for lane in lanes], default=-1) + 1
    orders: list[Next] = [_NOTHING] * width
    sizes, lots = orders.copy(), [1] * width
    heap: list[int] = []
    for lane, walk in zip(lanes, walks, strict=True):
        rank, lots[lane.rank] = lane.rank, lane.lot
        numbers = lane.orders()
        heap += islice(numbers, 1)
        orders[rank], sizes[rank] = numbers.__next__, map(lane.sizes.__getitem__, walk).__next__
    heapify(heap)
    parts: dict[int, int] = {}
    while heap:
        order = heappop(heap)
        try:
            # Ends with the venue's levels, or with `size >= target`.
            while (size := sizes[rank := order & RANK_MASK]()) < target:
                target -= size
                order = heappushpop(heap, orders[rank]())
        except StopIteration:
            continue
        # The last level of this venue: what its lot leaves over may fit a finer one.
        parts[rank] = part = target - target % lots[rank]
        target -= part
        if not target:
            break
    return parts


def _drain(lanes: Sequence[Lane], walks: Sequence[Iterator[int]], target: int) -> dict[int, int]:
    """Do what `_walk` does where there is one lane or none: nothing is to be compared."""
    for lane, walk in zip(lanes, walks, strict=True):
        for size in map(lane.sizes.__getitem__, islice(walk, lane.count)):
            if size >= target:
                return {lane.rank: target - target % lane.lot}
            target -= size
    return {}


def _take(lane: Lane, left: int, part: int | None) -> Take:
    keys = lane.keys[left:]
    keys.reverse()
    sizes = [*map(lane.sizes.__getitem__, keys)]
    if part is not None:
        sizes[-1] = part
    qty = sum(sizes)
    surplus = qty % lane.lot
    if surplus or part == 0:
        _give_back(sizes, surplus)
        qty -= surplus
    value = abs(sum(map(mul, keys, sizes)))
    worst = abs(keys[len(sizes) - 1]) if sizes else 0
    return Take(lane, Qty(qty), Usd((value + QTY_SCALE // 2) // QTY_SCALE), Px(worst))


def _give_back(sizes: list[int], surplus: int) -> None:
    # Levels off the lot leave a remainder, which may span several of the last ones.
    while sizes and sizes[-1] <= surplus:
        surplus -= sizes.pop()
    if sizes:
        sizes[-1] -= surplus
