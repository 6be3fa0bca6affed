"""A new order as it is asked for, before the exchange has it: read, held against the filters, handed over.

Used by `orders.py` and `replace.py`. What must stay true: what is refused here changes nothing.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md "New order" and filters.md (2026-07-21), read
2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from venuekit_testkit.simulate.binance import errors
from venuekit_testkit.simulate.binance.errors import PLACING, Refusal, refusal_of
from venuekit_testkit.simulate.binance.info import MAX_NOTIONAL, MAX_OPEN, MAX_PRICE, TYPES
from venuekit_testkit.simulate.binance.params import Params
from venuekit_testkit.simulate.binance.shape import SIDES
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rejected, Why

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

TIFS: Final = ("GTC", "IOC", "FOK")
FORMS: Final = ("ACK", "RESULT", "FULL")
BAD_FORM: Final = (-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
NOT_OF: Final[Mapping[str, tuple[str, ...]]] = {  # what a type of order may not be sent with
    "LIMIT": ("quoteOrderQty",),
    "LIMIT_MAKER": ("quoteOrderQty", "timeInForce"),
    "MARKET": ("price", "timeInForce"),
}


@dataclass(frozen=True)
class Wish:
    """One order as it was asked for. `px` is None at the market; `spends` is in quote, where that was given.

    `form` is that of the answer.
    """

    symbol: str
    side: str
    type: str
    tif: str
    qty: Decimal
    px: Decimal | None
    client_id: str
    form: str
    spends: Decimal = Decimal(0)


def read_wish(venue: BinanceSimulator, asked: Params) -> Wish:
    """Read what a new order shall be. Raises: Refusal."""
    market = venue.market(asked.need("symbol"))
    type_ = asked.choice("type", TYPES, errors.BAD_TYPE)
    for name in NOT_OF[type_]:
        if name in asked:
            raise errors.not_required(name)
    wish = Wish(
        symbol=market.symbol,
        side=SIDES[asked.choice("side", SIDES, errors.BAD_SIDE)],
        type=type_,
        tif=_tif(asked, type_),
        qty=Decimal(0) if type_ == "MARKET" and "quoteOrderQty" in asked else asked.amount("quantity"),
        px=None if type_ == "MARKET" else asked.amount("price"),
        client_id=asked.get("newClientOrderId") or venue.next_id(),
        form=asked.choice("newOrderRespType", FORMS, BAD_FORM, "ACK" if type_ == "LIMIT_MAKER" else "FULL"),
    )
    return wish if wish.qty else _by_quote(venue, wish, asked)


def _tif(asked: Params, type_: str) -> str:
    if type_ == "MARKET":
        return "IOC"
    return asked.choice("timeInForce", TIFS, errors.BAD_TIF) if type_ == "LIMIT" else "GTC"


def _by_quote(venue: BinanceSimulator, wish: Wish, asked: Params) -> Wish:
    """Turn an amount of quote into whole lots of base at the prices of now."""
    if "quantity" in asked:
        raise Refusal(*errors.BAD_COMBINATION)
    spends = asked.amount("quoteOrderQty")
    left, qty = spends, Decimal(0)
    for maker in venue.exchange.books[wish.symbol].crossing(wish.side, None):
        took = min(maker.left, left / (maker.px or Decimal(1)))
        qty, left = qty + took, left - took * (maker.px or Decimal(0))
        if took < maker.left:
            break
    lot = venue.exchange.markets[wish.symbol].lot
    return replace(wish, qty=qty // lot * lot, spends=spends)


def vet(venue: BinanceSimulator, wish: Wish) -> None:
    """Hold an order against the filters of its market. Raises: Refusal."""
    try:
        venue.exchange.vet(wish.symbol, wish.side, wish.qty, wish.px)
        if wish.px is not None and wish.px > MAX_PRICE:
            raise Rejected(Why.OFF_TICK)
        if wish.px is not None and wish.px * wish.qty > MAX_NOTIONAL:
            raise Rejected(Why.BELOW_NOTIONAL)  # the one filter of both ends
    except Rejected as no:
        raise refusal_of(no, PLACING) from None
    if len(venue.exchange.open_orders(wish.symbol)) >= MAX_OPEN and wish.tif == "GTC":
        raise Refusal(*errors.TOO_MANY_OPEN)


def put(venue: BinanceSimulator, wish: Wish) -> Order:
    """Hand an order to the exchange. Raises: Refusal."""
    try:
        return venue.exchange.place(
            wish.symbol,
            wish.side,
            wish.qty,
            wish.px,
            client_id=wish.client_id,
            tif=wish.tif,
            post_only=wish.type == "LIMIT_MAKER",
            facts={"spends": wish.spends},
        )
    except Rejected as no:
        raise refusal_of(no, PLACING) from None
