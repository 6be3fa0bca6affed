"""The world of a cassette: our own HTTP transport, on a loop of its own, with vcrpy or a server behind it.

Used by the player and the recorder. What must stay true: each request is one that the venue's simulator accepts as
signed, so a cassette cannot hide a broken signature.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import msgspec

from venuekit.capability import Capabilities, Features
from venuekit.errors import NotSent
from venuekit.run.clock import RealClock
from venuekit.run.http import HttpTransport
from venuekit.run.retry import Patience
from venuekit.units import Nanos
from venuekit.venue import Venue
from venuekit.wire import Request, Response
from venuekit_testkit.simulate.session import Session

Prove = Callable[[Request, Nanos], None]


class _StandIn(Venue):
    """The host of a server that stands in for a venue, to be let through the venue's gate."""

    capabilities: Capabilities = {}
    features: Features = {}
    limits = ()

    def __init__(self, id: str, host: str) -> None:
        self.id, self.hosts = id, (host,)


class TransportWorld:
    """Sends requests as the engine does. `base` replaces scheme and host, for a server on this machine.

    The venue's limits count where it `is_live` alone: a cassette is played in no time.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        base: str = "",
        prove: Prove = lambda request, now: None,
        *,
        is_live: bool = False,
    ) -> None:
        self._loop, self._base, self._prove, self._is_live = loop, base, prove, is_live
        self._transport = HttpTransport(RealClock(), patience=Patience(attempts=1))
        self._venue = ""
        self.origin = ""  # scheme and host of the last request, as the plugin wrote them

    def admit(self, venue: Venue) -> None:
        """Let a venue out to its hosts, and to the base that stands in for them."""
        self._transport.admit(venue)
        self._venue = venue.id
        if self._base:
            self._transport.admit(_StandIn(venue.id, urlsplit(self._base).hostname or ""))

    def answer(self, request: Request, now: Nanos) -> Response:
        """Send a request. Raises: TradeError; AssertionError for one that the venue would not accept as signed."""
        self._prove(request, now)
        parts = urlsplit(request.url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        sent = request if self._is_live else msgspec.structs.replace(request, cost=())
        if self._base:
            base = urlsplit(self._base)
            sent = msgspec.structs.replace(sent, url=urlunsplit((base.scheme, base.netloc, parts.path, "", "")))
        return self._loop.run_until_complete(self._transport.send(sent, self._venue))

    def connect(self, url: str, headers: tuple[tuple[str, str], ...], now: Nanos) -> Session:
        """Refuse: sockets are kept in captures (`frames.py`). Raises: NotSent."""
        raise NotSent("a cassette of HTTP holds no socket", venue=self._venue)

    def stir(self, symbol: str) -> None:
        """Do nothing: what happens, happens on the cassette."""

    def close(self) -> None:
        """Close every connection."""
        self._loop.run_until_complete(self._transport.close())
