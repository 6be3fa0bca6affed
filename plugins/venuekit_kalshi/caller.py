"""Kalshi: the calls of one account: where they go and who signs them.

Used by the flows and by both streams. What must stay true: without keys no signed request exists.
"""

from __future__ import annotations

from venuekit.credential import Credentials
from venuekit.errors import NotSent
from venuekit.units import Nanos
from venuekit.wire import Request
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.endpoints import SOCKET, Endpoint, Params
from venuekit_kalshi.signer import Headers, KalshiSigner


class Caller:
    """Writes requests to one REST host, signed where the endpoint needs it, and opens sockets."""

    __slots__ = ("_signer", "host", "socket")

    def __init__(self, rest: str, stream: str, credentials: Credentials | None) -> None:
        self.host, self.socket = rest, stream + SOCKET
        has_keys = credentials is not None and credentials.api_key and credentials.api_secret
        self._signer = KalshiSigner(credentials) if credentials is not None and has_keys else None

    def public(self, endpoint: Endpoint, about: str = "", params: Params = ()) -> Request:
        """Write a call that needs no key."""
        return endpoint.request(self.host, about, params)

    def signed(
        self,
        endpoint: Endpoint,
        now: Nanos,
        about: str = "",
        params: Params = (),
        body: object = None,
        items: int = 1,
    ) -> Request:
        """Write and sign a call. Raises: NotSent without keys."""
        signer = self._require(f"{endpoint.method} {endpoint.path}")
        return signer.sign(endpoint.request(self.host, about, params, body, items), now)

    def handshake(self, now: Nanos) -> Headers:
        """Prove the opening of a socket: the venue wants it for public channels too. Raises: NotSent without keys."""
        return self._require("every stream").prove("GET", SOCKET, now)

    def _require(self, what: str) -> KalshiSigner:
        if self._signer is None:
            raise NotSent(f"{what} needs a key id and its private key", venue=VENUE)
        return self._signer
