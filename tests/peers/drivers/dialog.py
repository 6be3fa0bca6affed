"""Hold a conversation with the test that started this driver: one line of JSON asks, one line of JSON answers.

Used by every driver here, inside the driver's own environment: standard library only. A question is
`{"do": action, "with": {...}}`, where an action is a public method of the driver. An answer is
`{"ok": what the client gave}`, or `{"error": {...}}` with the exception's class, its bases and what the driver finds in
it; and `"warned"`: what the client logged as a warning or worse meanwhile, for some clients only log that an answer was
not what the venue documents.

What must stay true: the client's own prints never reach the answers; the loop runs on while we wait for a question, so
that streams are read; money stays as the client gave it.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any


class Driver:
    """One client; a subclass has one method for each thing it can do."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Queue[Any]] = {}
        self._pumps: list[asyncio.Task[None]] = []
        self._closing: set[asyncio.Task[None]] = set()

    def actions(self) -> list[str]:
        """List what this client can do."""
        return [name for name in dir(self) if not name.startswith("_")]

    async def disconnect(self) -> None:
        """Let go of everything, so that the next test finds nothing of this one."""
        for pump in self._pumps:
            pump.cancel()
        self._pumps.clear()
        self._events.clear()
        await self._close()

    async def collect(self, stream: str, count: int, seconds: float = 5) -> list[Any]:
        """Give the next events of a stream, fewer if they do not come in time."""
        events: list[Any] = []
        try:
            async with asyncio.timeout(seconds):
                while len(events) < count:
                    events.append(await self._inbox(stream).get())
        except TimeoutError:
            pass
        return events

    def _put(self, stream: str, event: Any) -> None:
        """Keep one event until the test collects it."""
        self._inbox(stream).put_nowait(event)

    def _pump(self, stream: str, receive: Callable[[], Awaitable[Any]]) -> None:
        """Keep every event that a client gives one by one."""

        async def pump() -> None:
            while True:
                self._put(stream, await receive())

        self._pumps.append(asyncio.create_task(pump()))

    def _inbox(self, stream: str) -> asyncio.Queue[Any]:
        return self._events.setdefault(stream, asyncio.Queue())

    async def _close(self) -> None:
        """Close the client's connections."""

    def _close_later(self, close: Coroutine[Any, Any, None]) -> None:
        """Close while the next test begins, for a client that takes its time."""
        task = asyncio.create_task(close)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _explain(self, error: Exception) -> dict[str, Any]:
        """Find the venue's words in an exception of this client."""
        return {"message": str(error)}


class Warnings(logging.Handler):
    """Keeps what was logged, from warnings upwards, until it is told."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record of a client's; what the loop says of tasks and sockets is no answer to a question."""
        if record.name != "asyncio":
            self._said.append(record.getMessage())

    def take(self) -> list[str]:
        """Give what was said since the last time."""
        said, self._said = self._said, []
        return said


def hold(make: Callable[[], Driver]) -> None:
    """Answer questions until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = sys.stderr

    def tell(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer, default=str) + "\n")
        answers.flush()

    asyncio.run(_hold(make, tell))
    os._exit(0)  # clients leave threads and sockets open


async def _hold(make: Callable[[], Driver], tell: Callable[[dict[str, Any]], None]) -> None:
    warnings, driver = Warnings(), make()
    logging.getLogger().addHandler(warnings)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        tell({**await _answer(driver, asked["do"], asked.get("with", {})), "warned": warnings.take()})


async def _answer(driver: Driver, action: str, given: dict[str, Any]) -> dict[str, Any]:
    try:
        done = getattr(driver, action)(**given)
        return {"ok": await done if inspect.isawaitable(done) else done}
    except Exception as error:  # noqa: BLE001 - whatever the client raises is the answer
        kinds = [kind.__name__ for kind in type(error).__mro__ if issubclass(kind, Exception)]
        return {"error": {"type": kinds[0], "is": kinds, **driver._explain(error)}}
