"""Orders over REST and over the WebSocket API: place, try, cancel, amend.

Used by `endpoints.py` and `replace.py`. What must stay true: what is refused here changes nothing.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md "Trading endpoints" and
faqs/order_amend_keep_priority.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from venuekit_testkit.simulate.binance import errors, shape
from venuekit_testkit.simulate.binance.account import DISCOUNT, RATES
from venuekit_testkit.simulate.binance.errors import AMENDING, ASKING, CANCELLING, Refusal, refusal_of
from venuekit_testkit.simulate.binance.params import Params
from venuekit_testkit.simulate.binance.shape import Row
from venuekit_testkit.simulate.binance.wish import Wish, put, read_wish, vet
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rejected, Why

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

ORDER_RATES: Final = {name: RATES[name] for name in ("maker", "taker")}
RESTRICTIONS: Final = {"ONLY_NEW": "NEW", "ONLY_PARTIALLY_FILLED": "PARTIALLY_FILLED"}
ANSWERS: Final = {"ACK": shape.ack, "RESULT": shape.result, "FULL": shape.full}


def place(venue: BinanceSimulator, asked: Params) -> Row:
    """Take a new order."""
    wish = read_wish(venue, asked)
    vet(venue, wish)
    venue.limits.count_order(venue.exchange.now)
    try:
        order = put(venue, wish)
    except Refusal:
        venue.limits.take_back()
        raise
    return answer(order, wish)


def answer(order: Order, wish: Wish) -> Row:
    """Tell of a new order, in as many words as were asked for."""
    return ANSWERS[wish.form](order)


def try_out(venue: BinanceSimulator, asked: Params) -> Row:
    """Check an order and place nothing."""
    vet(venue, read_wish(venue, asked))
    if not asked.flag("computeCommissionRates"):
        return {}
    none = dict.fromkeys(ORDER_RATES, "0.00000000")
    return {
        "standardCommissionForOrder": ORDER_RATES,
        "specialCommissionForOrder": none,
        "taxCommissionForOrder": none,
        "discount": DISCOUNT,
    }


def named(
    venue: BinanceSimulator,
    asked: Params,
    table: Mapping[Why, errors.Line] = ASKING,
    by_id: str = "orderId",
    by_name: str = "origClientOrderId",
) -> Order:
    """Find the order that a call names; of several of one client id the newest. Raises: Refusal."""
    symbol = venue.market(asked.need("symbol")).symbol
    if not asked.get(by_id) and not asked.get(by_name):
        raise errors.missing_both(by_name, by_id)
    try:
        order = (
            venue.exchange.find(asked.number(by_id)) if asked.get(by_id) else venue.exchange.find_client(asked[by_name])
        )
        if order.symbol != symbol or asked.get(by_name, order.client_id) != order.client_id:
            raise Rejected(Why.UNKNOWN_ORDER)
    except Rejected as no:
        raise refusal_of(no, table) from None
    return order


def take_off(venue: BinanceSimulator, order: Order, asked: Params, cancel_id: str) -> Row:
    """Cancel an order that rests. Raises: Refusal."""
    restriction = asked.get("cancelRestrictions")
    if restriction and restriction not in RESTRICTIONS:
        raise Refusal(*errors.BAD_RESTRICTION)
    order.facts["cancel_id"] = cancel_id
    try:
        if restriction and order.is_live:
            venue.exchange.race(order)
            if order.is_live and shape.status_of(order) != RESTRICTIONS[restriction]:
                raise Refusal(*errors.RESTRICTED)
        venue.exchange.cancel(order)
    except Rejected as no:
        raise refusal_of(no, CANCELLING) from None
    return shape.cancelled(order, cancel_id)


def cancel(venue: BinanceSimulator, asked: Params) -> Row:
    """Take one order off."""
    order = named(venue, asked, CANCELLING)
    return take_off(venue, order, asked, asked.get("newClientOrderId") or venue.next_id())


def cancel_all(venue: BinanceSimulator, asked: Params) -> list[Row]:
    """Take every order of a symbol off. Raises: Refusal -2011 where there is none."""
    live = venue.exchange.open_orders(venue.market(asked.need("symbol")).symbol)
    told = [row for order in live if (row := _try_take_off(venue, order))]
    if not told:
        raise Refusal(*CANCELLING[Why.UNKNOWN_ORDER])
    return told


def _try_take_off(venue: BinanceSimulator, order: Order) -> Row | None:
    try:
        return take_off(venue, order, Params(), venue.next_id())
    except Refusal:
        return None  # a trade got there first


def keep_priority(venue: BinanceSimulator, asked: Params) -> Row:
    """Shrink an order in place."""
    order = named(venue, asked, AMENDING)
    qty, was = asked.amount("newQty"), order.client_id
    order.facts["was"] = was
    try:
        if order.is_live and not order.filled < qty < order.qty:
            raise Rejected(Why.NO_CHANGE)
        venue.exchange.amend(order, order.px or Decimal(0), qty, asked.get("newClientOrderId") or venue.next_id())
    except Rejected as no:
        raise refusal_of(no, AMENDING) from None
    return shape.amended(order, was, venue.executions)


def query(venue: BinanceSimulator, asked: Params) -> Row:
    """Tell one order."""
    return shape.report(venue.exchange.seen(named(venue, asked), "query"))


def open_orders(venue: BinanceSimulator, asked: Params) -> list[Row]:
    """List what rests, of one symbol or of all."""
    symbol = venue.market(asked["symbol"]).symbol if asked.get("symbol") else None
    return [shape.report(venue.exchange.seen(each, "open_orders")) for each in venue.exchange.open_orders(symbol)]


def all_orders(venue: BinanceSimulator, asked: Params) -> list[Row]:
    """List every order of a symbol, oldest first, from an id or a time on."""
    symbol = venue.market(asked.need("symbol")).symbol
    first, since, until = asked.number("orderId"), asked.number("startTime"), asked.number("endTime", 10**18)
    found = [
        each
        for each in venue.exchange.mine()
        if each.symbol == symbol and each.id >= first and since <= shape.millis(each.ts_ns) <= until
    ]
    limit = min(asked.number("limit", 500), 1000)
    return [shape.report(each) for each in (found[:limit] if first or since else found[-limit:])]


def open_weight(asked: Params) -> int:
    """Weigh a list of what rests: of all symbols it is dear."""
    return 6 if asked.get("symbol") else 80
