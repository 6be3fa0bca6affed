"""Execution graphs: read one, cancel one."""

from __future__ import annotations

from litestar import delete, get
from litestar.params import FromPath

from venuekit_engine.answer import GraphStatus
from venuekit_engine.refusal import NotFound
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import TradeService

# The official client, 0.5.7, cuts what it cancels at the first colon, so that `graph:graph_x:spot:1` arrives as this.
CUT_ID = "graph"


def graph_routes(trade: TradeService) -> Handlers:
    """Build the graph endpoints."""

    @get("/v1/execution_graphs/{graph_id:str}", tags=["graphs"])
    async def graph(request: Ask, graph_id: FromPath[str]) -> GraphStatus:
        """Read the state of a graph, its nodes and edges."""
        return await trade.graph(request.user, known(graph_id))

    @delete("/v1/execution_graphs/{graph_id:str}", tags=["graphs"], status_code=200)
    async def cancel_graph(request: Ask, graph_id: FromPath[str]) -> GraphStatus:
        """Cancel what is live of a graph; fills stand, and a graph that has ended is left as it is."""
        return await trade.cancel_graph(request.user, known(graph_id))

    return [graph, cancel_graph]


def known(graph_id: str) -> str:
    """Refuse an id that a client has cut. Raises: NotFound, which says what to send."""
    if graph_id == CUT_ID:
        raise NotFound("the graph id was cut at its first colon: cancel by graph_id (graph_...), not by node_order_id")
    return graph_id
