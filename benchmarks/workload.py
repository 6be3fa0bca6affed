"""Seeded market data that every row of a benchmark shares: standard library only, so that peers can import it.

Prices are integers × 10⁹ on a tick of 0.01, quantities × 10⁸. Of the changes 60 % resize a level, 20 % put a new one
and 20 % take one away, at an exponential distance from the touch (20 levels in the mean), and the book never crosses.
"""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from random import Random
from typing import Final

TICK: Final = 10**7
MIDDLE: Final = 6_500_000  # ticks: 65,000.00
DEPTH: Final = 1_000
SYMBOL: Final = "BTCUSDT"

Change = tuple[bool, int, int]  # (is a bid, price, quantity; 0 takes the level away)
Rows = list[tuple[int, int]]


def snapshot(depth: int = DEPTH, seed: int = 1) -> tuple[Rows, Rows]:
    """Make both sides, best first."""
    chance = Random(seed)
    return _side(chance, depth, -1), _side(chance, depth, 1)


def _side(chance: Random, depth: int, step: int) -> Rows:
    rows, at = [], MIDDLE
    for _ in range(depth):
        at += step * chance.choice((1, 1, 2, 3))
        rows.append((at * TICK, _size(chance)))
    return rows


def changes(count: int, depth: int = DEPTH, seed: int = 2) -> tuple[list[Change], tuple[int, int, int, int]]:
    """Make changes of the snapshot; give them with the top that they end on."""
    chance = Random(seed)
    # Kept as keys that sort worst first: the price of a bid, minus that of an ask.
    sides = [{sign * px: qty for px, qty in rows} for sign, rows in zip((1, -1), snapshot(depth), strict=True)]
    keys = [sorted(side) for side in sides]
    made = []
    for _ in range(count):
        which = chance.randrange(2)
        key, size = _change(chance, keys[which], -keys[1 - which][-1], depth)
        _put(sides[which], keys[which], key, size)
        made.append((which == 0, abs(key), size))
    bid, ask = keys[0][-1], keys[1][-1]
    return made, (bid, sides[0][bid], -ask, sides[1][ask])


def _change(chance: Random, keys: list[int], other: int, depth: int) -> tuple[int, int]:
    at = keys[-1 - min(int(chance.expovariate(1 / 20)), len(keys) - 1)]
    kind = chance.random()
    if kind < 0.6:
        return at, _size(chance)
    if kind < 0.8 and len(keys) > depth - 50:
        return at, 0
    # One tick better where that is free and does not cross, else the next free one behind it.
    key = at + TICK
    while key >= other or keys[min(bisect_left(keys, key), len(keys) - 1)] == key:
        key -= TICK
    return key, _size(chance)


def _put(side: dict[int, int], keys: list[int], key: int, size: int) -> None:
    if size == 0:
        del side[key]
        del keys[bisect_left(keys, key)]
        return
    if key not in side:
        insort(keys, key)
    side[key] = size


def _size(chance: Random) -> int:
    return chance.randrange(1_000, 500_000_000)


def messages(count: int, per: int = 20) -> tuple[list[tuple[Rows, Rows]], tuple[int, int, int, int]]:
    """Group changes into messages of (bids, asks)."""
    made, top = changes(count * per)
    groups = [made[n : n + per] for n in range(0, len(made), per)]
    return [([(px, q) for b, px, q in g if b], [(px, q) for b, px, q in g if not b]) for g in groups], top


def frames(count: int, per: int = 20, first: int = 1_000) -> tuple[list[bytes], tuple[int, int, int, int]]:
    """Write messages as Binance's combined stream does: `depthUpdate`, decimal strings with eight places.

    Shape: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, read 2026-11-21.
    """
    made, top = messages(count, per)
    return [_frame(first + n * per, per, bids, asks) for n, (bids, asks) in enumerate(made)], top


def _frame(seq: int, per: int, bids: Rows, asks: Rows) -> bytes:
    data = {
        "e": "depthUpdate",
        "E": 1_760_000_000_000 + seq,
        "s": SYMBOL,
        "U": seq + 1,
        "u": seq + per,
        "b": [[price(px), size(qty)] for px, qty in bids],
        "a": [[price(px), size(qty)] for px, qty in asks],
    }
    combined = {"stream": f"{SYMBOL.lower()}@depth@100ms", "data": data}
    return json.dumps(combined, separators=(",", ":")).encode()


def price(px: int) -> str:
    """Write a price with eight places."""
    return f"{px // 10**9}.{px % 10**9 // 10:08d}"


def size(qty: int) -> str:
    """Write a quantity with eight places."""
    return f"{qty // 10**8}.{qty % 10**8:08d}"
