"""What the tests of `venuekit.run` share: a venue on this machine, a WebSocket server that does as told, a listener."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from venuekit.capability import Capabilities, Features
from venuekit.market import TradePrint
from venuekit.units import NANOS_PER_S, PX_SCALE, QTY_SCALE
from venuekit.venue import Venue
from venuekit.wire import Limit

START = 1_793_865_600 * NANOS_PER_S
PATIENCE_S = 10  # until a condition that never comes fails its test


class Local(Venue):
    """A venue on this machine."""

    capabilities: Capabilities = {}
    features: Features = {}
    hosts = ("127.0.0.1",)

    def __init__(self, limits: Sequence[Limit] = (), id: str = "seq") -> None:
        self.limits, self.id = limits, id


class Seen:
    """What a runner told its listeners, and a way to wait for more."""

    def __init__(self) -> None:
        self.books: list[list[str]] = []
        self.trades: list[TradePrint] = []
        self._news = asyncio.Event()

    def on_books(self, changed: list[str]) -> None:
        self.books.append(changed)
        self._news.set()

    def on_trades(self, trades: list[TradePrint]) -> None:
        self.trades += trades
        self._news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; it is looked at after each callback."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._news.clear()
                await self._news.wait()


Talk = Callable[["SocketServer", web.WebSocketResponse, str], Awaitable[None]]


class SocketServer:
    """A WebSocket server on loopback. `talk` is called with each text that it hears; `sockets` are those it opened."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.heard: list[str] = []
        self.pongs: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.closed = 0
        self.snapshots: list[web.Response] = []  # HTTP answers to give before good ones
        self.cut = False  # drop the connection of HTTP requests instead
        self.asked = 0
        self.news = asyncio.Event()
        app = web.Application()
        app.router.add_get("/ws", self._serve)
        app.router.add_get("/depth", self._depth)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.server.port}/ws"

    @property
    def depth_url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/depth"

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; it is looked at whenever a client comes, speaks or goes."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self.news.clear()
                await self.news.wait()

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)  # so that a pong is seen
        await socket.prepare(request)
        self.headers.append(dict(request.headers))
        self.sockets.append(socket)
        self.news.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.heard.append(message.data)
                await self.talk(self, socket, message.data)
            elif message.type is WSMsgType.PONG:
                self.pongs.append(message.data)
            self.news.set()
        self.closed += 1
        self.news.set()
        return socket

    async def _depth(self, request: web.Request) -> web.Response:
        self.asked += 1
        self.news.set()
        if self.cut and request.transport is not None:
            request.transport.abort()
        return self.snapshots.pop(0) if self.snapshots else web.json_response(snapshot(request.query["symbol"], 5))


def snapshot(symbol: str = "BTC-USD", seq: int = 5) -> dict[str, Any]:
    """A book of one level a side: 100 and 101."""
    levels = {"bids": [[100 * PX_SCALE, QTY_SCALE]], "asks": [[101 * PX_SCALE, QTY_SCALE]]}
    return {"t": "snapshot", "symbol": symbol, "seq": seq, **levels}


def delta(seq: int, px: int = 100, qty: int = 2, symbol: str = "BTC-USD", **more: int) -> dict[str, Any]:
    """A change of one bid."""
    bids = [[px * PX_SCALE, qty * QTY_SCALE]]
    return {"t": "delta", "symbol": symbol, "first": seq, "last": seq, "bids": bids, "asks": [], **more}


def trade(id: str, symbol: str = "BTC-USD") -> dict[str, Any]:
    """A trade of one unit at 100."""
    return {"t": "trade", "symbol": symbol, "id": id, "px": 100 * PX_SCALE, "qty": QTY_SCALE}


def text(*messages: dict[str, Any]) -> list[str]:
    """Spell messages as frames."""
    return [json.dumps(message) for message in messages]


async def give_snapshot(_: SocketServer, socket: web.WebSocketResponse, heard: str) -> None:
    """Answer each subscription with a good book."""
    if heard.startswith("sub "):
        await socket.send_json(snapshot(heard[4:]))


async def stay_silent(_: SocketServer, __: web.WebSocketResponse, ___: str) -> None:
    """Say nothing."""
