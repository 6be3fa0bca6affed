"""Public market data over REST: time, products, books, trades.

Used by `face.py` through `ENDPOINTS`. What must stay true: trades come newest first; a product that shares a book shows
that book under its own name.
Sources: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/get-server-time,
.../list-public-products, .../get-public-product, .../get-public-product-book, .../get-public-market-trades, read
2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from venuekit.capability import Op
from venuekit.units import NANOS_PER_MS, NANOS_PER_S
from venuekit_testkit.simulate.coinbase import errors, shape
from venuekit_testkit.simulate.coinbase.errors import Refusal
from venuekit_testkit.simulate.coinbase.products import Product
from venuekit_testkit.simulate.coinbase.shape import Row, number
from venuekit_testkit.simulate.exchange.book import Levels

if TYPE_CHECKING:
    from venuekit_testkit.simulate.coinbase.face import CoinbaseSimulator

Asked: TypeAlias = Mapping[str, Sequence[str]]
Work: TypeAlias = "Callable[[CoinbaseSimulator, Asked], Row]"
MOST_TRADES: Final = 1000
ZERO: Final = Decimal(0)


def time(venue: CoinbaseSimulator, _: Asked) -> Row:
    """Tell the venue's clock."""
    now = venue.exchange.now
    seconds, millis = str(now // NANOS_PER_S), str(now // NANOS_PER_MS)
    return {"iso": shape.instant(now), "epochSeconds": seconds, "epochMillis": millis}


def products(venue: CoinbaseSimulator, asked: Asked) -> Row:
    """List products: all, or those of `product_ids`; there are none but of spot. Raises: Refusal."""
    chosen = [venue.product(each) for each in asked.get("product_ids", ())] or venue.listed
    if _one(asked, "product_type") not in ("", "SPOT", "UNKNOWN_PRODUCT_TYPE"):
        chosen = []
    first = _number(asked, "offset", 0)
    page = chosen[first : first + _number(asked, "limit", len(chosen))]
    return {"products": [_describe(venue, each) for each in page], "num_products": len(page)}


def product(venue: CoinbaseSimulator, asked: Asked) -> Row:
    """Describe one product. Raises: Refusal."""
    return _describe(venue, venue.product(_one(asked, "product_id")))


def product_book(venue: CoinbaseSimulator, asked: Asked) -> Row:
    """Tell one book, best first. Raises: Refusal."""
    of = venue.product(_one(asked, "product_id"))
    bids, asks = _sides(venue, of)
    limit = _number(asked, "limit", max(len(bids), len(asks))) or max(len(bids), len(asks))
    at = shape.instant(venue.exchange.now)
    book = {"product_id": of.id, "bids": _rungs(bids[:limit]), "asks": _rungs(asks[:limit]), "time": at}
    if not bids or not asks:
        return {"pricebook": book, "last": "", "mid_market": "", "spread_bps": "", "spread_absolute": ""}
    mid, spread = (bids[0][0] + asks[0][0]) / 2, asks[0][0] - bids[0][0]
    bps = (spread / mid * 10_000).quantize(Decimal("1e-12"))
    last = {"last": number(_last(venue, of)), "mid_market": number(mid)}
    return {"pricebook": book, **last, "spread_bps": number(bps), "spread_absolute": number(spread)}


def ticker(venue: CoinbaseSimulator, asked: Asked) -> Row:
    """Tell the last trades, newest first, and the best prices. Raises: Refusal."""
    of = venue.product(_one(asked, "product_id"))
    limit = min(_number(asked, "limit", MOST_TRADES), MOST_TRADES)
    start, end = (_number(asked, name, 0) * NANOS_PER_S for name in ("start", "end"))
    told = [each for each in venue.exchange.trades[of.id] if each.execution.ts_ns >= start]
    told = [each for each in told if not end or each.execution.ts_ns < end]
    rows = [shape.trade_row(of.id, each) for each in reversed(told[-limit:] if limit else [])]
    best_bid, best_ask = (number(side[0][0]) if side else "" for side in _sides(venue, of))
    return {
        "trades": [{**row, "bid": "", "ask": "", "exchange": "coinbase"} for row in rows],
        "best_bid": best_bid,
        "best_ask": best_ask,
    }


ENDPOINTS: Final[Mapping[str, tuple[Work, Op | None]]] = {
    "time": (time, None),
    "market/products": (products, Op.INSTRUMENTS),
    "market/products/{}": (product, None),
    "market/products/{}/ticker": (ticker, Op.TRADES),
    "market/product_book": (product_book, Op.BOOK),
}


def _describe(venue: CoinbaseSimulator, of: Product) -> Row:
    shared = [each.id for each in venue.listed if each.alias == of.id]
    volume = sum((each.execution.qty for each in venue.exchange.trades[of.id]), ZERO)
    return shape.product_row(of, venue.exchange.markets[of.id], _last(venue, of), volume, shared)


def _last(venue: CoinbaseSimulator, of: Product) -> Decimal:
    """Tell the last price; before the first trade the middle of the book."""
    told = venue.exchange.trades[of.id]
    if told:
        return told[-1].execution.px
    bids, asks = _sides(venue, of)
    return (bids[0][0] + asks[0][0]) / 2 if bids and asks else ZERO


def _sides(venue: CoinbaseSimulator, of: Product) -> tuple[Levels, Levels]:
    book = venue.exchange.books[of.id]
    return book.levels("buy"), book.levels("sell")


def _rungs(levels: Levels) -> list[Row]:
    return [{"price": number(px), "size": number(qty)} for px, qty in levels]


def _one(asked: Asked, name: str) -> str:
    return asked[name][-1] if asked.get(name) else ""


def _number(asked: Asked, name: str, usual: int) -> int:
    told = _one(asked, name) or str(usual)
    if not (told.isascii() and told.isdigit()) or len(told) > 18:
        raise Refusal(errors.BAD_ARGUMENT, f"{name} must be a number")
    return int(told)
