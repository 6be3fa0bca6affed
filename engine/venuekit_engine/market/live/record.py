"""What `sequence record` runs: live feeds of chosen venues and symbols into a capture file, for a while.

What must stay true: the file holds what a replay needs, the instruments and the snapshots included, and what was lost
or not reached is told, never left out silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from venuekit import __version__
from venuekit.capture import Header, Provenance
from venuekit.plugin import Plugins
from venuekit.run.clock import Clock
from venuekit.run.http import HttpTransport
from venuekit.run.record import Recorder
from venuekit.units import NANOS_PER_S, Nanos
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.live.source import SYMBOLS, LiveSource


class Recorded(msgspec.Struct, frozen=True):
    """What a recording met: counts by venue, venues that were not reached with the reason, records the disk refused."""

    path: str
    seconds: float
    counts: dict[str, dict[str, int]]
    faults: dict[str, str]
    lost: int


async def record(
    path: Path,
    plugins: Plugins,
    transport: HttpTransport,
    clock: Clock,
    *,
    seconds: float,
    venues: Iterable[str] | None = None,
    symbols: Sequence[str] = SYMBOLS,
    hosts: Mapping[str, Mapping[str, str]] | None = None,
    provenance: Provenance = Provenance.RECORDED,
) -> Recorded:
    """Record for so many seconds from when the venues told what they list. Raises: OSError for a path not writable."""
    hub = MarketHub()
    header = Header(provenance=provenance, made_by=f"venuekit {__version__}", made_at_ns=clock.now())
    with Recorder(path, header) as recorder:
        source = LiveSource(plugins, transport, clock, venues=venues, symbols=symbols, hosts=hosts, recorder=recorder)
        try:
            await source.start(hub)
            await clock.sleep_until(Nanos(clock.now() + round(seconds * NANOS_PER_S)))
        finally:
            await source.stop()
    return Recorded(str(path), seconds, source.counts, _faults(hub, symbols), recorder.lost)


def _faults(hub: MarketHub, symbols: Sequence[str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    for venue, link in hub.links.items():
        if not any(symbol in hub.catalog.of(venue) for symbol in symbols):
            reason = link.reason or f"lists none of {', '.join(symbols)}"
            faults[venue] = reason
        elif link.heartbeat is None:
            faults[venue] = link.reason or "no frame came"
    return faults
