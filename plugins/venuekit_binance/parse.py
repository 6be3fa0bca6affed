"""Binance spot: answers into the model, and the table of order states.

Used by `venue.py`, `amend.py` and `history.py`. What must stay true: money is converted exactly, an order state that
we do not know raises, and a body that cannot be read leaves the outcome open.
Sources: https://github.com/binance/binance-spot-api-docs enums.md, rest-api.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn, TypeVar

import msgspec

from venuekit.book.levels import text_levels
from venuekit.capability import Mode
from venuekit.errors import OutcomeUnknown, Refused, RejectReason
from venuekit.fill import Fill, Liquidity
from venuekit.instrument import FeeSchedule, Instrument
from venuekit.lifecycle import OrderState
from venuekit.market import BookSnapshot, TradePrint
from venuekit.order import Accepted, Balance, Cancelled, OrderReport
from venuekit.side import Side
from venuekit.units import (
    NANOS_PER_MS,
    QTY_SCALE,
    Nanos,
    Px,
    Qty,
    Rate,
    parse_px,
    parse_qty,
    parse_rate,
    parse_usd,
)
from venuekit.wire import Response
from venuekit_binance.codes import VENUE, error_of, judge_status
from venuekit_binance.wire import (
    CancelledEntry,
    Commission,
    DepthSnapshot,
    Error,
    Held,
    MyTrade,
    Order,
    OrderFill,
    Rates,
    RestTrade,
)

T = TypeVar("T")
R = TypeVar("R")

STATES: Final[Mapping[str, OrderState]] = {
    "NEW": OrderState.ACCEPTED,
    "PENDING_NEW": OrderState.ACCEPTED,  # the waiting leg of an order list
    "PARTIALLY_FILLED": OrderState.PARTIAL,
    "FILLED": OrderState.FILLED,
    "CANCELED": OrderState.CANCELLED,
    "REJECTED": OrderState.REJECTED,
    "EXPIRED": OrderState.CANCELLED,  # the rest of an IOC or FOK, or the venue's own cancel
    "EXPIRED_IN_MATCH": OrderState.CANCELLED,  # self-trade prevention
}
SIDES: Final[Mapping[str, Side]] = {"BUY": Side.BUY, "SELL": Side.SELL}

_decode_error: Final = msgspec.json.Decoder(Error).decode


def read(response: Response, shape: type[T], convert: Callable[[T], R]) -> R:
    """Decode a good answer and convert it.

    Raises: Refused with the venue's words; OutcomeUnknown where nothing is proven or the answer makes no sense.
    """
    if not 200 <= response.status < 300:
        refuse(response)
    try:
        return convert(msgspec.json.decode(response.body, type=shape))
    except ValueError as error:
        raise OutcomeUnknown(f"the answer cannot be read: {error}", venue=VENUE, code=str(response.status)) from error


def refuse(response: Response) -> NoReturn:
    """Raise what an answer that is not good proves."""
    told = _told(response.body)
    verdict = judge_status(response.status)
    if verdict is not None:
        message, code = (told.msg, told.code) if told else (f"HTTP {response.status}", response.status)
        raise verdict.error(message, str(code))
    if told is None:
        raise OutcomeUnknown(f"HTTP {response.status}, and the body cannot be read", venue=VENUE)
    raise error_of(told.code, told.msg)


def _told(body: bytes) -> Error | None:
    try:
        return _decode_error(body)
    except msgspec.DecodeError:
        return None


def known(table: Mapping[str, Any], word: str, what: str) -> Any:
    """Translate a word of the venue. Raises: OutcomeUnknown for one that the table lacks, rather than guess."""
    try:
        return table[word]
    except KeyError:
        raise OutcomeUnknown(f"unknown {what} {word!r}", venue=VENUE, source=__name__) from None


def to_state(order: Order) -> OrderState:
    """Give an order's state. Raises: OutcomeUnknown for a word that is not in the table."""
    state: OrderState = known(STATES, order.status, "order status")
    return state


def to_side(order: Order) -> Side:
    """Give an order's side. Raises: OutcomeUnknown."""
    side: Side = known(SIDES, order.side, "side")
    return side


def to_ts(milliseconds: int) -> Nanos:
    """Convert the venue's time."""
    return Nanos(milliseconds * NANOS_PER_MS)


def to_accepted(order: Order, client_id: str, mode: Mode = Mode.NATIVE) -> Accepted:
    """Read the answer to an order that we named `client_id`.

    Raises: Refused when the engine rejected it; OutcomeUnknown when the answer is about another order.
    """
    if order.clientOrderId != client_id:
        raise OutcomeUnknown(f"asked for order {client_id!r}, the answer names {order.clientOrderId!r}", venue=VENUE)
    state = to_state(order)
    if state is OrderState.REJECTED:
        raise Refused("the engine rejected the order", venue=VENUE, reason=RejectReason.EXCHANGE_REJECT)
    return Accepted(
        client_id=client_id,
        venue_id=str(order.orderId),
        state=state,
        filled=parse_qty(order.executedQty),
        fills=tuple(_to_order_fill(order, fill) for fill in order.fills),
        mode=mode,
        ts=to_ts(order.transactTime or order.updateTime),
    )


