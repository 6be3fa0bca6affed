"""Binance spot: answers into the model, and the table of order states.

Used by `venue.py`, `amend.py`, `history.py`, `feed.py` and `executions.py`. What must stay true: money is converted
exactly, and an order state that we do not know raises.
Sources: https://github.com/binance/binance-spot-api-docs enums.md, rest-api.md (2026-07-21), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.answer import translate
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
    floor_qty,
    parse_px,
    parse_qty,
    parse_rate,
    parse_usd,
)
from venuekit_binance.codes import VENUE
from venuekit_binance.wire import (
    Amended,
    CancelledEntry,
    Commission,
    DepthSnapshot,
    Held,
    MyTrade,
    Order,
    OrderFill,
    Rates,
    RestTrade,
)

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


def to_state(order: Order) -> OrderState:
    """Give an order's state. Raises: OutcomeUnknown for a word that is not in the table."""
    return translate(VENUE, STATES, order.status, "order status")


def to_side(order: Order) -> Side:
    """Give an order's side. Raises: OutcomeUnknown."""
    return translate(VENUE, SIDES, order.side, "side")


def to_ts(milliseconds: int) -> Nanos:
    """Convert the venue's time."""
    return Nanos(milliseconds * NANOS_PER_MS)


def to_accepted(order: Order, client_id: str, mode: Mode = Mode.NATIVE) -> Accepted:
    """Read the answer to an order that we named `client_id`.

    Raises: Refused when the engine rejected it; OutcomeUnknown when the answer is about another order.
    """
    _check_name(order.clientOrderId, client_id)
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


def to_amended(amended: Amended, client_id: str) -> Accepted:
    """Read the answer to keepPriority. Raises: OutcomeUnknown when it is about another order."""
    order = amended.amendedOrder
    _check_name(order.clientOrderId, client_id)
    return Accepted(
        client_id=client_id,
        venue_id=str(order.orderId),
        state=translate(VENUE, STATES, order.status, "order status"),
        filled=parse_qty(order.executedQty),
        mode=Mode.NATIVE_ATOMIC,
        ts=to_ts(amended.transactTime),
    )


def _check_name(told: str, asked: str) -> None:
    if told != asked:
        raise OutcomeUnknown(f"asked for order {asked!r}, the answer names {told!r}", venue=VENUE)


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
    translate(VENUE, STATES, entry.status, "order status")
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
        avg_px=to_average(order.cummulativeQuoteQty, filled),
        ts=to_ts(order.updateTime or order.transactTime or order.time),
        reason=order.expiryReason,
    )


def to_average(quote: str, filled: Qty) -> Px | None:
    """Give the average price of what traded; None where nothing did, or the venue does not say."""
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
    return Balance(held.asset, floor_qty(held.free), floor_qty(held.locked))
