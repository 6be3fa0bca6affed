"""kalshi-sdk, the most complete client of Kalshi by others: REST by httpx, streams by websockets.

Reaches another host by `KalshiConfig(base_url=..., ws_base_url=...)`: it insists on TLS and on Kalshi's hosts, except
on 127.0.0.1, where plain HTTP is allowed without a switch. Signs with RSA-PSS only.

What it calls (resources/orders.py, `*_v2`): writes are `/portfolio/events/orders`, `/batched`, `/{order_id}`,
`/{order_id}/amend` and `/{order_id}/decrease`, so V2 only; reads are `GET /portfolio/orders`, `/portfolio/fills`,
`/portfolio/positions`, `/portfolio/balance`. Amounts come as decimals; its models allow fields that they do not know,
and not all that they know need be there. Streams: `orderbook_delta` (it keeps the book and asks anew after a gap),
`fill`, `user_orders`.
Read 2026-11-21: kalshi-sdk 22.4.0, for Python 3.12 or newer.
"""

from __future__ import annotations

import ast
from typing import Any

from kalshi import KalshiClient
from kalshi.auth import KalshiAuth
from kalshi.config import KalshiConfig
from kalshi.models.common import Page
from kalshi.models.orders import (
    AmendOrderV2Request,
    BatchCancelOrdersV2Request,
    BatchCreateOrdersV2Request,
    CreateOrderV2Request,
    DecreaseOrderV2Request,
)
from kalshi.ws.client import KalshiWebSocket

from dialog import Driver, hold


class Kalshi(Driver):
    """The client, once it is connected."""

    def __init__(self) -> None:
        super().__init__()
        self._client: Any = None
        self._socket: Any = None
        self._opening: Any = None
        self._session: Any = None

    def connect(self, rest: str, stream: str, key: str, pem: str) -> None:
        """Make the client of one account at one place."""
        hosts = {"base_url": f"{rest}/trade-api/v2", "ws_base_url": f"{stream}/trade-api/ws/v2"}
        config, auth = KalshiConfig(**hosts, max_retries=0), KalshiAuth.from_pem(key, pem)
        self._client = KalshiClient(auth=auth, config=config)
        self._socket, self._session = KalshiWebSocket(auth, config), None

    def status(self) -> Any:
        return _plain(self._client.exchange.status())

    def markets(self) -> Any:
        return [_plain(market) for market in self._client.markets.list(status="open").items]

    def market(self, ticker: str) -> Any:
        return _plain(self._client.markets.get(ticker))

    def book(self, ticker: str) -> Any:
        return _plain(self._client.markets.orderbook(ticker))

    def place(self, **order: Any) -> Any:
        return _plain(self._client.orders.create_v2(request=_order(order)))

    def place_many(self, orders: list[dict[str, Any]]) -> Any:
        request = BatchCreateOrdersV2Request(orders=[_order(order) for order in orders])
        return _plain(self._client.orders.batch_create_v2(request=request))["orders"]

    def query(self, order_id: str) -> Any:
        return _plain(self._client.orders.get(order_id))

    def orders(self, ticker: str, status: str | None = None) -> Any:
        return [_plain(order) for order in self._client.orders.list(ticker=ticker, status=status).items]

    def amend(self, order_id: str, ticker: str, side: str, price: str, qty: str, client_id: str) -> Any:
        words = {"ticker": ticker, "side": side, "price": price, "count": qty, "updated_client_order_id": client_id}
        return _plain(self._client.orders.amend_v2(order_id, request=AmendOrderV2Request(**words)))

    def decrease(self, order_id: str, ticker: str, by: str) -> Any:
        request = DecreaseOrderV2Request(reduce_by=by, market_ticker=ticker)
        return _plain(self._client.orders.decrease_v2(order_id, request=request))

    def cancel(self, order_id: str, ticker: str) -> Any:
        return _plain(self._client.orders.cancel_v2(order_id, market_ticker=ticker))

    def cancel_many(self, order_ids: list[str], ticker: str) -> Any:
        orders = [{"order_id": order_id, "market_ticker": ticker} for order_id in order_ids]
        request = BatchCancelOrdersV2Request.model_validate({"orders": orders})
        return _plain(self._client.orders.batch_cancel_v2(request=request))["orders"]

    def cancel_all(self) -> None:
        self._client.orders.cancel_all_v2()

    def fills(self, ticker: str) -> Any:
        return [_plain(fill) for fill in self._client.portfolio.fills(ticker=ticker).items]

    def positions(self, ticker: str) -> Any:
        return _plain(self._client.portfolio.positions(ticker=ticker))["market_positions"]

    def balance(self) -> Any:
        return _plain(self._client.portfolio.balance())

    def call(self, name: str, **given: Any) -> Any:
        """Make any call of one of its resources, named `resource.method`, and let its models judge the answer."""
        resource, _, method = name.partition(".")
        answer = getattr(getattr(self._client, resource), method)(**given)
        return [_plain(item) for item in answer] if isinstance(answer, list | Page) else _plain(answer)

    async def watch_book(self, ticker: str) -> None:
        """Begin; what comes is the whole book after each change."""
        await self._watch("book", await (await self._open()).orderbook(ticker))

    async def watch_account(self) -> None:
        socket = await self._open()
        await self._watch("fills", await socket.subscribe_fill())
        await self._watch("orders", await socket.subscribe_user_orders())

    async def _open(self) -> Any:
        if self._session is None:
            self._opening = self._socket.connect()
            self._session = await self._opening.__aenter__()
        return self._session

    async def _watch(self, name: str, events: Any) -> None:
        async def receive() -> Any:
            return _plain(await events.__anext__())

        self._pump(name, receive)

    async def _close(self) -> None:
        if self._session is not None:
            await self._opening.__aexit__(None, None, None)
        self._client.close()

    def _explain(self, error: Exception) -> dict[str, Any]:
        words = {"status": getattr(error, "status_code", None), "message": str(error)}
        try:  # its message is the venue's envelope, as Python writes it
            return {**words, "code": ast.literal_eval(str(error))["code"]}
        except (SyntaxError, ValueError, TypeError, KeyError):
            return words


def _order(order: dict[str, Any]) -> Any:
    names = {"qty": "count", "client_id": "client_order_id", "tif": "time_in_force"}
    wire = {names.get(name, name): value for name, value in order.items()}
    usual = {"time_in_force": "good_till_canceled", "self_trade_prevention_type": "taker_at_cross"}
    return CreateOrderV2Request(**{**usual, **wire})


def _plain(model: Any) -> Any:
    return model.model_dump(mode="json")


if __name__ == "__main__":
    hold(Kalshi)
