"""The way back: adds the headers that every answer carries, and remembers what was answered.

Used by the gate, one for each request. Invariant: an answer is started once; a refusal is sent only before that.
"""

from __future__ import annotations

from typing import Any, Final

from litestar.types import Receive, Send

from venuekit_engine.refusal import Refusal
from venuekit_engine.server.fault import envelop, headers_of

# How much of a body that is too large is thrown away before the answer: a client that is still sending when the
# connection closes would see a reset, not the 413. What is longer than this has itself to blame.
DRAIN_BYTES: Final = 8 << 20
TOO_LARGE: Final = 413


class Reply:
    """Wraps `send`."""

    __slots__ = ("_headers", "_receive", "_send", "request_id", "status")

    def __init__(self, receive: Receive, send: Send, request_id: str) -> None:
        self._receive, self._send, self.request_id = receive, send, request_id
        self._headers = [(b"x-request-id", request_id.encode("ascii")), (b"cache-control", b"no-store")]
        self.status = 0

    def add(self, name: bytes, value: int) -> None:
        """Put one more header on the answer."""
        self._headers.append((name, b"%d" % value))

    async def __call__(self, message: Any) -> None:
        """Pass a message of the answer on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._headers]
            if self.status == TOO_LARGE:
                message["headers"].append((b"connection", b"close"))
                await self._drain()
        await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with an error envelope."""
        body = envelop(refusal, self.request_id)
        headers = [(name.encode(), value.encode("latin-1")) for name, value in headers_of(refusal).items()]
        headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await self({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await self({"type": "http.response.body", "body": body, "more_body": False})

    async def _drain(self) -> None:
        """Throw the rest of the body away, up to a bound."""
        left = DRAIN_BYTES
        while left > 0:
            event: Any = await self._receive()
            if event["type"] != "http.request" or not event.get("more_body", False):
                return
            left -= len(event.get("body", b""))
