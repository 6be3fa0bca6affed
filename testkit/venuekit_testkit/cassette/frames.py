"""Captures of sockets: made from a simulator, and replayed into a plugin's streams.

Used by the laws of cassettes and by the recorder. The format is the core's own (docs/capture.md). What must stay true:
the same intake and the same books as in the engine judge what is replayed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from venuekit.capture import Header, Record, What, frame_record, http_record, read, socket_record, write, write_header
from venuekit.run.clock import VirtualClock
from venuekit.run.intake import Intake
from venuekit.run.replay import Replay
from venuekit.units import Nanos
from venuekit.venue import AccountEvent
from venuekit.wire import Frame, Request, Response
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.line import AccountLine, MarketLine
from venuekit_testkit.bench.world import World
from venuekit_testkit.simulate.session import Session

CONN: Final = "1"
STIRS: Final = 12


class Tap:
    """A world that writes down what crosses it. `symbol` is what the stream is of."""

    def __init__(self, world: World, venue: str, symbol: str) -> None:
        self.records: list[Record] = []
        self._world, self._venue, self._symbol = world, venue, symbol

    def answer(self, request: Request, now: Nanos) -> Response:
        """Answer, and write it down. Raises: OutcomeUnknown."""
        response = self._world.answer(request, now)
        self.records.append(http_record(now, self._venue, CONN, request, response, self._symbol))
        return response

    def connect(self, url: str, headers: tuple[tuple[str, str], ...], now: Nanos) -> Session:
        """Take a socket whose frames are written down. Raises: NotSent."""
        self.records.append(socket_record(now, self._venue, CONN, What.OPEN, url))
        return _TappedSession(self._world.connect(url, headers, now), self)

    def stir(self, symbol: str) -> None:
        """Let the book change once."""
        self._world.stir(symbol)

    def note(self, at: Nanos, what: What, frame: Frame) -> None:
        """Write a frame down."""
        self.records.append(frame_record(at, self._venue, CONN, what, frame))


class _TappedSession(Session):
    def __init__(self, session: Session, tap: Tap) -> None:
        super().__init__(session.faults)
        self._session, self._tap, self._at = session, tap, Nanos(0)

    def receive(self, frame: Frame, now: Nanos) -> None:
        self._at = now
        self._tap.note(now, What.OUT, frame)
        self._session.receive(frame, now)

    def beat(self, now: Nanos) -> None:
        self._at = now
        self._session.beat(now)

    def take(self) -> list[Frame]:
        frames = self._session.take()
        self._at = Nanos(max([self._at, *(record.at_ns for record in self._tap.records)]) + 1)
        for frame in frames:
            self._tap.note(self._at, What.IN, frame)
        self.closed = self._session.closed
        return frames


def record_market(bench: Bench) -> list[Record]:
    """Let the book change some times, lose a change, and be whole again; give what crossed the wire."""
    tap = Tap(bench.world, bench.venue.id, bench.instrument.symbol)
    line = MarketLine(bench.venue.feed([bench.instrument]), tap, bench.now)
    line.open()
    for _ in range(STIRS):
        tap.stir(bench.instrument.venue_symbol)
        line.pump()
    return tap.records


def record_account(bench: Bench) -> list[Record]:
    """Let an order rest, trade in part, and be taken off; give what the account's stream sent."""
    tap = Tap(bench.world, bench.venue.id, bench.instrument.symbol)
    line = AccountLine(bench.venue.account_feed([bench.instrument]), tap, bench.now)
    line.open()
    resting = bench.rest()
    line.pump()
    order = bench.exchange.open_orders()[-1]
    bench.exchange.fill(order, order.left / 2)
    line.pump()
    bench.run(bench.venue.cancel(resting.id, bench.now()))
    line.pump()
    return tap.records


def write_capture(path: Path, header: Header, records: Sequence[Record]) -> None:
    """Write a capture: its header, then what crossed the wire."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([write_header(header), *map(write, records)]) + "\n")


def replay_market(path: Path, bench: Bench) -> Intake:
    """Replay a market's capture into the plugin's feed, as the engine does; give what came of it."""
    feed = bench.venue.feed([bench.instrument])
    clock = VirtualClock(bench.last)
    replay = Replay(
        path, feed, bench.venue.id, clock, on_books=lambda _: None, on_trades=lambda _: None, conn=CONN, speed=0
    )
    asyncio.run(replay.run())
    return replay.intake


def replay_account(path: Path, bench: Bench) -> list[AccountEvent]:
    """Replay an account's capture; give what the stream told. Raises: ValueError for a frame that it cannot read."""
    feed = bench.venue.account_feed([bench.instrument])
    feed.opened(bench.now())
    feed.pending()
    told: list[AccountEvent] = []
    for record in read(path.read_text().splitlines()):
        if record.what is What.IN:
            told += feed.receive(record.payload, record.at_ns)
    return told
