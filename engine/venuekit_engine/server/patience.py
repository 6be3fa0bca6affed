"""One connection of HTTP/1.1 that a client cannot hold, or fill, for nothing: heads are bounded, and so is waiting.

Used by `serve.py`. uvicorn bounds neither: a head without an end would take all memory before any key is asked for, and
a body that never comes would hold a request for ever. Invariant: a request that is being served is never cut, however
long that takes; only a client that owes bytes is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_MOST: Final = 65_536  # bytes of a request line with its headers
PATIENCE_S: Final = 30.0  # for a head, and again for a body, to be whole
TOO_LATE: Final = "408 Request Timeout"
TOO_LONG: Final = "431 Request Header Fields Too Large"


class Connection(HttpToolsProtocol):
    """A connection that knows what its client owes."""

    _head = 0  # bytes of a head that is not whole

    def data_received(self, data: bytes) -> None:
        """Take bytes; end the connection when they are a head without an end."""
        super().data_received(data)
        if not self._in_head():
            self._head = 0
            return
        self._head += len(data)
        if self._head > HEAD_MOST:
            self.end(TOO_LONG)

    def debt(self) -> object | None:
        """Give what the client has begun and not finished, None where it owes nothing."""
        if self._in_head():
            scope: Any = self.scope
            return scope or self
        cycle: Any = self.cycle
        return cycle if cycle is not None and cycle.more_body else None

    def end(self, status: str) -> None:
        """Say why, where no answer was begun, and close."""
        cycle: Any = self.cycle
        if self.transport.is_closing():
            return
        if cycle is None or self._in_head() or not cycle.response_started:
            self.transport.write(f"HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".encode())
        self.transport.close()

    def _in_head(self) -> bool:
        cycle: Any = self.cycle
        return cycle is None or cycle.scope is not self.scope


class Patience:
    """Looks at every connection now and then, which costs a request nothing."""

    def __init__(self, seconds: float = PATIENCE_S) -> None:
        self._seconds = seconds
        self._owing: dict[Connection, tuple[object, float]] = {}

    def sweep(self, connections: Iterable[asyncio.Protocol], now_s: float) -> None:
        """End those that owe the same as they did `seconds` ago."""
        before, self._owing = self._owing, {}
        for each in [one for one in connections if isinstance(one, Connection)]:
            debt = each.debt()
            if debt is None:
                continue
            known, since = before.get(each, (None, now_s))
            since = since if known is debt else now_s
            self._owing[each] = (debt, since)
            if now_s - since >= self._seconds:
                each.end(TOO_LATE)
