"""Commands that look: quote, symbols, fees, edges, preview."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from venuekit_sdk.cli.command import command
from venuekit_sdk.cli.options import Side, Symbol
from venuekit_sdk.cli.session import Session

if TYPE_CHECKING:
    from rich.console import RenderableType

    from venuekit_sdk.result.account import Edges
    from venuekit_sdk.result.cost import Fees, Preview
    from venuekit_sdk.result.quote import Quote, SymbolRow

app = typer.Typer()


def show_quote(quote: "Quote") -> "Iterator[RenderableType]":
    """Lay out the best bid and offer, then each venue."""
    from venuekit_sdk.cli.output import bps, price, table

    nbbo = quote.nbbo
    spread = "crossed" if quote.is_crossed else f"{bps(nbbo.spread_bps)} bps"
    yield table(
        "NBBO BID> ASK> MID> SPREAD>", [(quote.symbol, price(nbbo.bid), price(nbbo.ask), price(nbbo.mid), spread)]
    )
    yield ""
    told = any(venue.state != "live" for venue in quote.venues.values())
    rows = [
        (name, price(v.bid), price(v.ask), price(v.bid_size), price(v.ask_size), f"{v.age_ms}ms")
        + ((f"{v.state} {v.reason}".strip(),) if told else ())
        for name, v in sorted(quote.venues.items())
    ]
    yield table("VENUE BID> ASK> BID_SZ> ASK_SZ> AGE>" + (" STATE" if told else ""), rows)


def show_symbols(symbols: "list[SymbolRow]") -> "Iterator[RenderableType]":
    """Lay out symbols and their venues."""
    from venuekit_sdk.cli.output import table

    rows = [(row.symbol, row.kind, row.base, row.quote, ", ".join(row.venues)) for row in symbols]
    yield table("SYMBOL KIND BASE QUOTE VENUES", rows)


def show_fees(fees: "Fees") -> "Iterator[RenderableType]":
    """Lay out each venue's fees; a dash is unknown, not free."""
    from venuekit_sdk.cli.output import bps, table

    yield fees.ticker
    rows = [(row.venue, bps(row.maker_bps), bps(row.taker_bps), row.fee_model) for row in fees.fees]
    yield table("VENUE MAKER_BPS> TAKER_BPS> MODEL", rows)


def show_edges(edges: "Edges") -> "Iterator[RenderableType]":
    """Lay out desks."""
    from venuekit_sdk.cli.output import instant, table

    rows = [
        (
            row.edge_id,
            row.venue,
            row.instrument_type,
            row.status,
            row.symbols,
            instant(row.last_heartbeat_ns),
            row.reason,
        )
        for row in edges.edges
    ]
    yield table("EDGE VENUE KIND STATUS SYMBOLS> HEARTBEAT REASON", rows)


def show_preview(preview: "Preview") -> "Iterator[RenderableType]":
    """Lay out a route: what it costs, its legs, and who was left out."""
    from venuekit_sdk.cli.output import bps, number, table

    yield f"{preview.side} {number(preview.qty)} {preview.symbol} would be routed so:"
    legs = [
        (leg.venue, number(leg.qty), number(leg.avg_px), number(leg.limit_px), bps(leg.fee_bps), bps(leg.cost_bps))
        for leg in preview.legs
    ]
    yield table("VENUE QTY> AVG_PX> LIMIT_PX> FEE_BPS> COST_BPS>", legs)
    yield (
        f"slippage {bps(preview.estimated_slippage_bps)} bps, fee {bps(preview.estimated_fee_bps)} bps, "
        f"in all {bps(preview.estimated_total_cost_bps)} bps"
    )
    if preview.residual_qty_1e8:
        yield f"no venue can serve {number(preview.residual_qty)} now"
    for venue, reason in sorted(preview.excluded.items()):
        yield f"left out {venue}: {reason}"


@command(app, show_quote)
def quote(
    session: Session,
    symbol: Symbol,
    depth: Annotated[int, typer.Option("--depth", min=1, max=100, help="Levels of the book a side, in JSON.")] = 10,
) -> "Quote":
    """Show the best bid and offer of a symbol, and each venue's."""
    return session.seq.quote(symbol, depth)


@command(app, show_symbols)
def symbols(session: Session) -> "list[SymbolRow]":
    """List what can be traded, and where."""
    return session.seq.symbols()


@command(app, show_fees)
def fees(
    session: Session,
    ticker: Symbol,
    venues: Annotated[str | None, typer.Option("--venues", help="These venues only, with commas.")] = None,
) -> "Fees":
    """Show each venue's maker and taker fee in basis points."""
    return session.seq.fees(ticker, venues.split(",") if venues else None)


@command(app, show_edges)
def edges(session: Session) -> "Edges":
    """List the desks, one a venue, and the state of their market data."""
    return session.seq.edges()


@command(app, show_preview)
def preview(
    session: Session,
    symbol: Symbol,
    side: Annotated[Side, typer.Argument(help="buy or sell.")],
    qty: Annotated[str, typer.Argument(help="How much, in base units.", show_default=False)],
    limit: Annotated[str | None, typer.Option("--limit", help="Limit price.")] = None,
    venue: Annotated[str | None, typer.Option("--venue", help="This venue only.")] = None,
) -> "Preview":
    """Route an order and send nothing: its legs and what they cost."""
    return session.seq.preview(symbol, side.value, qty, limit_price=limit, venue=venue)
