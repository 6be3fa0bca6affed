"""binance-sdk-spot, Binance's official client: REST, WebSocket API and streams.

Reaches another host by its configurations: `base_path` for REST, `stream_url` for both kinds of sockets. Signs with
HMAC, RSA or Ed25519: parameters of every method in the query, percent-encoded before they are signed; over the
WebSocket API sorted. Its user stream is `userDataStream.subscribe.signature`. An answer that its strict models refuse
is only a warning in its log (`send_request` in binance_common/utils.py), so tests look at what it warned of.

It has every call that we ask of Binance, `order/amend/keepPriority` included.
Read 2026-11-21: binance-sdk-spot 13.2.0, binance-common 4.6.0 (configuration.py, utils.py, websocket.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from binance_common.configuration import (
    ConfigurationRestAPI,
    ConfigurationWebSocketAPI,
    ConfigurationWebSocketStreams,
)
from binance_sdk_spot.spot import Spot

from dialog import Driver, hold


class Refused(Exception):
    """What the client gives instead of a model when a request over the WebSocket API is refused."""


class Binance(Driver):
    """The client, once it is connected."""

    def __init__(self) -> None:
        super().__init__()
        self._spot: Any = None
        self._requests: Any = None
        self._sockets: list[Any] = []
        self._api: Any = None

    def connect(self, rest: str, stream: str, ws_api: str, key: str, secret: str) -> None:
        """Make the client of one account at one place."""
        proof = {"api_key": key, "private_key" if secret.startswith("-----") else "api_secret": secret}
        self._spot = Spot(
            ConfigurationRestAPI(**proof, base_path=rest, timeout=5000, retries=0, keep_alive=False),
            ConfigurationWebSocketAPI(**proof, stream_url=ws_api),
            ConfigurationWebSocketStreams(stream_url=stream),
        )
        self._api = self._spot.rest_api

    def exchange_info(self, symbol: str) -> Any:
        return _plain(self._api.exchange_info(symbol=symbol))

    def book(self, symbol: str, limit: int = 100) -> Any:
        return _plain(self._api.depth(symbol=symbol, limit=limit))

    def place(self, symbol: str, side: str, qty: str, client_id: str, **kind: str) -> Any:
        words = {"symbol": symbol, "side": side, "quantity": qty, "new_client_order_id": client_id}
        return _plain(self._api.new_order(**words, **_kind(kind)))

    def query(self, symbol: str, **which: Any) -> Any:
        return _plain(self._api.get_order(symbol=symbol, **_which(which)))

    def open_orders(self, symbol: str) -> Any:
        return _plain(self._api.get_open_orders(symbol=symbol))

    def trades(self, symbol: str) -> Any:
        return _plain(self._api.my_trades(symbol=symbol))

    def account(self) -> Any:
        return _plain(self._api.get_account(omit_zero_balances=True))

    def amend(self, symbol: str, order_id: int, qty: str, client_id: str) -> Any:
        return _plain(
            self._api.order_amend_keep_priority(
                symbol=symbol, new_qty=qty, order_id=order_id, new_client_order_id=client_id
            )
        )

    def replace(self, symbol: str, order_id: int, side: str, qty: str, price: str, client_id: str) -> Any:
        return _plain(
            self._api.order_cancel_replace(
                symbol=symbol,
                cancel_order_id=order_id,
                cancel_replace_mode="STOP_ON_FAILURE",
                side=side,
                type="LIMIT",
                time_in_force="GTC",
                quantity=qty,
                price=price,
                new_client_order_id=client_id,
            )
        )

    def cancel(self, symbol: str, **which: Any) -> Any:
        return _plain(self._api.delete_order(symbol=symbol, **_which(which)))

    def cancel_all(self, symbol: str) -> Any:
        return _plain(self._api.delete_open_orders(symbol=symbol))

    def call(self, name: str, **given: Any) -> Any:
        """Make any call of its REST; tell its answer, and the fields in it that no model knows."""
        answer = getattr(self._api, name)(**given).data()
        return {"answer": _plain(answer), "unknown": sorted(set(_unknown(answer)))}

    async def request(self, name: str, **given: Any) -> Any:
        """Make any request over the WebSocket API."""
        if self._requests is None:
            self._requests = await self._spot.websocket_api.create_connection()
            self._sockets.append(self._requests)
        answer = (await getattr(self._requests, name)(**given)).data()
        if isinstance(answer, dict):  # its refusals are no exceptions here
            raise Refused(answer)
        return {"answer": _plain(answer), "unknown": sorted(set(_unknown(answer)))}

    async def watch_depth(self, symbol: str) -> None:
        streams = await self._spot.websocket_streams.create_connection()
        self._sockets.append(streams)
        depth = await streams.diff_book_depth(symbol=symbol.lower(), update_speed="100ms")
        depth.on("message", lambda event: self._put("depth", _plain(event)))

    async def watch_account(self) -> None:
        api = await self._spot.websocket_api.create_connection()
        self._sockets.append(api)
        account = await api.user_data_stream_subscribe_signature()
        account.stream.on("message", lambda event: self._put("account", _plain(event)))

    async def _close(self) -> None:
        for socket in self._sockets:
            await socket.close_connection(close_session=True)
        self._sockets.clear()
        self._requests = None

    def _explain(self, error: Exception) -> dict[str, Any]:
        return {"code": getattr(error, "status_code", None), "message": getattr(error, "error_message", str(error))}


def _plain(answer: Any) -> Any:
    """Tell what its models understood, in the venue's spelling."""
    if hasattr(answer, "data"):
        return _plain(answer.data())
    if hasattr(answer, "actual_instance"):
        return _plain(answer.actual_instance)
    if hasattr(answer, "to_dict"):
        return answer.to_dict()
    return [_plain(item) for item in answer] if isinstance(answer, list) else answer


def _unknown(answer: Any, where: str = "") -> Iterator[str]:
    """Name the fields that its models keep apart because they do not know them."""
    if isinstance(answer, list):
        for item in answer:
            yield from _unknown(item, f"{where}[]")
    if hasattr(answer, "actual_instance"):
        yield from _unknown(answer.actual_instance, where)
    elif hasattr(answer, "model_fields_set"):
        yield from (f"{where}.{name}" for name in getattr(answer, "additional_properties", None) or ())
        for name in type(answer).model_fields:
            if name != "additional_properties":
                yield from _unknown(getattr(answer, name), f"{where}.{name}")


def _kind(kind: dict[str, str]) -> dict[str, str]:
    """Say type, price and how long; a price alone is a limit order that rests."""
    names = {"type": "type", "price": "price", "tif": "time_in_force"}
    usual = {"type": "LIMIT"} | ({} if "type" in kind else {"tif": "GTC"}) if "price" in kind else {"type": "MARKET"}
    return {names[name]: value for name, value in {**usual, **kind}.items()}


def _which(which: dict[str, Any]) -> dict[str, Any]:
    names = {"order_id": "order_id", "client_id": "orig_client_order_id"}
    return {names[name]: value for name, value in which.items()}


if __name__ == "__main__":
    hold(Binance)
