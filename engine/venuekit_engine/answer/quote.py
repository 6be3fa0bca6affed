"""What prices look like: one symbol's quote, several, and the merged book."""

from __future__ import annotations

from typing import Any

import msgspec


class Nbbo(msgspec.Struct, frozen=True):
    """Best bid and offer over all venues; zeros where there is none. `mid` and `spread_bps` are 0 when crossed."""

    bid: float
    ask: float
    mid: float
    spread_bps: float


class VenueQuote(msgspec.Struct, frozen=True):
    """One venue's top. `state` says whether it may be routed on, `reason` why not."""

    bid: float
    ask: float
    bid_size: float
    ask_size: float
    age_ms: int
    state: str = "live"
    reason: str = ""


class BookLevel(msgspec.Struct, frozen=True):
    """One level of the merged book."""

    price: float
    size: float
    venue: str


class MergedBook(msgspec.Struct, frozen=True):
    """The price-sorted union of all venues, best first."""

    bids: list[BookLevel]
    asks: list[BookLevel]


class Quote(msgspec.Struct, frozen=True, omit_defaults=True):
    """`GET /v1/quotes/{symbol}`."""

    symbol: str
    source: str
    nbbo: Nbbo
    venues: dict[str, VenueQuote]
    book: MergedBook | None = None


class QuoteFault(msgspec.Struct, frozen=True):
    """One symbol of a batch that could not be quoted."""

    symbol: str
    error: str


class Quotes(msgspec.Struct, frozen=True):
    """`GET /v1/quotes`."""

    quotes: list[Quote]


class QuotesBatch(msgspec.Struct, frozen=True):
    """`POST /v1/quotes_batch`. Each of `quotes` is a `Quote` or a `QuoteFault`; msgspec describes no such union."""

    quotes: list[Any]
    count: int
    elapsed_ms: int
