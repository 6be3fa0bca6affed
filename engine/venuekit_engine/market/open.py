"""Make the source that `--market` asks for."""

from __future__ import annotations

from venuekit.plugin import Plugins
from venuekit.run.clock import Clock
from venuekit.run.http import HttpTransport
from venuekit_engine.market.demo.source import DemoSource
from venuekit_engine.market.source import MarketChoice, MarketKind, Source
from venuekit_engine.settings import Settings


def open_source(
    choice: MarketChoice, settings: Settings, plugins: Plugins, transport: HttpTransport, clock: Clock
) -> Source:
    """Make a source; it starts when it is told to."""
    if choice.kind is MarketKind.DEMO:
        return DemoSource(clock, settings.seed)
    raise ValueError(choice.kind)
