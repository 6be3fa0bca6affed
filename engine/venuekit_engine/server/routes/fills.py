"""Fills, newest first."""

from __future__ import annotations

from litestar import get
from litestar.params import FromQuery

from venuekit_engine.answer import Fills
from venuekit_engine.server.query import DEFAULT_LIMIT, Limit, Offset
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import TradeService


def fill_routes(trade: TradeService) -> Handlers:
    """Build the fill endpoint."""

    @get("/v1/fills", tags=["fills"])
    async def fills(
        request: Ask,
        limit: Limit = DEFAULT_LIMIT,
        offset: Offset = 0,
        symbol: FromQuery[str | None] = None,
        sandbox: FromQuery[bool] = False,
    ) -> Fills:
        """List fills; `sandbox` shows a live key those of its paper side."""
        caller = request.user.on_paper(sandbox)
        return await trade.fills(caller, limit=limit, offset=offset, symbol=symbol or None)

    return [fills]
