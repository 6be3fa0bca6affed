"""Kalshi: prove that a call was signed by a key we know.

Used by `face.py`. The text is timestamp + METHOD + path, without query, body and host. RSA keys sign with PSS over
SHA-256 and a salt of 32 bytes; Ed25519 keys sign the text as it is. The key decides, not the call.
Sources: https://docs.kalshi.com/getting_started/api_keys, read 2026-11-21. No tolerance of clocks is published for
this API; `WINDOW_MS` is that of the margin FIX gateway, 30 s.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.kalshi.errors import Refusal
from venuekit_testkit.simulate.kalshi.shape import millis

WINDOW_MS: Final = 30_000
HEADERS: Final = ("kalshi-access-key", "kalshi-access-timestamp", "kalshi-access-signature")
PublicKey: TypeAlias = RSAPublicKey | Ed25519PublicKey


@cache  # to read an RSA key takes as long as all else that a simulator does at its start
def public_key(pem: str) -> PublicKey:
    """Give the public half of a test key."""
    key = load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, RSAPrivateKey | Ed25519PrivateKey), "a test key is RSA or Ed25519"
    return key.public_key()


def is_signed(call: Call) -> bool:
    """Tell whether a call claims a key at all."""
    return HEADERS[0] in call.headers


def prove(call: Call, keys: Mapping[str, PublicKey], now: int) -> None:
    """Check the signature of a call. Raises: Refusal, `authentication_error` with what is wrong."""
    missing = [name for name in HEADERS if not call.headers.get(name)]
    if missing:
        raise Refusal("authentication_error", f"MISSING_HEADER: {missing[0]}")
    name, at, signature = (call.headers[each] for each in HEADERS)
    key = keys.get(name)
    if key is None:
        raise Refusal("authentication_error", "NOT_FOUND")
    if not at.isdecimal() or abs(millis(now) - int(at)) > WINDOW_MS:
        raise Refusal("authentication_error", "HEADER_TIMESTAMP_EXPIRED")
    if not is_proven(key, f"{at}{call.method}{call.path}", signature):
        raise Refusal("authentication_error", "INCORRECT_API_KEY_SIGNATURE")


def is_proven(key: PublicKey, text: str, signature: str) -> bool:
    """Tell whether a base64 signature of a text is a key's."""
    try:
        raw = b64decode(signature, validate=True)
        if isinstance(key, Ed25519PublicKey):
            key.verify(raw, text.encode())
        else:
            key.verify(raw, text.encode(), PSS(MGF1(SHA256()), salt_length=SHA256.digest_size), SHA256())
    except (binascii.Error, InvalidSignature):
        return False
    return True
