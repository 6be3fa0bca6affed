"""The acts of the demo, in order: each asks the engine over HTTP, proves what it promises, and shows it.

Used by `run.py`. What must stay true: an act that cannot show what it promises raises `Broken`; nothing is made up.
"""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from venuekit_sdk.cli.book import show_positions
from venuekit_sdk.cli.demo import choice
from venuekit_sdk.cli.output import number, table
from venuekit_sdk.cli.see import show_preview, show_quote
from venuekit_sdk.cli.trade import show_status
from venuekit_sdk.result.graph import GraphStatus, Submission
from venuekit_sdk.result.order import Fill
from venuekit_sdk.result.quote import Quote

if TYPE_CHECKING:
    from rich.console import RenderableType

    from venuekit_sdk.client import Sequence

WANTED_VENUES: Final = 3
MARKET_S: Final = 4.0
FILL_S: Final = 3.0
POLL_S: Final = 0.05
SEARCH: Final = 24
ORDERS: Final = 4


class Broken(Exception):
    """The demo did not show what it promises."""


def find_plugins() -> list[RenderableType]:
    """Show which venues are installed, and what was refused."""
    from venuekit.plugin import discover

    plugins = discover()
    _prove(bool(plugins.venues), "no venue plugin is installed")
    rows = [(name, plugins.sources[name], offer.docs) for name, offer in plugins.venues.items()]
    refused = [f"refused {each.id} ({each.plugin}): {each.reason}" for each in plugins.refused]
    return [table("VENUE FROM DOCS", rows), *(refused or ["none was refused"])]


def see_market(seq: Sequence, is_recorded: bool) -> tuple[Quote, list[RenderableType]]:
    """Show the best bid and offer of the symbol that the most venues quote."""
    quote = _wait_market(seq, 1 if is_recorded else WANTED_VENUES)
    count = len(choice.live_venues(quote))
    _prove(is_recorded or count >= WANTED_VENUES, f"expected {WANTED_VENUES} venues of {quote.symbol}, found {count}")
    one = [f"the capture holds one venue of {quote.symbol}, so there is nothing to split"] if count == 1 else []
    return quote, [*show_quote(quote), *one]


def see_route(seq: Sequence, quote: Quote) -> tuple[Decimal, list[RenderableType]]:
    """Look for a size that one venue should not serve alone, and show its route. Nothing is sent."""
    needed = min(2, len(choice.live_venues(quote)))
    size = choice.first_size(quote)
    for _ in range(SEARCH):
        preview = seq.preview(quote.symbol, "buy", size)
        if len(preview.venues) >= needed and not preview.residual_qty_1e8:
            return size, list(show_preview(preview))
        _prove(not preview.residual_qty_1e8, f"the books cannot serve {size} {quote.symbol}")
        size = choice.larger(size)
    raise Broken(f"no size of {quote.symbol} was routed to {needed} venues")


def buy_split(seq: Sequence, quote: Quote, size: Decimal) -> list[RenderableType]:
    """Buy that size and show who filled it. What a moving market left over is bought again, and said to be."""
    needed = min(2, len(choice.live_venues(quote)))
    fills, shown = list[Fill](), list["RenderableType"]()
    for _ in range(ORDERS):
        done = seq.wait(seq.buy(quote.symbol, size - _total(fills)).graph_id, FILL_S)
        _prove(done.status == "completed", f"the order is {done.status} ({done.reason}), expected completed")
        fills += _fills_of(seq, done)
        shown += show_status(done)
        if _total(fills) >= size:
            break
        shown.append(f"the market moved away from {number(size - _total(fills))}, so that is bought again")
    _prove(_total(fills) == size, f"expected fills of {size} in all, found {_total(fills)}")
    venues = sorted({fill.venue for fill in fills})
    _prove(len(venues) >= needed, f"expected fills of {needed} venues, found {venues}")
    rows = [(venue, *_sum([fill for fill in fills if fill.venue == venue])) for venue in venues]
    return [*shown, table("VENUE QTY> AVG_PX> FILLS> FEE>", rows)]


def batch_limits(seq: Sequence, quote: Quote, size: Decimal) -> list[RenderableType]:
    """Send two limit orders: one far from the market that rests and is cancelled, one that fills."""
    bid, part = seq.quote(quote.symbol).nbbo.bid, choice.digits(size / 10, choice.FEW)
    _prove(bid > 0, f"nobody bids for {quote.symbol}")
    low, high = choice.resting_price(bid), choice.filling_price(bid)
    resting: Submission = seq.buy(quote.symbol, part, limit_price=low)
    filling: Submission = seq.sell(quote.symbol, part, limit_price=high)
    filled = seq.wait(filling.graph_id, FILL_S)
    _prove(filled.status == "completed", f"the near order is {filled.status} ({filled.reason}), expected completed")
    before = seq.graph_status(resting.graph_id)
    _prove(not before.is_terminal, f"the far order is {before.status} ({before.reason}), expected it to rest")
    seq.cancel(resting.graph_id)
    after = seq.wait(resting.graph_id, FILL_S)
    _prove(after.status == "cancelled", f"the far order is {after.status}, expected cancelled")
    _prove(not any(node.filled_qty_1e8 for node in after.nodes.values()), "the far order was filled, expected none")
    rows = [
        (f"buy {number(part)}", number(low), before.status, after.status),
        (f"sell {number(part)}", number(high), filling.status, filled.status),
    ]
    return [table("LEG LIMIT> FIRST THEN", rows)]


def hold(seq: Sequence, quote: Quote) -> list[RenderableType]:
    """Show what is held now."""
    base = quote.symbol.partition("-")[0]
    positions = seq.positions()
    _prove(any(row.name == base and row.qty_1e8 > 0 for row in positions.positions), f"expected a position in {base}")
    _prove(positions.totals.nav_usd_1e9 > 0, "expected a positive NAV")
    return ["play money; every venue keeps its own:", *show_positions(positions)]


def _wait_market(seq: Sequence, venues: int) -> Quote:
    deadline = time.monotonic() + MARKET_S
    while True:
        quote = choice.choose_quote(seq.quotes().quotes)
        enough = quote is not None and len(choice.live_venues(quote)) >= venues
        if quote is not None and (enough or time.monotonic() > deadline):
            return seq.quote(quote.symbol)
        _prove(time.monotonic() <= deadline, "no venue quotes anything")
        time.sleep(POLL_S)


def _fills_of(seq: Sequence, status: GraphStatus) -> list[Fill]:
    prefix = f"graph:{status.graph_id}:"
    return [fill for fill in seq.fills(limit=200).fills if fill.node_order_id.startswith(prefix)]


def _total(fills: list[Fill]) -> Decimal:
    return sum((fill.qty for fill in fills), Decimal(0))


def _sum(fills: list[Fill]) -> tuple[str, str, int, str]:
    qty = _total(fills)
    value = sum((fill.qty * fill.px for fill in fills), Decimal(0))
    fee = sum((fill.fee for fill in fills), Decimal(0))
    return number(qty), number((value / qty).quantize(Decimal("0.01"))), len(fills), f"{fee:,.2f} {fills[0].fee_asset}"


def _prove(fact: bool, otherwise: str) -> None:
    if not fact:
        raise Broken(otherwise)
