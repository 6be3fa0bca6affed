"""Is the engine there, and does it see its venues?"""

from __future__ import annotations

import msgspec
from litestar import get

from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import MarketService

CONNECTED = "connected"


class Alive(msgspec.Struct, frozen=True):
    """`GET /v1/health/live`."""

    status: str = "ok"


class Health(msgspec.Struct, frozen=True):
    """`GET /v1/health`. `degraded` means that some desk has no market data now."""

    status: str
    version: str
    edges: dict[str, str]


def health_routes(market: MarketService, version: str) -> Handlers:
    """Build the health endpoints."""

    @get("/v1/health/live", tags=["health"], sync_to_thread=False)
    def live() -> Alive:
        """Answer 200 while the process serves. Needs no key."""
        return Alive()

    @get("/v1/health", tags=["health"], sync_to_thread=False)
    def health(request: Ask) -> Health:
        """Tell the version and the state of each desk."""
        edges = {edge.edge_id: edge.status for edge in market.edges().edges}
        well = all(status == CONNECTED for status in edges.values())
        return Health("ok" if well else "degraded", version, edges)

    return [live, health]
