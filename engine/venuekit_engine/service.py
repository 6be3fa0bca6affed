"""The doors of the engine: what the server (and a program in the same process) may ask of it.

The server depends on these protocols and nothing deeper. Each raises `Refusal`s, which are the public errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from venuekit.credential import Credentials
from venuekit_engine.answer import (
    ApiKey,
    ApiKeys,
    ConnectedVenue,
    Edges,
    Fees,
    Fills,
    GraphStatus,
    Order,
    Orders,
    Positions,
    Preview,
    Quote,
    Quotes,
    QuotesBatch,
    Submission,
    SymbolRow,
)
from venuekit_engine.caller import Caller


class MarketService(Protocol):
    """Prices, symbols, fees and the cost of an order that is not sent."""

    async def quote(self, symbol: str, depth: int, *, nowait: bool) -> Quote:
        """Quote one symbol. Raises: NotFound for one that no venue lists."""
        ...

    async def quotes(self, symbols: Sequence[str] | None, max_age_s: float) -> Quotes:
        """Quote several symbols, or all that are streamed; older ones are left out."""
        ...

    async def quotes_batch(self, symbols: Sequence[str], depth: int, *, nowait: bool) -> QuotesBatch:
        """Quote up to 2000 symbols; a fault of one is told in its place."""
        ...

    def symbols(self) -> list[SymbolRow]: ...

    def fees(self, ticker: str, venues: Sequence[str] | None) -> Fees: ...

    def edges(self) -> Edges: ...

    def preview(self, caller: Caller, payload: dict[str, Any]) -> Preview:
        """Route an order and send nothing. Raises: Unprocessable, NotFound."""
        ...


class TradeService(Protocol):
    """Orders, graphs, fills and positions of one client."""

    async def submit(self, caller: Caller, payload: dict[str, Any]) -> Submission:
        """Admit a simple order or a graph; durable when it returns.

        Raises: Unprocessable with a detail for each fault, NotFound for an unknown symbol, Conflict.
        """
        ...

    async def cancel_graph(self, caller: Caller, graph_id: str) -> GraphStatus: ...

    async def cancel_order(self, caller: Caller, node_order_id: str) -> Order: ...

    async def graph(self, caller: Caller, graph_id: str) -> GraphStatus: ...

    async def orders(
        self, caller: Caller, *, limit: int, offset: int, symbol: str | None, node_order_id: str | None
    ) -> Orders: ...

    async def order(self, caller: Caller, node_order_id: str) -> Order: ...

    async def fills(self, caller: Caller, *, limit: int, offset: int, symbol: str | None) -> Fills: ...

    def positions(
        self, caller: Caller, *, venues: Sequence[str] | None, kinds: Sequence[str] | None, include_closed: bool
    ) -> Positions: ...


class KeyService(Protocol):
    """API keys: made once, shown once, kept as hashes."""

    def authenticate(self, key: str) -> Caller:
        """Tell whose key this is. Raises: Unauthorized. Called on every request, so it must be fast."""
        ...

    async def create(self, caller: Caller, label: str, *, sandbox: bool) -> ApiKey: ...

    async def list(self, caller: Caller) -> ApiKeys: ...

    async def rotate(self, caller: Caller, key_id: str, grace_s: float = 0) -> ApiKey: ...

    async def revoke(self, caller: Caller, key_id: str) -> None: ...


class CredentialService(Protocol):
    """Keys to venues, encrypted at rest and never given back."""

    async def connect(self, caller: Caller, venue: str, credentials: Credentials) -> None:
        """Store or overwrite. Raises: NotFound for a venue that no plugin offers."""
        ...

    async def disconnect(self, caller: Caller, venue: str) -> None: ...

    async def list(self, caller: Caller) -> list[ConnectedVenue]: ...


class Services(Protocol):
    """All doors at once."""

    @property
    def market(self) -> MarketService: ...
    @property
    def trade(self) -> TradeService: ...
    @property
    def keys(self) -> KeyService: ...
    @property
    def credentials(self) -> CredentialService: ...
