"""Make the source that `--market` asks for."""

from __future__ import annotations

from venuekit.plugin import Plugins
from venuekit.run.clock import Clock
from venuekit.run.http import HttpTransport
from venuekit_engine.market.demo.listing import VENUES
from venuekit_engine.market.demo.source import DemoSource
from venuekit_engine.market.live.source import SYMBOLS, LiveSource
from venuekit_engine.market.replay.source import ReplaySource
from venuekit_engine.market.source import MarketChoice, MarketKind, Source
from venuekit_engine.settings import Settings


def open_source(
    choice: MarketChoice, settings: Settings, plugins: Plugins, transport: HttpTransport, clock: Clock
) -> Source:
    """Make a source; it starts when it is told to. Raises: ValueError for symbols where they choose nothing."""
    if choice.kind is MarketKind.LIVE:
        symbols = settings.symbols or SYMBOLS
        return LiveSource(plugins, transport, clock, symbols=symbols, hosts=settings.hosts)
    if settings.symbols:
        raise ValueError(
            f"symbols are chosen for a live market; a {choice.kind.value} market has its own: leave them out"
        )
    if choice.path is not None:
        return ReplaySource(choice.path, plugins, clock, speed=settings.speed, loop=settings.loop, hosts=settings.hosts)
    # Made-up venues are those that could be real here; without any plugin there is still a demo.
    return DemoSource(clock, settings.seed, [venue for venue in VENUES if venue in plugins.venues] or VENUES)
