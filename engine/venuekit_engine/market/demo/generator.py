"""The made-up market as a whole: one seeded walk for each coin, and every venue's book that follows it.

Used by `source.py`, tests and benchmarks. Pure: the same seed, venues, times and number of steps give the same events.
What must stay true: no venue ever bids above another's ask, because venues stray less than their spreads are wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from venuekit.market import MarketEvent
from venuekit.units import Nanos
from venuekit_engine.market.demo.listing import COINS, Coin, Place
from venuekit_engine.market.demo.maker import FINE, Maker

STEP: Final = FINE * 3 // 4  # the farthest that a middle moves in one step
STRAY: Final = FINE  # the farthest that a venue strays from the coin's middle
PULL: Final = 512  # how weakly a middle is drawn back to its start

Told = tuple[Maker, list[MarketEvent]]


class Walk:
    """The middle of one coin, in sixteenths of a rung."""

    __slots__ = ("middle", "start")

    def __init__(self, coin: Coin) -> None:
        self.start = self.middle = coin.start * FINE // (coin.tick * coin.gap)

    def step(self, rng: Random) -> None:
        """Move at random, and a little towards the start."""
        self.middle += rng.randint(-STEP, STEP) + (self.start - self.middle + PULL // 2) // PULL


class Generator:
    """Every market of the demo."""

    def __init__(self, seed: int, places: Sequence[Place], coins: Sequence[Coin] = COINS) -> None:
        self._rng = Random(seed)
        self._coins = [(Walk(coin), [self._open(coin, place) for place in places]) for coin in coins]
        self._strays = {id(maker): 0 for maker in self.makers}

    @property
    def makers(self) -> list[Maker]:
        """Every market, coin by coin."""
        return [maker for _, makers in self._coins for maker in makers]

    def start(self, now: Nanos) -> list[Told]:
        """Give every book as it stands."""
        return [(maker, [maker.snapshot(now)]) for maker in self.makers]

    def step(self, now: Nanos) -> list[Told]:
        """Move every market once."""
        told: list[Told] = []
        for walk, makers in self._coins:
            walk.step(self._rng)
            told += [(maker, maker.step(walk.middle + self._stray(maker), now, self._rng)) for maker in makers]
        return told

    def _stray(self, maker: Maker) -> int:
        stray = self._strays[id(maker)] + self._rng.randint(-2, 2)
        stray = self._strays[id(maker)] = max(-STRAY, min(STRAY, stray))
        return stray

    def _open(self, coin: Coin, place: Place) -> Maker:
        return Maker(coin, place, Walk(coin).middle, self._rng)
