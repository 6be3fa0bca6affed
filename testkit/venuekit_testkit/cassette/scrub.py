"""What a cassette may hold: requests without proofs, answers without names of accounts, and a last look for secrets.

Used while recording and before playing. It builds on `venuekit.secrecy`, which errs on the side of silence. What must
stay true: what is stored and what is asked later are scrubbed alike, so that they can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from venuekit.secrecy import SCRUBBED, SECRET_NAMES, has_secret, scrub_query

KEPT_HEADERS: Final = frozenset(("content-type", "retry-after"))
# Names of an account, spelt without case and dashes; an order's own ids stay, because later requests use them.
NAMES: Final = frozenset(("uid", "userid", "accountid", "memberid", "email", "address", "clientip", "ip"))
PEM: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
TOKEN: Final = re.compile(r"(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/_-]{40,}={0,2}(?![A-Za-z0-9+/=_.-])")


def scrub_uri(uri: str) -> str:
    """Take what proves who we are, and when, out of a URL."""
    base, _, query = uri.partition("?")
    kept = scrub_query(query)
    return f"{base}?{kept}" if kept else base


def scrub_body(body: bytes) -> bytes:
    """Take the same out of a body, JSON or form; JSON is laid out in one way."""
    if not body:
        return b""
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return scrub_query(body.decode(errors="replace")).encode() if b"=" in body else body
    return msgspec.json.encode(_without(told, SECRET_NAMES, drop=True))


def scrub_answer(body: bytes) -> bytes:
    """Take names of accounts out of an answer; what is not JSON stays."""
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
    cleaned = _without(told, NAMES, drop=False)
    return body if cleaned == told else msgspec.json.encode(cleaned)


def find_secrets(texts: Iterable[str]) -> list[str]:
    """Name what looks like a secret in what a cassette holds; nothing of it is repeated."""
    found: list[str] = []
    for text in texts:
        if PEM.search(text):
            found.append("a private key")
        if has_secret(text) and SCRUBBED not in text:
            found.append("the name of a key or a signature")
        found += ["a long random token" for token in TOKEN.findall(text) if _is_random(token)]
    return sorted(set(found))


def _without(told: Any, names: frozenset[str], *, drop: bool) -> Any:
    if isinstance(told, dict):
        kept = {name: value for name, value in told.items() if not (drop and _plain(name) in names)}
        return {
            name: SCRUBBED if _plain(name) in names and value not in ("", None) else _without(value, names, drop=drop)
            for name, value in kept.items()
        }
    if isinstance(told, list):
        return [_without(each, names, drop=drop) for each in told]
    return told


def _is_random(token: str) -> bool:
    """Tell a key from a word: all three kinds of letters, and hardly one that repeats."""
    kinds = (str.isdigit, str.isupper, str.islower)
    return all(any(kind(mark) for mark in token) for kind in kinds) and len(set(token)) > len(token) // 3


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
