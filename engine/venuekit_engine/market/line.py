"""A feed plugged into the hub: its keeper's books, with their channels resolved once.

Used by the live, replay and demo sources. What must stay true: listeners hear of trades before they hear of the book
that those trades left behind, and both after the book was changed and proven.
"""

from __future__ import annotations

from collections.abc import Sequence

from venuekit.book.keeper import Keeper
from venuekit.market import MarketEvent, TradePrint
from venuekit.units import Nanos
from venuekit_engine.market.hub import MarketHub


class Line:
    """Attaches every book of a keeper, and tells what its events changed."""

    def __init__(self, hub: MarketHub, venue: str, keeper: Keeper) -> None:
        self.venue, self.keeper = venue, keeper
        self._hub = hub
        self._channels = {symbol: hub.attach(venue, symbol, book, keeper) for symbol, book in keeper.books.items()}

    def take(self, events: Sequence[MarketEvent], now: Nanos) -> None:
        """Apply what one frame told, then tell it on."""
        self.tell(events, self.keeper.take(events, now))

    def tell(self, events: Sequence[MarketEvent], changed: Sequence[str]) -> None:
        """Tell listeners of the trades, then of the books that changed or were lost."""
        trades = [event for event in events if type(event) is TradePrint]
        if trades:
            self._hub.tell_trades(self.venue, trades)
        for symbol in changed:
            self._channels[symbol].tell_book()

    def lose(self, reason: str) -> None:
        """Trust no book until its next snapshot, and say so."""
        self.keeper.distrust_all(reason)
        for channel in self._channels.values():
            channel.tell_book()

    def drop(self) -> None:
        """Take the books away."""
        for symbol in self._channels:
            self._hub.detach(self.venue, symbol)
        self._hub.forget(self.venue, self.keeper)
