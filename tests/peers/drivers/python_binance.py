"""python-binance, the most used client of Binance by others: REST by its sync client, streams by its async one.

Reaches another host by its own attributes: `API_URL`, `WS_API_URL` and `BinanceSocketManager.STREAM_URL` are class
attributes, so a subclass names ours; no code of it is changed. Signs with HMAC, RSA or Ed25519: names sorted, and for
POST, PUT and DELETE in a form body. Its user stream is `userDataStream.subscribe.signature` over the WebSocket API.

It has no call for `order/amend/keepPriority`; batches Binance itself has not.
Read 2026-11-21: python-binance 1.0.37, client.py, base_client.py, ws/streams.py, ws/keepalive_websocket.py.
"""

from __future__ import annotations

import asyncio
from typing import Any

from binance import AsyncClient, BinanceSocketManager, Client

from dialog import Driver, hold


class Binance(Driver):
    """The client, once it is connected."""

    def __init__(self) -> None:
        super().__init__()
        self._client: Any = None
        self._asynchronous: Any = None
        self._streams: Any = None
        self._sockets: list[Any] = []

    async def connect(self, rest: str, stream: str, ws_api: str, key: str, secret: str) -> None:
        """Make the clients of one account at one place."""
        here = {"API_URL": f"{rest}/api", "WS_API_URL": ws_api}
        proof = {"private_key": secret} if secret.startswith("-----") else {"api_secret": secret}
        self._client = type("Here", (Client,), here)(key, **proof)
        self._asynchronous = type("HereToo", (AsyncClient,), here)(key, **proof)
        self._streams = type("Streams", (BinanceSocketManager,), {"STREAM_URL": f"{stream}/"})(self._asynchronous)

    def exchange_info(self, symbol: str) -> Any:
        return self._client.get_symbol_info(symbol)

    def book(self, symbol: str, limit: int = 100) -> Any:
        return self._client.get_order_book(symbol=symbol, limit=limit)

    def place(self, symbol: str, side: str, qty: str, client_id: str, **kind: str) -> Any:
        words = {"symbol": symbol, "side": side, "quantity": qty, "newClientOrderId": client_id}
        return self._client.create_order(**words, **_kind(kind))

    def query(self, symbol: str, **which: Any) -> Any:
        return self._client.get_order(symbol=symbol, **_which(which))

    def open_orders(self, symbol: str) -> Any:
        return self._client.get_open_orders(symbol=symbol)

    def trades(self, symbol: str) -> Any:
        return self._client.get_my_trades(symbol=symbol)

    def account(self) -> Any:
        return self._client.get_account()

    def replace(self, symbol: str, order_id: int, side: str, qty: str, price: str, client_id: str) -> Any:
        return self._client.cancel_replace_order(
            symbol=symbol,
            cancelOrderId=order_id,
            cancelReplaceMode="STOP_ON_FAILURE",
            side=side,
            type="LIMIT",
            timeInForce="GTC",
            quantity=qty,
            price=price,
            newClientOrderId=client_id,
        )

    def cancel(self, symbol: str, **which: Any) -> Any:
        return self._client.cancel_order(symbol=symbol, **_which(which))

    def cancel_all(self, symbol: str) -> Any:
        return self._client.cancel_all_open_orders(symbol=symbol)

    async def watch_depth(self, symbol: str) -> None:
        await self._watch("depth", self._streams.depth_socket(symbol, interval=100))

    async def watch_account(self) -> None:
        await self._watch("account", self._streams.user_socket())

    async def _watch(self, name: str, socket: Any) -> None:
        await socket.connect()
        self._sockets.append(socket)
        self._pump(name, socket.recv)

    async def _close(self) -> None:
        for socket in (*self._sockets, self._asynchronous.ws_api):
            # Its close waits up to ten seconds for the next message, unless the line is cut meanwhile.
            await asyncio.gather(socket.close(), *([socket.ws.close()] if socket.ws else []))
        self._sockets.clear()
        await self._asynchronous.close_connection()
        self._client.close_connection()

    def _explain(self, error: Exception) -> dict[str, Any]:
        words = {"code": "code", "status": "status_code", "message": "message"}
        return {
            **super()._explain(error),
            **{ours: getattr(error, its) for ours, its in words.items() if hasattr(error, its)},
        }


def _kind(kind: dict[str, str]) -> dict[str, str]:
    """Say type, price and how long; a price alone is a limit order that rests."""
    names = {"type": "type", "price": "price", "tif": "timeInForce"}
    usual = {"type": "LIMIT"} | ({} if "type" in kind else {"tif": "GTC"}) if "price" in kind else {"type": "MARKET"}
    return {names[name]: value for name, value in {**usual, **kind}.items()}


def _which(which: dict[str, Any]) -> dict[str, Any]:
    names = {"order_id": "orderId", "client_id": "origClientOrderId"}
    return {names[name]: value for name, value in which.items()}


if __name__ == "__main__":
    hold(Binance)
