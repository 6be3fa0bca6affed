"""Positions of every kind, under both of their public names."""

from __future__ import annotations

from litestar import get
from litestar.params import FromQuery

from venuekit_engine.answer import POSITION_KINDS, Positions
from venuekit_engine.server.query import Listed, require_members, split_list
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import TradeService


def position_routes(trade: TradeService) -> Handlers:
    """Build the position endpoint."""

    @get(["/v1/positions", "/v1/positions/unified"], tags=["positions"], sync_to_thread=False)
    def positions(
        request: Ask,
        venues: Listed = "",
        kinds: Listed = "",
        include_closed: FromQuery[bool] = False,
        sandbox: FromQuery[bool] = False,
    ) -> Positions:
        """List holdings with their value, and the totals; `sandbox` shows a live key its paper side."""
        wanted = split_list(kinds)
        require_members("kinds", wanted, POSITION_KINDS)
        caller = request.user.on_paper(sandbox)
        return trade.positions(caller, venues=split_list(venues), kinds=wanted, include_closed=include_closed)

    return [positions]
