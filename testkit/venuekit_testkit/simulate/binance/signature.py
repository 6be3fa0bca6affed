"""What was signed, and whether the signature is that of the key: HMAC, RSA or Ed25519.

Used by the REST face over the raw query and body, and by the WebSocket API over its sorted parameters. What must stay
true: proven are the bytes as they were sent, never what they decode to.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md and web-socket-api.md, their sections on SIGNED
requests (2026-07-21), read 2026-11-21: the query joined to the body with nothing between; HMAC in hex of any
case, RSA (PKCS#1 v1.5, SHA-256) and Ed25519 in base64; over the WebSocket API all parameters sorted by name.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, TypeAlias
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

Verify: TypeAlias = Callable[[bytes, str], bool]

NAME: Final = "signature="


def split_signature(query: str, body: str) -> tuple[bytes, str | None]:
    """Part what was signed from its proof; without one the proof is None."""
    kept = ["&".join(pair for pair in part.split("&") if not pair.startswith(NAME)) for part in (query, body)]
    proofs = [pair.removeprefix(NAME) for pair in f"{query}&{body}".split("&") if pair.startswith(NAME)]
    return "".join(kept).encode(), unquote(proofs[0]) if proofs else None


def join_sorted(params: Mapping[str, str]) -> bytes:
    """Write the parameters of a WebSocket request as they are signed."""
    return "&".join(f"{name}={value}" for name, value in sorted(params.items()) if name != "signature").encode()


@cache  # to check an RSA key takes longer than all else that a new simulator does
def make_verifier(secret: str) -> Verify:
    """Prepare to check the signatures of one key. Raises: ValueError for a PEM that is neither RSA nor Ed25519."""
    if not secret.startswith("-----BEGIN"):
        return lambda payload, proof: hmac.compare_digest(
            hmac.digest(secret.encode(), payload, "sha256").hex().encode(), proof.lower().encode()
        )
    key = load_pem_private_key(secret.encode(), None)
    if isinstance(key, Ed25519PrivateKey):
        ed25519 = key.public_key()
        return lambda payload, proof: _holds(lambda: ed25519.verify(b64decode(proof, validate=True), payload))
    if isinstance(key, RSAPrivateKey):
        rsa = key.public_key()
        return lambda payload, proof: _holds(
            lambda: rsa.verify(b64decode(proof, validate=True), payload, PKCS1v15(), SHA256())
        )
    raise ValueError("a private key must be RSA or Ed25519")


def _holds(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except (InvalidSignature, ValueError):
        return False
    return True
