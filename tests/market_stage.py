"""A market set by hand, for tests of the engine's market side: instruments, books, a source that notes its calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from venuekit.book.book import Book
from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.market import BookDelta, BookSnapshot, Levels
from venuekit.units import NANOS_PER_S, Nanos, Px, Qty, Rate, parse_px, parse_qty, parse_rate
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus

NOW: Final = Nanos(1_795_000_000 * NANOS_PER_S)
Rows = Sequence[tuple[str, str]]
ANY_FEES: Final = FeeSchedule(parse_rate("0.001"), parse_rate("0.001"), "by hand")


def make_instrument(
    symbol: str, venue: str, fees: FeeSchedule | None = ANY_FEES, untradable: str = "", kind: Kind = Kind.SPOT
) -> Instrument:
    """Make an instrument with a tick of 0.01 and a lot of 0.001."""
    base, _, quote = symbol.partition("-")
    return Instrument(
        symbol=symbol,
        kind=kind,
        venue=venue,
        venue_symbol=symbol.replace("-", ""),
        base=base,
        quote=quote,
        tick=parse_px("0.01"),
        lot=parse_qty("0.001"),
        fees=fees,
        untradable=untradable,
    )


def taker(text: str) -> FeeSchedule:
    """Make a schedule with one rate for both."""
    rate: Rate = parse_rate(text)
    return FeeSchedule(rate, rate, "by hand")


def levels(rows: Rows) -> Levels:
    """Read levels written as text."""
    return [(parse_px(px), parse_qty(qty)) for px, qty in rows]


def snapshot(symbol: str, bids: Rows, asks: Rows, seq: int = 1) -> BookSnapshot:
    """Make a whole book."""
    return BookSnapshot(symbol, levels(bids), levels(asks), seq=seq, ts=NOW)


def delta(symbol: str, bids: Rows, asks: Rows, seq: int) -> BookDelta:
    """Make one change."""
    return BookDelta(symbol, levels(bids), levels(asks), first=seq, last=seq, ts=NOW)


def px(text: str) -> Px:
    """Read a price."""
    return parse_px(text)


def qty(text: str) -> Qty:
    """Read a quantity."""
    return parse_qty(text)


class Stage:
    """A hub that is filled by hand."""

    def __init__(self) -> None:
        self.hub = MarketHub()
        self._listed: dict[str, list[Instrument]] = {}

    def list(self, venue: str, symbol: str, fees: FeeSchedule | None = ANY_FEES) -> None:
        """List an instrument at a venue that is connected."""
        self._listed.setdefault(venue, []).append(make_instrument(symbol, venue, fees))
        self.hub.catalog.put(venue, self._listed[venue])
        self.hub.report(venue, LinkStatus.CONNECTED)

    def show(
        self,
        venue: str,
        symbol: str,
        bids: Rows = (),
        asks: Rows = (),
        *,
        at: int = NOW,
        fees: FeeSchedule | None = ANY_FEES,
    ) -> Book:
        """List an instrument and put its book up."""
        self.list(venue, symbol, fees)
        book = Book()
        book.restore(snapshot(symbol, bids, asks), Nanos(at))
        self.hub.attach(venue, symbol, book)
        return book


class StillSource:
    """A source that serves nothing, and notes what was wanted."""

    name = "still"

    def __init__(self) -> None:
        self.wanted: list[tuple[str, float]] = []

    async def start(self, hub: MarketHub) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    async def want(self, symbol: str, wait_s: float) -> None:
        """Note the symbol."""
        self.wanted.append((symbol, wait_s))
