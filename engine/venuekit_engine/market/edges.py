"""The state of each venue's line in the public shape: one row for a venue and a kind of instrument."""

from __future__ import annotations

from venuekit.instrument import Kind
from venuekit_engine.answer import EdgeRow
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import Link

REGION = "local"


def edge_rows(hub: MarketHub) -> list[EdgeRow]:
    """List every venue that a source has spoken of, by name."""
    return [_row(link, kind) for _, link in sorted(hub.links.items()) for kind in (list(link.books) or [Kind.SPOT])]


def _row(link: Link, kind: Kind) -> EdgeRow:
    return EdgeRow(
        edge_id=f"{link.venue}-{kind.value}",
        venue=link.venue,
        instrument_type=kind.value,
        region=REGION,
        remote=False,
        status=link.status.value,
        last_heartbeat_ns=link.heartbeat,
        symbols=link.books[kind],
        reason=link.reason,
    )
