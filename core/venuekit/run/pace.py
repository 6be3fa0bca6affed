"""How fast we come back to a venue that fails us: doubling waits, and books asked for again at a bearable rate.

Used by the runners of feeds. Pure: time is an argument. What must stay true: the first try is quick, a venue whose
checksum is wrong for ever is not hammered, and calm is forgiven.
"""

from __future__ import annotations

import msgspec

from venuekit.units import NANOS_PER_S, Nanos


class Backoff(msgspec.Struct, frozen=True):
    """Waits that double from `first_s` to `longest_s`; after `calm_s` without failure they start anew."""

    first_s: float = 0.5
    longest_s: float = 60.0
    calm_s: float = 120.0

    def wait(self, strikes: int) -> Nanos:
        """Give the wait after so many failures in a row; none after none."""
        if strikes <= 0:
            return Nanos(0)
        return Nanos(round(min(self.longest_s, self.first_s * float(2 ** min(strikes - 1, 60))) * NANOS_PER_S))

    def is_calm(self, since: Nanos, now: Nanos) -> bool:
        """Tell whether what went well since a time counts as mended."""
        return now - since >= self.calm_s * NANOS_PER_S


AT_ONCE = Backoff(first_s=0.0, longest_s=0.0, calm_s=0.0)


class Resyncs:
    """The books that wait to be asked for again, by symbol."""

    def __init__(self, backoff: Backoff) -> None:
        self.wanted: dict[str, str] = {}  # reason by symbol
        self._backoff = backoff
        self._asked: dict[str, tuple[Nanos, int]] = {}  # when last, and how often in a row

    def want(self, symbol: str, reason: str) -> None:
        """Note that a book is to be asked for again."""
        self.wanted[symbol] = reason

    def forget(self) -> None:
        """Drop what is wanted, for a new connection brings every book; who failed is remembered."""
        self.wanted.clear()

    def release(self, now: Nanos) -> list[tuple[str, str]]:
        """Take the books, with reasons, that may be asked for now."""
        due = [(symbol, reason) for symbol, reason in self.wanted.items() if self._due(symbol) <= now]
        for symbol, _ in due:
            del self.wanted[symbol]
            self._strike(symbol, now)
        return due

    def _due(self, symbol: str) -> Nanos:
        last, strikes = self._asked.get(symbol, (Nanos(0), 0))
        return Nanos(last + self._backoff.wait(strikes))

    def _strike(self, symbol: str, now: Nanos) -> None:
        last, strikes = self._asked.get(symbol, (now, 0))
        self._asked[symbol] = (now, 1 if self._backoff.is_calm(last, now) else strikes + 1)
