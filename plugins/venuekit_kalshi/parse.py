"""Kalshi: answers into the model, and the table of order states.

Used by the flows and by both streams. What must stay true: money is converted exactly, everything comes out in the
terms of YES, and an order state or a side that we do not know raises.
Source: OpenAPI 3.34.0 (https://docs.kalshi.com/openapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from venuekit.capability import Mode
from venuekit.errors import OutcomeUnknown
from venuekit.fill import Fill, Liquidity
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.market import BookSnapshot, Levels, TradePrint
from venuekit.order import Accepted, Balance, Cancelled, OrderId, OrderReport
from venuekit.position import Position, Settlement
from venuekit.side import Side
from venuekit.units import NANOS_PER_MS, Nanos, Qty, Usd, floor_qty, parse_instant, parse_qty, parse_usd
from venuekit_kalshi import wire
from venuekit_kalshi.codes import VENUE
from venuekit_kalshi.outcome import best_of, is_no, mirror_levels, read_word, to_px, to_side

CENT: Final = 10_000_000  # × 10⁻⁹ dollars

STATES: Final[Mapping[str, OrderState]] = {
    "resting": OrderState.ACCEPTED,
    "executed": OrderState.FILLED,
    "canceled": OrderState.CANCELLED,
}


def to_ts(milliseconds: int) -> Nanos:
    """Convert the venue's time."""
    return Nanos(milliseconds * NANOS_PER_MS)


def state_of(filled: Qty, remaining: Qty, asked: Qty) -> OrderState:
    """Give the state of an order that was just placed. Raises: ValueError for counts that cannot be."""
    if filled < 0 or remaining < 0 or filled + remaining > asked:
        raise ValueError(f"asked for {asked}, the answer says {filled} filled and {remaining} left")
    if remaining:
        return resting_state(filled)
    return OrderState.FILLED if filled == asked else OrderState.CANCELLED


def resting_state(filled: Qty) -> OrderState:
    """Give the state of an order that rests."""
    return OrderState.PARTIAL if filled else OrderState.ACCEPTED


def to_accepted(placed: wire.Placed, client_id: str, asked: Qty, mode: Mode = Mode.NATIVE) -> Accepted:
    """Read the answer to an order; what traded at once has no trade ids here, so `fills` stays empty.

    Raises: OutcomeUnknown when the answer is about another order.
    """
    check_name(placed.client_order_id, client_id)
    filled = parse_qty(placed.fill_count)
    return Accepted(
        client_id=client_id,
        venue_id=placed.order_id,
        state=state_of(filled, parse_qty(placed.remaining_count), asked),
        filled=filled,
        mode=mode,
        ts=to_ts(placed.ts_ms),
    )


def check_name(told: str | None, asked: str) -> None:
    """Raise OutcomeUnknown for an answer that names another order than was asked for."""
    if told and told != asked:
        raise OutcomeUnknown(f"asked for order {asked!r}, the answer names {told!r}", venue=VENUE)


def to_cancelled(taken: wire.Taken, asked: OrderId, mode: Mode = Mode.NATIVE) -> Cancelled:
    """Read the answer to a cancel: it tells what was left, not what had traded.

    Raises: OutcomeUnknown when the answer is about another order.
    """
    check_name(taken.order_id, asked.venue_id)
    parse_qty(taken.reduced_by)
    return Cancelled(client_id=taken.client_order_id or asked.client_id, venue_id=taken.order_id, mode=mode)


def to_report(order: wire.Order) -> OrderReport:
    """Read one order, in the terms of YES. Raises: ValueError for a word or a number that makes no sense.

    `avg_px` stays None: the costs that come with it do not say of which outcome.
    """
    filled, remaining = parse_qty(order.fill_count_fp), parse_qty(order.remaining_count_fp)
    state = read_word(STATES, order.status, "order status")
    return OrderReport(
        client_id=order.client_order_id,
        venue_id=order.order_id,
        venue_symbol=order.ticker,
        side=to_side(order.book_side),
        state=resting_state(filled) if state is OrderState.ACCEPTED else state,
        qty=_total(state, filled, remaining, parse_qty(order.initial_count_fp)),
        filled=filled,
        px=to_px(order.yes_price_dollars),
        ts=parse_instant(order.last_update_time or order.created_time or ""),
    )


