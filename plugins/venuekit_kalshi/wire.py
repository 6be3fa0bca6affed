"""Kalshi: the shapes of REST answers, in the venue's own spelling.

Used by `answers.py`, `parse.py`, `markets.py` and the flows. Only the fields that we read are named. What must stay
true: money and counts stay text here, and a field that a decision needs has no default: the whole cents and counts of
the API before 2026-03-12 lack these fields, and are refused rather than read as 0.
Source: OpenAPI 3.34.0 (https://docs.kalshi.com/openapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

Rows = list[tuple[str, str]]


class Fault(msgspec.Struct, frozen=True):
    """An error. `details` is a text, or left out."""

    code: str = ""
    message: str = ""
    details: msgspec.Raw = msgspec.Raw(b"")

    @property
    def words(self) -> str:
        """What the venue says, for people."""
        details = bytes(self.details).decode(errors="replace").strip('"')
        return ": ".join(part for part in (self.message, details) if part and part != "null") or "no message"


class Failure(Fault, frozen=True):
    """An answer that is not good: the error under `error`, or at the top where the body could not be parsed."""

    error: Fault | str | None = None


class PriceRange(msgspec.Struct, frozen=True):
    start: str
    end: str
    step: str


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """One market. The lists of ranges and the shard are missing in answers before 2026."""

    ticker: str
    event_ticker: str
    status: str
    market_type: str = "binary"
    price_ranges: list[PriceRange] | None = None
    notional_value_dollars: str = "1.0000"
    exchange_index: int | None = None
    close_time: str = ""
    result: str = ""


class MarketAnswer(msgspec.Struct, frozen=True):
    market: Market


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event with its markets; its overrides are stronger than what its series says of fees."""

    event_ticker: str
    series_ticker: str
    fee_type_override: str | None = None
    fee_multiplier_override: Decimal | None = None
    markets: list[Market] | None = None


class EventAnswer(msgspec.Struct, frozen=True):
    event: Event


class EventPage(msgspec.Struct, frozen=True):
    events: list[Event] | None
    cursor: str | None = None


class Series(msgspec.Struct, frozen=True):
    ticker: str
    fee_type: str
    fee_multiplier: Decimal


class SeriesAnswer(msgspec.Struct, frozen=True):
    series: Series


class SeriesList(msgspec.Struct, frozen=True):
    series: list[Series] | None


class Sides(msgspec.Struct, frozen=True):
    """Bids on both outcomes, in no order to rely on; null is an empty side."""

    yes_dollars: Rows | None
    no_dollars: Rows | None


class BookAnswer(msgspec.Struct, frozen=True):
    orderbook_fp: Sides


class Trade(msgspec.Struct, frozen=True):
    trade_id: str
    ticker: str
    count_fp: str
    yes_price_dollars: str
    taker_book_side: str
    created_time: str


class TradePage(msgspec.Struct, frozen=True):
    trades: list[Trade] | None


class Placed(msgspec.Struct, frozen=True):
    """The answer to a submit. `remaining_count` of an IOC is what it is after the rest was cancelled."""

    order_id: str
    fill_count: str
    remaining_count: str
    ts_ms: int
    client_order_id: str | None = None


class BatchEntry(msgspec.Struct, frozen=True):
    """One entry of a batch's answer: an order, or an error."""

    order_id: str | None = None
    client_order_id: str | None = None
    fill_count: str | None = None
    remaining_count: str | None = None
    ts_ms: int | None = None
    error: Fault | None = None


class BatchAnswer(msgspec.Struct, frozen=True):
    orders: list[BatchEntry]


class Taken(msgspec.Struct, frozen=True):
    """The answer to a cancel, and one entry of a batch's. `reduced_by` is what still rested."""

    order_id: str
    reduced_by: str
    client_order_id: str | None = None
    error: Fault | None = None


class TakenAnswer(msgspec.Struct, frozen=True):
    orders: list[Taken]


class Changed(msgspec.Struct, frozen=True):
    """The answer to an amend or a decrease. An amend tells counts only where they changed."""

    order_id: str
    ts_ms: int
    client_order_id: str | None = None
    remaining_count: str | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One order, on the book of YES: `book_side` is bid or ask."""

    order_id: str
    ticker: str
    status: str
    book_side: str
    yes_price_dollars: str
    initial_count_fp: str
    remaining_count_fp: str
    fill_count_fp: str
    client_order_id: str = ""
    created_time: str | None = None
    last_update_time: str | None = None


class OrderAnswer(msgspec.Struct, frozen=True):
    order: Order


class OrderPage(msgspec.Struct, frozen=True):
    orders: list[Order] | None
    cursor: str | None = None


class Trading(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one of our trades, in a list and on a stream alike."""

    trade_id: str
    order_id: str
    book_side: str
    count_fp: str
    yes_price_dollars: str
    fee_cost: str
    is_taker: bool


class Fill(Trading, frozen=True, kw_only=True):
    """One of our trades in a list. There is no client id since 2026-03-30."""

    ticker: str
    created_time: str


class FillPage(msgspec.Struct, frozen=True):
    fills: list[Fill] | None
    cursor: str | None = None


class Account(msgspec.Struct, frozen=True):
    """`balance` is whole cents; `balance_dollars` says the same, finer."""

    balance: int
    balance_dollars: str


class Held(msgspec.Struct, frozen=True):
    """One position. Null counts are the venue's way to write a flat one."""

    ticker: str
    position_fp: str | None
    realized_pnl_dollars: str | None
    fees_paid_dollars: str | None


class HeldPage(msgspec.Struct, frozen=True):
    market_positions: list[Held] | None
    cursor: str | None = None


class Paid(msgspec.Struct, frozen=True):
    """What one settled market paid; `revenue` is whole cents."""

    ticker: str
    market_result: str
    yes_count_fp: str
    no_count_fp: str
    revenue: int
    fee_cost: str
    settled_time: str


class PaidPage(msgspec.Struct, frozen=True):
    settlements: list[Paid] | None
    cursor: str | None = None
