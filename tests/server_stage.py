"""What the server's tests share: the server over fakes, called in process or through a real port."""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import threading
from collections.abc import Iterator
from typing import Any, Final

import httpx

from tests.fakes import LIVE_KEY, FakeServices
from venuekit_engine.server.app import build_app
from venuekit_engine.server.log import open_log
from venuekit_engine.server.serve import serve
from venuekit_engine.server.settings import ServerSettings

LOOPBACK: Final = ("127.0.0.1", 50_000)
PATIENCE_S: Final = 10


def bearer(key: str = LIVE_KEY) -> dict[str, str]:
    """Make the header that shows a key."""
    return {"authorization": f"Bearer {key}"}


class Clock:
    """A monotonic clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now_ns = 1_000_000_000

    def __call__(self) -> int:
        return self.now_ns

    def advance(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)


class Stage:
    """One server over fakes. `log` holds what it logged; request ids count up."""

    def __init__(self, **settings: Any) -> None:
        self.services, self.clock, self.log = FakeServices(), Clock(), io.StringIO()
        ids = itertools.count(1)
        given: dict[str, Any] = {
            "clock_ns": self.clock,
            "log": open_log(self.log),
            "request_id": lambda: f"minted-{next(ids)}",
        }
        self.app: Any = build_app(self.services, ServerSettings(**(given | settings)))

    async def ask(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        peer: tuple[str, int] = LOOPBACK,
    ) -> httpx.Response:
        """Send one request in process, with the live key unless other headers are given."""
        shown = bearer() if headers is None else headers
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in shown.items()]
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=peer)
        async with httpx.AsyncClient(transport=transport, base_url="http://engine") as client:
            return await client.request(method, url, content=content, headers=encoded)


@contextlib.contextmanager
def listening(stage: Stage) -> Iterator[str]:
    """Serve a stage on a free port of this machine, in a thread; give its base URL."""
    ready, urls = threading.Event(), []
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    def tell(url: str) -> None:
        urls.append(url)
        ready.set()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve(stage.app, "127.0.0.1", 0, tell, stop)))
    thread.start()
    try:
        assert ready.wait(PATIENCE_S), "the server did not start"
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE_S)
        loop.close()
