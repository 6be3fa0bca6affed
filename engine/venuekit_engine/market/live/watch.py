"""Notices how the line to a venue is, and reports it to the hub: from the sockets that open and the books that live.

Used by `venue.py`. What must stay true: a venue counts as connected while one of its books is whole, and a venue that
is not says why.
"""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

from venuekit.book.keeper import Keeper
from venuekit.errors import TradeError
from venuekit.run.connection import Door
from venuekit.wire import Request, Response
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.line import Line
from venuekit_engine.market.link import LinkStatus


class WatchedDoor:
    """A transport that reports the sockets which do not open."""

    def __init__(self, door: Door, hub: MarketHub) -> None:
        self._door, self._hub = door, hub

    async def send(self, request: Request, venue: str) -> Response:
        """Send a request."""
        return await self._door.send(request, venue)

    async def open_socket(
        self, url: str, venue: str, headers: tuple[tuple[str, str], ...] = ()
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket. Raises: NotSent."""
        try:
            return await self._door.open_socket(url, venue, headers)
        except TradeError as error:
            self._hub.report(venue, LinkStatus.DISCONNECTED, error.message)
            raise


class WatchedLine(Line):
    """A line whose books tell how the venue is."""

    def plug(self, keeper: Keeper) -> None:
        """Attach every book."""
        super().plug(keeper)
        self._link = self.hub.link(self.venue)

    def books(self, symbols: Sequence[str]) -> None:
        """Tell that these books changed or were lost."""
        connected = self._link.status is LinkStatus.CONNECTED
        if connected is not self.is_live(symbols[0]):
            self._judge()
        super().books(symbols)

    def _judge(self) -> None:
        if any(self.is_live(symbol) for symbol in self.symbols):
            self.hub.report(self.venue, LinkStatus.CONNECTED)
            return
        book = self.hub.book(self.venue, self.symbols[0])
        self.hub.report(self.venue, LinkStatus.DISCONNECTED, book.reason if book is not None else "")
