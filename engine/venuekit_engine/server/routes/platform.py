"""The platform itself: desks, the account, fees, and the numbers that Prometheus collects."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from venuekit_engine.answer import Account, Edges, Fees
from venuekit_engine.server.budget import BURST_FACTOR
from venuekit_engine.server.meters import CONTENT_TYPE, Meters
from venuekit_engine.server.query import Listed, split_list
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.server.settings import ServerSettings
from venuekit_engine.service import MarketService

Ticker = Annotated[str, QueryParameter(min_length=1, description="Symbol whose fees are wanted.")]


def platform_routes(market: MarketService, meters: Meters, settings: ServerSettings) -> Handlers:
    """Build the platform endpoints."""

    @get("/v1/edges", tags=["platform"], sync_to_thread=False)
    def edges(request: Ask) -> Edges:
        """List the desks and the state of their market data."""
        return market.edges()

    @get("/v1/fees", tags=["platform"], sync_to_thread=False)
    def fees(request: Ask, ticker: Ticker, venues: Listed = "") -> Fees:
        """List each venue's fees for a symbol; null means unknown, so do not route."""
        return market.fees(ticker, split_list(venues))

    @get("/v1/account", tags=["platform"], sync_to_thread=False)
    def account(request: Ask) -> Account:
        """Tell the tier, the rate limit and the features of this key."""
        burst = BURST_FACTOR * settings.rate_qps
        caller = request.user
        return Account(
            caller.client_id, settings.tier, settings.rate_qps, burst, settings.features, is_sandbox=caller.sandbox
        )

    @get("/metrics", tags=["platform"], media_type="text/plain", sync_to_thread=False)
    def metrics() -> Response[bytes]:
        """Print the counters. Needs no key from this machine, and a key from any other."""
        return Response(meters.render(), headers={"content-type": CONTENT_TYPE})

    return [edges, fees, account, metrics]
