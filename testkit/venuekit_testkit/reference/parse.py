"""The reference venue: answers and frames into the model, and the tables of its words.

Used by `venue.py`, `feed.py` and `account.py`. What must stay true: money is converted exactly, and a word that we do
not know raises.
Source: docs/conformance/reference-protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.answer import translate
from venuekit.book.levels import text_levels
from venuekit.capability import Mode
from venuekit.errors import OutcomeUnknown
from venuekit.fill import Fill, Liquidity
from venuekit.grid import Grid, read_grid
from venuekit.instrument import Band, FeeModel, FeeSchedule, Instrument, Kind, canonical_symbol
from venuekit.lifecycle import OrderState
from venuekit.market import BookDelta, BookSnapshot, TradePrint
from venuekit.order import Accepted, Balance, Cancelled, OrderReport, Redeemed
from venuekit.position import Position, Settlement
from venuekit.side import Side
from venuekit.units import (
    NANOS_PER_MS,
    PX_SCALE,
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
from venuekit_testkit.reference import wire
from venuekit_testkit.reference.codes import VENUE

STATES: Final[Mapping[str, OrderState]] = {
    "open": OrderState.ACCEPTED,
    "partly_filled": OrderState.PARTIAL,
    "filled": OrderState.FILLED,
    "cancelled": OrderState.CANCELLED,
    "expired": OrderState.CANCELLED,  # the rest of an IOC or FOK, or the venue's own cancel
}
SIDES: Final[Mapping[str, Side]] = {"buy": Side.BUY, "sell": Side.SELL}
ROLES: Final[Mapping[str, Liquidity]] = {"maker": Liquidity.MAKER, "taker": Liquidity.TAKER}
KINDS: Final[Mapping[str, tuple[Kind, FeeModel]]] = {
    "event": (Kind.PREDICTION, FeeModel.PROBABILITY),
    "spot": (Kind.SPOT, FeeModel.NOTIONAL),
}


def to_ts(milliseconds: int) -> Nanos:
    """Convert the venue's time."""
    return Nanos(milliseconds * NANOS_PER_MS)


def to_state(word: str) -> OrderState:
    """Translate a status. Raises: OutcomeUnknown for a word that is not in the table."""
    return translate(VENUE, STATES, word, "order status")


def to_side(word: str) -> Side:
    """Translate a side. Raises: OutcomeUnknown."""
    return translate(VENUE, SIDES, word, "side")


# ── markets ──


def to_instrument(market: wire.Market) -> Instrument:
    """Read one market. An event's price lies between one tick and one less a tick."""
    kind, _ = translate(VENUE, KINDS, market.kind, "kind of market")
    grid = read_grid(lambda: _grid(market))
    top = Px(PX_SCALE - grid.tick)
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
        fees=to_fees(wire.Fees(market.maker_fee, market.taker_fee), market.kind),
        untradable=grid.misfit or ("" if market.status == "open" else f"its status is {market.status}"),
        bands=(Band(grid.tick, top, grid.tick),) if kind is Kind.PREDICTION else (),
    )


def _grid(market: wire.Market) -> Grid:
    return Grid(
        tick=parse_px(market.tick),
        lot=parse_qty(market.lot),
        min_qty=parse_qty(market.min_quantity),
        max_qty=parse_qty(market.max_quantity),
        min_notional=parse_usd(market.min_notional),
    )


def to_fees(fees: wire.Fees, kind: str) -> FeeSchedule:
    """Read what trading costs."""
    _, model = translate(VENUE, KINDS, kind, "kind of market")
    return FeeSchedule(parse_rate(fees.maker), parse_rate(fees.taker), "GET /v1/fees", model)


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
    px, qty = parse_px(trade.price), parse_qty(trade.quantity)
    return TradePrint(symbol, trade.id, px, qty, to_side(trade.taker), to_ts(trade.time))


# ── orders ──


def to_accepted(order: wire.Order, client_id: str, mode: Mode) -> Accepted:
    """Read the answer to an order that we named. Raises: OutcomeUnknown when it is about another."""
    if order.client_id != client_id:
        raise OutcomeUnknown(f"asked for order {client_id!r}, the answer names {order.client_id!r}", venue=VENUE)
    return Accepted(
        client_id=client_id,
        venue_id=order.id,
        state=to_state(order.status),
        filled=parse_qty(order.filled),
        fills=tuple(to_fill(fill) for fill in order.fills),
        mode=mode,
        ts=to_ts(order.time),
    )


def to_cancelled(order: wire.Order, mode: Mode = Mode.NATIVE) -> Cancelled:
    """Read the answer to a cancel."""
    to_state(order.status)
    return Cancelled(client_id=order.client_id, venue_id=order.id, filled=parse_qty(order.filled), mode=mode)


def to_report(order: wire.Order) -> OrderReport:
    """Read one order as the venue tells it."""
    filled = parse_qty(order.filled)
    return OrderReport(
        client_id=order.client_id,
        venue_id=order.id,
        venue_symbol=order.symbol,
        side=to_side(order.side),
        state=to_state(order.status),
        qty=parse_qty(order.quantity),
        filled=filled,
        px=parse_px(order.price) if order.price is not None else None,
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
        side=to_side(fill.side),
        px=parse_px(fill.price),
        qty=parse_qty(fill.quantity),
        fee=parse_usd(fill.fee),
        fee_asset=fill.fee_asset,
        liquidity=translate(VENUE, ROLES, fill.role, "role"),
        ts=to_ts(fill.time),
    )


# ── the account ──


def to_balance(held: wire.Held) -> Balance:
    """Read what the account has of one asset."""
    return Balance(held.asset, floor_qty(held.free), floor_qty(held.locked))


def to_position(held: wire.Contracts) -> Position:
    """Read one position; the venue does not say at which price it was opened."""
    return Position(venue_symbol=held.symbol, qty=parse_qty(held.quantity))


def to_settlement(settled: wire.Settled) -> Settlement:
    """Read what one market paid."""
    return Settlement(
        venue_symbol=settled.symbol,
        result=settled.result,
        qty=parse_qty(settled.quantity),
        paid=parse_usd(settled.paid),
        ts=to_ts(settled.time),
    )


def to_redeemed(told: wire.Redemption) -> Redeemed:
    """Read what redeeming did; where we held nothing, it did nothing."""
    if not parse_qty(told.quantity):
        return Redeemed(Mode.NOOP, "nothing was held")
    return Redeemed(Mode.NATIVE, f"{told.quantity} contracts paid {told.paid}")
