"""Acme's answers into the model, and the tables of its words. Money is converted exactly; an unknown word raises.

Source: docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.answer import translate
from venuekit.book.levels import text_levels
from venuekit.fill import Fill, Liquidity
from venuekit.grid import Grid, read_grid
from venuekit.instrument import FeeModel, FeeSchedule, Instrument, Kind, canonical_symbol
from venuekit.lifecycle import OrderState
from venuekit.market import BookDelta, BookSnapshot, TradePrint
from venuekit.order import Accepted, Balance, Cancelled, OrderReport
from venuekit.side import Side
from venuekit.units import (
    NANOS_PER_MS,
    QTY_SCALE,
    Nanos,
    Px,
    Qty,
    floor_qty,
    parse_px,
    parse_qty,
    parse_rate,
    parse_usd,
)
from venuekit_acme import wire
from venuekit_acme.codes import VENUE

KINDS: Final[Mapping[str, Kind]] = {"spot": Kind.SPOT, "event": Kind.PREDICTION}
MODELS: Final = {Kind.SPOT: FeeModel.NOTIONAL, Kind.PREDICTION: FeeModel.PROBABILITY}
SIDES: Final[Mapping[str, Side]] = {"buy": Side.BUY, "sell": Side.SELL}
ROLES: Final[Mapping[str, Liquidity]] = {"maker": Liquidity.MAKER, "taker": Liquidity.TAKER}
STATES: Final[Mapping[str, OrderState]] = {
    "open": OrderState.ACCEPTED,
    "partly_filled": OrderState.PARTIAL,
    "filled": OrderState.FILLED,
    "cancelled": OrderState.CANCELLED,
    "expired": OrderState.CANCELLED,
}


def to_instrument(market: wire.Market) -> Instrument:
    """Make an instrument; what this plugin cannot trade is listed with the reason."""
    kind = translate(VENUE, KINDS, market.kind, "kind of market")
    grid = read_grid(lambda: _to_grid(market))
    return Instrument(
        symbol=canonical_symbol(market.symbol),
        kind=kind,
        venue=VENUE,
        venue_symbol=market.symbol,
        base=market.base,
        quote=market.quote,
        tick=grid.tick,
        lot=grid.lot,
        min_qty=grid.min_qty,
        max_qty=grid.max_qty,
        min_notional=grid.min_notional,
        fees=to_fees(wire.Fees(market.maker_fee, market.taker_fee), kind),
        untradable=grid.misfit or _why_not(market, kind),
    )


def _to_grid(market: wire.Market) -> Grid:
    return Grid(
        tick=parse_px(market.tick),
        lot=parse_qty(market.lot),
        min_qty=parse_qty(market.min_quantity),
        max_qty=parse_qty(market.max_quantity),
        min_notional=parse_usd(market.min_notional),
    )


def _why_not(market: wire.Market, kind: Kind) -> str:
    if kind is not Kind.SPOT:
        return "this plugin trades spot only"
    return "" if market.status == "open" else f"the venue says {market.status}"


def to_fees(fees: wire.Fees, kind: Kind) -> FeeSchedule:
    """Read what trading costs."""
    return FeeSchedule(parse_rate(fees.maker), parse_rate(fees.taker), "GET /v1/markets", MODELS[kind])


def to_snapshot(symbol: str, book: wire.Book, *, is_whole: bool) -> BookSnapshot:
    """Read a book; the checksum proves only one that was not cut."""
    checksum = book.checksum if is_whole else None
    return BookSnapshot(symbol, text_levels(book.bids), text_levels(book.asks), book.seq, checksum, to_ts(book.time))


def to_delta(symbol: str, book: wire.Book) -> BookDelta:
    """Read one change of a book."""
    bids, asks = text_levels(book.bids), text_levels(book.asks)
    return BookDelta(symbol, bids, asks, book.seq, book.seq, book.checksum, to_ts(book.time))


def to_print(symbol: str, trade: wire.Trade) -> TradePrint:
    """Read one public trade."""
    side = translate(VENUE, SIDES, trade.taker, "side")
    return TradePrint(symbol, trade.id, parse_px(trade.price), parse_qty(trade.quantity), side, to_ts(trade.time))


def to_accepted(order: wire.Order) -> Accepted:
    """Read the answer to an order."""
    return Accepted(
        client_id=order.client_id,
        venue_id=order.id,
        state=translate(VENUE, STATES, order.status, "order status"),
        filled=parse_qty(order.filled),
        fills=tuple(to_fill(fill) for fill in order.fills),
        ts=to_ts(order.time),
    )


def to_cancelled(order: wire.Order) -> Cancelled:
    """Read the answer to a cancel."""
    return Cancelled(client_id=order.client_id, venue_id=order.id, filled=parse_qty(order.filled))


def to_report(order: wire.Order) -> OrderReport:
    """Read one order as the venue tells it."""
    filled = parse_qty(order.filled)
    return OrderReport(
        client_id=order.client_id,
        venue_id=order.id,
        venue_symbol=order.symbol,
        side=translate(VENUE, SIDES, order.side, "side"),
        state=translate(VENUE, STATES, order.status, "order status"),
        qty=parse_qty(order.quantity),
        filled=filled,
        px=None if order.price is None else parse_px(order.price),
        avg_px=_average(order.paid, filled),
        ts=to_ts(order.time),
        reason=order.reason,
    )


def _average(paid: str, filled: Qty) -> Px | None:
    return Px((parse_usd(paid) * QTY_SCALE + filled // 2) // filled) if filled else None


def to_fill(fill: wire.Fill) -> Fill:
    """Read one of our trades."""
    return Fill(
        trade_id=fill.id,
        client_id=fill.client_id,
        venue_id=fill.order_id,
        venue_symbol=fill.symbol,
        side=translate(VENUE, SIDES, fill.side, "side"),
        px=parse_px(fill.price),
        qty=parse_qty(fill.quantity),
        fee=parse_usd(fill.fee),
        fee_asset=fill.fee_asset,
        liquidity=translate(VENUE, ROLES, fill.role, "role"),
        ts=to_ts(fill.time),
    )


def to_balance(held: wire.Held) -> Balance:
    """Read what the account has of one asset."""
    return Balance(held.asset, floor_qty(held.free), floor_qty(held.locked))


def to_ts(milliseconds: int) -> Nanos:
    """Convert the venue's time. Raises: ValueError for one that is none."""
    if milliseconds <= 0:
        raise ValueError(f"a time is > 0, was {milliseconds}")
    return Nanos(milliseconds * NANOS_PER_MS)
