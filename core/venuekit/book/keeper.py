"""Keeps the books of one feed: events in, proven books out, and a request for what was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from venuekit.book.book import Book, BookBroken, BookState
from venuekit.market import BookDelta, BookSnapshot, Gap, MarketEvent, TradePrint
from venuekit.units import Nanos
from venuekit.venue import Feed


class Keeper:
    """Applies a feed's events to its books; asks the feed to resync a book whose proof fails.

    `counts` tells how many events of each kind were taken, proven, old or broken; `heard` is when `take` last ran, so
    that a quiet book on a live socket is not taken for a dead one. `resync` is told what to ask for again; without it
    the feed is, at once.
    """

    def __init__(self, feed: Feed, resync: Callable[[str, str], None] | None = None) -> None:
        self.feed = feed
        self._resync = feed.resync if resync is None else resync
        self.books = {symbol: self._make(symbol) for symbol in feed.instruments}
        self.counts: Counter[str] = Counter()
        self.heard = Nanos(0)

    def take(self, events: Iterable[MarketEvent], now: Nanos) -> list[str]:
        """Apply what one frame told, be it nothing; give the symbols whose book changed or was lost."""
        self.heard = now
        changed: list[str] = []
        for event in events:
            if isinstance(event, BookDelta):
                self._apply(event, now, changed)
            elif isinstance(event, TradePrint):
                self.counts["trade"] += 1
            elif isinstance(event, BookSnapshot):
                self._restore(event, now, changed)
            else:
                self._lose(event, changed)
        return changed

    def distrust_all(self, reason: str) -> None:
        """Give no book until its next snapshot: the connection is gone."""
        for book in self.books.values():
            book.distrust(reason, forget=True)

    def _apply(self, delta: BookDelta, now: Nanos, changed: list[str]) -> None:
        book = self.books[delta.symbol]
        try:
            if book.apply(delta, now):
                self.counts["delta"] += 1
                changed.append(delta.symbol)
            else:
                self.counts["held" if book.state is BookState.WAITING else "old"] += 1
        except BookBroken as error:
            self._break(delta.symbol, str(error), changed)

    def _restore(self, snapshot: BookSnapshot, now: Nanos, changed: list[str]) -> None:
        try:
            self.books[snapshot.symbol].restore(snapshot, now)
            self.counts["snapshot"] += 1
            changed.append(snapshot.symbol)
        except BookBroken as error:
            self._break(snapshot.symbol, str(error), changed)

    def _lose(self, gap: Gap, changed: list[str]) -> None:
        for symbol in [gap.symbol] if gap.symbol else list(self.books):
            self._break(symbol, gap.reason, changed, ask=bool(gap.symbol))

    def _break(self, symbol: str, reason: str, changed: list[str], *, ask: bool = True) -> None:
        self.counts["broken"] += 1
        self.books[symbol].distrust(reason)
        if ask:
            self._resync(symbol, reason)
        changed.append(symbol)

    def _make(self, symbol: str) -> Book:
        return Book(self.feed.depth(symbol), lambda book: self.feed.checksum(symbol, book))
