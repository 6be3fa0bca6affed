"""The stand-in's answers in the venue's spelling.

Used by `exchange.py`. Source: https://github.com/binance/binance-spot-api-docs rest-api.md and user-data-stream.md,
read 2026-11-21.
"""

from __future__ import annotations

from typing import Any

from tests.live.account import Holding, Order, Trade
from tests.live.matching import Levels

Row = dict[str, Any]


def symbol(name: str, quote: str) -> Row:
    """One market of exchangeInfo."""
    return {
        "symbol": name,
        "status": "TRADING",
        "baseAsset": name.removesuffix(quote),
        "quoteAsset": quote,
        "isSpotTradingAllowed": True,
        "amendAllowed": True,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
            {"filterType": "NOTIONAL", "minNotional": "5.0", "applyMinToMarket": True},
        ],
    }


def levels(book: Levels) -> list[list[str]]:
    """One side of a book."""
    return [[f"{px:f}", f"{qty:f}"] for px, qty in book]


def report(order: Order) -> Row:
    """One order as a query tells it."""
    return {
        "symbol": order.symbol,
        "orderId": order.id,
        "clientOrderId": order.client_id,
        "price": f"{order.px:f}",
        "origQty": f"{order.qty:f}",
        "executedQty": f"{order.filled:f}",
        "cummulativeQuoteQty": f"{order.paid:f}",
        "status": order.status,
        "timeInForce": order.tif,
        "type": order.type,
        "side": order.side,
        "time": order.time,
        "updateTime": order.trades[-1].time if order.trades else order.time,
    }


def amended(order: Order) -> Row:
    """The answer to keepPriority, whose order has names of its own for the totals."""
    told = report(order)
    totals = {"qty": told.pop("origQty"), "cumulativeQuoteQty": told.pop("cummulativeQuoteQty")}
    return {"transactTime": order.time, "amendedOrder": {**told, **totals}}


def full(order: Order) -> Row:
    """The answer of type FULL to a submission: with what traded at once."""
    return {**report(order), "transactTime": order.time, "fills": [_fill(trade) for trade in order.trades]}


def cancelled(order: Order) -> Row:
    """The answer to a cancel, which has a client id of its own."""
    names = {"origClientOrderId": order.client_id, "clientOrderId": f"cancel-{order.id}"}
    return {**report(order), **names, "transactTime": order.time}


def trade(order: Order, trade: Trade) -> Row:
    """One of our trades; the venue leaves our client id out."""
    return {
        "symbol": order.symbol,
        "id": trade.id,
        "orderId": order.id,
        "price": f"{trade.px:f}",
        "qty": f"{trade.qty:f}",
        "commission": f"{trade.fee:f}",
        "commissionAsset": trade.fee_asset,
        "time": trade.time,
        "isBuyer": order.side == "BUY",
        "isMaker": trade.is_maker,
    }


def execution(order: Order, what: str, trade: Trade | None) -> Row:
    """An order's event in the account's stream; when it is cancelled, its own name moves to `C`."""
    is_cancel = what == "CANCELED"
    return {
        "e": "executionReport",
        "s": order.symbol,
        "c": f"cancel-{order.id}" if is_cancel else order.client_id,
        "C": order.client_id if is_cancel else "",
        "S": order.side,
        "q": f"{order.qty:f}",
        "p": f"{order.px:f}",
        "x": what,
        "X": order.status,
        "r": "NONE",
        "i": order.id,
        "l": f"{trade.qty:f}" if trade else "0",
        "z": f"{order.filled:f}",
        "L": f"{trade.px:f}" if trade else "0",
        "n": f"{trade.fee:f}" if trade else "0",
        "N": trade.fee_asset if trade else None,
        "T": trade.time if trade else order.time,
        "t": trade.id if trade else -1,
        "m": trade.is_maker if trade else False,
        "Z": f"{order.paid:f}",
    }


def position(assets: dict[str, Holding]) -> Row:
    """What is held, as the account's stream tells it."""
    held = [{"a": asset, "f": f"{each.free:f}", "l": f"{each.locked:f}"} for asset, each in assets.items()]
    return {"e": "outboundAccountPosition", "B": held}


def balance(asset: str, held: Holding) -> Row:
    """What is held of one asset."""
    return {"asset": asset, "free": f"{held.free:f}", "locked": f"{held.locked:f}"}


def commission(name: str) -> Row:
    """What one symbol costs."""
    return {"symbol": name, "standardCommission": {"maker": "0.001", "taker": "0.001", "buyer": "0", "seller": "0"}}


def _fill(trade: Trade) -> Row:
    return {
        "price": f"{trade.px:f}",
        "qty": f"{trade.qty:f}",
        "commission": f"{trade.fee:f}",
        "commissionAsset": trade.fee_asset,
        "tradeId": trade.id,
    }
