"""What `/metrics` prints of the engine: how much is going on, and whether the journal is well.

Read when asked, so that an order costs nothing more. The server adds its own counts of requests beside these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from venuekit_engine.engine import Engine
from venuekit_engine.market.link import LinkStatus

Reading = Callable[[Engine], float]

GAUGES: Final[Mapping[str, tuple[str, Reading]]] = {
    "venuekit_graphs_live": ("Graphs in memory.", lambda engine: len(engine.graphs)),
    "venuekit_orders_in_doubt": ("Child orders to reconcile.", lambda engine: len(engine.runtime.doubts)),
    "venuekit_orders_open": ("Child orders that may be live.", lambda engine: len(engine.graphs.legs())),
    "venuekit_journal_broken": (
        "1 when the journal takes nothing more; what is open is then found out by a restart.",
        lambda engine: bool(engine.store.broken or engine.graphs.halted),
    ),
    "venuekit_venues_connected": (
        "Venues whose market data arrives.",
        lambda engine: sum(link.status is LinkStatus.CONNECTED for link in engine.hub.links.values()),
    ),
    "venuekit_symbols_served": ("Symbols that have a book.", lambda engine: len(engine.hub.symbols())),
}
COUNTERS: Final[Mapping[str, tuple[str, Reading]]] = {
    "venuekit_journal_batches": ("Steps made durable.", lambda engine: engine.store.batches),
    "venuekit_journal_commits": ("Transactions that made them so.", lambda engine: engine.store.commits),
}


class EngineCollector(Collector):
    """Reads an engine when somebody scrapes it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """Read every figure."""
        for name, (text, read) in GAUGES.items():
            yield GaugeMetricFamily(name, text, value=read(self._engine))
        for name, (text, read) in COUNTERS.items():
            yield CounterMetricFamily(name, text, value=read(self._engine))


def registry_of(engine: Engine) -> CollectorRegistry:
    """Make a registry that holds the engine's figures."""
    registry = CollectorRegistry()
    registry.register(EngineCollector(engine))
    return registry
