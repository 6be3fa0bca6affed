"""Binance spot: the calls of one account: where they go and who signs them.

Used by `venue.py`, `amend.py` and `history.py`. What must stay true: without keys no signed request exists.
"""

from __future__ import annotations

from venuekit.credential import Credentials
from venuekit.errors import NotSent
from venuekit.units import Nanos
from venuekit.wire import Request
from venuekit_binance.codes import VENUE
from venuekit_binance.endpoints import Endpoint, Params
from venuekit_binance.signer import BinanceSigner


class Caller:
    """Writes requests to one REST host, signed where the endpoint needs it."""

    __slots__ = ("_signer", "host")

    def __init__(self, host: str, credentials: Credentials | None) -> None:
        self.host = host
        has_keys = credentials is not None and credentials.api_key and credentials.api_secret
        self._signer = BinanceSigner(credentials) if credentials is not None and has_keys else None

    @property
    def has_keys(self) -> bool:
        """Tell whether signed calls can be made."""
        return self._signer is not None

    def public(self, endpoint: Endpoint, params: Params = ()) -> Request:
        """Write a call that needs no key."""
        return endpoint.request(self.host, params)

    def signed(self, endpoint: Endpoint, params: Params, now: Nanos, weight: int = 0) -> Request:
        """Write and sign a call. Raises: NotSent without keys."""
        if self._signer is None:
            raise NotSent(f"{endpoint.method} {endpoint.path} needs an API key and its secret", venue=VENUE)
        return self._signer.sign(endpoint.request(self.host, params, weight), now)
