"""Prices: one symbol, several, or a batch."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from venuekit_engine.answer import Quote, Quotes, QuotesBatch
from venuekit_engine.server.query import DEFAULT_DEPTH, Depth, Listed, clamp_depth, split_list
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import MarketService

MAX_BATCH = 2000
DEFAULT_MAX_AGE_S = 300.0

MaxAge = Annotated[float, QueryParameter(ge=0, le=1e9, description="Leave out quotes that are older, in seconds.")]
Nowait = Annotated[bool, QueryParameter(description="Do not wait for a cold symbol. For research, never for trading.")]


class QuotesBatchRequest(msgspec.Struct, frozen=True):
    """Up to 2000 symbols. `concurrency` and `instrument_type` are hints, accepted and not needed here."""

    symbols: Annotated[list[str], msgspec.Meta(max_length=MAX_BATCH)]
    depth: int = DEFAULT_DEPTH
    nowait: bool = True
    concurrency: int | None = None
    instrument_type: str | None = None


def quote_routes(market: MarketService) -> Handlers:
    """Build the quote endpoints."""

    @get("/v1/quotes/{symbol:str}", tags=["quotes"])
    async def quote(request: Ask, symbol: FromPath[str], depth: Depth = DEFAULT_DEPTH, nowait: Nowait = False) -> Quote:
        """Quote one symbol: best prices over all venues, each venue's own, and the merged book."""
        return await market.quote(symbol, clamp_depth(depth), nowait=nowait)

    @get("/v1/quotes", tags=["quotes"])
    async def quotes(
        request: Ask, symbols: Listed = "", symbol: Listed = "", max_age_s: MaxAge = DEFAULT_MAX_AGE_S
    ) -> Quotes:
        """Quote several symbols, or all that are streamed. `symbol` is an alias of `symbols`."""
        return await market.quotes(split_list(f"{symbols},{symbol}"), max_age_s)

    @post("/v1/quotes_batch", tags=["quotes"], status_code=200)
    async def quotes_batch(request: Ask, data: JSONBody[QuotesBatchRequest]) -> QuotesBatch:
        """Quote up to 2000 symbols; one that fails is told in its place."""
        return await market.quotes_batch(data.symbols, clamp_depth(data.depth), nowait=data.nowait)

    return [quote, quotes, quotes_batch]
