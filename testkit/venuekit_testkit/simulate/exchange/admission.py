"""What an exchange checks before it takes an order, each rule a line of a table.

Used by `exchange.py` and `matching.py`. What must stay true: a check changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from venuekit_testkit.simulate.exchange.account import ME, ZERO
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rejected, Why

if TYPE_CHECKING:
    from venuekit_testkit.simulate.exchange.matching import Matching

Breaks: TypeAlias = "Callable[[Matching, Market, Order], bool]"
Rules: TypeAlias = tuple[tuple[Why, Breaks], ...]


def check(exchange: Matching, order: Order, *, must_reach: bool) -> None:
    """Refuse an order that breaks a rule. Raises: Rejected, with the first that it breaks."""
    check_terms(exchange, order)
    _hold_against(CHECKS, exchange, order)
    if order.tif == "IOC" and (must_reach or exchange.rules.ioc_empty_is_refused) and not reach(exchange, order):
        raise Rejected(Why.IOC_EMPTY)


def check_terms(exchange: Matching, order: Order) -> None:
    """Refuse an order whose terms its market does not take, whoever sends it. Raises: Rejected."""
    if order.symbol not in exchange.markets:
        raise Rejected(Why.UNKNOWN_MARKET)
    _hold_against(TERMS, exchange, order)


def reach(exchange: Matching, order: Order) -> Decimal:
    """Tell how much an order would trade, which ends where it would meet an order of its own account."""
    sum_ = ZERO
    for each in exchange.books[order.symbol].crossing(order.side, order.px):
        if exchange.is_self_trade(each, order):
            if order.facts.get("stp") == "maker":
                continue
            break
        sum_ += each.left
    return sum_


def _hold_against(rules: Rules, exchange: Matching, order: Order) -> None:
    market = exchange.markets[order.symbol]
    for why, breaks in rules:
        if breaks(exchange, market, order):
            raise Rejected(why)


def _is_used(exchange: Matching, _: Market, order: Order) -> bool:
    if order.account != ME or not order.client_id:
        return False
    named = [each for each in exchange.mine() if each.client_id == order.client_id]
    return (exchange.rules.id_once and bool(named)) or any(each.is_live for each in named)


def _is_killed(exchange: Matching, _: Market, order: Order) -> bool:
    return exchange.rules.fok_killed_is_refused and order.tif == "FOK" and reach(exchange, order) < order.qty


def _is_off_tick(_: Matching, market: Market, order: Order) -> bool:
    return order.px is not None and not market.takes_px(order.px)


def _is_too_little(_: Matching, market: Market, order: Order) -> bool:
    return order.px is not None and order.px * order.qty < market.min_notional


def _opens(exchange: Matching, market: Market, order: Order) -> bool:
    held = exchange.accounts[order.account].positions[market.symbol]
    return order.reduce_only and order.qty > max(ZERO, held if order.side == "sell" else -held)


def _would_take(exchange: Matching, _: Market, order: Order) -> bool:
    crosses = order.post_only and bool(exchange.books[order.symbol].crossing(order.side, order.px))
    return crosses and not exchange.rules.post_only_is_cancelled


TERMS: Final[Rules] = (
    (Why.CLOSED_MARKET, lambda _, market, order: not market.is_open),
    (Why.OFF_TICK, _is_off_tick),
    (Why.OFF_LOT, lambda _, market, order: not market.takes_qty(order.qty)),
    (Why.BELOW_MIN, lambda _, market, order: order.qty < market.min_qty),
    (Why.ABOVE_MAX, lambda _, market, order: bool(market.max_qty) and order.qty > market.max_qty),
    (Why.BELOW_NOTIONAL, _is_too_little),
)
CHECKS: Final[Rules] = (
    (Why.DUPLICATE_ID, _is_used),
    (Why.NOT_REDUCING, _opens),
    (Why.WOULD_TAKE, _would_take),
    (Why.FOK_KILLED, _is_killed),
)
