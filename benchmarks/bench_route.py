"""One routing decision over 8 venues of 20 levels that takes about 60 of them.

No peer that installs from the package index has a router to compare with; the rows are ours, and a plain scan that
finds the same split without minimums, reasons, bounds or legs, to show what those cost.
"""

from __future__ import annotations

from importlib import import_module
from random import Random
from typing import Any, Final

from harness import Row, Suite, Work, main
from workload import MIDDLE, TICK, Rows

DECISIONS: Final = 200
LEVELS: Final = 20
FEES_BPS: Final = (4.0, 4.2, 4.5, 3.8, 4.4, 4.1, 3.9, 4.3)
QTY: Final = 60 * 250_000_000
NOW: Final = 1_760_000_000_000_000_000


def decide() -> Work:
    """Route, the candidates being there."""
    route, intent, candidates = import_module("venuekit.route.plan").route, _intent(), _Market().candidates()
    made = route(intent, candidates)
    assert made.residual == 0
    assert {leg.venue: leg.qty for leg in made.legs} == {name: qty for name, qty in _scan(_sides()).items() if qty}
    return _repeated(lambda: route(intent, candidates))


def decide_from_books() -> Work:
    """Judge every book, make the candidates, and route."""
    route, intent, market = import_module("venuekit.route.plan").route, _intent(), _Market()
    return _repeated(lambda: route(intent, market.candidates()))


def decide_for_the_journal() -> Work:
    """The same, with the digest of the inputs."""
    route, intent, market = import_module("venuekit.route.plan").route, _intent(), _Market()
    return _repeated(lambda: route(intent, market.candidates()).digest)


def scan() -> Work:
    """Only the split, in the plainest way."""
    sides = _sides()
    return _repeated(lambda: _scan(sides))


def _scan(sides: dict[str, Rows]) -> dict[str, int]:
    fees = dict(zip(sides, FEES_BPS, strict=True))
    rates = {name: 10**8 + int(fee * 10_000) for name, fee in fees.items()}
    heads, left, taken = dict.fromkeys(sides, 0), QTY, dict.fromkeys(sides, 0)
    while left:
        name = min(
            (each for each in sides if heads[each] < LEVELS), key=lambda each: sides[each][heads[each]][0] * rates[each]
        )
        part = min(left, sides[name][heads[name]][1])
        taken[name] += part
        left -= part
        heads[name] += 1
    return taken


def _sides() -> dict[str, Rows]:
    chance, sides = Random(3), {}
    for number in range(len(FEES_BPS)):
        at, rows = MIDDLE + chance.randrange(5), []
        for _ in range(LEVELS):
            rows.append((at * TICK, chance.randrange(1_000, 500_000_000)))
            at += chance.choice((1, 1, 2))
        sides[f"venue{number}"] = rows
    return sides


class _Market:
    """Eight venues' books of one symbol."""

    def __init__(self) -> None:
        book, market = import_module("venuekit.book.book"), import_module("venuekit.market")
        self.every = import_module("venuekit.book.consolidated").Consolidated("BTC-USD")
        self.make = import_module("venuekit.route.candidate").Candidate
        self.instruments: dict[str, Any] = {}
        self.books: dict[str, Any] = {}
        for (name, asks), fee in zip(_sides().items(), FEES_BPS, strict=True):
            self.books[name] = book.Book()
            bids = [((MIDDLE - 1 - n) * TICK, 100_000_000) for n in range(LEVELS)]
            self.books[name].restore(market.BookSnapshot("BTC-USD", bids, asks, seq=1), NOW)
            self.every.attach(name, self.books[name])
            self.instruments[name] = _instrument(name, fee)

    def candidates(self) -> list[Any]:
        instruments, books, make = self.instruments, self.books, self.make
        return [
            make(venue=quote.venue, instrument=instruments[quote.venue], book=books[quote.venue], quote=quote)
            for quote in self.every.quotes(NOW + 1_000)
        ]


def _instrument(name: str, fee_bps: float) -> Any:
    instrument = import_module("venuekit.instrument")
    return instrument.Instrument(
        symbol="BTC-USD",
        kind=instrument.Kind.SPOT,
        venue=name,
        venue_symbol="BTCUSD",
        base="BTC",
        quote="USD",
        tick=TICK,
        lot=1,
        min_qty=1_000,
        min_notional=5 * 10**9,
        fees=instrument.FeeSchedule(0, int(fee_bps * 10_000)),
    )


def _intent() -> Any:
    buy = import_module("venuekit.side").Side.BUY
    return import_module("venuekit.route.intent").Intent(symbol="BTC-USD", side=buy, qty=QTY)


def _repeated(work: Any) -> Work:
    def repeat() -> None:
        for _ in range(DECISIONS):
            work()

    return repeat, DECISIONS


SUITE: Final = Suite(
    "route: 8 venues of 20 levels",
    "us a decision",
    (
        Row("venuekit", decide),
        Row("venuekit, from the books", decide_from_books),
        Row("venuekit, from the books, with digest", decide_for_the_journal),
        Row("plain scan, the split alone", scan),
    ),
)

if __name__ == "__main__":
    main(SUITE)
