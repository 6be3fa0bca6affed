"""Kalshi: cancel, amend and decrease what rests.

Used by `routes.py`. An order is looked for on one shard: that of the market that the call names, the shard that it
names, or shard 0. So a bare order id of another shard is not found, though it rests.
Sources: https://docs.kalshi.com/api-reference/orders (cancel, amend, decrease, batch cancel, V2) and OpenAPI 3.34.0,
read 2026-11-21.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rejected
from venuekit_testkit.simulate.kalshi.ask import Ask, read_fixed
from venuekit_testkit.simulate.kalshi.errors import Refusal, refusal_of
from venuekit_testkit.simulate.kalshi.orders import BUYS, COUNT_DECIMALS, PRICE_DECIMALS, result_of
from venuekit_testkit.simulate.kalshi.shape import count, ident, millis, number_of
from venuekit_testkit.simulate.kalshi.wanted import Amend, Cancel, Cancels, Decrease

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator


def cancel(face: KalshiSimulator, ask: Ask) -> Reply:
    """Take one order off. Raises: Refusal, `not_found` for one that does not rest there."""
    wanted = Cancel(ask.parts["order"], None, ask.number("exchange_index"), ask.text("market_ticker") or None)
    return reply_json(_cancelled(face, wanted))


def cancel_many(face: KalshiSimulator, ask: Ask) -> Reply:
    """Take several orders off; each item has its own result."""
    wanted = ask.body(Cancels).orders
    if not wanted:
        raise Refusal("missing_parameters", "orders")
    return reply_json({"orders": [_item(face, each) for each in wanted]})


def cancel_all(face: KalshiSimulator, ask: Ask) -> Reply:
    """Take every order off, on every shard."""
    for order in face.exchange.open_orders():
        with suppress(Rejected):  # a trade got there first
            face.exchange.cancel(order)
    return Reply(204)


def amend(face: KalshiSimulator, ask: Ask) -> Reply:
    """Change price, count or expiry. Raises: Refusal, and the order rests as it was."""
    wanted = ask.body(Amend)
    order = find_live(face, ask.parts["order"], wanted.exchange_index, wanted.ticker or None)
    _check_same(face, order, wanted)
    px = read_fixed(wanted.price, "price", PRICE_DECIMALS)
    qty = read_fixed(wanted.count, "count", COUNT_DECIMALS)
    trades, name = len(order.executions), order.client_id
    _change(face, order, px, qty, wanted.updated_client_order_id or "")
    if order.client_id != name:
        face.spent.add(name)
    if wanted.expiration_time is not None:
        order.facts["expires_ns"] = wanted.expiration_time * NANOS_PER_S
    return reply_json(result_of(order, order.executions[trades:]))


def decrease(face: KalshiSimulator, ask: Ask) -> Reply:
    """Shrink what rests and keep the place in the queue; to nothing is to cancel. Raises: Refusal."""
    wanted = ask.body(Decrease)
    order = find_live(face, ask.parts["order"], wanted.exchange_index, wanted.market_ticker)
    left = _left_after(order, wanted)
    if left:
        _change(face, order, order.px or Decimal(0), order.filled + left, "")
    else:
        face.exchange.cancel(order, "decrease")
    return reply_json(
        {
            "order_id": ident("order", order.id),
            "client_order_id": order.client_id,
            "remaining_count": count(left),
            "ts_ms": millis(order.updated_ns),
        }
    )


def find_live(face: KalshiSimulator, order_id: str, shard: int | None, ticker: str | None) -> Order:
    """Find an order that rests on the shard that is asked. Raises: Refusal."""
    found = next((each for each in face.exchange.open_orders() if each.id == number_of("order", order_id)), None)
    if found is None or shard_of(face, found.symbol) != _asked_shard(face, shard, ticker):
        raise Refusal("not_found")
    return found


def shard_of(face: KalshiSimulator, ticker: str) -> int:
    """Tell the shard of a market; -1 for none."""
    market = face.exchange.markets.get(ticker)
    return int(market.facts["shard"]) if market else -1


def _asked_shard(face: KalshiSimulator, shard: int | None, ticker: str | None) -> int:
    if shard is not None and shard >= 0:
        return shard
    if ticker:
        return shard_of(face, ticker)
    if shard == -1:
        raise Refusal("missing_parameters", "market_ticker")
    return 0


def _cancelled(face: KalshiSimulator, wanted: Cancel) -> dict[str, Any]:
    order = find_live(face, wanted.order_id, wanted.exchange_index, wanted.market_ticker)
    try:
        face.exchange.cancel(order)
    except Rejected as no:
        raise refusal_of(no) from no
    return {
        "order_id": ident("order", order.id),
        "client_order_id": order.client_id,
        "reduced_by": count(order.left),
        "ts_ms": millis(order.updated_ns),
    }


def _item(face: KalshiSimulator, wanted: Cancel) -> dict[str, Any]:
    try:
        return _cancelled(face, wanted)
    except Refusal as no:
        return {"order_id": wanted.order_id, "reduced_by": "0.00", "error": no.item}


def _check_same(face: KalshiSimulator, order: Order, wanted: Amend) -> None:
    """Refuse an amend that names another order than it changes, each rule a line."""
    expiry, name = wanted.expiration_time, wanted.updated_client_order_id
    rules = (
        (wanted.ticker != order.symbol, "ticker does not match the order"),
        (BUYS.get(wanted.side) != order.side, "side does not match the order"),
        (wanted.client_order_id not in (None, "", order.client_id), "client_order_id does not match the order"),
        (bool(expiry) and (expiry or 0) * NANOS_PER_S <= face.exchange.now, "expiration_time must be in the future"),
    )
    for broken, details in rules:
        if broken:
            raise Refusal("invalid_order", details)
    if name and name != order.client_id:
        face.refuse_used(name)


def _change(face: KalshiSimulator, order: Order, px: Decimal, qty: Decimal, name: str) -> None:
    try:
        face.exchange.amend(order, px, qty, name)
    except Rejected as no:
        raise refusal_of(no) from no


def _left_after(order: Order, wanted: Decrease) -> Decimal:
    """Tell what shall rest. Raises: Refusal unless exactly one of the two is given, and it shrinks the order."""
    if (wanted.reduce_by is None) == (wanted.reduce_to is None):
        raise Refusal("invalid_parameters", "exactly one of reduce_by and reduce_to")
    by = read_fixed(wanted.reduce_by or wanted.reduce_to or "", "count", COUNT_DECIMALS)
    left = max(Decimal(0), order.left - by) if wanted.reduce_by is not None else by
    if by < 0 or not 0 <= left < order.left:
        raise Refusal("invalid_order", "a decrease must shrink the order")
    return left
