"""The reference venue: sign requests and logins with an HMAC key.

Used by `caller.py`. Pure: the nonce is the `now` argument, never the clock. Invariant: nonces strictly grow for one
key, whatever they sign, or the venue answers `nonce_reused`; `Nonces` sees to it.
Source: docs/conformance/reference-protocol.md, which has a test vector.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

from venuekit.credential import Credentials
from venuekit.units import Nanos
from venuekit.wire import Request


class ReferenceSigner:
    """Adds key, nonce and signature. Its repr tells no secret."""

    __slots__ = ("_key", "_secret")

    def __init__(self, credentials: Credentials) -> None:
        self._key, self._secret = credentials.api_key, credentials.api_secret.encode()

    def sign(self, request: Request, now: Nanos) -> Request:
        """Sign nonce, method, target and body, one after the other."""
        parts = urlsplit(request.target)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        proof = self._prove(now, f"{request.method}{target}".encode() + request.body)
        headers = (("x-key", self._key), ("x-nonce", str(now)), ("x-sign", proof))
        return msgspec.structs.replace(request, headers=request.headers + headers)

    def login(self, path: str, now: Nanos) -> str:
        """Write the frame that logs a socket in, signed as a GET of its path."""
        proof = self._prove(now, f"GET{path}".encode())
        told = {"op": "login", "key": self._key, "nonce": str(now), "sign": proof}
        return msgspec.json.encode(told).decode()

    def _prove(self, now: Nanos, what: bytes) -> str:
        return hmac.new(self._secret, str(now).encode() + what, sha256).hexdigest()


class Nonces:
    """Gives nonces of one key: the time, and one more than the last where the time has not grown."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last = Nanos(0)

    def next(self, now: Nanos) -> Nanos:
        """Give a nonce above every one before."""
        self._last = Nanos(max(now, self._last + 1))
        return self._last