def _to_order_fill(order: Order, fill: OrderFill) -> Fill:
    # What trades while an order is placed takes from the book.
    return Fill(
        trade_id=str(fill.tradeId),
        client_id=order.clientOrderId,
        venue_id=str(order.orderId),
        venue_symbol=order.symbol,
        side=to_side(order),
        px=parse_px(fill.price),
        qty=parse_qty(fill.qty),
        fee=parse_usd(fill.commission),
        fee_asset=fill.commissionAsset,
        liquidity=Liquidity.TAKER,
        ts=to_ts(order.transactTime),
    )


def to_cancelled(order: Order, mode: Mode = Mode.NATIVE) -> Cancelled:
    """Read the answer to a cancel: `origClientOrderId` is our name, `clientOrderId` the cancel's."""
    to_state(order)
    return Cancelled(
        client_id=order.origClientOrderId,
        venue_id=str(order.orderId),
        filled=parse_qty(order.executedQty),
        mode=mode,
    )


def to_cancelled_all(entries: list[CancelledEntry]) -> list[Cancelled]:
    """Read the answer to a cancel-all; the orders of a list count one by one."""
    return [cancelled for entry in entries for cancelled in _each(entry)]


def _each(entry: CancelledEntry) -> list[Cancelled]:
    if entry.orderReports:
        return [to_cancelled(order) for order in entry.orderReports]
    known(STATES, entry.status, "order status")
    return [
        Cancelled(client_id=entry.origClientOrderId, venue_id=str(entry.orderId), filled=parse_qty(entry.executedQty))
    ]


def to_report(order: Order) -> OrderReport:
    """Read one order as the venue tells it."""
    filled = parse_qty(order.executedQty)
    return OrderReport(
        client_id=order.origClientOrderId or order.clientOrderId,
        venue_id=str(order.orderId),
        venue_symbol=order.symbol,
        side=to_side(order),
        state=to_state(order),
        qty=parse_qty(order.origQty),
        filled=filled,
        px=parse_px(order.price) or None,
        avg_px=_average(order.cummulativeQuoteQty, filled),
        ts=to_ts(order.updateTime or order.transactTime or order.time),
        reason=order.expiryReason,
    )


def _average(quote: str, filled: Qty) -> Px | None:
    # A negative amount is the venue's way to say that it has no record of it.
    paid = parse_usd(quote)
    return Px((paid * QTY_SCALE + filled // 2) // filled) if filled and paid > 0 else None


def to_fill(trade: MyTrade) -> Fill:
    """Read one of our trades. The venue does not give our client id here: match by `venue_id`."""
    return Fill(
        trade_id=str(trade.id),
        client_id="",
        venue_id=str(trade.orderId),
        venue_symbol=trade.symbol,
        side=Side.BUY if trade.isBuyer else Side.SELL,
        px=parse_px(trade.price),
        qty=parse_qty(trade.qty),
        fee=parse_usd(trade.commission),
        fee_asset=trade.commissionAsset,
        liquidity=Liquidity.MAKER if trade.isMaker else Liquidity.TAKER,
        ts=to_ts(trade.time),
    )


def to_print(symbol: str, trade: RestTrade) -> TradePrint:
    """Read one public trade: when the buyer waited, the seller took."""
    return TradePrint(
        symbol=symbol,
        trade_id=str(trade.id),
        px=parse_px(trade.price),
        qty=parse_qty(trade.qty),
        taker=Side.SELL if trade.isBuyerMaker else Side.BUY,
        ts=to_ts(trade.time),
    )


def to_snapshot(instrument: Instrument, depth: DepthSnapshot) -> BookSnapshot:
    """Read a whole book; the venue gives its update number and no time."""
    return BookSnapshot(
        symbol=instrument.symbol,
        bids=text_levels(depth.bids),
        asks=text_levels(depth.asks),
        seq=depth.lastUpdateId,
    )


def to_fees(commission: Commission) -> FeeSchedule:
    """Add up the standard, special and tax rates, the dearer of buying and selling; BNB's discount is left out."""
    parts = (commission.standardCommission, commission.specialCommission, commission.taxCommission)
    return FeeSchedule(
        maker=Rate(sum(parse_rate(rates.maker) + _dearer(rates) for rates in parts)),
        taker=Rate(sum(parse_rate(rates.taker) + _dearer(rates) for rates in parts)),
        source="account/commission",
    )


def _dearer(rates: Rates) -> int:
    return max(parse_rate(rates.buyer), parse_rate(rates.seller))


def to_balance(held: Held) -> Balance:
    """Read what the account holds of one asset."""
    return Balance(held.asset, parse_qty(held.free), parse_qty(held.locked))
