"""Level 1, see: prices, symbols, fees, positions, and the cost of an order that is not sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from venuekit_sdk.call import Call, segment
from venuekit_sdk.fixed import PX_DECIMALS, QTY_DECIMALS, Money, to_number, to_px, to_qty
from venuekit_sdk.result.account import Edges
from venuekit_sdk.result.cost import Fees, Preview
from venuekit_sdk.result.position import Positions
from venuekit_sdk.result.quote import Quote, Quotes, QuotesBatch, SymbolRow

MAX_DEPTH: Final = 100
MAX_BATCH: Final = 2000
Kind = Literal["fiat", "crypto", "perp", "event_contract"]


def quote(symbol: str, depth: int = 10, nowait: bool = False) -> Call[Quote]:
    """Quote one symbol over all venues; `depth` levels a side, 1 to 100.

    `nowait` takes what is there now, zeros included: for research, never for trading. Raises: NotFound.
    """
    query = {"depth": _depth(depth), "nowait": "true" if nowait else None}
    return Call(method="GET", path=f"/v1/quotes/{segment(symbol)}", query=query, result=Quote)


def quotes(symbols: Iterable[str] | None = None, max_age_s: float | None = None) -> Call[Quotes]:
    """Quote several symbols, or all that are streamed; those older than `max_age_s` are left out."""
    query = {"symbols": _listed(symbols), "max_age_s": None if max_age_s is None else f"{max_age_s:g}"}
    return Call(method="GET", path="/v1/quotes", query=query, result=Quotes)


def quotes_batch(symbols: Iterable[str], depth: int = 10, nowait: bool = True) -> Call[QuotesBatch]:
    """Quote up to 2,000 symbols in one round trip; the fault of one stands in its place."""
    wanted = list(symbols)
    if len(wanted) > MAX_BATCH:
        raise ValueError(f"a batch holds at most {MAX_BATCH} symbols, found {len(wanted)}: split it")
    body = {"symbols": wanted, "depth": _depth(depth), "nowait": nowait}
    return Call(method="POST", path="/v1/quotes_batch", body=body, result=QuotesBatch)


def symbols() -> Call[list[SymbolRow]]:
    """List what can be traded, and where."""
    return Call(method="GET", path="/v1/symbols", result=list[SymbolRow])


def fees(ticker: str, venues: Iterable[str] | None = None) -> Call[Fees]:
    """Tell each venue's fees for one symbol, in basis points."""
    return Call(method="GET", path="/v1/fees", query={"ticker": ticker, "venues": _listed(venues)}, result=Fees)


def preview(
    symbol: str,
    side: str,
    qty: Money,
    *,
    limit_price: Money | None = None,
    venue: str | None = None,
) -> Call[Preview]:
    """Route an order and send nothing; `qty` in base units. Raises: NotFound, Invalid."""
    body = {
        "symbol": symbol,
        "side": side,
        "order_type": "market" if limit_price is None else "limit",
        "qty": to_number(to_qty(qty), QTY_DECIMALS),
        "price": None if limit_price is None else to_number(to_px(limit_price), PX_DECIMALS),
        "venue": venue,
    }
    given = {name: value for name, value in body.items() if value is not None}
    return Call(method="POST", path="/v1/orders/preview", body=given, result=Preview)


def positions(
    venues: Iterable[str] | None = None, kinds: Iterable[Kind] | None = None, include_closed: bool = False
) -> Call[Positions]:
    """Tell what is held and what it is worth in dollars."""
    query = {
        "venues": _listed(venues),
        "kinds": _listed(kinds),
        "include_closed": "true" if include_closed else None,
    }
    return Call(method="GET", path="/v1/positions", query=query, result=Positions)


def edges() -> Call[Edges]:
    """List the desks, one a venue, with the state of their market data."""
    return Call(method="GET", path="/v1/edges", result=Edges)


def _depth(depth: int) -> int:
    return max(1, min(int(depth), MAX_DEPTH))


def _listed(names: Iterable[str] | None) -> str | None:
    if isinstance(names, str):
        raise ValueError(f"expected a list of names, found the text {names!r}")
    return None if names is None else ",".join(names)
