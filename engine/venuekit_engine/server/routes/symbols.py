"""What can be traded, and where."""

from __future__ import annotations

import msgspec
from litestar import get
from litestar.params import FromPath

from venuekit_engine.answer import SymbolRow
from venuekit_engine.refusal import NotFound
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import MarketService


class PairVenues(msgspec.Struct, frozen=True):
    """`GET /v1/pairs/{symbol}/venues`."""

    symbol: str
    venues: list[str]


def symbol_routes(market: MarketService) -> Handlers:
    """Build the symbol endpoints."""

    @get("/v1/symbols", tags=["symbols"], sync_to_thread=False)
    def symbols(request: Ask) -> list[SymbolRow]:
        """List every tradable symbol with its venues."""
        return market.symbols()

    @get("/v1/pairs/{symbol:str}/venues", tags=["symbols"], sync_to_thread=False)
    def pair_venues(request: Ask, symbol: FromPath[str]) -> PairVenues:
        """List the venues that trade one symbol."""
        return find_pair(symbol, market.symbols())

    return [symbols, pair_venues]


def find_pair(symbol: str, rows: list[SymbolRow]) -> PairVenues:
    """Find the venues of a symbol, written with a dash or a slash, in any case. Raises: NotFound."""
    wanted = symbol.replace("/", "-").upper()
    venues = sorted({venue for row in rows if row.symbol.upper() == wanted for venue in row.venues})
    if not venues:
        raise NotFound(f"no venue lists {symbol}")
    return PairVenues(wanted, venues)
