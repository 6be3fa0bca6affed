"""A market of books that a test sets by hand."""

from __future__ import annotations

from collections.abc import Sequence

from venuekit.book.book import Book
from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.market import BookSnapshot
from venuekit.run.clock import VirtualClock
from venuekit.units import Px, Qty, Rate, Usd, parse_px, parse_qty, parse_usd
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus

NOW = 1_795_000_000_000_000_000
TAKER = Rate(100_000)  # ten basis points
MAKER = Rate(20_000)
Rows = Sequence[tuple[str, str]]


def instrument(venue: str = "alpha", symbol: str = "BTC-USD", **changes: object) -> Instrument:
    """Make an instrument with a cent of tick and a tenth of a thousandth of lot."""
    base, quote = symbol.split("-")[:2]
    fields: dict[str, object] = {
        "symbol": symbol, "kind": Kind.SPOT, "venue": venue, "venue_symbol": symbol.replace("-", ""),
        "base": base, "quote": quote, "tick": parse_px("0.01"), "lot": parse_qty("0.0001"),
        "min_qty": parse_qty("0.0001"), "min_notional": parse_usd("1"), "fees": FeeSchedule(MAKER, TAKER),
    }  # fmt: skip
    return Instrument(**(fields | changes))  # type: ignore[arg-type]


def levels(rows: Rows) -> list[tuple[Px, Qty]]:
    """Read levels."""
    return [(parse_px(px), parse_qty(qty)) for px, qty in rows]


class HandMarket:
    """A hub whose books stand as they were put, on a clock that stands still."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NOW)
        self.hub = MarketHub()
        self.books: dict[tuple[str, str], Book] = {}
        self._listed: dict[str, dict[str, Instrument]] = {}

    def put(self, bids: Rows, asks: Rows, venue: str = "alpha", symbol: str = "BTC-USD", **changes: object) -> Book:
        """Put a venue's book up, or another in its place, and tell its listeners."""
        listed = self._listed.setdefault(venue, {})
        if symbol not in listed:
            listed[symbol] = instrument(venue, symbol, **changes)
            self.hub.catalog.put(venue, listed.values())
            self.hub.report(venue, LinkStatus.CONNECTED)
        book = self.books.get((venue, symbol)) or self.books.setdefault((venue, symbol), Book())
        if self.hub.book(venue, symbol) is None:
            self.hub.attach(venue, symbol, book)
        book.restore(BookSnapshot(symbol, levels(bids), levels(asks)), self.clock.now())
        self.hub.channel(venue, symbol).tell_book()
        return book


def worth(usd: str) -> Usd:
    """Read money."""
    return parse_usd(usd)
