"""ccxt for Binance, spot: REST by `ccxt.async_support`, streams by `ccxt.pro`, which is its subclass.

Reaches another host by its own `urls['api']` table: `public` and `private` for REST, `ws` for streams and
`ws['ws-api']` for the WebSocket API. Told to leave alone what needs more than spot: currencies (`sapi`) and the other
kinds of markets. Signs with HMAC, RSA or Ed25519 (the PEM is the `secret`): parameters of POST and PUT in a form body,
of DELETE in the query. Its user stream is `userDataStream.subscribe.signature`; its depth stream is `/ws/<n>` with
SUBSCRIBE, joined to a snapshot by REST.

Answers are ccxt's own: `BTC/USDT`, floats, states open, closed, canceled, expired, rejected. `edit_order` on spot is
cancelReplace; it has no call for `order/amend/keepPriority`.
Read 2026-11-21: ccxt 4.5.90, binance.py, async_support/binance.py, pro/binance.py.
"""

from __future__ import annotations

import re
from typing import Any

import ccxt.pro

from dialog import Driver, hold


class Binance(Driver):
    """The client, once it is connected."""

    def __init__(self) -> None:
        super().__init__()
        self._exchange: Any = None

    def connect(self, rest: str, stream: str, ws_api: str, key: str, secret: str) -> None:
        """Make the client of one account at one place."""
        options = {"fetchCurrencies": False, "fetchMarkets": {"types": ["spot"]}, "fetchMargins": False}
        exchange = ccxt.pro.binance({"apiKey": key, "secret": secret, "options": options, "enableRateLimit": False})
        api = exchange.urls["api"]
        api["public"] = api["private"] = f"{rest}/api/v3"
        api["ws"]["spot"] = f"{stream}/ws"
        api["ws"]["ws-api"]["spot"] = ws_api
        self._exchange = exchange

    async def exchange_info(self, symbol: str) -> Any:
        await self._exchange.load_markets()
        return self._exchange.market(symbol)

    async def book(self, symbol: str, limit: int = 100) -> Any:
        return await self._exchange.fetch_order_book(symbol, limit)

    async def place(self, symbol: str, side: str, qty: str, client_id: str, **kind: str) -> Any:
        names = {"tif": "timeInForce"}
        named = {names[name]: value for name, value in kind.items() if name in names}
        price = float(kind["price"]) if "price" in kind else None
        sort = kind.get("type", "LIMIT" if price else "MARKET").lower()
        words = (symbol, sort, side.lower(), float(qty), price, {"newClientOrderId": client_id, **named})
        return await self._exchange.create_order(*words)

    async def query(self, symbol: str, **which: Any) -> Any:
        return await self._exchange.fetch_order(*_which(which, symbol))

    async def open_orders(self, symbol: str) -> Any:
        return await self._exchange.fetch_open_orders(symbol)

    async def trades(self, symbol: str) -> Any:
        return await self._exchange.fetch_my_trades(symbol)

    async def account(self) -> Any:
        return await self._exchange.fetch_balance()

    async def replace(self, symbol: str, order_id: int, side: str, qty: str, price: str, client_id: str) -> Any:
        named = {"newClientOrderId": client_id}
        words = (str(order_id), symbol, "limit", side.lower(), float(qty), float(price), named)
        return await self._exchange.edit_order(*words)

    async def cancel(self, symbol: str, **which: Any) -> Any:
        return await self._exchange.cancel_order(*_which(which, symbol))

    async def cancel_all(self, symbol: str) -> Any:
        return await self._exchange.cancel_all_orders(symbol)

    async def watch_depth(self, symbol: str) -> None:
        """Begin; what comes is the whole book after each change."""

        async def book() -> Any:
            told = await self._exchange.watch_order_book(symbol)
            return {
                "nonce": told["nonce"],
                "bids": list(map(list, told["bids"])),
                "asks": list(map(list, told["asks"])),
            }

        await self._exchange.load_markets()
        self._pump("depth", book)

    async def watch_account(self) -> None:
        """Begin, and wait until the venue took the subscription."""
        await self._exchange.load_markets()
        self._pump("account", self._exchange.watch_orders)
        await self._exchange.authenticate()

    async def _close(self) -> None:
        self._close_later(self._exchange.close())  # it sleeps a quarter of a second

    def _explain(self, error: Exception) -> dict[str, Any]:
        code = re.search(r'"code": ?(-\d+)', str(error))
        return {**super()._explain(error), **({"code": int(code[1])} if code else {})}


def _which(which: dict[str, Any], symbol: str) -> tuple[Any, ...]:
    if "order_id" in which:
        return str(which["order_id"]), symbol
    return "", symbol, {"origClientOrderId": which["client_id"]}


if __name__ == "__main__":
    hold(Binance)
