"""Seals keys to venues with AES-256-GCM.

Used by `credentials.py` and `rotation.py`. A sealed row is one byte of version, 12 of nonce, then the ciphertext with
its tag. The row's owner and venue are bound in as associated data, so a row that is moved to another client or venue
does not open.
What must stay true: a nonce is random and never used twice under one key; no message tells what was inside.
Source: NIST SP 800-38D (96-bit random nonces are safe for 2³² messages under one key), and
https://cryptography.io/en/latest/hazmat/primitives/aead/, read 2026-11-21.
"""

from __future__ import annotations

from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from venuekit.credential import Credentials
from venuekit_engine.identity.apikey import Random

VERSION: Final = 1
NONCE_BYTES: Final = 12


class VaultError(Exception):
    """A sealed row does not open: the master key is another one, or the row was changed or moved."""


class Vault:
    """Seals and opens under one master key of 32 bytes. `random` gives so many random bytes."""

    def __init__(self, key: bytes, random: Random) -> None:
        self._cipher, self._random = AESGCM(key), random

    def seal(self, client_id: str, venue: str, credentials: Credentials) -> bytes:
        """Encrypt one client's keys to one venue."""
        nonce = self._random(NONCE_BYTES)
        text = msgspec.json.encode(credentials)
        return bytes([VERSION]) + nonce + self._cipher.encrypt(nonce, text, _bind(client_id, venue))

    def open(self, client_id: str, venue: str, sealed: bytes) -> Credentials:
        """Decrypt. Raises: VaultError."""
        if sealed[:1] != bytes([VERSION]):
            raise VaultError(f"the credentials of {venue} are sealed in an unknown way; a newer release may know it")
        nonce, text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return msgspec.json.decode(self._cipher.decrypt(nonce, text, _bind(client_id, venue)), type=Credentials)
        except (InvalidTag, ValueError):
            # `from None`: the cause could quote what was inside.
            raise VaultError(
                f"the credentials of {venue} do not open: the master key is not the one that sealed them, "
                "or the row was changed"
            ) from None


def _bind(client_id: str, venue: str) -> bytes:
    return f"{client_id}|{venue}|{VERSION}".encode()
