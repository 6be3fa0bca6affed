"""The door to the market: what the server asks about prices, symbols, fees and the cost of an order.

Implements `MarketService`. What must stay true: a symbol that no venue lists is refused, one that is listed and not
served is answered as unavailable, and a client never waits longer than the cold wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog

from venuekit.units import NANOS_PER_MS, NANOS_PER_S, Nanos
from venuekit_engine.answer import Edges, Fees, Preview, Quote, QuoteFault, Quotes, QuotesBatch, SymbolRow
from venuekit_engine.caller import Caller
from venuekit_engine.market.edges import edge_rows
from venuekit_engine.market.fees import fee_rows
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.preview import check_venue, make_preview, read_asked
from venuekit_engine.market.quotes import age_of, to_quote
from venuekit_engine.market.served import is_served
from venuekit_engine.market.source import Source
from venuekit_engine.market.terms import Terms
from venuekit_engine.refusal import InvalidParams, Refusal

log = structlog.get_logger("venuekit.market")

COLD_WAIT_S: Final = 2.0
MAX_BATCH: Final = 2000
MAX_DEPTH: Final = 100
AT_ONCE: Final = 64  # cold symbols of one batch that are waited for together


class Market:
    """The market as a service of the engine. `now` is the clock's."""

    def __init__(self, hub: MarketHub, source: Source, now: Callable[[], Nanos], terms: Terms | None = None) -> None:
        self._hub, self._source, self._now = hub, source, now
        self._terms = terms or Terms()
        self._warming: dict[str, asyncio.Task[None]] = {}

    async def quote(self, symbol: str, depth: int, *, nowait: bool) -> Quote:
        """Quote one symbol. Raises: NotFound for one that no venue lists."""
        name = self._hub.catalog.resolve(symbol)
        if not is_served(self._hub, name, self._now()):
            warming = self._warm(name)
            if not nowait:
                await asyncio.shield(warming)
        return to_quote(name, self._hub.consolidated(name), _clamp(depth), self._now())

    async def quotes(self, symbols: Sequence[str] | None, max_age_s: float) -> Quotes:
        """Quote several symbols, or all that have a book; those older than `max_age_s` are left out.

        Raises: NotFound for a symbol that no venue lists.
        """
        resolve = self._hub.catalog.resolve
        names = self._hub.symbols() if symbols is None else [resolve(symbol) for symbol in symbols]
        now = self._now()
        return Quotes([quote for name in names if (quote := self._young(name, max_age_s, now)) is not None])

    async def quotes_batch(self, symbols: Sequence[str], depth: int, *, nowait: bool) -> QuotesBatch:
        """Quote up to 2000 symbols; a fault of one is told in its place. Raises: InvalidParams for more."""
        if len(symbols) > MAX_BATCH:
            raise InvalidParams(f"at most {MAX_BATCH} symbols in one batch, found {len(symbols)}")
        began, gate = self._now(), asyncio.Semaphore(AT_ONCE)
        rows = await asyncio.gather(*(self._one(symbol, depth, nowait, gate) for symbol in symbols))
        return QuotesBatch(list(rows), len(rows), (self._now() - began) // NANOS_PER_MS)

    def symbols(self) -> list[SymbolRow]:
        """List what can be quoted."""
        return self._hub.catalog.rows()

    def fees(self, ticker: str, venues: Sequence[str] | None) -> Fees:
        """Tell what trading a symbol costs at each venue, or at some. Raises: NotFound."""
        symbol = self._hub.catalog.resolve(ticker)
        wanted = None if venues is None else [venue.lower() for venue in venues]
        return Fees(symbol, fee_rows(self._hub.catalog.listings(symbol), wanted))

    def edges(self) -> Edges:
        """Tell how the line to each venue is."""
        return Edges(edge_rows(self._hub))

    def preview(self, caller: Caller, payload: dict[str, Any]) -> Preview:
        """Route an order and send nothing. Raises: Unprocessable, NotFound."""
        asked = read_asked(payload)
        symbol = self._hub.catalog.resolve(asked.symbol)
        check_venue(self._hub.catalog, symbol, asked.venue)
        return make_preview(self._hub, symbol, asked, self._now(), self._terms)

    async def close(self) -> None:
        """End the warming of cold symbols."""
        tasks = list(self._warming.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, symbol: str, depth: int, nowait: bool, gate: asyncio.Semaphore) -> Quote | QuoteFault:
        try:
            async with gate:
                return await self.quote(symbol, depth, nowait=nowait)
        except Refusal as refusal:
            return QuoteFault(symbol, f"resolver: {refusal.message}")

    def _young(self, name: str, max_age_s: float, now: Nanos) -> Quote | None:
        market = self._hub.consolidated(name)
        age = age_of(market, now) if market is not None else None
        return to_quote(name, market, 0, now) if age is not None and age < max_age_s * NANOS_PER_S else None

    def _warm(self, name: str) -> asyncio.Task[None]:
        """Ask the source for a symbol, once for all who wait for it."""
        task = self._warming.get(name)
        if task is None:
            task = self._warming[name] = asyncio.create_task(self._want(name), name=f"warm {name}")
            task.add_done_callback(lambda _: self._warming.pop(name, None))
        return task

    async def _want(self, name: str) -> None:
        try:
            await self._source.want(name, COLD_WAIT_S)
        except Exception:
            log.exception("symbol not warmed", symbol=name)


def _clamp(depth: int) -> int:
    return min(max(depth, 1), MAX_DEPTH)
