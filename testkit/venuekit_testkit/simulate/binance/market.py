"""Public market data over REST: books, trades, best prices.

Used by `endpoints.py`. What must stay true: a snapshot's `lastUpdateId` is that of the last change told by streams.
Source: https://github.com/binance/binance-spot-api-docs rest-api.md "Market Data endpoints" (2026-07-21), read
2026-11-21.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from venuekit_testkit.simulate.binance import shape
from venuekit_testkit.simulate.binance.info import names_of
from venuekit_testkit.simulate.binance.params import Params
from venuekit_testkit.simulate.binance.shape import Row, number

if TYPE_CHECKING:
    from venuekit_testkit.simulate.binance.face import BinanceSimulator

IDS_PER_CHANGE: Final = 3  # an event of the stream covers several updates, as those of 100 ms do
MOST_LEVELS: Final = 5000
MOST_TRADES: Final = 1000
DEPTH_WEIGHTS: Final = ((100, 5), (500, 25), (1000, 50), (MOST_LEVELS, 250))


def ping(_: BinanceSimulator, asked: Params) -> Row:
    """Answer nothing."""
    return {}


def time(venue: BinanceSimulator, _: Params) -> Row:
    """Tell the venue's clock."""
    return {"serverTime": shape.millis(venue.exchange.now)}


def depth(venue: BinanceSimulator, asked: Params) -> Row:
    """Tell one book."""
    book = venue.exchange.books[venue.market(asked.need("symbol")).symbol]
    limit = min(asked.number("limit", 100), MOST_LEVELS)
    bids, asks = (shape.levels(book.levels(side), limit) for side in ("buy", "sell"))
    return {"lastUpdateId": last_id(book.seq), "bids": bids, "asks": asks}


def last_id(seq: int) -> int:
    """Number the update that a change of the book ends with."""
    return seq * IDS_PER_CHANGE


def depth_weight(asked: Params) -> int:
    """Weigh a snapshot by its depth."""
    limit = asked.number("limit", 100)
    return next((weight for most, weight in DEPTH_WEIGHTS if limit <= most), DEPTH_WEIGHTS[-1][1])


def trades(venue: BinanceSimulator, asked: Params) -> list[Row]:
    """Tell the last trades, oldest first."""
    told = venue.exchange.trades[venue.market(asked.need("symbol")).symbol]
    limit = min(asked.number("limit", 500), MOST_TRADES)
    return [shape.public_trade(each) for each in told[-limit:]]


def book_ticker(venue: BinanceSimulator, asked: Params) -> Any:
    """Tell the best prices of one market or of several."""
    return _one_or_all(asked, [_best(venue, name) for name in _names(venue, asked)])


def price(venue: BinanceSimulator, asked: Params) -> Any:
    """Tell the last price of one market or of several; before the first trade the middle of the book."""
    rows = [{"symbol": name, "price": number(_last(venue, name))} for name in _names(venue, asked)]
    return _one_or_all(asked, rows)


def ticker_weight(asked: Params) -> int:
    """Weigh a ticker: of one market it is cheaper."""
    return 2 if "symbol" in asked else 4


def _names(venue: BinanceSimulator, asked: Params) -> list[str]:
    return [venue.market(name).symbol for name in names_of(asked)] or list(venue.exchange.markets)


def _one_or_all(asked: Params, rows: list[Row]) -> Any:
    return rows[0] if "symbol" in asked else rows


def _best(venue: BinanceSimulator, name: str) -> Row:
    (bid, bid_qty), (ask, ask_qty) = best(venue, name)
    told = {"symbol": name, "bidPrice": number(bid), "bidQty": number(bid_qty)}
    return {**told, "askPrice": number(ask), "askQty": number(ask_qty)}


def best(venue: BinanceSimulator, name: str) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
    """Give the best bid and the best ask, zeros where a side is empty."""
    book, none = venue.exchange.books[name], (Decimal(0), Decimal(0))
    bids, asks = book.levels("buy"), book.levels("sell")
    return bids[0] if bids else none, asks[0] if asks else none


def _last(venue: BinanceSimulator, name: str) -> Decimal:
    told = venue.exchange.trades[name]
    if told:
        return told[-1].execution.px
    (bid, _), (ask, _) = best(venue, name)
    return (bid + ask) / 2
