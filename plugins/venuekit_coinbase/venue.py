"""Coinbase Advanced Trade, spot: market data over REST, and the feed.

The factory that `venue.toml` offers. Sans I/O: each method yields requests and is sent responses. Trading verbs are
`planned` in `capability.py` and raise Unsupported before any request exists.
Sources: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/list-public-products,
.../get-public-product-book, .../get-public-market-trades,
https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/rate-limits, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from venuekit.address import resolve_addresses
from venuekit.capability import Op, require
from venuekit.credential import Credentials
from venuekit.errors import Unsupported
from venuekit.instrument import FeeSchedule, Instrument
from venuekit.market import BookSnapshot, TradePrint
from venuekit.units import Nanos
from venuekit.venue import Feed, Venue
from venuekit.wire import Flow, Limit, Request, Response
from venuekit_coinbase import wire
from venuekit_coinbase.capability import CAPABILITIES, FEATURES
from venuekit_coinbase.feed import MarketFeed
from venuekit_coinbase.parse import FEES, VENUE, parse_book, parse_instruments, parse_ticker, read

HOSTS: Final = {"rest": "https://api.coinbase.com", "stream": "wss://advanced-trade-ws.coinbase.com"}
LIMITS: Final = (Limit("public", 10, 1.0),)  # a second, for one address
MARKET: Final = "/api/v3/brokerage/market"
# Public answers are cached for about a second unless we say otherwise.
FRESH: Final = (("cache-control", "no-cache"),)

_PRODUCTS: Final = msgspec.json.Decoder(wire.Products)
_BOOK: Final = msgspec.json.Decoder(wire.BookAnswer)
_TICKER: Final = msgspec.json.Decoder(wire.Ticker)


class Coinbase(Venue):
    """Coinbase's spot market."""

    id = VENUE
    capabilities = CAPABILITIES
    features = FEATURES
    limits = LIMITS

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        # The market side is public: credentials are taken, as every venue takes them, and not kept.
        self._urls = resolve_addresses(VENUE, HOSTS, hosts)
        self.hosts = self._urls.hosts

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List the spot products. Raises: Refused, OutcomeUnknown."""
        response = yield self._get("/products", product_type="SPOT")
        return read(response, _PRODUCTS, parse_instruments)

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        """Fetch one book; depth 0 asks for as much as there is. Raises: Refused, OutcomeUnknown."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.BOOK)
        query = {"product_id": instrument.venue_symbol} | ({"limit": str(depth)} if depth else {})
        response = yield self._get("/product_book", **query)
        return read(response, _BOOK, lambda answer: parse_book(answer, instrument.symbol))

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        """Fetch the last public trades, oldest first. Raises: Refused, OutcomeUnknown."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.TRADES)
        path = f"/products/{quote(instrument.venue_symbol, safe='')}/ticker"
        response = yield self._get(path, limit=str(limit))
        return read(response, _TICKER, lambda answer: parse_ticker(answer, instrument.symbol))

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades.

        Raises: Unsupported for a product whose grid does not fit our scale: its book could not be exact.
        """
        for instrument in instruments:
            if not instrument.tick or not instrument.lot:
                raise Unsupported(f"{instrument.symbol} {instrument.untradable}", venue=VENUE)
        return MarketFeed(self._urls["stream"], instruments)

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        """Tell the lowest tier's public rates, without a request: Coinbase publishes them on a page only."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.FEES)
        return _answer(FEES)

    def _get(self, path: str, **query: str) -> Request:
        return Request(
            method="GET",
            url=f"{self._urls['rest']}{MARKET}{path}",
            query=urlencode(query),
            headers=FRESH,
            safe=True,
            cost=(("public", 1),),
        )


def _answer(schedule: FeeSchedule) -> Generator[Request, Response, FeeSchedule]:
    yield from ()
    return schedule