def _total(state: OrderState, filled: Qty, remaining: Qty, initial: Qty) -> Qty:
    # What was placed at first is no longer the total of an order that was amended or decreased since.
    if state is OrderState.CANCELLED:
        return Qty(max(initial, filled + remaining))
    return Qty(filled + remaining)


def to_fill(fill: wire.Fill) -> Fill:
    """Read one of our trades of a list, in the terms of YES. The venue does not give our client id here."""
    return make_fill(fill, fill.ticker, parse_instant(fill.created_time))


def make_fill(told: wire.Trading, ticker: str, ts: Nanos, client_id: str = "") -> Fill:
    """Make a trade of what lists and streams tell alike."""
    return Fill(
        trade_id=told.trade_id,
        client_id=client_id,
        venue_id=told.order_id,
        venue_symbol=ticker,
        side=to_side(told.book_side),
        px=to_px(told.yes_price_dollars),
        qty=parse_qty(told.count_fp),
        fee=parse_usd(told.fee_cost),
        fee_asset="USD",
        liquidity=Liquidity.TAKER if told.is_taker else Liquidity.MAKER,
        ts=ts,
    )


def to_print(trade: wire.Trade, symbol: str) -> TradePrint:
    """Read one public trade, in the terms of YES."""
    return TradePrint(
        symbol=symbol,
        trade_id=trade.trade_id,
        px=to_px(trade.yes_price_dollars),
        qty=parse_qty(trade.count_fp),
        taker=to_side(trade.taker_book_side),
        ts=parse_instant(trade.created_time),
    )


def to_levels(rows: wire.Rows | None) -> Levels:
    """Read the levels of one side; null is an empty one. Raises: ValueError for one without a price or a size."""
    levels = [(to_px(px), parse_qty(qty)) for px, qty in rows or []]
    if any(qty <= 0 for _, qty in levels):
        raise ValueError("a level needs a quantity > 0")
    return levels


def to_snapshot(answer: wire.BookAnswer, instrument: Instrument, depth: int) -> BookSnapshot:
    """Read a book, best levels first: an instrument's bids are its outcome's, its asks the other's, mirrored."""
    yes, no = to_levels(answer.orderbook_fp.yes_dollars), to_levels(answer.orderbook_fp.no_dollars)
    own, other = (no, yes) if is_no(instrument) else (yes, no)
    return BookSnapshot(
        symbol=instrument.symbol,
        bids=best_of(own, Side.BUY, depth),
        asks=best_of(mirror_levels(other), Side.SELL, depth),
    )


def to_balance(account: wire.Account) -> Balance:
    """Read the money that is free. Raises: ValueError when the two fields of it disagree by a cent."""
    free = parse_usd(account.balance_dollars)
    if not -CENT < free - account.balance * CENT < CENT:
        raise ValueError(f"the balance is {account.balance} cents and {account.balance_dollars} dollars")
    return Balance("USD", floor_qty(account.balance_dollars))


def to_position(held: wire.Held) -> Position | None:
    """Read one position, positive for YES and negative for NO; None for a flat one."""
    qty = parse_qty(held.position_fp or "0")
    if not qty:
        return None
    if held.realized_pnl_dollars is None or held.fees_paid_dollars is None:
        raise ValueError(f"the position in {held.ticker} has no profit or no fees")
    realized, fees = parse_usd(held.realized_pnl_dollars), parse_usd(held.fees_paid_dollars)
    return Position(venue_symbol=held.ticker, qty=qty, realized=realized, fees=fees)


def to_settlement(paid: wire.Paid) -> Settlement:
    """Read what one market paid."""
    return Settlement(
        venue_symbol=paid.ticker,
        result=paid.market_result,
        qty=Qty(parse_qty(paid.yes_count_fp) - parse_qty(paid.no_count_fp)),
        paid=Usd(paid.revenue * CENT),
        fee=parse_usd(paid.fee_cost),
        ts=parse_instant(paid.settled_time),
    )
