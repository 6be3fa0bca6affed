"""A Binance on this machine: REST and WebSocket of the documented shapes, with a market set by the test.

Shapes: https://github.com/binance/binance-spot-api-docs rest-api.md (exchangeInfo, depth) and web-socket-streams.md
(combined streams, depthUpdate, trade), read 2026-11-21. It counts what it was asked, and can be closed and opened.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from aiohttp import WSCloseCode, web


class BinanceStandIn:
    """One server for both protocols. `streams_on` off refuses sockets, `books_on` off answers 503."""

    def __init__(self, symbols: tuple[str, ...] = ("BTCUSDT", "ETHUSDT"), quote: str = "USDT") -> None:
        self.asked: Counter[str] = Counter()
        self.streams: list[list[str]] = []
        self.streams_on = True
        self.books_on = True
        self.port = 0
        self._symbols, self._quote = symbols, quote
        self._sockets: list[web.WebSocketResponse] = []
        self._last = 100
        self._runner: web.AppRunner | None = None

    @property
    def hosts(self) -> dict[str, dict[str, str]]:
        """What a source is given to talk to us."""
        return {"binance": {"rest": f"http://127.0.0.1:{self.port}", "stream": f"ws://127.0.0.1:{self.port}"}}

    async def open(self) -> None:
        """Listen, on the same port as before."""
        app = web.Application()
        app.router.add_get("/api/v3/exchangeInfo", self._info)
        app.router.add_get("/api/v3/depth", self._depth)
        app.router.add_get("/stream", self._stream)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Close every socket and stop listening."""
        for socket in self._sockets:
            await socket.close(code=WSCloseCode.GOING_AWAY)
        self._sockets.clear()
        if self._runner is not None:
            await self._runner.cleanup()

    async def change(self, symbol: str, bids: list[list[str]], asks: list[list[str]]) -> None:
        """Send one change of a book, the next in its sequence."""
        first, self._last = self._last + 1, self._last + 1
        event = {"e": "depthUpdate", "E": 1_795_000_000_000, "s": symbol, "U": first, "u": first, "b": bids, "a": asks}
        await self._send({"stream": f"{symbol.lower()}@depth@100ms", "data": event})

    async def trade(self, symbol: str, price: str, qty: str) -> None:
        """Send one trade whose taker bought."""
        event = {"e": "trade", "E": 1, "s": symbol, "t": 7, "p": price, "q": qty, "T": 1_795_000_000_000, "m": False}
        await self._send({"stream": f"{symbol.lower()}@trade", "data": event})

    async def _send(self, message: dict[str, Any]) -> None:
        for socket in self._sockets:
            if not socket.closed:
                await socket.send_str(json.dumps(message, separators=(",", ":")))

    async def _info(self, _: web.Request) -> web.Response:
        self.asked["info"] += 1
        return web.json_response({"timezone": "UTC", "symbols": [self._symbol(symbol) for symbol in self._symbols]})

    def _symbol(self, symbol: str) -> dict[str, Any]:
        return {
            "symbol": symbol,
            "status": "TRADING",
            "baseAsset": symbol.removesuffix(self._quote),
            "quoteAsset": self._quote,
            "isSpotTradingAllowed": True,
            "amendAllowed": True,
            "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
                {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
                {"filterType": "NOTIONAL", "minNotional": "5.0", "applyMinToMarket": True},
            ],
        }

    async def _depth(self, request: web.Request) -> web.Response:
        self.asked[f"depth {request.query['symbol']}"] += 1
        if not self.books_on:
            return web.json_response({"code": -1001, "msg": "Internal error"}, status=503)
        book = {"bids": [["99.50", "2.0"], ["99.00", "1.0"]], "asks": [["100.50", "1.5"], ["101.00", "3.0"]]}
        return web.json_response({"lastUpdateId": self._last, **book})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if not self.streams_on:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.streams.append(request.query["streams"].split("/"))
        self._sockets.append(socket)
        async for _ in socket:
            pass
        return socket
