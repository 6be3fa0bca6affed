"""What one book event costs while the number of symbols grows from 10 to 10,000: it must stay flat.

An event is a delta of two levels through the keeper, then the best prices of its symbol over two venues. `same ten`
sends the events to ten of the symbols, so that only the code's own growth shows; `spread` sends them all over, where
the processor's caches miss as well.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from random import Random
from typing import Any, Final

from harness import Row, Suite, Work, main

EVENTS: Final = 2_000
LEVELS: Final = 10
COUNTS: Final = (10, 100, 1_000, 10_000)
NOW: Final = 1_760_000_000_000_000_000


class _Feed:
    """As much of a feed as the keeper asks for."""

    def __init__(self, symbols: list[str]) -> None:
        self.instruments = dict.fromkeys(symbols)

    def depth(self, _: str) -> int:
        return 0

    def resync(self, _: str, __: str) -> None:
        raise AssertionError("nothing is lost here")


def events(count: int, *, spread: bool) -> Callable[[], Work]:
    """Send events to `count` symbols, or to ten among so many."""

    def setup() -> Work:
        symbols = [f"COIN{n}-USD" for n in range(count)]
        keepers, every = _keepers(symbols)
        chance, targets = Random(4), symbols if spread else symbols[:10]
        delta = import_module("venuekit.market").BookDelta
        made = [(chance.randrange(2), [_event(delta, chance, chance.choice(targets))]) for _ in range(EVENTS)]

        def repeat() -> None:
            for venue, event in made:
                for symbol in keepers[venue].take(event, NOW):
                    every[symbol].nbbo(NOW)

        return repeat, EVENTS

    return setup


def _keepers(symbols: list[str]) -> tuple[list[Any], dict[str, Any]]:
    keeper, market = import_module("venuekit.book.keeper"), import_module("venuekit.market")
    consolidated = import_module("venuekit.book.consolidated")
    keepers = [keeper.Keeper(_Feed(symbols)) for _ in range(2)]
    every = {symbol: consolidated.Consolidated(symbol) for symbol in symbols}
    bids, asks = ([(10**9 * (1000 + sign * n), 10**8) for n in range(1, LEVELS + 1)] for sign in (-1, 1))
    for number, each in enumerate(keepers):
        each.take([market.BookSnapshot(symbol, bids, asks) for symbol in symbols], NOW)
        for symbol in symbols:
            every[symbol].attach(f"venue{number}", each.books[symbol], each)
    return keepers, every


def _event(delta: Any, chance: Random, symbol: str) -> Any:
    near, size = chance.randrange(1, LEVELS), chance.randrange(1, 10**9)
    return delta(symbol, [(10**9 * (1000 - near), size)], [(10**9 * (1000 + near), size)])


def suite(name: str, *, spread: bool) -> Suite:
    """Put the counts beside each other."""
    rows = tuple(Row(f"{count} symbols", events(count, spread=spread)) for count in COUNTS)
    return Suite(f"growth: {name}", "us an event", rows)


if __name__ == "__main__":
    main(suite("events for the same ten", spread=False), suite("events spread over all", spread=True))
