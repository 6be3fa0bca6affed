"""The reference venue: proves who asks.

Used by `face.py` and `stream.py`. What must stay true: a nonce is taken once and only upwards, and it is spent only by
a request whose signature is right.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.reference.denials import Denied

KEY: Final = "reference-key"
SECRET: Final = "reference-secret-of-the-simulator"  # noqa: S105 - of a venue that does not exist


def sign(secret: str, nonce: str, call: Call) -> str:
    """Sign nonce, method, path, query and body, one after the other."""
    target = f"{call.path}?{call.query}" if call.query else call.path
    return hmac.new(secret.encode(), f"{nonce}{call.method}{target}".encode() + call.body, sha256).hexdigest()


class Doorkeeper:
    """Knows one key and the last nonce that it used."""

    def __init__(self) -> None:
        self.nonce = 0

    def admit(self, call: Call) -> None:
        """Let a call in by its headers. Raises: Denied."""
        headers = call.headers
        self.prove(call, headers.get("x-key", ""), headers.get("x-nonce", ""), headers.get("x-sign", ""))

    def prove(self, call: Call, key: str, nonce: str, signature: str) -> None:
        """Check a key, a nonce and a signature. Raises: Denied."""
        if key != KEY:
            raise Denied("bad_key")
        if not nonce.isdecimal() or not hmac.compare_digest(sign(SECRET, nonce, call), signature):
            raise Denied("bad_sign")
        if int(nonce) <= self.nonce:
            raise Denied("nonce_reused")
        self.nonce = int(nonce)
