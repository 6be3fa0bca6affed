"""Positions of every kind, under both of their public names."""

from __future__ import annotations

from litestar import get
from litestar.params import FromQuery

from venuekit_engine.answer import Positions
from venuekit_engine.server.query import Listed, require_members, split_list
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import TradeService

KINDS = frozenset({"fiat", "crypto", "perp", "event_contract"})


def position_routes(trade: TradeService) -> Handlers:
    """Build the position endpoint."""

    @get(["/v1/positions", "/v1/positions/unified"], tags=["positions"], sync_to_thread=False)
    def positions(
        request: Ask, venues: Listed = "", kinds: Listed = "", include_closed: FromQuery[bool] = False
    ) -> Positions:
        """List holdings with their value, and the totals."""
        wanted = split_list(kinds)
        require_members("kinds", wanted, KINDS)
        return trade.positions(request.user, venues=split_list(venues), kinds=wanted, include_closed=include_closed)

    return [positions]
