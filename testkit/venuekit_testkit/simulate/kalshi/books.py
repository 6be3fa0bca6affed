"""Kalshi: answer what is asked of books and of public trades.

Used by `routes.py` and `frames.py`. A book tells bids only, of both outcomes: an offer of YES at a price is a bid for
NO at a dollar less it. Sides come from worst to best, as published samples do.
Sources: https://docs.kalshi.com/api-reference/market/get-market-orderbook and OpenAPI 3.34.0, read 2026-11-21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.events import Traded
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.kalshi.ask import Ask
from venuekit_testkit.simulate.kalshi.errors import Refusal
from venuekit_testkit.simulate.kalshi.markets import find_market
from venuekit_testkit.simulate.kalshi.shape import ONE, OUTCOME_OF, SIDE_OF, count, dollars, ident, instant

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

DEEPEST = 100
Levels = list[list[str]]


def orderbook(face: KalshiSimulator, ask: Ask) -> Reply:
    """Give one book, to a depth; 0 is all of it."""
    depth = ask.number("depth") or 0
    if not 0 <= depth <= DEEPEST:
        raise Refusal("invalid_parameters", f"depth must be 0 to {DEEPEST}")
    market = find_market(face, ask.parts["ticker"])
    return reply_json({"orderbook_fp": book_told(face.exchange, market.symbol, depth)})


def orderbooks(face: KalshiSimulator, ask: Ask) -> Reply:
    """Give several books, all of each."""
    tickers = ask.several("tickers", 100)
    if not tickers:
        raise Refusal("missing_parameters", "tickers")
    known = [find_market(face, ticker).symbol for ticker in tickers]
    books = [{"ticker": each, "orderbook_fp": book_told(face.exchange, each, 0)} for each in known]
    return reply_json({"orderbooks": books})


def trades(face: KalshiSimulator, ask: Ask) -> Reply:
    """List public trades, the newest first."""
    wanted, blocks, span = ask.text("ticker"), ask.flag("is_block_trade"), ask.span()
    kept = [
        (-each.execution.id, each)
        for symbol, each_market in face.exchange.trades.items()
        for each in each_market
        if wanted in ("", symbol) and span.holds(each.execution.ts_ns) and not blocks
    ]
    rows, cursor = ask.page(sorted(kept, key=lambda row: row[0]))
    return reply_json({"trades": [trade_told(each) for each in rows], "cursor": cursor})


def book_told(exchange: Exchange, symbol: str, depth: int) -> dict[str, Levels]:
    """Tell a book as REST does."""
    yes, no = sides(exchange, symbol, depth)
    return {"yes_dollars": yes, "no_dollars": no}


def sides(exchange: Exchange, symbol: str, depth: int = 0, *, yes_prices: bool = False) -> tuple[Levels, Levels]:
    """Give the bids of both outcomes, worst first; those for NO at prices of YES where that is asked."""
    book = exchange.books[symbol]
    bids = [[dollars(px), count(qty)] for px, qty in book.levels("buy")[: depth or None]]
    asks = [[dollars(px if yes_prices else ONE - px), count(qty)] for px, qty in book.levels("sell")[: depth or None]]
    return bids[::-1], asks[::-1]


def trade_told(trade: Traded) -> dict[str, Any]:
    """Tell a public trade as REST does."""
    return {
        "trade_id": ident("trade", trade.execution.id),
        "ticker": trade.symbol,
        "count_fp": count(trade.execution.qty),
        "yes_price_dollars": dollars(trade.execution.px),
        "no_price_dollars": dollars(ONE - trade.execution.px),
        "taker_side": OUTCOME_OF[trade.taker],
        "taker_outcome_side": OUTCOME_OF[trade.taker],
        "taker_book_side": SIDE_OF[trade.taker],
        "created_time": instant(trade.execution.ts_ns),
        "is_block_trade": False,
    }
