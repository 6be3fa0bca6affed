"""The market as the engine sees it: every book by symbol and venue, who listens, and how each venue's line is.

Sources fill it; the router, the sandbox, the ledger and the door read it. What must stay true: an event costs the same
with ten symbols and with ten thousand, because nothing is computed until someone asks and listeners are found by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from venuekit.book.book import Book
from venuekit.book.consolidated import DEFAULT, Consolidated, Freshness, Pulse
from venuekit.book.nbbo import Source
from venuekit.instrument import Instrument, Kind, infer_kind
from venuekit.market import TradePrint
from venuekit.units import Nanos, Px
from venuekit_engine.market.catalog import Catalog
from venuekit_engine.market.channel import Cancel, Channel, Listeners, OnBook, OnTrades
from venuekit_engine.market.link import Link, LinkStatus
from venuekit_engine.market.mid import Mids


class MarketHub:
    """Books of all symbols and venues. Every method is for the event loop's thread only."""

    def __init__(self, catalog: Catalog | None = None, freshness: Freshness = DEFAULT) -> None:
        self.catalog = catalog if catalog is not None else Catalog()
        self.links: dict[str, Link] = {}
        self._freshness = freshness
        self._symbols: dict[str, Consolidated] = {}
        self._channels: dict[tuple[str, str], Channel] = {}
        self._everywhere = Listeners()
        self._mids = Mids(self._symbols)

    # ── reading ──

    def resolve(self, text: str) -> str:
        """Give the canonical symbol that a client means. Raises: NotFound."""
        return self.catalog.resolve(text)

    def listings(self, symbol: str) -> Mapping[str, Instrument]:
        """Give the instruments of a canonical symbol by venue."""
        return self.catalog.listings(symbol)

    def instrument(self, venue: str, symbol: str) -> Instrument | None:
        """Give one venue's instrument, by canonical symbol."""
        return self.catalog.instrument(venue, symbol)

    def book(self, venue: str, symbol: str) -> Book | None:
        """Give one venue's book, whatever its state; None where there is none."""
        market = self._symbols.get(symbol)
        listing = market.listings.get(venue) if market is not None else None
        return listing.book if listing is not None else None

    def consolidated(self, symbol: str) -> Consolidated | None:
        """Give all venues' books of a symbol; None while no venue has one."""
        return self._symbols.get(symbol)

    def symbols(self) -> list[str]:
        """List the symbols that have a book."""
        return list(self._symbols)

    def mid_usd(self, asset: str, now: Nanos) -> Px | None:
        """Price one unit of an asset in dollars: fresh, else last known, else None."""
        return self._mids.price(asset, now)

    def link(self, venue: str) -> Link:
        """Give the state of the line to a venue; one that was never heard of is connecting."""
        found = self.links.get(venue)
        if found is None:
            found = self.links[venue] = Link(venue)
        return found

    # ── listening ──

    def on_book(self, call: OnBook, venue: str = "", symbol: str = "") -> Cancel:
        """Call on every change of one book, or of all where no venue is named; the answer ends it."""
        return self._listeners(venue, symbol).add_book(call)

    def on_trades(self, call: OnTrades, venue: str = "", symbol: str = "") -> Cancel:
        """Call on the public trades of one market, or of all where no venue is named; the answer ends it."""
        return self._listeners(venue, symbol).add_trades(call)

    # ── filling ──

    def attach(
        self, venue: str, symbol: str, book: Book, pulse: Pulse | None = None, source: Source = Source.STREAM
    ) -> Channel:
        """Put a venue's book up, or another in its place; the channel is how to tell of its changes."""
        market = self._symbols.get(symbol)
        if market is None:
            market = self._symbols[symbol] = Consolidated(symbol, self._freshness)
        link = self.link(venue)
        link.books[self._kind(venue, symbol)] += venue not in market.listings
        if pulse is not None and not any(known is pulse for known in link.pulses):
            link.pulses.append(pulse)
        market.attach(venue, book, pulse, source)
        return self.channel(venue, symbol)

    def detach(self, venue: str, symbol: str) -> None:
        """Take a venue's book away; its listeners stay, for when it comes back."""
        market = self._symbols.get(symbol)
        if market is None or venue not in market.listings:
            return
        market.detach(venue)
        self.link(venue).books[self._kind(venue, symbol)] -= 1
        if not market.listings:
            del self._symbols[symbol]

    def channel(self, venue: str, symbol: str) -> Channel:
        """Give the channel of one market, be there a book or not."""
        found = self._channels.get((venue, symbol))
        if found is None:
            found = self._channels[venue, symbol] = Channel(venue, symbol, self._everywhere)
        return found

    def forget(self, venue: str, pulse: Pulse) -> None:
        """Take no heartbeat of a feed that ended."""
        link = self.link(venue)
        link.pulses = [known for known in link.pulses if known is not pulse]

    def report(self, venue: str, status: LinkStatus, reason: str = "") -> None:
        """Say how the line to a venue is."""
        link = self.link(venue)
        link.status, link.reason = status, reason

    def tell_trades(self, venue: str, trades: Sequence[TradePrint]) -> None:
        """Tell trades of any symbols of one venue to their listeners."""
        if len(trades) == 1:  # nearly every frame
            self.channel(venue, trades[0].symbol).tell_trades(trades)
            return
        for symbol, part in _by_symbol(trades).items():
            self.channel(venue, symbol).tell_trades(part)

    def _kind(self, venue: str, symbol: str) -> Kind:
        listed = self.catalog.instrument(venue, symbol)
        return listed.kind if listed is not None else infer_kind(symbol)

    def _listeners(self, venue: str, symbol: str) -> Listeners:
        return self.channel(venue, symbol).listeners if venue else self._everywhere


def _by_symbol(trades: Iterable[TradePrint]) -> dict[str, list[TradePrint]]:
    parts: dict[str, list[TradePrint]] = {}
    for trade in trades:
        parts.setdefault(trade.symbol, []).append(trade)
    return parts
