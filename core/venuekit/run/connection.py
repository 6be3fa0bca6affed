"""One WebSocket from open to close: frames in, frames and fetches out, and a watch for silence.

Used by `stream.py`, which opens the next one. What must stay true: whatever ends it, its tasks are gone when `serve`
returns, and it says why it ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, Final, Protocol

import aiohttp

from venuekit.capture import What, frame_record, http_record
from venuekit.errors import RateLimited, TradeError
from venuekit.run.clock import Clock
from venuekit.run.pump import Pump
from venuekit.run.record import Recorder
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.venue import Fetch, Outbound, Reconnect, Send
from venuekit.wire import Frame, Request, Response

TICK: Final = NANOS_PER_S
AFTER_FAILED_FETCH: Final = NANOS_PER_S  # before the feed hears of it and asks again
DATA: Final = (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)


class Door(Protocol):
    """The part of the transport that a stream needs."""

    async def send(self, request: Request, venue: str) -> Response: ...

    async def open_socket(
        self, url: str, venue: str, headers: tuple[tuple[str, str], ...] = ()
    ) -> aiohttp.ClientWebSocketResponse: ...


class Connection:
    """A socket that is open, the stream that lives on it, and the tasks that serve both."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        pump: Pump[Any, Any],
        door: Door,
        clock: Clock,
        recorder: Recorder | None,
        conn: str,
    ) -> None:
        self._socket, self._pump, self._door, self._clock = socket, pump, door, clock
        self._recorder, self._conn = recorder, conn
        self._heard = clock.now()
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> str:
        """Serve the socket until it ends; give the reason."""
        self._pump.opened(self._clock.now())
        self._spawn(self._read())
        self._spawn(self._watch())
        try:
            return await self._ended
        finally:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._socket.close()

    async def _read(self) -> None:
        await self._flush()
        while True:
            message = await self._socket.receive()
            self._heard = self._clock.now()
            if message.type in DATA:
                self._take(message.data)
                await self._flush()
            elif message.type is aiohttp.WSMsgType.PING:
                self._pump.alive(self._heard)
                await self._try(self._socket.pong(message.data))
            elif message.type is not aiohttp.WSMsgType.PONG:
                self._end(_reason(message, self._socket.close_code))
                return

    def _take(self, frame: Frame) -> None:
        self._record(What.IN, frame)
        self._pump.frame(frame, self._heard)

    async def _watch(self) -> None:
        silence = round(self._pump.stream.silence_s * NANOS_PER_S)
        while True:
            await self._clock.sleep_until(Nanos(self._clock.now() + TICK))
            now = self._clock.now()
            if now - self._heard >= silence:
                self._end(f"silent for {self._pump.stream.silence_s:g} s")
                return
            self._pump.beat(now)
            await self._flush()
            if self._recorder is not None:
                self._recorder.flush()

    async def _flush(self) -> None:
        for outbound in self._pump.outbound(self._clock.now()):
            await self._send(outbound)

    async def _send(self, outbound: Outbound) -> None:
        if isinstance(outbound, Send):
            await self._send_frame(outbound.frame)
        elif isinstance(outbound, Reconnect):
            self._end(outbound.reason)
        else:
            self._spawn(self._fetch(outbound))

    async def _send_frame(self, frame: Frame) -> None:
        self._record(What.OUT, frame)
        await self._try(self._socket.send_str(frame) if isinstance(frame, str) else self._socket.send_bytes(frame))

    async def _try(self, sending: Awaitable[None]) -> None:
        try:
            await sending
        except (aiohttp.ClientError, OSError) as fault:
            self._end(f"{type(fault).__name__} while sending")

    async def _fetch(self, fetch: Fetch) -> None:
        response = await self._ask(fetch)
        now = self._clock.now()
        if self._recorder is not None:
            venue = self._pump.venue
            self._recorder.take(http_record(now, venue, self._conn, fetch.request, response, fetch.symbol))
        self._pump.answer(fetch, response, now)
        await self._flush()

    async def _ask(self, fetch: Fetch) -> Response | None:
        while True:
            try:
                return await self._door.send(fetch.request, self._pump.venue)
            except RateLimited as limit:
                # A feed of many books asks for all of them at once: they take turns.
                await self._clock.sleep_until(Nanos(self._clock.now() + limit.retry_after))
            except TradeError:
                await self._clock.sleep_until(Nanos(self._clock.now() + AFTER_FAILED_FETCH))
                return None

    def _record(self, what: What, frame: Frame) -> None:
        if self._recorder is not None:
            self._recorder.take(frame_record(self._clock.now(), self._pump.venue, self._conn, what, frame))

    def _end(self, reason: str) -> None:
        if not self._ended.done():
            self._ended.set_result(reason)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._reap)

    def _reap(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None and not self._ended.done():
            self._ended.set_exception(fault)


def _reason(message: aiohttp.WSMessage, code: int | None) -> str:
    if message.type is aiohttp.WSMsgType.ERROR:
        return f"the socket broke: {type(message.data).__name__}"
    return f"the venue closed the socket, code {code}"
