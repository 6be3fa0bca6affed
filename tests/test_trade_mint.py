"""New graph ids."""

from __future__ import annotations

import random

from venuekit.units import Nanos
from venuekit_engine.trade.mint import minter

NOW = 1_795_000_000_000_000_000


def test_ids_made_later_sort_later() -> None:
    times = iter((NOW, NOW + 1, NOW + 10**9, NOW + 10**17))
    mint = minter(lambda: Nanos(next(times)), random.Random(1).getrandbits)
    made = [mint() for _ in range(4)]
    assert made == sorted(made)
    assert {len(each) for each in made} == {len("graph_") + 32}


def test_ids_made_at_the_same_time_differ() -> None:
    mint = minter(lambda: Nanos(NOW), random.Random(1).getrandbits)
    assert len({mint() for _ in range(10_000)}) == 10_000
