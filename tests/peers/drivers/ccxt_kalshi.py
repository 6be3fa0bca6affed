"""ccxt for Kalshi, by its prediction part, which is async and has no streams.

Reaches another host by its own `urls['api']['kalshi']`, which includes `/trade-api/v2`. Signs with RSA-PSS.

What it calls (prediction/kalshi.py): `createOrder` is `POST /portfolio/events/orders`, `cancelOrder` is
`DELETE /portfolio/events/orders/{order_id}`, without the market's ticker unless told; `editOrder` is a cancel and a new
order, `cancelAllOrders` is one cancel an order. Batch, amend and decrease of V2 it has not. It still lists the retired
V1 writes among its raw calls; `retired` sends one, to see how it is told. Answers are ccxt's own: an outcome has a
handle such as `KXHIGHNY-26:YES` made of titles, so we name markets by their ids.
Read 2026-11-21: ccxt 4.5.90.
"""

from __future__ import annotations

from typing import Any

import ccxt.prediction

from dialog import Driver, hold


class Kalshi(Driver):
    """The client, once it is connected. `ticker` names the YES outcome, `<ticker>-NO` the other."""

    def __init__(self) -> None:
        super().__init__()
        self._exchange: Any = None

    def connect(self, rest: str, stream: str, key: str, pem: str) -> None:
        """Make the client of one account at one place."""
        exchange = ccxt.prediction.kalshi({"apiKey": key, "privateKey": pem, "enableRateLimit": False})
        exchange.urls["api"] = {"kalshi": f"{rest}/trade-api/v2", "elections": f"{rest}/v1"}
        self._exchange = exchange

    async def status(self) -> Any:
        return await self._exchange.fetch_status()

    async def markets(self) -> Any:
        return await self._exchange.fetch_markets()

    async def book(self, ticker: str) -> Any:
        return await self._exchange.fetch_order_book(ticker)

    async def place(self, ticker: str, side: str, price: str, qty: str, client_id: str, **more: Any) -> Any:
        names = {"tif": "time_in_force"}
        named = {"client_order_id": client_id, **{names.get(name, name): value for name, value in more.items()}}
        words = (ticker, "limit", {"bid": "buy", "ask": "sell"}[side], float(qty), float(price), named)
        return await self._exchange.create_order(*words)

    async def query(self, order_id: str) -> Any:
        return await self._exchange.fetch_order(order_id)

    async def orders(self, ticker: str, status: str | None = None) -> Any:
        of = {None: "fetch_orders", "resting": "fetch_open_orders", "executed": "fetch_closed_orders"}[status]
        return await getattr(self._exchange, of)(ticker)

    async def cancel(self, order_id: str, ticker: str) -> Any:
        return await self._exchange.cancel_order(order_id, ticker, {"market_ticker": ticker})

    async def cancel_all(self, ticker: str) -> Any:
        return await self._exchange.cancel_all_orders(ticker)

    async def retired(self, ticker: str) -> Any:
        """Write as V1 did."""
        order = {"ticker": ticker, "side": "yes", "action": "buy", "type": "limit", "count": 1, "yes_price": 40}
        return await self._exchange.kalshiPrivatePostPortfolioOrders(order)

    async def fills(self, ticker: str) -> Any:
        return await self._exchange.fetch_my_trades(ticker)

    async def positions(self, ticker: str) -> Any:
        return await self._exchange.fetch_positions([ticker])

    async def balance(self) -> Any:
        return await self._exchange.fetch_balance()

    async def _close(self) -> None:
        self._close_later(self._exchange.close())  # it sleeps a quarter of a second


if __name__ == "__main__":
    hold(Kalshi)
