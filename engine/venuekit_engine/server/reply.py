"""The way in and back: notes when the body was read whole, adds the headers that every answer carries.

Used by the gate, one for each request. Invariants: an answer is started once, and a refusal is sent only before that;
nothing is read after the end of a body, for a server waits there until the client leaves.
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
    """Wraps `send` (by being called) and `receive`. `status` is 0 until the answer starts."""

    __slots__ = ("_headers", "_receive", "_send", "_whole", "request_id", "status")

    def __init__(self, receive: Receive, send: Send, request_id: str) -> None:
        self._receive, self._send, self.request_id = receive, send, request_id
        self._headers = [(b"x-request-id", request_id.encode("ascii")), (b"cache-control", b"no-store")]
        self._whole, self.status = False, 0

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

    async def receive(self) -> Any:
        """Pass a part of the body on."""
        event: Any = await self._receive()
        self._whole = not event.get("more_body", False)
        return event

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
        while left > 0 and not self._whole:
            event = await self.receive()
            left -= len(event.get("body", b""))
