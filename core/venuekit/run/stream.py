"""Runs one feed for as long as it is wanted: connect, serve, wait, connect again.

Used by the engine's market side. What must stay true: while no socket is open no book is trusted; a venue that is down
is asked ever more seldom; cancelling `run` closes everything.
"""

from __future__ import annotations

from venuekit.book.keeper import Keeper
from venuekit.capture import What, socket_record
from venuekit.errors import TradeError
from venuekit.run.clock import Clock
from venuekit.run.connection import Connection, Door
from venuekit.run.intake import Intake, OnBooks, OnTrades, log
from venuekit.run.pace import Backoff
from venuekit.run.record import Recorder
from venuekit.units import Nanos
from venuekit.venue import Feed


class FeedRunner:
    """One feed over one socket at a time. `intake.counts` and `keeper.counts` tell how it fares."""

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
        self._backoff = backoff or Backoff()
        self.intake = Intake(feed, venue, on_books, on_trades, self._backoff)
        self._feed, self._venue, self._door, self._clock = feed, venue, door, clock
        self._recorder, self._conn = recorder, conn

    @property
    def keeper(self) -> Keeper:
        """The books."""
        return self.intake.keeper

    async def run(self) -> None:
        """Keep the feed alive until cancelled."""
        strikes = 0
        while True:
            started = self._clock.now()
            reason = await self._serve_once()
            strikes = 1 if self._backoff.is_calm(started, self._clock.now()) else strikes + 1
            log.info("feed lost", venue=self._venue, conn=self._conn, reason=reason, strikes=strikes)
            await self._clock.sleep_until(Nanos(self._clock.now() + self._backoff.wait(strikes)))

    async def _serve_once(self) -> str:
        try:
            headers = self._feed.handshake(self._clock.now())
            socket = await self._door.open_socket(self._feed.url, self._venue, headers)
        except TradeError as error:
            return error.message
        self._record(What.OPEN, self._feed.url)
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
            self._recorder.take(socket_record(self._clock.now(), self._venue, self._conn, what, note))
