"""A stream on its socket, in process: what the runner of the core does, without waiting.

Used by laws. `MarketLine` keeps books as the engine does; `AccountLine` keeps what an account's stream told. What must
stay true: nothing moves but when a law says `pump`, so a law decides what comes before what.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from venuekit.book.keeper import Keeper
from venuekit.errors import TradeError
from venuekit.market import MarketEvent
from venuekit.units import Nanos
from venuekit.venue import AccountEvent, Feed, Fetch, Reconnect, Send, Stream
from venuekit.wire import Frame, Response
from venuekit_testkit.bench.world import World
from venuekit_testkit.simulate.session import Session

E = TypeVar("E")
UNREADABLE: Final = (ValueError, RecursionError)  # what a stream may raise for a frame


class Line(Generic[E]):
    """One stream. `events` are all that it told, `asked` what it fetched, `faults` the frames that it refused."""

    def __init__(
        self, stream: Stream[E], world: World, now: Callable[[], Nanos], wait: Callable[[int], None] = lambda _: None
    ) -> None:
        self.stream, self.world, self.now, self.wait = stream, world, now, wait
        self.events: list[E] = []
        self.sent: list[Frame] = []
        self.asked: list[Fetch] = []
        self.faults: list[Exception] = []
        self.opens = 0
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The socket. It is an error to ask while none is open."""
        assert self._session is not None, "the line is not open"
        return self._session

    def open(self) -> None:
        """Connect, subscribe, and take what comes of it. Raises: NotSent."""
        self.connect()
        self.stream.opened(self.now())
        self.pump()

    def open_unheard(self) -> None:
        """Open, and lose what the stream says first on the way to the venue. Raises: NotSent."""
        self.connect()
        self.stream.opened(self.now())
        for each in self.stream.pending():
            if isinstance(each, Fetch):
                self._fetch(each)

    def hand_over(self) -> None:
        """Give the venue the frames that are pending, and read nothing."""
        for each in self.stream.pending():
            if isinstance(each, Send):
                self.session.receive(each.frame, self.now())

    def connect(self) -> None:
        """Take a socket, and say nothing yet. Raises: NotSent."""
        now = self.now()
        self._session = self.world.connect(self.stream.url, self.stream.handshake(now), now)
        self.opens += 1

    def pump(self, turns: int = 50) -> None:
        """Carry frames both ways until nothing moves; a closed socket is opened again. Raises: AssertionError."""
        for _ in range(turns):
            if not self._turn():
                return
        raise AssertionError(f"the stream and its venue talk without end: the last it sent was {self.sent[-1:]}")

    def feed(self, frame: Frame) -> list[E]:
        """Hand the stream one frame, as if it came from the venue; give what it told."""
        try:
            told = self.stream.receive(frame, self.now())
        except UNREADABLE as error:
            self.faults.append(error)
            told = []
        self.take(told)
        return told

    def pass_time(self, seconds: int) -> None:
        """Let time pass, a beat a second."""
        for _ in range(seconds):
            self.wait(1)
            self.session.beat(self.now())
            self.stream.beat(self.now())
            self.pump()

    def take(self, told: list[E]) -> None:
        """Keep what was told."""
        self.events += told

    def _turn(self) -> bool:
        out = self.stream.pending()
        for each in out:
            if isinstance(each, Send):
                self.sent.append(each.frame)
                self.session.receive(each.frame, self.now())
            elif isinstance(each, Fetch):
                self._fetch(each)
            else:
                self.reopen(each)
                return True
        frames = self.session.take()
        for frame in frames:
            self.feed(frame)
        if self.session.closed and not frames:
            self.reopen(Reconnect(self.session.closed[1]))
            return True
        return bool(out or frames)

    def _fetch(self, fetch: Fetch) -> None:
        self.asked.append(fetch)
        response: Response | None
        try:
            response = self.world.answer(fetch.request, self.now())
        except TradeError:
            response = None
        try:
            self.take(self.stream.respond(fetch, response, self.now()))
        except UNREADABLE as error:
            self.faults.append(error)

    def reopen(self, why: Reconnect) -> None:
        """Leave the socket and begin on another; nothing is sent or read yet. Raises: NotSent."""
        self.lost(why.reason)
        self.session.left()
        self.connect()
        self.stream.opened(self.now())

    def lost(self, reason: str) -> None:
        """Distrust what came before."""
        return


class MarketLine(Line[MarketEvent]):
    """A feed with its books."""

    def __init__(
        self, feed: Feed, world: World, now: Callable[[], Nanos], wait: Callable[[int], None] = lambda _: None
    ) -> None:
        super().__init__(feed, world, now, wait)
        self.market = feed
        self.keeper = Keeper(feed)

    def take(self, told: list[MarketEvent]) -> None:
        """Keep what was told, and apply it to the books."""
        super().take(told)
        self.keeper.take(told, self.now())

    def feed(self, frame: Frame) -> list[MarketEvent]:
        """Hand the feed one frame; one that cannot be read puts every book in doubt, as in the engine."""
        before = len(self.faults)
        told = super().feed(frame)
        if len(self.faults) > before:
            for symbol in self.keeper.books:
                self.keeper.books[symbol].distrust("a frame could not be read")
                self.market.resync(symbol, "a frame could not be read")
        return told

    def lost(self, reason: str) -> None:
        """Distrust every book."""
        self.keeper.distrust_all(reason)


class AccountLine(Line[AccountEvent]):
    """An account's stream."""
