"""What becomes of a stream's frames, whatever they tell: they are read, and what cannot be read is doubt.

Used by `connection.py` on sockets and by `replay.py` on captures, so both run the same code; `intake.py` keeps books
with it, `account.py` tells of an account. What must stay true: no frame and no fault of a plugin kills a stream; a
fault of a listener is not hidden.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

from venuekit.units import Nanos
from venuekit.venue import Fetch, Outbound, Stream
from venuekit.wire import Frame, Response

E = TypeVar("E")
News = TypeVar("News")

log = structlog.get_logger("venuekit.run")


class Pump(ABC, Generic[E, News]):
    """One stream and who hears of it. `counts` tells frames, answers and faults.

    A subclass says what events come to (`digest`), what comes of a frame that cannot be read (`doubt`), and who is
    told.
    """

    quotes = False  # whether what the venue says may stand in a log; what is private may not

    def __init__(self, stream: Stream[E], venue: str) -> None:
        self.stream, self.venue = stream, venue
        self.counts: Counter[str] = Counter()

    @abstractmethod
    def digest(self, events: list[E], now: Nanos) -> News:
        """Take events; give what there is to tell."""

    @abstractmethod
    def doubt(self, reason: str, now: Nanos) -> News:
        """Take that something was lost, and nobody knows what."""

    @abstractmethod
    def tell(self, news: News) -> None:
        """Tell the listeners, where there is anything to tell."""

    @abstractmethod
    def closed(self, reason: str) -> None:
        """Take that the connection is gone: what happens from now on is not seen."""

    def opened(self, now: Nanos) -> None:
        """Start afresh on a new connection."""
        self.guard(lambda: self.stream.opened(now), now)

    def frame(self, frame: Frame, now: Nanos) -> None:
        """Take one frame."""
        self.counts["frame"] += 1
        self._read(lambda: self.stream.receive(frame, now), now)

    def answer(self, fetch: Fetch, response: Response | None, now: Nanos) -> None:
        """Take the answer to a fetch, or that it did not come."""
        self.counts["answer" if response is not None else "no answer"] += 1
        self._read(lambda: self.stream.respond(fetch, response, now), now)

    def beat(self, now: Nanos) -> None:
        """Let the stream queue its ping."""
        self.guard(lambda: self.stream.beat(now), now)

    def outbound(self, now: Nanos) -> list[Outbound]:
        """Take what is to be sent now."""
        sent: list[Outbound] = []
        self.guard(lambda: sent.extend(self.stream.pending()), now)
        return sent

    def unreached(self, reason: str) -> None:
        """Take that no connection was had."""
        return

    def alive(self, now: Nanos) -> None:
        """Note that the venue is there, though it has nothing to tell."""
        return

    def guard(self, act: Callable[[], None], now: Nanos) -> None:
        """Let the plugin act; a fault of it is doubt."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - as below
            self.tell(self._doubt(error, now))

    def _read(self, read: Callable[[], list[E]], now: Nanos) -> None:
        try:
            news = self.digest(read(), now)
        except Exception as error:  # noqa: BLE001 - a venue's nonsense or a plugin's fault must not stop the stream
            news = self._doubt(error, now)
        self.tell(news)

    def _doubt(self, error: Exception, now: Nanos) -> News:
        self.counts["unreadable"] += 1
        kind = type(error).__name__
        # The message may quote the frame, which a market feed may show; it is cut all the same.
        detail = str(error)[:200] if self.quotes else ""
        log.warning("feed frame unreadable", venue=self.venue, error=kind, detail=detail)
        return self.doubt(f"unreadable: {kind}", now)
