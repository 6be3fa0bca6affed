"""Kalshi: what the WebSocket tells, channel by channel.

Used by `stream.py`. What must stay true: a delta is the signed change of one price of one outcome's bids.
Sources: AsyncAPI, Oct 2026; https://docs.kalshi.com/websockets, read 2026-11-21; the names `user_order` and
`market_position` of types were seen live by others in April 2026.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.events import LevelChanged, Traded
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Execution, Order
from venuekit_testkit.simulate.kalshi.books import sides, trade_told
from venuekit_testkit.simulate.kalshi.ledger import Ledger
from venuekit_testkit.simulate.kalshi.lookups import USER, fill_told, order_told
from venuekit_testkit.simulate.kalshi.market import best, open_interest
from venuekit_testkit.simulate.kalshi.shape import ONE, OUTCOME_OF, count, dollars, ident, instant, millis, seconds


def market_id(exchange: Exchange, symbol: str) -> str:
    """Give the id of a market."""
    return ident("market", list(exchange.markets).index(symbol) + 1)


def named(exchange: Exchange, symbol: str) -> dict[str, str]:
    """Name a market as frames do."""
    return {"market_ticker": symbol, "market_id": market_id(exchange, symbol)}


def snapshot(exchange: Exchange, symbol: str, yes_prices: bool) -> dict[str, Any]:
    """Tell a whole book; an empty side is left out."""
    yes, no = sides(exchange, symbol, yes_prices=yes_prices)
    told = {"yes_dollars_fp": yes, "no_dollars_fp": no}
    full = {name: levels for name, levels in told.items() if levels}
    return {**named(exchange, symbol), **full, "clock": exchange.clock, "ts_ms": millis(exchange.now)}


def delta(exchange: Exchange, event: LevelChanged, yes_prices: bool) -> dict[str, Any]:
    """Tell the change of one level; our client id stands there where the order was ours."""
    px = event.px if event.side == "buy" or yes_prices else ONE - event.px
    told = {
        **named(exchange, event.symbol),
        "price_dollars": dollars(px),
        "delta_fp": count(event.by),
        "side": OUTCOME_OF[event.side],
        "ts": instant(exchange.now),
        "ts_ms": millis(exchange.now),
        "clock": exchange.clock,
    }
    return told | ({"client_order_id": event.order.client_id, "subaccount": 0} if event.order.account == ME else {})


def trade(event: Traded) -> dict[str, Any]:
    """Tell a public trade."""
    told = trade_told(event)
    del told["ticker"], told["created_time"]
    at = event.execution.ts_ns
    return {**told, "market_ticker": event.symbol, "ts": seconds(at), "ts_ms": millis(at)}


def ticker(exchange: Exchange, symbol: str) -> dict[str, Any]:
    """Tell the best prices and the newest trade of a market."""
    (bid, bid_qty), (offer, offer_qty) = best(exchange, symbol)
    trades = exchange.trades[symbol]
    last = trades[-1].execution if trades else None
    volume = sum((each.execution.qty for each in trades), ZERO)
    worth = sum((each.execution.qty * each.execution.px for each in trades), ZERO)
    held = open_interest(exchange, symbol)
    px = last.px if last else ZERO
    return {
        **named(exchange, symbol),
        "price_dollars": dollars(px),
        "yes_bid_dollars": dollars(bid),
        "yes_ask_dollars": dollars(offer),
        "yes_bid_size_fp": count(bid_qty),
        "yes_ask_size_fp": count(offer_qty),
        "last_trade_size_fp": count(last.qty if last else ZERO),
        "volume_fp": count(volume),
        "open_interest_fp": count(held),
        "dollar_volume": dollars(worth),
        "dollar_open_interest": dollars(held * px),
        "ts": seconds(exchange.now),
        "ts_ms": millis(exchange.now),
        "time": instant(exchange.now),
    }


def fill(exchange: Exchange, order: Order, execution: Execution) -> dict[str, Any]:
    """Tell one of our trades, with the client id and the position after it."""
    told = fill_told(exchange, order, execution)
    for name in ("fill_id", "ticker", "created_time", "subaccount_number"):
        del told[name]
    held = exchange.accounts[ME].positions.get(order.symbol, ZERO)
    return {
        **told,
        "client_order_id": order.client_id,
        "purchased_side": OUTCOME_OF[order.side],
        "post_position_fp": count(held),
        "ts_ms": millis(execution.ts_ns),
        "subaccount": 0,
    }


def user_order(exchange: Exchange, order: Order) -> dict[str, Any]:
    """Tell one of our orders as it stands now."""
    told = order_told(exchange, order)
    for name in ("type", "no_price_dollars", "cancel_order_on_pause", "action"):
        del told[name]
    if told["expiration_time"] is None:
        del told["expiration_time"]
    else:
        told["expiration_ts_ms"] = millis(order.facts["expires_ns"])
    stamps = {"created_ts_ms": millis(order.ts_ns), "last_updated_ts_ms": millis(order.updated_ns)}
    return {**told, **stamps, "is_yes": order.side == "buy"}


def market_position(symbol: str, ledger: Ledger) -> dict[str, Any]:
    """Tell one of our positions."""
    return {
        "user_id": USER,
        "market_ticker": symbol,
        "position_fp": count(ledger.held),
        "position_cost_dollars": dollars(ledger.cost),
        "realized_pnl_dollars": dollars(ledger.realized),
        "fees_paid_dollars": dollars(ledger.fees),
        "position_fee_cost_dollars": dollars(ledger.fees),
        "volume_fp": count(ledger.volume),
        "subaccount": 0,
    }


def determined(market: Market) -> dict[str, Any]:
    """Tell that the outcome of a market is known."""
    at = seconds(market.facts["determined_ns"])
    pays: Decimal = market.facts["pays"]
    return {
        "event_type": "determined",
        "market_ticker": market.symbol,
        "result": market.result,
        "settlement_value": dollars(pays),
        "determination_ts": at,
    }


def settled(market: Market) -> dict[str, Any]:
    """Tell that a market has paid."""
    return {
        "event_type": "settled",
        "market_ticker": market.symbol,
        "settled_ts": seconds(market.facts["settled_ns"]),
    }
