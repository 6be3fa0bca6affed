"""Orders: submit, preview, list, read one, cancel one.

Invariant (law 9): once `submit` returned, the answer is 200. Nothing that can fail stands after it.
"""

from __future__ import annotations

from typing import Annotated, Any

from litestar import delete, get, post
from litestar.params import Body, FromPath, FromQuery

from venuekit_engine.answer import Order, Orders, Preview, Submission
from venuekit_engine.server.meters import Meters
from venuekit_engine.server.query import DEFAULT_LIMIT, Limit, Offset
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import MarketService, TradeService

OrderBody = Annotated[
    dict[str, Any],
    Body(
        description=(
            "A simple order (`symbol`, `side`, `qty` or `notional`, and if wanted `price`, `venue`, `is_sandbox`) or a "
            "graph (`nodes`, `edges`, `risk`, `is_sandbox`, `metadata`). `graph_id` makes either safe to send again."
        )
    ),
]
PreviewBody = Annotated[
    dict[str, Any], Body(description="`symbol`, `side`, `qty`, and if wanted `order_type`, `price`, `venue`.")
]


def order_routes(trade: TradeService, market: MarketService, meters: Meters) -> Handlers:
    """Build the order endpoints."""

    @post("/v1/orders", tags=["orders"], status_code=200)
    async def submit(request: Ask, data: OrderBody) -> Submission:
        """Admit an order or a graph. Durable when it is answered."""
        submission = await trade.submit(request.user, data)
        meters.count_admitted()
        return submission

    @post("/v1/orders/preview", tags=["orders"], status_code=200, sync_to_thread=False)
    def preview(request: Ask, data: PreviewBody) -> Preview:
        """Route an order and tell its cost, without sending it."""
        return market.preview(request.user, data)

    @get("/v1/orders", tags=["orders"])
    async def orders(
        request: Ask,
        limit: Limit = DEFAULT_LIMIT,
        offset: Offset = 0,
        symbol: FromQuery[str | None] = None,
        node_order_id: FromQuery[str | None] = None,
        sandbox: FromQuery[bool] = False,
    ) -> Orders:
        """List orders, newest first, or the one that `node_order_id` names; `sandbox` shows the paper side."""
        caller = request.user.on_paper(sandbox)
        return await trade.orders(
            caller, limit=limit, offset=offset, symbol=symbol or None, node_order_id=node_order_id or None
        )

    @get("/v1/orders/{node_order_id:str}", tags=["orders"])
    async def order(request: Ask, node_order_id: FromPath[str]) -> Order:
        """Read one order."""
        return await trade.order(request.user, node_order_id)

    @delete("/v1/orders/{node_order_id:str}", tags=["orders"], status_code=200)
    async def cancel_order(request: Ask, node_order_id: FromPath[str]) -> Order:
        """Cancel one order; one that has ended is left as it is."""
        return await trade.cancel_order(request.user, node_order_id)

    return [submit, preview, orders, order, cancel_order]
