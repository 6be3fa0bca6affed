"""The reference venue: the calls that tell, of markets and of the account, and the one that redeems.

Used by `face.py` through its table of routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.exchange.events import Event, Resolved
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.fault import Fault, Faults
from venuekit_testkit.simulate.reference.denials import Denied
from venuekit_testkit.simulate.reference.listing import RATES, FundsByMarket
from venuekit_testkit.simulate.reference.shapes import (
    balance_shapes,
    book_shape,
    fill_shape,
    market_shape,
    millis,
    number,
    order_shape,
    trade_shape,
)
from venuekit_testkit.simulate.reference.trading import Desk

T = TypeVar("T")


class Window:
    """What can be asked about. `pays` is what one contract of a resolved market is worth."""

    def __init__(self, exchange: Exchange, desk: Desk, funds: FundsByMarket, faults: Faults) -> None:
        self.exchange, self.desk, self.funds, self.faults = exchange, desk, funds, faults
        self.pays: dict[str, Decimal] = {}
        self.settled: list[dict[str, Any]] = []
        exchange.heard.append(self._hear)

    # ── markets ──

    def markets(self, call: Call) -> Any:
        """GET /v1/markets."""
        return {"markets": [market_shape(market) for market in self.exchange.markets.values()]}

    def book(self, call: Call) -> Any:
        """GET /v1/book?symbol=&depth=."""
        return book_shape(self.exchange, self._market(call).symbol, _count(call, "depth", 0))

    def trades(self, call: Call) -> Any:
        """GET /v1/trades?symbol=&limit=: the newest first."""
        done = self.exchange.trades[self._market(call).symbol]
        return {"trades": [trade_shape(one) for one in reversed(done)][: _count(call, "limit", 100)]}

    def fees(self, call: Call) -> Any:
        """GET /v1/fees?symbol=."""
        maker, taker = RATES[self._market(call).facts["kind"]]
        return {"maker": maker, "taker": taker}

    # ── the account ──

    def order(self, call: Call, name: str) -> Any:
        """GET /v1/orders/{name}."""
        return order_shape(self.exchange.seen(self.desk.find(name), "query"))

    def open_orders(self, call: Call) -> Any:
        """GET /v1/orders?symbol=&cursor=: the oldest first."""
        told = [order_shape(order) for order in self.exchange.open_orders(call.params.get("symbol"))]
        return self._page("orders", [(int(one["id"]), one) for one in told], call)

    def fills(self, call: Call) -> Any:
        """GET /v1/fills?symbol=&since=&cursor=: the oldest first."""
        since = _count(call, "since", 0)
        told = [fill_shape(*pair) for pair in self.exchange.executions(call.params.get("symbol"))]
        if told and self.faults.take(Fault.STALE_READ, "fills"):
            told.pop()
        return self._page("fills", [(int(one["id"]), one) for one in told if one["time"] >= since], call)

    def balances(self, call: Call) -> Any:
        """GET /v1/balances."""
        return {"balances": balance_shapes(self.exchange.accounts[ME])}

    def positions(self, call: Call) -> Any:
        """GET /v1/positions: negative is sold."""
        held = self.exchange.accounts[ME].positions
        return {"positions": [{"symbol": symbol, "quantity": number(qty)} for symbol, qty in held.items() if qty]}

    def settlements(self, call: Call) -> Any:
        """GET /v1/settlements?since=&cursor=: the oldest first."""
        since = _count(call, "since", 0)
        rows = [(at, one) for at, one in enumerate(self.settled, 1) if one["time"] >= since]
        return self._page("settlements", rows, call)

    def redeem(self, call: Call) -> Any:
        """POST /v1/redeem: pay what a resolved market is worth, once."""
        market = self._named(_symbol(call))
        if market.symbol not in self.pays:
            raise Denied("not_resolved")
        account = self.exchange.accounts[ME]
        qty = account.positions[market.symbol]
        paid = self.funds.events.settle(account, market, self.pays[market.symbol])
        if qty:
            self.settled.append(self._settlement(market, qty, paid))
        return {"symbol": market.symbol, "quantity": number(qty), "paid": number(paid)}

    def _settlement(self, market: Market, qty: Decimal, paid: Decimal) -> dict[str, Any]:
        return {
            "symbol": market.symbol,
            "result": market.result,
            "quantity": number(qty),
            "paid": number(paid),
            "time": millis(self.exchange.now),
        }

    def _market(self, call: Call) -> Market:
        return self._named(call.params.get("symbol", ""))

    def _named(self, symbol: str) -> Market:
        if symbol not in self.exchange.markets:
            raise Denied("unknown_market")
        return self.exchange.markets[symbol]

    def _page(self, name: str, rows: Sequence[tuple[int, T]], call: Call) -> dict[str, Any]:
        """Give a page of rows after the cursor, and the cursor of the next; "" where there is none."""
        left = [row for row in rows if row[0] > _count(call, "cursor", 0)]
        page = left[: self.desk.page]
        return {name: [one for _, one in page], "cursor": str(page[-1][0]) if len(left) > len(page) else ""}

    def _hear(self, event: Event) -> None:
        if isinstance(event, Resolved):
            self.pays[event.symbol] = event.pays


def _symbol(call: Call) -> str:
    try:
        return msgspec.json.decode(call.body, type=dict[str, str]).get("symbol", "")
    except msgspec.DecodeError:
        raise Denied("bad_request") from None


def _count(call: Call, name: str, default: int) -> int:
    text = call.params.get(name, str(default))
    if not text.isdecimal():
        raise Denied("bad_request")
    return int(text)
