"""The words and the JSON of Binance: orders, trades, balances.

Used by everything here that answers. What must stay true: a shape holds what the documentation shows, in its order.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md, sections of each call (2026-07-21), read
2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from venuekit.units import NANOS_PER_MS
from venuekit_testkit.simulate.exchange.account import Holding
from venuekit_testkit.simulate.exchange.book import Levels
from venuekit_testkit.simulate.exchange.events import Traded
from venuekit_testkit.simulate.exchange.order import Execution, Order, Status

Row = dict[str, Any]

NO_LIST: Final = -1
STP: Final = "EXPIRE_TAKER"  # what happens to an order that would meet another of ours
SELF_TRADE: Final = "self-trade"
ENDED: Final = {Status.FILLED: "FILLED", Status.CANCELLED: "CANCELED"}
SIDES: Final = {"BUY": "buy", "SELL": "sell"}
SIDE: Final = {ours: theirs for theirs, ours in SIDES.items()}
EXPIRY: Final = {
    "IOC": "UNFILLED_IOC_QUANTITY_EXPIRED",
    "FOK": "UNFILLED_FOK_ORDER_EXPIRED",
    "MARKET": "INSUFFICIENT_LIQUIDITY",
}


def number(amount: Decimal) -> str:
    """Write an amount with eight decimals."""
    return f"{amount:.8f}"


def millis(ns: int) -> int:
    """Tell a time in milliseconds."""
    return ns // NANOS_PER_MS


def type_of(order: Order) -> str:
    """Name the type."""
    if order.px is None:
        return "MARKET"
    return "LIMIT_MAKER" if order.post_only else "LIMIT"


def tif_of(order: Order) -> str:
    """Name the time in force; a market order is told as GTC."""
    return "GTC" if order.px is None else order.tif


def status_of(order: Order) -> str:
    """Name the state."""
    if order.status is Status.OPEN:
        return "PARTIALLY_FILLED" if order.executions else "NEW"
    if order.status is Status.EXPIRED:
        return "EXPIRED_IN_MATCH" if order.why == SELF_TRADE else "EXPIRED"
    return ENDED[order.status]


def expiry_of(order: Order) -> str:
    """Name why an order expired; "" for one that did not, or whose reason has no name."""
    if order.status is not Status.EXPIRED or order.why == SELF_TRADE:
        return ""
    return EXPIRY.get("MARKET" if order.px is None else order.tif, "")


def spent_by(order: Order) -> Decimal:
    """Give the quote amount that a market order was given, 0 for every other."""
    amount: Decimal = order.facts.get("spends", Decimal(0))
    return amount


def head(order: Order) -> Row:
    """What every answer about an order begins with."""
    return {
        "symbol": order.symbol,
        "orderId": order.id,
        "orderListId": NO_LIST,
        "clientOrderId": order.client_id,
    }


def _terms(order: Order) -> Row:
    told = {
        "price": number(order.px or Decimal(0)),
        "origQty": number(order.qty),
        "executedQty": number(order.filled),
        "origQuoteOrderQty": number(spent_by(order)),
        "cummulativeQuoteQty": number(order.paid),
        "status": status_of(order),
        "timeInForce": tif_of(order),
        "type": type_of(order),
        "side": SIDE[order.side],
    }
    why = expiry_of(order)
    return {**told, "expiryReason": why} if why else told


def ack(order: Order) -> Row:
    """The answer of type ACK to a new order."""
    return {**head(order), "transactTime": millis(order.ts_ns)}


def result(order: Order) -> Row:
    """The answer of type RESULT."""
    ends = {"workingTime": millis(order.ts_ns), "selfTradePreventionMode": STP}
    return {**ack(order), **_terms(order), **ends}


def full(order: Order) -> Row:
    """The answer of type FULL: with what traded at once."""
    return {**result(order), "fills": [_fill(each) for each in order.executions]}


def report(order: Order) -> Row:
    """One order as a query tells it."""
    return {
        **head(order),
        **_terms(order),
        "stopPrice": "0.00000000",
        "icebergQty": "0.00000000",
        "time": millis(order.ts_ns),
        "updateTime": millis(order.updated_ns),
        "isWorking": True,
        "workingTime": millis(order.ts_ns),
        "selfTradePreventionMode": STP,
    }


def cancelled(order: Order, cancel_id: str) -> Row:
    """The answer to a cancel, which has a client id of its own."""
    names = {**head(order), "origClientOrderId": order.client_id, "clientOrderId": cancel_id}
    ends = {"transactTime": millis(order.updated_ns), "selfTradePreventionMode": STP}
    return {**names, **ends, **_terms(order)}


def amended(order: Order, was: str, execution_id: int) -> Row:
    """The answer to keepPriority, whose order has names of its own for the totals."""
    told = {
        **head(order),
        "origClientOrderId": was,
        "price": number(order.px or Decimal(0)),
        "qty": number(order.qty),
        "executedQty": number(order.filled),
        "preventedQty": number(Decimal(0)),
        "quoteOrderQty": number(Decimal(0)),
        "cumulativeQuoteQty": number(order.paid),
        "status": status_of(order),
        "timeInForce": tif_of(order),
        "type": type_of(order),
        "side": SIDE[order.side],
        "workingTime": millis(order.ts_ns),
        "selfTradePreventionMode": STP,
    }
    return {"transactTime": millis(order.updated_ns), "executionId": execution_id, "amendedOrder": told}


def my_trade(order: Order, one: Execution) -> Row:
    """One of our trades; the venue leaves our client id out."""
    return {
        "symbol": order.symbol,
        "id": one.id,
        "orderId": order.id,
        "orderListId": NO_LIST,
        "price": number(one.px),
        "qty": number(one.qty),
        "quoteQty": number(one.px * one.qty),
        "commission": number(one.fee),
        "commissionAsset": one.fee_asset,
        "time": millis(one.ts_ns),
        "isBuyer": order.side == "buy",
        "isMaker": one.is_maker,
        "isBestMatch": True,
    }


def public_trade(print_: Traded) -> Row:
    """One public trade."""
    one = print_.execution
    return {
        "id": one.id,
        "price": number(one.px),
        "qty": number(one.qty),
        "quoteQty": number(one.px * one.qty),
        "time": millis(one.ts_ns),
        "isBuyerMaker": print_.taker == "sell",
        "isBestMatch": True,
    }


def balance(asset: str, held: Holding) -> Row:
    """What is held of one asset."""
    return {"asset": asset, "free": number(held.free), "locked": number(held.locked)}


def levels(side: Levels, limit: int) -> list[list[str]]:
    """One side of a book."""
    return [[number(px), number(qty)] for px, qty in side[:limit]]


def _fill(one: Execution) -> Row:
    return {
        "price": number(one.px),
        "qty": number(one.qty),
        "commission": number(one.fee),
        "commissionAsset": one.fee_asset,
        "tradeId": one.id,
    }
