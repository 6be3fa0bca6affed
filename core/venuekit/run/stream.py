"""Runs one stream for as long as it is wanted: connect, serve, wait, connect again.

Used by the engine's market side as `FeedRunner`; `account.py` runs accounts with the same. What must stay true: while
no socket is open, nothing that the stream told is taken for whole; a venue that is down is asked ever more seldom;
cancelling `run` closes everything.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from venuekit.book.keeper import Keeper
from venuekit.capture import What, socket_record
from venuekit.errors import TradeError
from venuekit.run.clock import Clock
from venuekit.run.connection import Connection, Door
from venuekit.run.intake import Intake, OnBooks, OnTrades
from venuekit.run.pace import Backoff
from venuekit.run.pump import Pump, log
from venuekit.run.record import Recorder
from venuekit.units import Nanos
from venuekit.venue import Feed

P = TypeVar("P", bound=Pump[Any, Any])


class Runner(Generic[P]):
    """One stream over one socket at a time. `intake.counts` tells how it fares."""

    def __init__(
        self, intake: P, door: Door, clock: Clock, recorder: Recorder | None, conn: str, backoff: Backoff
    ) -> None:
        self.intake = intake
        self._door, self._clock, self._recorder, self._conn = door, clock, recorder, conn
        self._backoff = backoff

    async def run(self) -> None:
        """Keep the stream alive until cancelled."""
        strikes = 0
        while True:
            started = self._clock.now()
            reason = await self._serve_once()
            strikes = 1 if self._backoff.is_calm(started, self._clock.now()) else strikes + 1
            told = reason if self.intake.quotes else ""
            log.info("feed lost", venue=self.intake.venue, conn=self._conn, reason=told, strikes=strikes)
            await self._clock.sleep_until(Nanos(self._clock.now() + self._backoff.wait(strikes)))

    async def _serve_once(self) -> str:
        stream = self.intake.stream
        try:
            headers = stream.handshake(self._clock.now())
            socket = await self._door.open_socket(stream.url, self.intake.venue, headers)
        except TradeError as error:
            self.intake.unreached(error.message)
            return error.message
        self._record(What.OPEN, stream.url)
        self.intake.counts["open"] += 1
        reason = "stopped"
        try:
            connection = Connection(socket, self.intake, self._door, self._clock, self._recorder, self._conn)
            reason = await connection.serve()
        finally:
            self._record(What.CLOSE, reason)
            self.intake.closed(reason)
        return reason

    def _record(self, what: What, note: str) -> None:
        if self._recorder is not None:
            self._recorder.take(socket_record(self._clock.now(), self.intake.venue, self._conn, what, note))


class FeedRunner(Runner[Intake]):
    """One feed: books and trades. `keeper.counts` tells how its books fare."""

    def __init__(
        self,
        feed: Feed,
        venue: str,
        door: Door,
        clock: Clock,
        *,
        on_books: OnBooks,
        on_trades: OnTrades,
        recorder: Recorder | None = None,
        conn: str = "1",
        backoff: Backoff | None = None,
    ) -> None:
        backoff = backoff or Backoff()
        super().__init__(Intake(feed, venue, on_books, on_trades, backoff), door, clock, recorder, conn, backoff)

    @property
    def keeper(self) -> Keeper:
        """The books."""
        return self.intake.keeper
