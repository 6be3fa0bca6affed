"""Sign Acme's private requests. Pure: the nonce is the `now` argument, never the clock.

Nonces of one key strictly grow, and the core's `now` grows from call to call; `last` covers the flows that make several
requests at one `now`. Source: docs/conformance/reference-protocol.md, "Signatures".
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

from venuekit.credential import Credentials
from venuekit.units import Nanos
from venuekit.wire import Request


class AcmeSigner:
    """Adds key, nonce and signature. Its repr tells no secret."""

    __slots__ = ("_key", "_last", "_secret")

    def __init__(self, credentials: Credentials) -> None:
        self._key, self._secret = credentials.api_key, credentials.api_secret.encode()
        self._last = 0

    def sign(self, request: Request, now: Nanos) -> Request:
        """Sign nonce, method, target and body, one after the other."""
        self._last = max(now, self._last + 1)
        parts = urlsplit(request.target)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        what = f"{self._last}{request.method}{target}".encode() + request.body
        proof = hmac.new(self._secret, what, sha256).hexdigest()
        headers = (("x-key", self._key), ("x-nonce", str(self._last)), ("x-sign", proof))
        return msgspec.structs.replace(request, headers=request.headers + headers)
