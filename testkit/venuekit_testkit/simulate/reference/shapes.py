"""The reference venue: how it writes what it has. Numbers are decimal strings, times are milliseconds.

Used by every file of the face. What must stay true: the shapes are those of docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from zlib import crc32

from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.book import Levels
from venuekit_testkit.simulate.exchange.events import Traded
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Execution, Order, Status
from venuekit_testkit.simulate.reference.listing import RATES

PROVEN: Final = 5  # levels a side that the checksum covers
STATUSES: Final[Mapping[Status, str]] = {
    Status.OPEN: "open",
    Status.FILLED: "filled",
    Status.CANCELLED: "cancelled",
    Status.EXPIRED: "expired",
}


def number(value: Decimal) -> str:
    """Write a number as the shortest plain decimal."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def millis(ns: int) -> int:
    """Write a time."""
    return ns // 1_000_000


def market_shape(market: Market) -> dict[str, Any]:
    """Write a market."""
    kind = market.facts["kind"]
    maker, taker = RATES[kind]
    return {
        "symbol": market.symbol,
        "kind": kind,
        "base": market.base,
        "quote": market.quote,
        "status": "open" if market.is_open else "resolved" if market.result else "halted",
        "tick": number(market.tick),
        "lot": number(market.lot),
        "min_quantity": number(market.min_qty),
        "max_quantity": number(market.max_qty),
        "min_notional": number(market.min_notional),
        "maker_fee": maker,
        "taker_fee": taker,
    }


def rows(levels: Levels, depth: int) -> list[list[str]]:
    """Write one side of a book, best first; depth 0 writes all."""
    return [[number(px), number(qty)] for px, qty in (levels[:depth] if depth else levels)]


def book_shape(exchange: Exchange, symbol: str, depth: int = 0) -> dict[str, Any]:
    """Write a whole book."""
    book = exchange.books[symbol]
    return {
        "symbol": symbol,
        "seq": book.seq,
        "bids": rows(book.levels("buy"), depth),
        "asks": rows(book.levels("sell"), depth),
        "checksum": checksum(exchange, symbol),
        "time": millis(exchange.now),
    }


def checksum(exchange: Exchange, symbol: str) -> int:
    """Prove the best five levels a side: CRC-32 of "px:qty" joined by commas, bids before asks, best first."""
    book = exchange.books[symbol]
    top = [*rows(book.levels("buy"), PROVEN), *rows(book.levels("sell"), PROVEN)]
    return crc32(",".join(":".join(row) for row in top).encode())


def trade_shape(trade: Traded) -> dict[str, Any]:
    """Write a public trade."""
    one = trade.execution
    return {
        "symbol": trade.symbol,
        "id": str(one.id),
        "price": number(one.px),
        "quantity": number(one.qty),
        "taker": trade.taker,
        "time": millis(one.ts_ns),
    }


def order_shape(order: Order) -> dict[str, Any]:
    """Write an order as it is now."""
    filled = order.filled
    return {
        "id": str(order.id),
        "client_id": order.client_id,
        "symbol": order.symbol,
        "side": order.side,
        "type": "market" if order.px is None else "limit",
        "price": None if order.px is None else number(order.px),
        "quantity": number(order.qty),
        "filled": number(filled),
        "paid": number(order.paid),
        "status": "partly_filled" if order.is_live and filled else STATUSES[order.status],
        "reason": order.why,
        "time": millis(order.updated_ns),
    }


def fill_shape(order: Order, one: Execution) -> dict[str, Any]:
    """Write one of our trades."""
    return {
        "id": str(one.id),
        "order_id": str(order.id),
        "client_id": order.client_id,
        "symbol": order.symbol,
        "side": order.side,
        "price": number(one.px),
        "quantity": number(one.qty),
        "fee": number(one.fee),
        "fee_asset": one.fee_asset,
        "role": "maker" if one.is_maker else "taker",
        "time": millis(one.ts_ns),
    }


def placed_shape(order: Order) -> dict[str, Any]:
    """Write an order with its trades: the answer to placing or changing it."""
    return {**order_shape(order), "fills": [fill_shape(order, one) for one in order.executions]}


def balance_shapes(account: Account) -> list[dict[str, str]]:
    """Write what an account has."""
    return [
        {"asset": asset, "free": number(held.free), "locked": number(held.locked)}
        for asset, held in sorted(account.assets.items())
        if held.total
    ]
