"""The stand-in's stream of the account: the WebSocket API, one subscription a socket.

Used by `exchange.py`. Shapes: https://github.com/binance/binance-spot-api-docs web-socket-api.md and
user-data-stream.md, read 2026-11-21. A subscription is signed, and the signature is checked.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from typing import Any

from aiohttp import WSCloseCode, web


class AccountStream:
    """Tells who subscribed. `is_open` off refuses sockets, `is_deaf` loses events, `times` sends each so often.

    `asked` are the subscriptions that came, `heard` what was told, whoever listened.
    """

    def __init__(self, key: str, secret: str) -> None:
        self.is_open = False
        self.is_deaf = False
        self.times = 1
        self.asked: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        self._key, self._secret = key, secret
        self._listeners: dict[web.WebSocketResponse, asyncio.Queue[str]] = {}

    @property
    def listeners(self) -> int:
        """How many sockets are subscribed."""
        return len(self._listeners)

    def tell(self, event: dict[str, Any]) -> None:
        """Tell an event to every subscriber."""
        self.heard.append(event)
        if not self.is_deaf:
            for _ in range(self.times):
                self.say({"subscriptionId": 0, "event": event})

    def say(self, message: Any) -> None:
        """Send a frame to every subscriber, whatever it holds."""
        for queue in self._listeners.values():
            queue.put_nowait(json.dumps(message))

    async def ping(self) -> None:
        """Show every subscriber that we are there, as the venue does every 20 s."""
        for socket in tuple(self._listeners):
            await socket.ping()

    async def hang_up(self) -> None:
        """Close every socket."""
        for socket in tuple(self._listeners):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket."""
        if not self.is_open:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        queue: asyncio.Queue[str] = asyncio.Queue()
        sender = asyncio.create_task(_send(socket, queue))
        try:
            async for message in socket:
                queue.put_nowait(json.dumps(self._answer(json.loads(message.data), socket, queue)))
        finally:
            self._listeners.pop(socket, None)
            sender.cancel()
        return socket

    def _answer(
        self, asked: dict[str, Any], socket: web.WebSocketResponse, queue: asyncio.Queue[str]
    ) -> dict[str, Any]:
        self.asked.append(asked)
        if asked["method"] != "userDataStream.subscribe.signature" or not self._is_proven(asked["params"]):
            no = {"code": -1022, "msg": "Signature for this request is not valid."}
            return {"id": asked["id"], "status": 400, "error": no}
        self._listeners[socket] = queue
        return {"id": asked["id"], "status": 200, "result": {"subscriptionId": 0}}

    def _is_proven(self, params: dict[str, Any]) -> bool:
        payload = f"apiKey={params['apiKey']}&timestamp={params['timestamp']}"
        proof = hmac.digest(self._secret.encode(), payload.encode(), "sha256").hex()
        return (params["apiKey"], params["signature"]) == (self._key, proof)


async def _send(socket: web.WebSocketResponse, queue: asyncio.Queue[str]) -> None:
    while not socket.closed:
        await socket.send_str(await queue.get())
