"""What the gate reads from a request's head, in one walk over its headers.

Used by `gate.py`. Invariant: neither a key nor a query string is ever repeated in an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from venuekit_engine.refusal import Unauthorized

MAX_REQUEST_ID: Final = 128
LOOPBACK: Final = ("127.", "::1", "::ffff:127.")


class Head(msgspec.Struct):
    """The headers that the gate looks at. `forwarded` tells that a proxy stands between."""

    authorization: bytes = b""
    request_id: str | None = None
    forwarded: bool = False


def read_head(headers: Iterable[tuple[bytes, bytes]]) -> Head:
    """Pick out what the gate needs."""
    head = Head()
    for name, value in headers:
        if name == b"authorization":
            head.authorization = value
        elif name == b"x-request-id":
            head.request_id = accept_request_id(value)
        elif name in (b"x-forwarded-for", b"forwarded", b"x-real-ip"):
            head.forwarded = True
    return head


def accept_request_id(value: bytes) -> str | None:
    """Take a client's request id if it is 1 to 128 printable ASCII characters."""
    text = value.decode("latin-1")
    return text if 0 < len(text) <= MAX_REQUEST_ID and text.isascii() and text.isprintable() else None


def bearer(head: Head, query: bytes) -> str:
    """Find the key. Raises: Unauthorized where there is none, or where it stands in the URL."""
    if b"api" in query and any(name == "api_key" for name, _ in parse_qsl(query.decode("latin-1"), True)):
        raise Unauthorized("a key in the query string is refused, because URLs are logged; send Authorization: Bearer")
    scheme, _, key = head.authorization.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Unauthorized("send the API key as Authorization: Bearer <key>")
    return key.strip()


def is_local(scope: Any, head: Head) -> bool:
    """Tell whether the client sits on this machine, with no proxy between."""
    client = scope.get("client")
    return client is not None and not head.forwarded and client[0].startswith(LOOPBACK)
