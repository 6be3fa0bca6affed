"""Kalshi: answer what is asked of our orders and trades.

Used by `routes.py` and `frames.py`. There is no filter by client id. A side that is bought is told twice: as outcome
(`yes`, `no`) and as side of the book (`bid`, `ask`); prices are told for both outcomes.
Sources: https://docs.kalshi.com/api-reference/orders/get-orders, .../portfolio/get-fills and OpenAPI 3.34.0, read
2026-11-21.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.order import Execution, Order, Status
from venuekit_testkit.simulate.exchange.rules import Rejected
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kalshi.ask import Ask
from venuekit_testkit.simulate.kalshi.errors import refusal_of
from venuekit_testkit.simulate.kalshi.shape import (
    ONE,
    OUTCOME_OF,
    SIDE_OF,
    count,
    dollars,
    ident,
    instant,
    number_of,
    seconds,
)

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

USER: Final = "0000cafe-0000-4000-8000-000000000001"
STATUSES: Final = {
    Status.OPEN: "resting",
    Status.FILLED: "executed",
    Status.CANCELLED: "canceled",
    Status.EXPIRED: "canceled",
}
WORDS: Final = ("resting", "canceled", "executed")


def orders(face: KalshiSimulator, ask: Ask) -> Reply:
    """List our orders by the filters that are given, the newest first."""
    status, events = ask.choice("status", WORDS), ask.several("event_ticker", 100)
    op, shard, span = "open_orders" if status == "resting" else "query", ask.number("exchange_index"), ask.span()
    seen = [face.exchange.seen(each, op) for each in reversed(face.exchange.mine())]
    kept = [
        (-each.id, each)
        for each in seen
        if ask.text("ticker") in ("", each.symbol)
        and (not events or _event_of(face, each) in events)
        and (not status or STATUSES[each.status] == status)
        and (shard is None or _shard_of(face, each) == shard)
        and span.holds(each.ts_ns)
    ]
    rows, cursor = ask.page(kept)
    return reply_json({"orders": [order_told(face.exchange, each) for each in rows], "cursor": cursor})


def order(face: KalshiSimulator, ask: Ask) -> Reply:
    """Give one of our orders, whatever became of it. Raises: Refusal."""
    try:
        found = face.exchange.find(number_of("order", ask.parts["order"]))
    except Rejected as no:
        raise refusal_of(no) from no
    return reply_json({"order": order_told(face.exchange, face.exchange.seen(found, "query"))})


def queue_positions(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell how much stands before each of our orders that rest."""
    wanted, event = ask.several("market_tickers"), ask.text("event_ticker")
    told = [
        {
            "order_id": ident("order", each.id),
            "market_ticker": each.symbol,
            "queue_position_fp": count(queued(face.exchange, each)),
        }
        for each in face.exchange.open_orders()
        if (not wanted or each.symbol in wanted) and event in ("", _event_of(face, each))
    ]
    return reply_json({"queue_positions": told})


def queue_position(face: KalshiSimulator, ask: Ask) -> Reply:
    """Tell how much stands before one order. Raises: Refusal."""
    try:
        found = face.exchange.find(number_of("order", ask.parts["order"]))
    except Rejected as no:
        raise refusal_of(no) from no
    return reply_json({"queue_position_fp": count(queued(face.exchange, found))})


def fills(face: KalshiSimulator, ask: Ask) -> Reply:
    """List our trades, the newest first."""
    pairs = face.exchange.executions(ask.text("ticker") or None)
    if pairs and face.faults.take(Fault.STALE_READ, "fills"):
        pairs = pairs[:-1]
    wanted, span = number_of("order", ask.text("order_id")) if ask.text("order_id") else None, ask.span()
    kept = [
        (-trade.id, (each, trade))
        for each, trade in reversed(pairs)
        if wanted in (None, each.id) and span.holds(trade.ts_ns)
    ]
    rows, cursor = ask.page(kept)
    return reply_json({"fills": [fill_told(face.exchange, *each) for each in rows], "cursor": cursor})


def queued(exchange: Exchange, order: Order) -> Decimal:
    """Count what trades before an order at its price."""
    ranked = exchange.books[order.symbol].ranked(order.side)
    return sum((each.left for each in ranked if each.px == order.px and each.place < order.place), ZERO)


def order_told(exchange: Exchange, each: Order) -> dict[str, Any]:
    """Tell an order as REST does."""
    px, expires = each.px or ZERO, each.facts.get("expires_ns")
    told: dict[str, Any] = {
        "order_id": ident("order", each.id),
        "user_id": USER,
        "client_order_id": each.client_id,
        "ticker": each.symbol,
        **direction(each.side),
        "type": "limit",
        "status": STATUSES[each.status],
        "yes_price_dollars": dollars(px),
        "no_price_dollars": dollars(ONE - px),
        "initial_count_fp": count(each.qty),
        "remaining_count_fp": count(each.left if each.is_live else ZERO),
        "fill_count_fp": count(each.filled),
        **costs_told(each),
        "created_time": instant(each.ts_ns),
        "last_update_time": instant(each.updated_ns),
        "expiration_time": instant(expires) if expires else None,
        "self_trade_prevention_type": each.facts.get("stp"),
        "cancel_order_on_pause": each.facts.get("on_pause", False),
        "subaccount_number": 0,
        "exchange_index": exchange.markets[each.symbol].facts["shard"],
    }
    return told | ({"order_group_id": each.facts["group"]} if each.facts.get("group") else {})


def fill_told(exchange: Exchange, each: Order, trade: Execution) -> dict[str, Any]:
    """Tell one of our trades as REST does."""
    return {
        "fill_id": ident("trade", trade.id),
        "trade_id": ident("trade", trade.id),
        "order_id": ident("order", each.id),
        "ticker": each.symbol,
        "market_ticker": each.symbol,
        **direction(each.side),
        "count_fp": count(trade.qty),
        "yes_price_dollars": dollars(trade.px),
        "no_price_dollars": dollars(ONE - trade.px),
        "is_taker": not trade.is_maker,
        "fee_cost": dollars(trade.fee),
        "created_time": instant(trade.ts_ns),
        "ts": seconds(trade.ts_ns),
        "subaccount_number": 0,
        "exchange_index": exchange.markets[each.symbol].facts["shard"],
    }


def direction(side: str) -> dict[str, str]:
    """Tell a side in all the venue's words; the first two are deprecated."""
    outcome = OUTCOME_OF[side]
    return {"side": outcome, "action": "buy", "outcome_side": outcome, "book_side": SIDE_OF[side]}


def costs_told(each: Order) -> dict[str, str]:
    """Tell what an order's trades cost, of the outcome that was bought, and their fees."""
    taken = [trade for trade in each.executions if not trade.is_maker]
    made = [trade for trade in each.executions if trade.is_maker]
    return {
        "taker_fill_cost_dollars": dollars(_cost(each, taken)),
        "maker_fill_cost_dollars": dollars(_cost(each, made)),
        "taker_fees_dollars": dollars(sum((trade.fee for trade in taken), ZERO)),
        "maker_fees_dollars": dollars(sum((trade.fee for trade in made), ZERO)),
    }


def _cost(each: Order, trades: Iterable[Execution]) -> Decimal:
    return sum((trade.qty * (trade.px if each.side == "buy" else ONE - trade.px) for trade in trades), ZERO)


def _event_of(face: KalshiSimulator, each: Order) -> str:
    return str(face.exchange.markets[each.symbol].facts["event"].ticker)


def _shard_of(face: KalshiSimulator, each: Order) -> int:
    return int(face.exchange.markets[each.symbol].facts["shard"])
