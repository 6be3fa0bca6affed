"""Every venue at once, as a source of the hub.

Chosen by `--market live`. What must stay true: venues are independent, and a cold symbol is waited for no longer than
the caller said: first its streams, then a snapshot over REST, else it stays unavailable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Final

from venuekit.plugin import Plugins
from venuekit.run.clock import Clock
from venuekit.run.http import HttpTransport
from venuekit.run.pace import Backoff
from venuekit.run.record import Recorder
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.live.venue import LiveVenue, Wiring
from venuekit_engine.market.served import is_served, race, wait_served

SYMBOLS: Final = ("BTC-USD", "ETH-USD", "SOL-USD", "BTC-USDT", "ETH-USDT")
START_WAIT_S: Final = 8.0  # for what the venues list; one that is slower comes later


class LiveSource:
    """The venues of the plugins found, or those named. `symbols` are streamed where they are listed, always."""

    name = "live"

    def __init__(
        self,
        plugins: Plugins,
        transport: HttpTransport,
        clock: Clock,
        *,
        venues: Iterable[str] | None = None,
        symbols: Sequence[str] = SYMBOLS,
        hosts: Mapping[str, Mapping[str, str]] | None = None,
        recorder: Recorder | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._clock, self._symbols = clock, symbols
        self._names = list(plugins.venues if venues is None else venues)
        self._wiring = Wiring(plugins, transport, clock, hosts or {}, recorder, backoff or Backoff())
        self._venues: list[LiveVenue] = []
        self._hub: MarketHub | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """What each venue's feeds met."""
        return {venue.name: venue.counts for venue in self._venues}

    async def start(self, hub: MarketHub) -> None:
        """Begin with every venue; come back when each told what it lists or failed to, or after a while."""
        self._hub = hub
        self._venues = [LiveVenue(name, self._wiring, hub, self._symbols) for name in self._names]
        for venue in self._venues:
            self._spawn(venue.run())
        await race(_all(venue.tried.wait() for venue in self._venues), self._clock, START_WAIT_S)

    async def stop(self) -> None:
        """End every task and feed; the transport is its owner's to close."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(venue.close() for venue in self._venues))

    async def want(self, symbol: str, wait_s: float) -> None:
        """Stream a symbol from now on; fetch its books where no stream serves it in time."""
        hub = self._hub
        if hub is None:
            return
        listing = [venue for venue in self._venues if hub.instrument(venue.name, symbol) is not None]
        for venue in listing:
            venue.subscribe(symbol)
        await race(wait_served(hub, symbol, self._clock), self._clock, wait_s)
        if not is_served(hub, symbol, self._clock.now()):
            await asyncio.gather(*(venue.fetch(symbol) for venue in listing))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _all(works: Iterable[Awaitable[Any]]) -> None:
    await asyncio.gather(*works)
