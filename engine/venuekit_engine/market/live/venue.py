"""One real venue: what it lists, the feed of the symbols that are always wanted, and feeds of those that are asked for.

Used by `source.py`. What must stay true: a venue that cannot be reached is reported with the reason and tried again,
ever more seldom, and costs the other venues nothing.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from venuekit.book.book import Book
from venuekit.book.nbbo import Source
from venuekit.capability import Op
from venuekit.errors import TradeError
from venuekit.instrument import Instrument
from venuekit.plugin import Plugins
from venuekit.run.clock import Clock
from venuekit.run.drive import Sender, drive
from venuekit.run.http import HttpTransport
from venuekit.run.pace import Backoff
from venuekit.run.record import Recorder
from venuekit.run.stream import FeedRunner
from venuekit.units import Nanos
from venuekit.venue import Feed, Venue
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.line import Line
from venuekit_engine.market.link import LinkStatus
from venuekit_engine.market.live.watch import WatchedDoor, WatchedLine

MAX_COLD: Final = 20  # sockets for symbols that were asked for; the one asked for longest ago makes room
SNAPSHOT_DEPTH: Final = 100
STEADY: Final = "sticky"
STRIKES: Final = 5  # a fault that is not the network's does not pass soon

log = structlog.get_logger("venuekit.market")


@dataclass(frozen=True, slots=True)
class Wiring:
    """What every venue of a source is made with. `hosts` replaces base URLs by venue and name."""

    plugins: Plugins
    transport: HttpTransport
    clock: Clock
    hosts: Mapping[str, Mapping[str, str]]
    recorder: Recorder | None
    backoff: Backoff


class LiveVenue:
    """One venue, from its first request to its last frame. `tried` is set when it answered first, or did not."""

    def __init__(self, name: str, wiring: Wiring, hub: MarketHub, symbols: Sequence[str]) -> None:
        self.name = name
        self.tried = asyncio.Event()
        self._wiring, self._hub, self._symbols = wiring, hub, symbols
        self._door = WatchedDoor(wiring.transport, hub)
        self._venue: Venue | None = None
        self._send: Sender | None = None
        self._lines: dict[str, Line] = {}
        self._runners: OrderedDict[str, tuple[Line, FeedRunner, asyncio.Task[None]]] = OrderedDict()

    @property
    def counts(self) -> dict[str, int]:
        """How many frames, answers and faults there were on all feeds."""
        total: dict[str, int] = {}
        for _, runner, _ in self._runners.values():
            for counter in (runner.intake.counts, runner.keeper.counts):
                for what, count in counter.items():
                    total[what] = total.get(what, 0) + count
        return total

    async def run(self) -> None:
        """Learn what the venue lists, trying until it answers, and start the steady feed."""
        self._hub.report(self.name, LinkStatus.CONNECTING)
        strikes = 0
        while not await self._learn():
            self.tried.set()
            strikes += 1
            clock = self._wiring.clock
            await clock.sleep_until(Nanos(clock.now() + self._wiring.backoff.wait(strikes)))
        listed = self._hub.catalog.of(self.name)
        steady = [listed[symbol] for symbol in self._symbols if symbol in listed]
        if not steady or not self._subscribe(STEADY, steady, WatchedLine(self._hub, self.name)):
            self._hub.report(self.name, LinkStatus.CONNECTED)
        self.tried.set()

    def subscribe(self, symbol: str) -> None:
        """Open a feed of one more symbol, unless one serves it."""
        instrument = self._hub.catalog.instrument(self.name, symbol)
        if symbol in self._runners:
            self._runners.move_to_end(symbol)
        if instrument is None or symbol in self._lines:
            return
        cold = [key for key in self._runners if key != STEADY]
        if len(cold) >= MAX_COLD:
            self._unsubscribe(cold[0])
        self._subscribe(symbol, [instrument], Line(self._hub, self.name))

    async def fetch(self, symbol: str) -> None:
        """Put a book up that was fetched over REST, where the feed gives none."""
        instrument = self._hub.catalog.instrument(self.name, symbol)
        line = self._lines.get(symbol)
        if instrument is None or (line is not None and line.is_live(symbol)) or not self._can(Op.BOOK, instrument):
            return
        book = Book()
        try:
            snapshot = await drive(self._made.book(instrument, SNAPSHOT_DEPTH), self._sender)
            book.restore(snapshot, self._wiring.clock.now())
        except Exception as error:  # noqa: BLE001 - a venue or its plugin may fail in any way; the others go on
            log.info("no snapshot", venue=self.name, symbol=symbol, reason=_tell(error))
            return
        if line is not None and line.is_live(symbol):  # it came meanwhile
            return
        if line is not None:
            line.displace(symbol)
        self._hub.attach(self.name, symbol, book, None, Source.PUBLIC).tell_book()

    async def close(self) -> None:
        """End every feed."""
        tasks = [task for _, _, task in self._runners.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _learn(self) -> bool:
        try:
            if self._venue is None:
                self._venue = self._wiring.plugins.build(self.name, hosts=self._wiring.hosts.get(self.name))
                self._send = self._listened(self._wiring.transport.admit(self._venue))
            instruments = await drive(self._venue.instruments(), self._sender)
        except Exception as error:  # noqa: BLE001 - as above
            self._hub.report(self.name, LinkStatus.DISCONNECTED, _tell(error))
            log.warning("venue not reached", venue=self.name, reason=_tell(error))
            return False
        self._hub.catalog.put(self.name, instruments)
        return True

    def _listened(self, send: Sender) -> Sender:
        recorder = self._wiring.recorder
        return send if recorder is None else recorder.listen(send, self._wiring.clock, self.name)

    def _subscribe(self, key: str, instruments: Sequence[Instrument], line: Line) -> bool:
        """Start a feed; tell whether the venue has one."""
        if not self._can(Op.FEED, instruments[0]):
            return False
        try:
            feed = self._made.feed(instruments)
        except Exception as error:  # noqa: BLE001 - as above
            log.warning("no feed", venue=self.name, conn=key, reason=_tell(error))
            return False
        runner = self._runner(key, feed, line)
        line.plug(runner.keeper)
        self._lines.update((instrument.symbol, line) for instrument in instruments)
        task = asyncio.create_task(self._keep(key, runner), name=f"feed {self.name} {key}")
        self._runners[key] = line, runner, task
        return True

    def _runner(self, key: str, feed: Feed, line: Line) -> FeedRunner:
        wiring = self._wiring
        return FeedRunner(
            feed,
            self.name,
            self._door,
            wiring.clock,
            on_books=line.books,
            on_trades=line.trades,
            recorder=wiring.recorder,
            conn=key,
            backoff=wiring.backoff,
        )

    async def _keep(self, key: str, runner: FeedRunner) -> None:
        """Run a feed, and again where a fault of the plugin ended it."""
        clock, backoff = self._wiring.clock, self._wiring.backoff
        while True:
            try:
                await runner.run()
            except Exception as error:
                log.exception("feed failed", venue=self.name, conn=key)
                self._hub.report(self.name, LinkStatus.DISCONNECTED, _tell(error))
                await clock.sleep_until(Nanos(clock.now() + backoff.wait(STRIKES)))

    def _unsubscribe(self, symbol: str) -> None:
        line, _, task = self._runners.pop(symbol)
        del self._lines[symbol]
        task.cancel()
        line.drop()

    def _can(self, op: Op, instrument: Instrument) -> bool:
        return bool(self._made.capabilities.get(instrument.kind, {}).get(op))

    @property
    def _made(self) -> Venue:
        if self._venue is None:
            raise RuntimeError(f"{self.name} was not built yet")
        return self._venue

    @property
    def _sender(self) -> Sender:
        if self._send is None:
            raise RuntimeError(f"{self.name} was not built yet")
        return self._send


def _tell(error: Exception) -> str:
    return error.message if isinstance(error, TradeError) else f"{type(error).__name__}: {error}"
