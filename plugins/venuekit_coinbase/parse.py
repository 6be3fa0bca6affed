"""Coinbase's payloads to our model, and what its HTTP statuses prove.

Used by `venue.py` and `feed.py`. Pure. What must stay true: every number becomes an integer exactly or not at all; a
status that is not in `REFUSALS` proves nothing.
Sources: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/list-public-products,
https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/guides/rest-api, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from venuekit.answer import understand
from venuekit.book.levels import PxMemo, TooLarge, exact_levels, text_levels
from venuekit.errors import OutcomeUnknown, Refused, RejectReason
from venuekit.grid import Grid, read_grid
from venuekit.instrument import FeeSchedule, Instrument, Kind
from venuekit.market import BookSnapshot, Levels, TradePrint
from venuekit.side import Side
from venuekit.units import (
    floor_qty,
    parse_instant,
    parse_px,
    parse_qty,
    parse_rate,
    parse_usd,
)
from venuekit.wire import Response
from venuekit_coinbase import wire

T = TypeVar("T")
R = TypeVar("R")

VENUE: Final = "coinbase"
ERRORS: Final = "https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/guides/rest-api"
SPOT: Final = "SPOT"
ONLINE: Final = "online"

REFUSALS: Final[Mapping[int, RejectReason]] = {
    400: RejectReason.INVALID_PARAMS,
    401: RejectReason.AUTH,
    403: RejectReason.AUTH,
    404: RejectReason.INVALID_PARAMS,
    429: RejectReason.RATE_LIMIT,
}

# The tier of an account without history. Stable pairs cost less, so this never understates.
FEES: Final = FeeSchedule(
    maker=parse_rate("0.006"),
    taker=parse_rate("0.012"),
    source="Intro 1: https://help.coinbase.com/en/coinbase/trading-and-funding/advanced-trade/advanced-trade-fees",
)

# `limit_only` is not here: we send limit orders.
CLOSED: Final[Mapping[str, str]] = {
    "is_disabled": "disabled",
    "trading_disabled": "trading disabled",
    "view_only": "view only",
    "cancel_only": "cancel only",
    "post_only": "post only",
    "auction_mode": "in auction",
}

_FAILURE: Final = msgspec.json.Decoder(wire.Failure)
_NUMBERS: Final = msgspec.json.Decoder(list[wire.NumberBook], strict=False)  # reads quoted numbers as doubles
_TEXTS: Final = msgspec.json.Decoder(list[wire.TextBook])
_TRADES: Final = msgspec.json.Decoder(list[wire.Trades])
_TAKERS: Final = {"BUY": Side.SELL, "SELL": Side.BUY}  # by the maker's side, which is what Coinbase tells

Sides = tuple[Levels, Levels]


def read(response: Response, decoder: msgspec.json.Decoder[T], build: Callable[[T], R]) -> R:
    """Read a REST answer and build our value of it.

    Raises: Refused for a status in `REFUSALS`; OutcomeUnknown for any other failure, for an unreadable body and for
        numbers that do not fit.
    """
    status = response.status
    if status in REFUSALS:
        raise Refused("the venue refused", venue=VENUE, reason=REFUSALS[status], code=_code(response), source=ERRORS)
    if status != 200:
        raise OutcomeUnknown("the venue failed", venue=VENUE, code=str(status), source=ERRORS)
    return understand(VENUE, response, lambda body: build(decoder.decode(body)))


def _code(response: Response) -> str:
    try:
        failure = _FAILURE.decode(response.body)
    except (ValueError, RecursionError):
        return str(response.status)  # some gateways answer in plain text
    older = failure.errors[0].id if failure.errors else ""
    return failure.error or older or failure.message or str(response.status)


def parse_instruments(answer: wire.Products) -> Sequence[Instrument]:
    """Read the spot products of a list."""
    return [parse_instrument(product) for product in answer.products if product.product_type == SPOT]


def parse_instrument(product: wire.Product) -> Instrument:
    """Read one product; `price_increment` is the tick, and no other increment stands in for it."""
    grid = read_grid(lambda: _parse_grid(product))
    return Instrument(
        symbol=product.product_id,
        kind=Kind.SPOT,
        venue=VENUE,
        venue_symbol=product.product_id,
        base=product.base_currency_id,
        quote=product.quote_currency_id,
        tick=grid.tick,
        lot=grid.lot,
        min_qty=grid.min_qty,
        max_qty=grid.max_qty,
        min_notional=grid.min_notional,
        fees=FEES,
        untradable=grid.misfit or _say_closed(product),
    )


def _parse_grid(product: wire.Product) -> Grid:
    return Grid(
        tick=parse_px(product.price_increment),
        lot=parse_qty(product.base_increment),
        min_qty=parse_qty(product.base_min_size),
        max_qty=floor_qty(product.base_max_size),  # some come from a value in dollars, with fifteen decimals and more
        min_notional=parse_usd(product.quote_min_size),
    )


def _say_closed(product: wire.Product) -> str:
    if product.status != ONLINE:
        return f"the venue says {product.status or 'no status'}"
    return next((f"the venue says {said}" for flag, said in CLOSED.items() if getattr(product, flag)), "")


def parse_book(answer: wire.BookAnswer, symbol: str) -> BookSnapshot:
    """Read a REST book; it has no sequence."""
    book = answer.pricebook
    bids, asks = (text_levels([(rung.price, rung.size) for rung in side]) for side in (book.bids, book.asks))
    return BookSnapshot(symbol=symbol, bids=bids, asks=asks, ts=parse_instant(book.time))


def parse_ticker(answer: wire.Ticker, symbol: str) -> Sequence[TradePrint]:
    """Read the REST trades, oldest first."""
    return [parse_trade(trade, symbol) for trade in reversed(answer.trades)]


def parse_trade(trade: wire.Trade, symbol: str) -> TradePrint:
    """Read one trade; the taker is on the other side of the maker that Coinbase names."""
    return TradePrint(
        symbol=symbol,
        trade_id=trade.trade_id,
        px=parse_px(trade.price),
        qty=parse_qty(trade.size),
        taker=_TAKERS[trade.side],
        ts=parse_instant(trade.time),
    )


def parse_trades(events: msgspec.Raw) -> list[wire.Trade]:
    """List the new trades of one message, oldest first: Coinbase lists the newest first, on the stream too.

    A snapshot's trades took place before we subscribed and are left out.
    """
    updates = (event for event in _TRADES.decode(events) if event.type == "update")
    return [trade for event in updates for trade in reversed(event.trades)]


def parse_books(events: msgspec.Raw, memo: PxMemo) -> list[tuple[wire.NumberBook | wire.TextBook, Sides]]:
    """Read the books of one message, each with its bids and asks. Raises: ValueError."""
    try:
        return [(book, _number_sides(book.updates, memo)) for book in _NUMBERS.decode(events)]
    except TooLarge:
        return [(book, _text_sides(book.updates)) for book in _TEXTS.decode(events)]


def _number_sides(updates: list[wire.NumberUpdate], memo: PxMemo) -> Sides:
    bids = [(each.price_level, each.new_quantity) for each in updates if each.side == "bid"]
    asks = [(each.price_level, each.new_quantity) for each in updates if each.side == "offer"]
    return exact_levels(bids, memo), exact_levels(asks, memo)


def _text_sides(updates: list[wire.TextUpdate]) -> Sides:
    bids = [(each.price_level, each.new_quantity) for each in updates if each.side == "bid"]
    asks = [(each.price_level, each.new_quantity) for each in updates if each.side == "offer"]
    return text_levels(bids), text_levels(asks)
