"""Prices as the server quotes them. Floats for people: nothing here is computed with."""

from __future__ import annotations

import msgspec


class Nbbo(msgspec.Struct, frozen=True):
    """Best bid and offer over all venues; zeros where there is none."""

    bid: float = 0.0
    ask: float = 0.0
    mid: float = 0.0
    spread_bps: float = 0.0


class VenueQuote(msgspec.Struct, frozen=True):
    """One venue's top. `state` says whether it may be routed on, `reason` why not."""

    bid: float
    ask: float
    bid_size: float
    ask_size: float
    age_ms: int = 0
    state: str = "live"
    reason: str = ""


class BookLevel(msgspec.Struct, frozen=True):
    """One level of the merged book."""

    price: float
    size: float
    venue: str


class MergedBook(msgspec.Struct, frozen=True):
    """The levels of all venues, best first."""

    bids: list[BookLevel]
    asks: list[BookLevel]


class Quote(msgspec.Struct, frozen=True, omit_defaults=True):
    """One symbol over all venues."""

    symbol: str
    nbbo: Nbbo
    venues: dict[str, VenueQuote]
    source: str = ""
    book: MergedBook | None = None

    @property
    def is_crossed(self) -> bool:
        """Tell whether one venue bids more than another asks."""
        return 0 < self.nbbo.ask < self.nbbo.bid


class Quotes(msgspec.Struct, frozen=True):
    """Several symbols."""

    quotes: list[Quote]


class BatchQuote(msgspec.Struct, frozen=True, omit_defaults=True):
    """One symbol of a batch: a quote, or `error` with the reason why there is none."""

    symbol: str
    error: str = ""
    source: str = ""
    nbbo: Nbbo | None = None
    venues: dict[str, VenueQuote] = {}
    book: MergedBook | None = None

    @property
    def is_quoted(self) -> bool:
        """Tell whether there is a quote."""
        return not self.error and self.nbbo is not None


class QuotesBatch(msgspec.Struct, frozen=True):
    """A batch, with a place for each symbol that was asked for."""

    quotes: list[BatchQuote]
    count: int = 0
    elapsed_ms: int = 0


class SymbolRow(msgspec.Struct, frozen=True):
    """One symbol and where it trades."""

    symbol: str
    base: str
    quote: str
    venues: list[str]
    instrument_type: str = ""
    type: str = ""

    @property
    def kind(self) -> str:
        """spot, perp or prediction, under whichever key the server says it."""
        return self.instrument_type or self.type
