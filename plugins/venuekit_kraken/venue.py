"""Kraken spot: market data over REST, and the feed.

The factory that `venue.toml` offers. Sans I/O: each method yields requests and is sent responses. Trading verbs are
`planned` in `capability.py` and raise Unsupported before any request exists.
Sources: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs, .../get-order-book, .../get-recent-trades,
https://support.kraken.com/articles/206548367 (rate limits), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import msgspec

from venuekit.address import resolve_addresses
from venuekit.capability import Op, require
from venuekit.credential import Credentials
from venuekit.errors import Unsupported
from venuekit.instrument import FeeSchedule, Instrument
from venuekit.market import BookSnapshot, TradePrint
from venuekit.units import PX_DECIMALS, QTY_DECIMALS, Nanos
from venuekit.venue import Feed, Venue
from venuekit.wire import Flow, Limit, Request
from venuekit_kraken import wire
from venuekit_kraken.capability import CAPABILITIES, FEATURES
from venuekit_kraken.feed import DEFAULT_DEPTH, MarketFeed
from venuekit_kraken.parse import VENUE, parse_depth, parse_instruments, parse_schedule, parse_trades, read

HOSTS: Final = {"rest": "https://api.kraken.com", "stream": "wss://ws.kraken.com/v2"}
# Kraken asks for at most one public call a second from one address.
LIMITS: Final = (Limit("public", 1, 1.0),)
MAX_DEPTH: Final = 500
MAX_TRADES: Final = 1000

_PAIRS: Final = msgspec.json.Decoder(wire.Pairs)
_DEPTHS: Final = msgspec.json.Decoder(wire.Depths)
_TRADES: Final = msgspec.json.Decoder(wire.Trades)


class Kraken(Venue):
    """Kraken's spot market. `depth` is how many levels a side the feed keeps: 10, 25, 100, 500 or 1000."""

    id = VENUE
    capabilities = CAPABILITIES
    features = FEATURES
    limits = LIMITS

    def __init__(
        self,
        credentials: Credentials | None = None,
        hosts: Mapping[str, str] | None = None,
        depth: int = DEFAULT_DEPTH,
    ) -> None:
        # The market side is public: credentials are taken, as every venue takes them, and not kept.
        self._urls = resolve_addresses(VENUE, HOSTS, hosts)
        self.hosts = self._urls.hosts
        self._depth = depth

    def instruments(self) -> Flow[Sequence[Instrument]]:
        """List the pairs that have a public book. Raises: Refused, OutcomeUnknown."""
        response = yield self._get("AssetPairs")
        return read(response, _PAIRS, parse_instruments)

    def book(self, instrument: Instrument, depth: int) -> Flow[BookSnapshot]:
        """Fetch one book; depth 0 asks for as much as there is. Raises: Refused, OutcomeUnknown."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.BOOK)
        count = min(depth or MAX_DEPTH, MAX_DEPTH)
        response = yield self._get("Depth", pair=instrument.venue_symbol, count=str(count))
        return read(response, _DEPTHS, lambda found: parse_depth(found, instrument.symbol))

    def trades(self, instrument: Instrument, limit: int) -> Flow[Sequence[TradePrint]]:
        """Fetch the last public trades, oldest first, at most a thousand. Raises: Refused, OutcomeUnknown."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.TRADES)
        count = min(limit, MAX_TRADES)
        response = yield self._get("Trades", pair=instrument.venue_symbol, count=str(count))
        return read(response, _TRADES, lambda found: parse_trades(found, instrument.symbol, count))

    def feed(self, instruments: Sequence[Instrument]) -> Feed:
        """Make the stream of books and trades.

        Raises: Unsupported for a pair whose numbers have more decimals than our scale: its book could not be exact.
        """
        for instrument in instruments:
            if instrument.px_decimals > PX_DECIMALS or instrument.qty_decimals > QTY_DECIMALS:
                raise Unsupported(f"{instrument.symbol} has more decimals than our scale", venue=VENUE)
        return MarketFeed(self._urls["stream"], instruments, self._depth)

    def fees(self, instrument: Instrument, now: Nanos) -> Flow[FeeSchedule]:
        """Tell the lowest tier's public rates. Raises: Refused, OutcomeUnknown."""
        require(VENUE, CAPABILITIES, instrument.kind, Op.FEES)
        response = yield self._get("AssetPairs", pair=instrument.venue_symbol)
        return read(response, _PAIRS, parse_schedule)

    def _get(self, method: str, **query: str) -> Request:
        url = f"{self._urls['rest']}/0/public/{method}"
        return Request(method="GET", url=url, query=urlencode(query), safe=True, cost=(("public", 1),))
