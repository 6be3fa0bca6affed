"""The account's events as Binance writes them: executionReport, outboundAccountPosition, eventStreamTerminated.

Used by `requests.py`. What must stay true: a report is of the moment in which the exchange told it.
Source: https://github.com/binance/binance-spot-api-docs user-data-stream.md (2026-07-21), read 2026-11-21; the type
REPLACED of an amended order from faqs/order_amend_keep_priority.md.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from venuekit_testkit.simulate.binance import shape
from venuekit_testkit.simulate.binance.shape import SIDE, millis, number
from venuekit_testkit.simulate.exchange.events import OrderChanged
from venuekit_testkit.simulate.exchange.exchange import ME
from venuekit_testkit.simulate.exchange.order import Order, Status

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

ZERO: Final = number(Decimal(0))
TYPES: Final = {"new": "NEW", "trade": "TRADE", "amend": "REPLACED"}


def execution_report(venue: BinanceSimulator, event: OrderChanged) -> dict[str, Any]:
    """Tell what happened to an order."""
    order, now = event.order, millis(venue.exchange.now)
    kind = _type(event)
    name, was = _names(order, kind)
    why = shape.expiry_of(order)
    return {
        "e": "executionReport",
        "E": now,
        "s": order.symbol,
        "c": name,
        "S": SIDE[order.side],
        "o": shape.type_of(order),
        "f": shape.tif_of(order),
        "q": number(order.qty),
        "p": number(order.px or Decimal(0)),
        "P": ZERO,
        "F": ZERO,
        "g": shape.NO_LIST,
        "C": was,
        "x": kind,
        "X": shape.status_of(order),
        "r": "NONE",
        "i": order.id,
        **_traded(event),
        "T": millis(order.updated_ns),
        "I": venue.executions,
        "w": order.is_live,
        "M": False,
        "O": millis(order.ts_ns),
        "Z": number(order.paid),
        "Q": number(shape.spent_by(order)),
        "W": millis(order.ts_ns),
        "V": shape.STP,
        **({"eR": why} if why else {}),
    }


def account_position(venue: BinanceSimulator, symbol: str) -> dict[str, Any]:
    """Tell what is held of the assets that an order of a market may have changed."""
    market, now = venue.exchange.markets[symbol], millis(venue.exchange.now)
    assets = venue.exchange.accounts[ME].assets
    held = [
        {"a": asset, "f": number(assets[asset].free), "l": number(assets[asset].locked)}
        for asset in (market.base, market.quote)
    ]
    return {"e": "outboundAccountPosition", "E": now, "u": now, "B": held}


def terminated(venue: BinanceSimulator) -> dict[str, Any]:
    """Tell that a subscription has ended."""
    return {"e": "eventStreamTerminated", "E": millis(venue.exchange.now)}


def kind_of(event: OrderChanged) -> str:
    """Name the event for faults."""
    return "fill" if event.what == "trade" else "order"


def _type(event: OrderChanged) -> str:
    if event.what in TYPES:
        return TYPES[event.what]
    if event.order.status is Status.CANCELLED:
        return "CANCELED"
    return "TRADE_PREVENTION" if event.order.why == shape.SELF_TRADE else "EXPIRED"


def _names(order: Order, kind: str) -> tuple[str, str]:
    """Give `c` and `C`: of a cancel or an amend the name of the act, and the one that the order had."""
    if kind == "CANCELED":
        return order.facts.get("cancel_id", order.client_id), order.client_id
    if kind == "REPLACED":
        return order.client_id, order.facts.get("was", order.client_id)
    return order.client_id, ""


def _traded(event: OrderChanged) -> dict[str, Any]:
    """Write the fields of one execution, and of all so far."""
    one = event.execution
    nothing = {
        "l": ZERO,
        "z": number(event.order.filled),
        "L": ZERO,
        "n": "0",
        "N": None,
        "t": -1,
        "m": False,
        "Y": ZERO,
    }
    if one is None:
        return nothing
    paid = {"L": number(one.px), "n": number(one.fee), "N": one.fee_asset, "Y": number(one.px * one.qty)}
    return {**nothing, "l": number(one.qty), **paid, "t": one.id, "m": one.is_maker}
