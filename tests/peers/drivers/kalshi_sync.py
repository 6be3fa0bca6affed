"""kalshi-python-sync, Kalshi's official client, generated from its OpenAPI page.

Reaches another host by `Configuration(host=...)`, which includes `/trade-api/v2`; plain HTTP is fine. It signs
`/trade-api/v2` and the path of its table whatever the host is, with RSA-PSS or Ed25519, as the key is. No sockets.

What it calls (api/orders_api.py): writes are `/portfolio/events/orders`, `/batched`, `/{order_id}`, `/{order_id}/amend`
and `/{order_id}/decrease`, so V2 only; reads are `GET /portfolio/orders`, `/portfolio/orders/{order_id}`,
`/portfolio/fills`, `/portfolio/positions`, `/portfolio/balance`. Its models are strict: a field that is left out, or a
number that should be a string, is an error of the call. It has no amount or rate limit of its own.
Read 2026-11-21: kalshi-python-sync 3.34.0, for Python 3.13 or newer.
"""

from __future__ import annotations

import json
from typing import Any

from kalshi_python_sync import Configuration, KalshiClient

from dialog import Driver, hold


class Kalshi(Driver):
    """The client, once it is connected."""

    def __init__(self) -> None:
        super().__init__()
        self._client: Any = None

    def connect(self, rest: str, stream: str, key: str, pem: str) -> None:
        """Make the client of one account at one place."""
        configuration = Configuration(host=f"{rest}/trade-api/v2")
        configuration.api_key_id, configuration.private_key_pem = key, pem
        self._client = KalshiClient(configuration)

    def status(self) -> Any:
        return self._client.get_exchange_status().to_dict()

    def markets(self) -> Any:
        return [market.to_dict() for market in self._client.get_markets(status="open").markets]

    def market(self, ticker: str) -> Any:
        return self._client.get_market(ticker).market.to_dict()

    def book(self, ticker: str) -> Any:
        return self._client.get_market_orderbook(ticker).to_dict()

    def place(self, **order: Any) -> Any:
        return self._client.create_order_v2(**_order(order)).to_dict()

    def place_many(self, orders: list[dict[str, Any]]) -> Any:
        return self._client.batch_create_orders_v2(orders=[_order(order) for order in orders]).to_dict()["orders"]

    def query(self, order_id: str) -> Any:
        return self._client.get_order(order_id).order.to_dict()

    def orders(self, ticker: str, status: str | None = None) -> Any:
        return [order.to_dict() for order in self._client.get_orders(ticker=ticker, status=status).orders]

    def amend(self, order_id: str, ticker: str, side: str, price: str, qty: str, client_id: str) -> Any:
        words = {"ticker": ticker, "side": side, "price": price, "count": qty, "updated_client_order_id": client_id}
        return self._client.amend_order_v2(order_id, **words).to_dict()

    def decrease(self, order_id: str, ticker: str, by: str) -> Any:
        return self._client.decrease_order_v2(order_id, reduce_by=by, market_ticker=ticker).to_dict()

    def cancel(self, order_id: str, ticker: str) -> Any:
        return self._client.cancel_order_v2(order_id, market_ticker=ticker).to_dict()

    def cancel_many(self, order_ids: list[str], ticker: str) -> Any:
        orders = [{"order_id": order_id, "market_ticker": ticker} for order_id in order_ids]
        return self._client.batch_cancel_orders_v2(orders=orders).to_dict()["orders"]

    def fills(self, ticker: str) -> Any:
        return [fill.to_dict() for fill in self._client.get_fills(ticker=ticker).fills]

    def positions(self, ticker: str) -> Any:
        return [row.to_dict() for row in self._client.get_positions(ticker=ticker).market_positions]

    def balance(self) -> Any:
        return self._client.get_balance().to_dict()

    def call(self, name: str, **given: Any) -> Any:
        """Make any call of it, and hold the raw answer against its model, which itself forgives what is left out."""
        answer = getattr(self._client, f"{name}_with_http_info")(**given)
        return type(answer.data).model_validate_json(answer.raw_data).to_dict() if answer.data else None

    async def _close(self) -> None:
        self._client.rest_client.pool_manager.clear()

    def _explain(self, error: Exception) -> dict[str, Any]:
        words = {"status": getattr(error, "status", None), "message": str(error)}
        try:
            return {**words, **json.loads(getattr(error, "body", ""))["error"]}
        except (TypeError, ValueError, KeyError):
            return words


def _order(order: dict[str, Any]) -> dict[str, Any]:
    names = {"qty": "count", "client_id": "client_order_id", "tif": "time_in_force"}
    wire = {names.get(name, name): value for name, value in order.items()}
    return {"time_in_force": "good_till_canceled", "self_trade_prevention_type": "taker_at_cross", **wire}


if __name__ == "__main__":
    hold(Kalshi)
