"""Serve an ASGI app until told to stop.

Used by the composition root. Order: `bind` first (a port in use must cost nothing), then start the engine's parts, then
`serve_on`. On SIGINT or SIGTERM, or when `stop` is set, it takes no new connections, lets the requests under way finish
for `GRACE_S`, and returns, so that the caller can close the journal; a second signal cuts the wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final

import uvicorn

from venuekit_engine.server.listener import BACKLOG, base_url, bind
from venuekit_engine.server.patience import PATIENCE_S, Connection, Patience

GRACE_S: Final = 10
KEEP_ALIVE_S: Final = 75
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
TICKS: Final = 10  # of uvicorn, which ticks every 0.1 s, between two looks at the connections


class HttpServer(uvicorn.Server):
    """uvicorn, with the signals left to us: its own handling kills the process before the journal is closed."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], patience_s: float = PATIENCE_S) -> None:
        super().__init__(config)
        self._ready, self._patience = ready, Patience(patience_s)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell that we answer."""
        await super().startup(sockets)
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Do what uvicorn does at a tick, and let go of clients that keep us waiting."""
        if counter % TICKS == 0:
            self._patience.sweep(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    def stop(self) -> None:
        """Stop gracefully; at the second call, at once."""
        self.force_exit, self.should_exit = self.should_exit, True


async def serve(
    app: Any, host: str, port: int, on_ready: Callable[[str], None], stop: asyncio.Event | None = None
) -> None:
    """Take the port and serve. `on_ready` gets the base URL. Raises: PortInUse."""
    await serve_on(app, bind(host, port), on_ready, stop)


async def serve_on(
    app: Any,
    listener: socket.socket,
    on_ready: Callable[[str], None],
    stop: asyncio.Event | None = None,
    patience_s: float = PATIENCE_S,
) -> None:
    """Serve on a listener that `bind` made; it is closed at the end."""
    url = base_url(listener)
    server = HttpServer(configure(app), lambda: on_ready(url), patience_s)
    with listener, signals_to(server.stop):
        watcher = asyncio.create_task(stop_when(stop, server.stop)) if stop else None
        try:
            await server.serve(sockets=[listener])
        finally:
            if watcher:
                watcher.cancel()


def configure(app: Any) -> uvicorn.Config:
    """Choose uvicorn's options: nothing but HTTP, no log of requests (they are counted), no banner."""
    return uvicorn.Config(
        app,
        http=Connection,
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )


async def stop_when(stop: asyncio.Event, halt: Callable[[], None]) -> None:
    """Wait for the event, then stop."""
    await stop.wait()
    halt()


@contextlib.contextmanager
def signals_to(halt: Callable[[], None]) -> Iterator[None]:
    """Send SIGINT and SIGTERM to `halt`, where the loop can take signals: in the main thread, not on Windows."""
    loop, before = asyncio.get_running_loop(), {number: signal.getsignal(number) for number in SIGNALS}
    taken = []
    for number in SIGNALS:
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, halt)
            taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])
