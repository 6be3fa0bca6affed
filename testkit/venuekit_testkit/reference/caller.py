"""The reference venue: the calls of one account: where they go and who signs them.

Used by `venue.py`, `pages.py` and `account.py`. What must stay true: without keys no signed request exists, and a call
that needs no key carries none.
"""

from __future__ import annotations

from typing import Any

import msgspec

from venuekit.credential import Credentials
from venuekit.errors import NotSent
from venuekit.units import Nanos
from venuekit.wire import Request
from venuekit_testkit.reference.codes import VENUE
from venuekit_testkit.reference.endpoints import Endpoint, Params
from venuekit_testkit.reference.signer import Nonces, ReferenceSigner


class Caller:
    """Writes requests to one host, signed where the endpoint needs it."""

    def __init__(self, host: str, credentials: Credentials | None) -> None:
        self.host = host
        has_keys = credentials is not None and credentials.api_key and credentials.api_secret
        self._signer = ReferenceSigner(credentials) if credentials is not None and has_keys else None
        self._nonces = Nonces()

    @property
    def has_keys(self) -> bool:
        """Tell whether signed calls can be made."""
        return self._signer is not None

    def public(self, endpoint: Endpoint, params: Params = ()) -> Request:
        """Write a call that needs no key."""
        return endpoint.request(self.host, params)

    def ask(self, endpoint: Endpoint, now: Nanos, params: Params = ()) -> Request:
        """Write a signed call without a body. Raises: NotSent without keys."""
        return self._sign(endpoint.request(self.host, params), now)

    def tell(self, endpoint: Endpoint, now: Nanos, body: Any, items: int = 1) -> Request:
        """Write a signed call with a JSON body. Raises: NotSent without keys."""
        return self._sign(endpoint.request(self.host, (), msgspec.json.encode(body), items), now)

    def login(self, path: str, now: Nanos) -> str:
        """Write the frame that logs a socket in. Raises: NotSent without keys."""
        return self._require().login(path, self._nonces.next(now))

    def _sign(self, request: Request, now: Nanos) -> Request:
        return self._require().sign(request, self._nonces.next(now))

    def _require(self) -> ReferenceSigner:
        if self._signer is None:
            raise NotSent("this needs an API key and its secret", venue=VENUE)
        return self._signer
