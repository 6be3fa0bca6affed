"""Binance spot: the calls of one account, over HTTP and the WebSocket API: where they go and who signs them.

Used by `venue.py`, `amend.py`, `history.py` and `account.py`. What must stay true: without keys no signed request
exists.
"""

from __future__ import annotations

import msgspec

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
        return self.signer(f"{endpoint.method} {endpoint.path}").sign(endpoint.request(self.host, params, weight), now)

    def frame(self, method: str, number: int, now: Nanos) -> str:
        """Write and sign a request of the WebSocket API that has no parameters of its own. Raises: NotSent."""
        params = self.signer(method).sign_params({}, now)
        return msgspec.json.encode({"id": number, "method": method, "params": params}).decode()

    def signer(self, what: str) -> BinanceSigner:
        """Give who signs. Raises: NotSent without keys, saying what needs them."""
        if self._signer is None:
            raise NotSent(f"{what} needs an API key and its secret", venue=VENUE)
        return self._signer
