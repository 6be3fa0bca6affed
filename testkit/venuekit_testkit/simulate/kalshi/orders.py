"""Kalshi: take orders, one and many.

Used by `routes.py`. A bid buys YES, an ask sells it; to buy NO at a price is to ask a dollar less it. What must stay
true: a client id is used up by whatever reached the engine, even an order that was killed; 201 says accepted, not
resting.
Sources: https://docs.kalshi.com/api-reference/orders/create-order-v2, https://docs.kalshi.com/getting_started/order_errors
and OpenAPI 3.34.0, read 2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Execution, Order
from venuekit_testkit.simulate.exchange.rules import Rejected, Why
from venuekit_testkit.simulate.kalshi.ask import Ask, read_fixed
from venuekit_testkit.simulate.kalshi.errors import Refusal, refusal_of
from venuekit_testkit.simulate.kalshi.shape import count, dollars, ident, millis
from venuekit_testkit.simulate.kalshi.wanted import NewOrder, NewOrders

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

BUYS: Final = {"bid": "buy", "ask": "sell"}
TIFS: Final = {"good_till_canceled": "GTC", "immediate_or_cancel": "IOC", "fill_or_kill": "FOK"}
STPS: Final = ("taker_at_cross", "maker")
SPENT_BY: Final = (Why.FOK_KILLED, Why.IOC_EMPTY)  # refusals that use a client id up
PRICE_DECIMALS: Final = 4
COUNT_DECIMALS: Final = 2


def create(face: KalshiSimulator, ask: Ask) -> Reply:
    """Take one order. Raises: Refusal."""
    return reply_json(placed(face, ask.body(NewOrder)), 201)


def create_many(face: KalshiSimulator, ask: Ask) -> Reply:
    """Take several orders; each item has its own result."""
    wanted = ask.body(NewOrders).orders
    if not wanted:
        raise Refusal("missing_parameters", "orders")
    return reply_json({"orders": [_item(face, each) for each in wanted]}, 201)


def placed(face: KalshiSimulator, wanted: NewOrder) -> dict[str, Any]:
    """Place an order and tell its result. Raises: Refusal."""
    market = _market_of(face, wanted)
    _check_words(face, wanted)
    side, px = BUYS[wanted.side], read_fixed(wanted.price, "price", PRICE_DECIMALS)
    qty = _capped(face, market, side, wanted, read_fixed(wanted.count, "count", COUNT_DECIMALS))
    client_id = wanted.client_order_id or face.make_client_id()
    face.refuse_used(client_id)
    try:
        order = face.exchange.place(
            market.symbol,
            side,
            qty,
            px,
            client_id=client_id,
            tif=TIFS[wanted.time_in_force],
            post_only=bool(wanted.post_only),
            reduce_only=bool(wanted.reduce_only),
            facts=_facts(wanted),
        )
    except Rejected as no:
        if no.why in SPENT_BY:
            face.spent.add(client_id)
        raise refusal_of(no) from no
    return result_of(order, order.executions)


def result_of(order: Order, trades: list[Execution]) -> dict[str, Any]:
    """Tell what an order came to; averages are of some of its trades, and absent where there are none."""
    told = {
        "order_id": ident("order", order.id),
        "client_order_id": order.client_id,
        "fill_count": count(order.filled),
        "remaining_count": count(order.left if order.is_live else ZERO),
        "ts_ms": millis(order.updated_ns),
    }
    if qty := sum((each.qty for each in trades), ZERO):
        told["average_fill_price"] = dollars(sum((each.qty * each.px for each in trades), ZERO) / qty)
        told["average_fee_paid"] = dollars(sum((each.fee for each in trades), ZERO) / qty)
    return told


def _item(face: KalshiSimulator, wanted: NewOrder) -> dict[str, Any]:
    try:
        return placed(face, wanted)
    except Refusal as no:
        return {"client_order_id": wanted.client_order_id or "", "error": no.item}


def _market_of(face: KalshiSimulator, wanted: NewOrder) -> Market:
    if not wanted.ticker:
        raise Refusal("missing_parameters", "ticker")
    market = face.exchange.markets.get(wanted.ticker)
    shard = wanted.exchange_index
    if market is None or shard not in (None, -1, market.facts["shard"]):
        raise Refusal("market_not_found")
    return market


def _check_words(face: KalshiSimulator, wanted: NewOrder) -> None:
    """Refuse what no order may say, each rule a line."""
    rests = wanted.time_in_force == "good_till_canceled"
    expiry = wanted.expiration_time
    rules = (
        (wanted.side not in BUYS, "side must be bid or ask"),
        (wanted.time_in_force not in TIFS, "invalid time_in_force"),
        (wanted.self_trade_prevention_type not in STPS, "invalid self_trade_prevention_type"),
        (wanted.post_only and not rests, "post_only needs good_till_canceled"),
        (wanted.reduce_only and wanted.time_in_force != "immediate_or_cancel", "reduce_only needs immediate_or_cancel"),
        (expiry is not None and not rests, "expiration_time needs good_till_canceled"),
        (expiry is not None and expiry * NANOS_PER_S <= face.exchange.now, "expiration_time must be in the future"),
        (wanted.subaccount, "unknown subaccount"),
        (wanted.order_group_id and not face.groups.has(wanted.order_group_id), "unknown order_group_id"),
    )
    for broken, details in rules:
        if broken:
            raise Refusal("invalid_order", details)
    if wanted.order_group_id:
        face.groups.refuse_triggered(wanted.order_group_id)


def _capped(face: KalshiSimulator, market: Market, side: str, wanted: NewOrder, qty: Decimal) -> Decimal:
    """Cap a reducing order by the position. Raises: Refusal where there is none to reduce."""
    if not wanted.reduce_only:
        return qty
    held = face.exchange.accounts[ME].positions.get(market.symbol, ZERO)
    most = held if side == "sell" else -held
    if most <= 0:
        raise refusal_of(Rejected(Why.NOT_REDUCING))
    return min(qty, most)


def _facts(wanted: NewOrder) -> dict[str, Any]:
    return {
        "stp": wanted.self_trade_prevention_type,
        "expires_ns": (wanted.expiration_time or 0) * NANOS_PER_S,
        "on_pause": bool(wanted.cancel_order_on_pause),
        "group": wanted.order_group_id or "",
    }
