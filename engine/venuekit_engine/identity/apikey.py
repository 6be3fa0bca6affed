"""How an API key is spelled and what is kept of it.

Used by `keys.py`. A key is 256 random bits, so there is nothing to guess and a slow password hash would only slow every
request: plain SHA-256 is right. Looking the hash up tells a stopwatch nothing about the key, because nobody can choose
the hash of a guess byte by byte.
Source: the public API's key format, `seq_live_` or `seq_test_` and 64 hex characters.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeAlias

Random: TypeAlias = Callable[[int], bytes]  # gives so many random bytes; `secrets.token_bytes` in production

SECRET_BYTES: Final = 32
SHOWN: Final = 17  # of a key, in lists: the kind and 8 of 64 characters
KINDS: Final = {False: "seq_live_", True: "seq_test_"}  # by `sandbox`


def make_key(sandbox: bool, random: Random) -> str:
    """Make a key."""
    return KINDS[sandbox] + random(SECRET_BYTES).hex()


def hash_key(key: str) -> str:
    """Give what is kept of a key."""
    return sha256(key.encode(errors="surrogatepass")).hexdigest()
