"""One venue's book of one instrument, with the proof that it is whole.

A book that lost something says so and gives nothing: it is `WAITING` for a snapshot, or `LIVE`. What is applied while
it waits is kept and judged against the snapshot when that arrives; where the snapshot has no sequence number, nothing
tells the kept from the known, and what came before it is dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final

from venuekit.book.ladder import Ladder
from venuekit.market import BookDelta, BookSnapshot
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty

MAX_HELD: Final = 10_000  # changes kept while a snapshot is on its way


class BookState(Enum):
    """Whether a book may be used."""

    WAITING = "waiting"
    LIVE = "live"


class BookBroken(Exception):
    """The venue's sequence or checksum proves that something was lost."""


# A name of its own: to look a member up in its class costs as much as a call (CPython 3.11), for every change.
_WAITING: Final = BookState.WAITING
Checksum = Callable[["Book"], int]


class Book:
    """Bids and asks of one instrument.

    `depth` cuts both sides after each change (0: never); `checksum` computes what the venue's must be. `seq` is the
    venue's number of the last change, `ts` its time, `received` ours.
    """

    __slots__ = ("_checksum", "_depth", "_held", "asks", "bids", "reason", "received", "seq", "state", "ts")

    def __init__(self, depth: int = 0, checksum: Checksum | None = None) -> None:
        self.bids = Ladder(Side.BUY)
        self.asks = Ladder(Side.SELL)
        self.state = BookState.WAITING
        self.reason = "no snapshot yet"
        self.seq: int | None = None
        self.ts = Nanos(0)
        self.received = Nanos(0)
        self._depth = depth
        self._checksum = checksum
        self._held: deque[BookDelta] = deque(maxlen=MAX_HELD)

    def restore(self, snapshot: BookSnapshot, now: Nanos) -> None:
        """Replace the book, then apply what was kept. Raises: BookBroken."""
        self.bids.replace(snapshot.bids)
        self.asks.replace(snapshot.asks)
        self.seq, self.ts, self.received = snapshot.seq, snapshot.ts, now
        self.state, self.reason = BookState.LIVE, ""
        self._cut()
        self._prove(snapshot.checksum)
        held, self._held = self._held, deque(maxlen=MAX_HELD)
        if snapshot.seq is not None:
            self._catch_up(held, now)

    def apply(self, delta: BookDelta, now: Nanos) -> bool:
        """Apply a change; tell whether it counted. Raises: BookBroken on a gap or a wrong checksum."""
        if self.state is _WAITING:
            self._held.append(delta)
            return False
        last = delta.last
        if last is not None and self.seq is not None:
            if last <= self.seq:
                return False
            if delta.first is not None and delta.first > self.seq + 1:
                # Kept, because the next snapshot may still lie before it.
                self._held.append(delta)
                raise self._break(f"sequence gap: expected {self.seq + 1}, found {delta.first}")
        self.bids.set_all(delta.bids)
        self.asks.set_all(delta.asks)
        if last is not None:
            self.seq = last
        self.ts, self.received = delta.ts, now
        if self._depth:
            self._cut()
        if delta.checksum is not None:
            self._prove(delta.checksum)
        return True

    def distrust(self, reason: str, *, forget: bool = False) -> None:
        """Give nothing until the next snapshot.

        `forget` drops what was kept too: a new connection may number its changes afresh.
        """
        self.state, self.reason = BookState.WAITING, reason
        if forget:
            self._held.clear()
        self.bids.replace([])
        self.asks.replace([])
        self.seq = None

    def with_side(self, side: Side, ladder: Ladder) -> Book:
        """Give a view of this book with another side in the place of its own; to be read only."""
        # Past the constructor, which makes two sides that nobody would read: a sandbox decision makes such a view.
        view = Book.__new__(Book)
        view._depth, view._checksum, view._held = 0, None, self._held
        view.bids, view.asks = (ladder, self.asks) if side.buys else (self.bids, ladder)
        view.state, view.reason, view.seq = self.state, self.reason, self.seq
        view.ts, view.received = self.ts, self.received
        return view

    def top(self) -> tuple[Px, Qty, Px, Qty]:
        """Give best bid, its quantity, best ask, its quantity; 0 where a side is empty."""
        bids, asks = self.bids, self.asks
        return bids.px, bids.qty, asks.px, asks.qty

    def is_crossed(self) -> bool:
        """Tell whether the best bid is at or above the best ask."""
        return 0 < self.asks.px <= self.bids.px

    def _catch_up(self, held: Iterable[BookDelta], now: Nanos) -> None:
        # What follows a gap goes back among the kept, because the book waits by then.
        broken: BookBroken | None = None
        for delta in held:
            try:
                self.apply(delta, now)
            except BookBroken as error:
                broken = error
        if broken is not None:
            raise broken

    def _cut(self) -> None:
        if self._depth:
            self.bids.cut(self._depth)
            self.asks.cut(self._depth)

    def _prove(self, claimed: int | None) -> None:
        if claimed is None or self._checksum is None:
            return
        found = self._checksum(self)
        if found != claimed:
            raise self._break(f"wrong checksum: the venue says {claimed}, the book gives {found}")

    def _break(self, reason: str) -> BookBroken:
        self.distrust(reason)
        return BookBroken(reason)
