"""A feed plugged into the hub: its keeper's books, with their channels resolved once.

Used by the live and the replay source, as what a runner of feeds tells. What must stay true: listeners are told after
the book was changed and proven, never before.
"""

from __future__ import annotations

from collections.abc import Sequence

from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.market import TradePrint
from venuekit_engine.market.channel import Channel
from venuekit_engine.market.hub import MarketHub


class Line:
    """Puts the books of a keeper up, and tells of what its feed changes. Plug it in before the feed runs."""

    def __init__(self, hub: MarketHub, venue: str) -> None:
        self.hub, self.venue = hub, venue
        self._keeper: Keeper | None = None
        self._channels: dict[str, Channel] = {}
        self._displaced: set[str] = set()

    def plug(self, keeper: Keeper) -> None:
        """Attach every book."""
        self._keeper = keeper
        for symbol in keeper.books:
            self._attach(keeper, symbol)

    def books(self, symbols: Sequence[str]) -> None:
        """Tell that these books changed or were lost."""
        if self._displaced:
            self._return(symbols)
        for symbol in symbols:
            self._channels[symbol].tell_book()

    def trades(self, trades: Sequence[TradePrint]) -> None:
        """Tell of trades."""
        self.hub.tell_trades(self.venue, trades)

    def displace(self, symbol: str) -> None:
        """Note that a fetched book stands in for ours until ours is whole."""
        self._displaced.add(symbol)

    @property
    def symbols(self) -> list[str]:
        """What the feed serves."""
        return list(self._channels)

    def is_live(self, symbol: str) -> bool:
        """Tell whether a book is whole."""
        return self._keeper is not None and self._keeper.books[symbol].state is BookState.LIVE

    def drop(self) -> None:
        """Take the books away."""
        for symbol in self._channels:
            self.hub.detach(self.venue, symbol)
        if self._keeper is not None:
            self.hub.forget(self.venue, self._keeper)

    def _attach(self, keeper: Keeper, symbol: str) -> None:
        self._channels[symbol] = self.hub.attach(self.venue, symbol, keeper.books[symbol], keeper)

    def _return(self, symbols: Sequence[str]) -> None:
        for symbol in self._displaced.intersection(symbols):
            if self._keeper is not None and self.is_live(symbol):
                self._displaced.discard(symbol)
                self._attach(self._keeper, symbol)
