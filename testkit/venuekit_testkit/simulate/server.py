"""A simulator on loopback: HTTP and WebSocket for clients that want a socket.

Used by `sequence simulate`, by tests of the engine and by those that drive other people's clients. What must stay true:
it listens on 127.0.0.1 only; path and query reach the simulator as they were sent, because they are signed; silence is
a connection that is cut; frames leave when they are due, and shutting down waits for nobody.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from aiohttp import ClientConnectionResetError, WSMsgType, web

from venuekit.units import Nanos
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.control import PREFIX, Control
from venuekit_testkit.simulate.session import Session
from venuekit_testkit.simulate.simulator import Simulator

HOST: Final = "127.0.0.1"
BEAT_S: Final = 1.0
PING_S: Final = 20.0
GRACE_S: Final = 0.1


class Server:
    """Carries one simulator. `now` is the venue's clock; `port` 0 takes a free one, and keeps it over a restart.

    A subclass may override `serve` to keep a call waiting.
    """

    def __init__(self, simulator: Simulator, *, port: int = 0, now: Callable[[], int] = time.time_ns) -> None:
        self.simulator, self.port, self._clock = simulator, port, now
        self._control = Control(simulator, self.now)
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.ServerRunner | None = None
        self._beats: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def urls(self) -> dict[str, str]:
        """The base URLs by name, as the plugin's `hosts` takes them."""
        at = {"http": self.http, "ws": f"ws://{HOST}:{self.port}"}
        return {name: place.format(**at) for name, place in self.simulator.places.items()}

    @property
    def http(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    def now(self) -> Nanos:
        """Tell the time of the venue's callers."""
        return Nanos(self._clock())

    async def start(self) -> None:
        """Listen. Raises: OSError for a port that is taken."""
        self._runner = web.ServerRunner(web.Server(self._take), shutdown_timeout=GRACE_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        self.port = self._runner.addresses[0][1]
        self._beats = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Close every socket and listen no more."""
        if self._beats is not None:
            self._beats.cancel()
        self.simulator.hang_up()
        for socket in list(self._sockets):
            await socket.close(code=1001)
        if self._runner is not None:
            await self._runner.cleanup()

    async def ping(self) -> None:
        """Show every client that we are there, as is done every 20 s anyhow."""
        for socket in tuple(self._sockets):
            await socket.ping()

    async def serve(self, call: Call) -> Reply | None:
        """Let the simulator answer; None is silence."""
        return self.simulator.handle(call, self.now())

    async def _take(self, request: web.BaseRequest) -> web.StreamResponse:
        call = await _read(request)
        if call.path.startswith(PREFIX):
            return _to_web(self._control.answer(call))
        socket = web.WebSocketResponse(heartbeat=PING_S, max_msg_size=1 << 20)
        if socket.can_prepare(request):
            return await self._open(request, call, socket)
        reply = await self.serve(call)
        if reply is None:
            return _cut(request)
        return _to_web(reply)

    async def _open(self, request: web.BaseRequest, call: Call, socket: web.WebSocketResponse) -> web.StreamResponse:
        session = self.simulator.connect(call, self.now())
        if not isinstance(session, Session):
            return _to_web(session)
        due = asyncio.Event()
        session.wake = due.set
        try:
            await socket.prepare(request)
        except ClientConnectionResetError:  # the client went while it was let in
            self._leave(session)
            return _cut(request)
        self._sockets.add(socket)
        due.set()  # what the session had to say at once
        sending = asyncio.create_task(_send(session, socket, due))
        try:
            await self._receive(session, socket)
        finally:
            sending.cancel()
            self._sockets.discard(socket)
            self._leave(session)
        return socket

    async def _receive(self, session: Session, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                session.receive(message.data, self.now())

    def _leave(self, session: Session) -> None:
        session.left()
        if session in self.simulator.sessions:
            self.simulator.sessions.remove(session)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            for session in list(self.simulator.sessions):
                session.beat(self.now())


async def _send(session: Session, socket: web.WebSocketResponse, due: asyncio.Event) -> None:
    try:
        while session.closed is None:
            await due.wait()
            due.clear()
            for frame in session.take():
                await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))
        code, reason = session.closed
        await socket.close(code=code, message=reason.encode())
    except ClientConnectionResetError:
        return  # the client went first; its reader finds out


async def _read(request: web.BaseRequest) -> Call:
    path, _, query = request.raw_path.partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(method=request.method, path=path, query=query, headers=headers, body=await request.read())


def _to_web(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, body=reply.body, headers=dict(reply.headers))


def _cut(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def serve_until_told(simulator: Simulator, port: int, ready: Callable[[Server], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once it answers. Raises: OSError for a port that is taken."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, told.set)
    async with Server(simulator, port=port) as server:
        ready(server)
        await told.wait()
