"""Every call that the simulated Binance knows, as a table: what it weighs, who may make it, and what it takes.

Used by `face.py` over HTTP and by `requests.py` over the WebSocket API. What must stay true: a parameter that is
documented for a call and means nothing here is taken and left unread; one that is not documented is refused.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md and web-socket-api.md (2026-07-21), read
2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from venuekit.capability import Op
from venuekit_testkit.simulate.binance import account, info, market, orders, replace
from venuekit_testkit.simulate.binance.params import Params

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

Work: TypeAlias = "Callable[[BinanceSimulator, Params], Any]"
Weigh: TypeAlias = Callable[[Params], int]

SIGNED: Final = frozenset({"timestamp", "recvWindow", "signature"})
ORDER: Final = (
    "symbol side type timeInForce quantity quoteOrderQty price newClientOrderId strategyId strategyType "
    "newOrderRespType selfTradePreventionMode"
)


@dataclass(frozen=True)
class Endpoint:
    """One call. `op` is the name of ours for it; `counts` says that it places an order; `is_free` when it succeeds."""

    work: Work
    weigh: Weigh
    names: frozenset[str]
    op: str = ""
    is_signed: bool = False
    counts: bool = False
    is_free: bool = False


def _public(work: Work, weigh: int | Weigh, names: str, op: Op | None = None) -> Endpoint:
    return Endpoint(work, _weight(weigh), frozenset(names.split()), op.value if op else "")


def _private(work: Work, weigh: int | Weigh, names: str, op: Op | None = None, *, counts: bool = False) -> Endpoint:
    return Endpoint(work, _weight(weigh), SIGNED | set(names.split()), op.value if op else "", True, counts)


def _trading(work: Work, weight: int, names: str, op: Op, *, counts: bool = False) -> Endpoint:
    return Endpoint(work, _weight(weight), SIGNED | set(names.split()), op.value, True, counts, True)


def _weight(weigh: int | Weigh) -> Weigh:
    return weigh if callable(weigh) else lambda _: weigh


_WHICH: Final = "symbol orderId origClientOrderId"
ENDPOINTS: Final[Mapping[tuple[str, str], Endpoint]] = {
    ("GET", "ping"): _public(market.ping, 1, ""),
    ("GET", "time"): _public(market.time, 1, ""),
    ("GET", "exchangeInfo"): _public(
        info.exchange_info, 20, "symbol symbols permissions showPermissionSets symbolStatus", Op.INSTRUMENTS
    ),
    ("GET", "depth"): _public(market.depth, market.depth_weight, "symbol limit symbolStatus", Op.BOOK),
    ("GET", "trades"): _public(market.trades, 25, "symbol limit", Op.TRADES),
    ("GET", "ticker/price"): _public(market.price, market.ticker_weight, "symbol symbols symbolStatus"),
    ("GET", "ticker/bookTicker"): _public(market.book_ticker, market.ticker_weight, "symbol symbols symbolStatus"),
    ("POST", "order"): _trading(orders.place, 1, ORDER, Op.SUBMIT, counts=True),
    ("POST", "order/test"): _private(orders.try_out, 1, f"{ORDER} computeCommissionRates"),
    ("GET", "order"): _private(orders.query, 4, _WHICH, Op.QUERY),
    ("DELETE", "order"): _trading(orders.cancel, 1, f"{_WHICH} newClientOrderId cancelRestrictions", Op.CANCEL),
    ("POST", "order/cancelReplace"): _trading(
        replace.cancel_replace,
        1,
        f"{ORDER} cancelReplaceMode cancelOrderId cancelOrigClientOrderId cancelNewClientOrderId cancelRestrictions "
        "orderRateLimitExceededMode",
        Op.AMEND,
        counts=True,
    ),
    ("PUT", "order/amend/keepPriority"): _trading(
        orders.keep_priority, 4, f"{_WHICH} newClientOrderId newQty", Op.DECREASE
    ),
    ("GET", "openOrders"): _private(orders.open_orders, orders.open_weight, "symbol", Op.OPEN_ORDERS),
    ("DELETE", "openOrders"): _trading(orders.cancel_all, 1, "symbol", Op.CANCEL_ALL),
    ("GET", "allOrders"): _private(orders.all_orders, 20, "symbol orderId startTime endTime limit"),
    ("GET", "myTrades"): _private(
        account.my_trades, account.trades_weight, "symbol orderId startTime endTime fromId limit", Op.FILLS
    ),
    ("GET", "account"): _private(account.balances, 20, "omitZeroBalances", Op.BALANCES),
    ("GET", "account/commission"): _private(account.commission, 20, "symbol", Op.FEES),
    ("GET", "rateLimit/order"): _private(account.order_count, 40, ""),
}

# The same works by the names that the WebSocket API gives them.
REQUESTS: Final[Mapping[str, Endpoint]] = {
    "ping": ENDPOINTS["GET", "ping"],
    "time": ENDPOINTS["GET", "time"],
    "exchangeInfo": ENDPOINTS["GET", "exchangeInfo"],
    "depth": ENDPOINTS["GET", "depth"],
    "ticker.price": ENDPOINTS["GET", "ticker/price"],
    "ticker.book": ENDPOINTS["GET", "ticker/bookTicker"],
    "order.place": ENDPOINTS["POST", "order"],
    "order.test": ENDPOINTS["POST", "order/test"],
    "order.status": ENDPOINTS["GET", "order"],
    "order.cancel": ENDPOINTS["DELETE", "order"],
    "order.cancelReplace": ENDPOINTS["POST", "order/cancelReplace"],
    "order.amend.keepPriority": ENDPOINTS["PUT", "order/amend/keepPriority"],
    "openOrders.status": ENDPOINTS["GET", "openOrders"],
    "openOrders.cancelAll": ENDPOINTS["DELETE", "openOrders"],
    "allOrders": ENDPOINTS["GET", "allOrders"],
    "myTrades": ENDPOINTS["GET", "myTrades"],
    "account.status": ENDPOINTS["GET", "account"],
    "account.commission": ENDPOINTS["GET", "account/commission"],
    "account.rateLimits.orders": ENDPOINTS["GET", "rateLimit/order"],
}
