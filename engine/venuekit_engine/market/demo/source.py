"""Plays the made-up market into the hub, a few steps a second.

Chosen by `--market demo`. What must stay true: with the clock standing still nothing moves but what `step` is asked
for, so benchmarks and tests hold the market where they want it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from venuekit.book.book import Book
from venuekit.market import BookDelta, BookSnapshot, TradePrint
from venuekit.run.clock import Clock
from venuekit.units import NANOS_PER_S, Nanos
from venuekit_engine.market.channel import Channel
from venuekit_engine.market.demo.generator import Generator, Told
from venuekit_engine.market.demo.listing import COINS, VENUES, Coin, places
from venuekit_engine.market.demo.maker import Maker
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus

PER_S: Final = 5
SEED: Final = 7
HOLD: Final = 60 * NANOS_PER_S


class Beat:
    """When a made-up venue was last heard."""

    def __init__(self) -> None:
        self.heard = Nanos(0)


class DemoSource:
    """The made-up market as a source. Paused, it puts the first books up and keeps them fresh without a change."""

    name = "demo"

    def __init__(
        self,
        clock: Clock,
        seed: int = SEED,
        venues: Iterable[str] = VENUES,
        coins: Sequence[Coin] = COINS,
        per_s: int = PER_S,
        *,
        paused: bool = False,
    ) -> None:
        self.paused = paused
        self._clock, self._pause = clock, NANOS_PER_S // per_s
        self._generator = Generator(seed, places(venues), coins)
        self._beat = Beat()
        self._held = Nanos(0)
        self._markets: dict[Maker, tuple[Book, Channel]] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self, hub: MarketHub) -> None:
        """Put every book up and begin to move them."""
        self._list(hub)
        self._tell(self._generator.start(self._clock.now()), self._clock.now())
        self._task = asyncio.create_task(self._run(), name="demo market")

    async def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def want(self, symbol: str, wait_s: float) -> None:
        """Do nothing: every listed symbol is served from the start."""

    def step(self, count: int = 1) -> None:
        """Move every market now."""
        for _ in range(count):
            now = self._clock.now()
            self._tell(self._generator.step(now), now)

    async def _run(self) -> None:
        at = self._clock.now()
        while True:
            # After a stall the market goes on from now; it does not make up what it missed.
            at = Nanos(max(at + self._pause, self._clock.now()))
            await self._clock.sleep_until(at)
            self._beat.heard = self._clock.now()
            if not self.paused:
                self.step()
            else:
                self._hold(self._clock.now())

    def _hold(self, now: Nanos) -> None:
        """Confirm the books that stand still, now and then: one that never changes would be taken for lost."""
        if now - self._held >= HOLD:
            self._held = now
            for book, _ in self._markets.values():
                book.received = now

    def _list(self, hub: MarketHub) -> None:
        makers = self._generator.makers
        for venue in {maker.venue: None for maker in makers}:
            hub.catalog.put(venue, [maker.instrument for maker in makers if maker.venue == venue])
            hub.report(venue, LinkStatus.CONNECTED)
        for maker in makers:
            book = Book()
            self._markets[maker] = book, hub.attach(maker.venue, maker.instrument.symbol, book, self._beat)

    def _tell(self, told: Iterable[Told], now: Nanos) -> None:
        self._beat.heard = now
        for maker, events in told:
            book, channel = self._markets[maker]
            trades: list[TradePrint] = []
            for event in events:
                if isinstance(event, BookDelta):
                    book.apply(event, now)
                elif isinstance(event, BookSnapshot):
                    book.restore(event, now)
                elif isinstance(event, TradePrint):
                    trades.append(event)
            if trades:
                channel.tell_trades(trades)
            channel.tell_book()
