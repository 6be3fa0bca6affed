"""What becomes of a feed's frames: books are kept, listeners told, and lost books asked for again.

Used by `connection.py` on sockets and by `replay.py` on captures, so both run the same code. What must stay true: no
frame kills a feed. One that cannot be read is counted and reported, and every book of the feed is in doubt, because it
may have held any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

import structlog

from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.market import Gap, MarketEvent, TradePrint
from venuekit.run.pace import Backoff, Resyncs
from venuekit.units import Nanos
from venuekit.venue import Feed, Fetch, Outbound
from venuekit.wire import Frame, Response

OnBooks: TypeAlias = Callable[[list[str]], None]  # symbols whose book changed or was lost
OnTrades: TypeAlias = Callable[[list[TradePrint]], None]

log = structlog.get_logger("venuekit.run")


class Intake:
    """One feed with its books and listeners. `counts` tells frames, answers and faults; books are in `keeper`."""

    def __init__(self, feed: Feed, venue: str, on_books: OnBooks, on_trades: OnTrades, backoff: Backoff) -> None:
        self.feed, self.venue = feed, venue
        self.counts: Counter[str] = Counter()
        self._resyncs = Resyncs(backoff)
        self.keeper = Keeper(feed, self._resyncs.want)
        self._on_books, self._on_trades = on_books, on_trades

    def opened(self, now: Nanos) -> None:
        """Start afresh on a new connection."""
        self._resyncs.forget()
        self._tell(lambda: self.feed.opened(now), now)

    def closed(self, reason: str) -> None:
        """Distrust every book: what happens from now on is not seen."""
        self.keeper.distrust_all(reason)
        self._on_books(list(self.keeper.books))

    def frame(self, frame: Frame, now: Nanos) -> None:
        """Take one frame."""
        self.counts["frame"] += 1
        self._read(lambda: self.feed.receive(frame, now), now)

    def answer(self, fetch: Fetch, response: Response | None, now: Nanos) -> None:
        """Take the answer to a fetch, or that it did not come."""
        self.counts["answer" if response is not None else "no answer"] += 1
        self._read(lambda: self.feed.respond(fetch, response, now), now)

    def beat(self, now: Nanos) -> None:
        """Let the feed queue its ping."""
        self._tell(lambda: self.feed.beat(now), now)

    def outbound(self, now: Nanos) -> list[Outbound]:
        """Take what is to be sent now, the resyncs that are due included."""
        if self._resyncs.wanted:
            self._tell(lambda: self._resync(now), now)
        sent: list[Outbound] = []
        self._tell(lambda: sent.extend(self.feed.pending()), now)
        return sent

    def alive(self, now: Nanos) -> None:
        """Note that the venue is there, though it has nothing to tell."""
        self.keeper.take((), now)

    def _resync(self, now: Nanos) -> None:
        for symbol, reason in self._resyncs.release(now):
            # It may be mended by now: a snapshot came before its turn to be asked for.
            if self.keeper.books[symbol].state is not BookState.LIVE:
                self.counts["resync"] += 1
                self.feed.resync(symbol, reason)

    def _tell(self, say: Callable[[], None], now: Nanos) -> None:
        try:
            say()
        except Exception as error:  # noqa: BLE001 - as below
            self._on_books(self._doubt(error, now))

    def _read(self, read: Callable[[], list[MarketEvent]], now: Nanos) -> None:
        try:
            events = read()
            changed = self.keeper.take(events, now)
        except Exception as error:  # noqa: BLE001 - a venue's nonsense or a plugin's fault must not stop the feed
            events, changed = [], self._doubt(error, now)
        if changed:
            self._on_books(changed)
        trades = [event for event in events if isinstance(event, TradePrint)]
        if trades:
            self._on_trades(trades)

    def _doubt(self, error: Exception, now: Nanos) -> list[str]:
        self.counts["unreadable"] += 1
        reason = f"unreadable: {type(error).__name__}"
        # The message may quote the frame, which a market feed may show; it is cut all the same.
        log.warning("feed frame unreadable", venue=self.venue, error=type(error).__name__, detail=str(error)[:200])
        return self.keeper.take([Gap(symbol, reason) for symbol in self.keeper.books], now)
