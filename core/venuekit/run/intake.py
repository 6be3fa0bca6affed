"""What becomes of a feed's events: books are kept, listeners told, and lost books asked for again.

Used by `stream.py` and `replay.py`. What must stay true: a frame that cannot be read puts every book of the feed in
doubt, because it may have held any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.market import Gap, MarketEvent, TradePrint
from venuekit.run.pace import Backoff, Resyncs
from venuekit.run.pump import Pump
from venuekit.units import Nanos
from venuekit.venue import Feed, Outbound

OnBooks: TypeAlias = Callable[[list[str]], None]  # symbols whose book changed or was lost
OnTrades: TypeAlias = Callable[[list[TradePrint]], None]
MarketNews: TypeAlias = tuple[list[str], list[TradePrint]]  # the symbols of changed books, and trades


class Intake(Pump[MarketEvent, MarketNews]):
    """One feed with its books and listeners; the books are in `keeper`."""

    quotes = True

    def __init__(self, feed: Feed, venue: str, on_books: OnBooks, on_trades: OnTrades, backoff: Backoff) -> None:
        super().__init__(feed, venue)
        self.feed = feed
        self._resyncs = Resyncs(backoff)
        self.keeper = Keeper(feed, self._resyncs.want)
        self._on_books, self._on_trades = on_books, on_trades

    def opened(self, now: Nanos) -> None:
        """Start afresh on a new connection."""
        self._resyncs.forget()
        super().opened(now)

    def closed(self, reason: str) -> None:
        """Distrust every book: what happens from now on is not seen."""
        self.keeper.distrust_all(reason)
        self._on_books(list(self.keeper.books))

    def outbound(self, now: Nanos) -> list[Outbound]:
        """Take what is to be sent now, the resyncs that are due included."""
        if self._resyncs.wanted:
            self.guard(lambda: self._resync(now), now)
        return super().outbound(now)

    def alive(self, now: Nanos) -> None:
        """Note that the venue is there, though it has nothing to tell."""
        self.keeper.take((), now)

    def digest(self, events: list[MarketEvent], now: Nanos) -> MarketNews:
        """Apply events to the books."""
        changed = self.keeper.take(events, now)
        return changed, [event for event in events if isinstance(event, TradePrint)]

    def doubt(self, reason: str, now: Nanos) -> MarketNews:
        """Lose every book, and ask for each again."""
        return self.keeper.take([Gap(symbol, reason) for symbol in self.keeper.books], now), []

    def tell(self, news: MarketNews) -> None:
        """Tell the listeners of books and of trades."""
        changed, trades = news
        if changed:
            self._on_books(changed)
        if trades:
            self._on_trades(trades)

    def _resync(self, now: Nanos) -> None:
        for symbol, reason in self._resyncs.release(now):
            # It may be mended by now: a snapshot came before its turn to be asked for.
            if self.keeper.books[symbol].state is not BookState.LIVE:
                self.counts["resync"] += 1
                self.feed.resync(symbol, reason)
