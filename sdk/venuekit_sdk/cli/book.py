"""Commands that tell what was done and what is held: orders, order, fills, positions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venuekit_sdk.cli.command import command
from venuekit_sdk.cli.options import Limit, Offset, OnlySymbol
from venuekit_sdk.cli.session import Session

if TYPE_CHECKING:
    from rich.console import RenderableType

    from venuekit_sdk.result.graph import GraphStatus
    from venuekit_sdk.result.order import Fills, Order, Orders
    from venuekit_sdk.result.position import Positions

app = typer.Typer()
KINDS = ("fiat", "crypto", "perp", "event_contract")


def show_orders(orders: "Orders") -> "Iterator[RenderableType]":
    """Lay out one page of orders."""
    from venuekit_sdk.cli.output import instant, number, table

    rows = [
        (
            instant(row.created_unix_ns),
            row.symbol,
            row.side,
            number(row.filled_qty),
            number(row.qty),
            number(row.avg_px),
            row.status,
            row.node_order_id,
            row.failure_reason,
        )
        for row in orders.orders
    ]
    yield table("TIME SYMBOL SIDE FILLED> OF> AVG_PX> STATUS ORDER REASON", rows)
    yield _paged(len(orders.orders), orders.total, orders.offset, orders.has_more)


def show_order(order: "Order | GraphStatus") -> "Iterator[RenderableType]":
    """Lay out one order or one graph."""
    from venuekit_sdk.cli.trade import show_status
    from venuekit_sdk.result.graph import GraphStatus
    from venuekit_sdk.result.order import Orders

    if isinstance(order, GraphStatus):
        yield from show_status(order)
    else:
        yield from show_orders(Orders([order], total=1))


def show_fills(fills: "Fills") -> "Iterator[RenderableType]":
    """Lay out one page of fills."""
    from venuekit_sdk.cli.output import instant, number, table

    rows = [
        (
            instant(row.timestamp_ns),
            row.symbol,
            row.side,
            row.venue,
            number(row.qty),
            number(row.px),
            f"{number(row.fee)} {row.fee_asset}".strip(),
            row.node_order_id,
        )
        for row in fills.fills
    ]
    yield table("TIME SYMBOL SIDE VENUE QTY> PX> FEE> ORDER", rows)
    yield _paged(len(fills.fills), fills.total, fills.offset, fills.has_more)


def show_positions(positions: "Positions") -> "Iterator[RenderableType]":
    """Lay out holdings and their sums."""
    from venuekit_sdk.cli.output import number, table, usd

    rows = [
        (
            row.venue,
            row.kind,
            row.name,
            number(row.qty),
            number(row.locked_qty),
            usd(row.px),
            usd(row.value),
            usd(row.unrealized_pnl),
        )
        for row in positions.positions
    ]
    yield table("VENUE KIND ASSET QTY> LOCKED> PX_USD> VALUE_USD> PNL_USD>", rows)
    totals = positions.totals
    yield f"NAV {usd(totals.nav)} USD, of it cash {usd(totals.cash)} USD; fees paid {usd(totals.fees)} USD"


@command(app, show_orders)
def orders(session: Session, symbol: OnlySymbol = None, limit: Limit = 50, offset: Offset = 0) -> "Orders":
    """List orders, newest first."""
    return session.seq.orders(limit, offset, symbol)


@command(app, show_order)
def order(
    session: Session,
    order_or_graph_id: Annotated[str, typer.Argument(metavar="ID", help="A graph, or one of its orders.")],
) -> "Order | GraphStatus":
    """Show how one order or graph stands."""
    from venuekit_sdk.ids import graph_id_of, is_node_order_id

    graph_id = graph_id_of(order_or_graph_id)
    if is_node_order_id(order_or_graph_id):
        return session.seq.order(order_or_graph_id)
    return session.seq.graph_status(graph_id)


@command(app, show_fills)
def fills(session: Session, symbol: OnlySymbol = None, limit: Limit = 50, offset: Offset = 0) -> "Fills":
    """List fills, newest first."""
    return session.seq.fills(limit, offset, symbol)


@command(app, show_positions)
def positions(
    session: Session,
    venues: Annotated[str | None, typer.Option("--venues", help="These venues only, with commas.")] = None,
    kinds: Annotated[str | None, typer.Option("--kinds", help=f"Of {', '.join(KINDS)}; with commas.")] = None,
    include_closed: Annotated[bool, typer.Option("--include-closed", help="Closed ones too.")] = False,
) -> "Positions":
    """Show what is held and what it is worth in dollars."""
    return session.seq.positions(venues.split(",") if venues else None, _kinds(kinds), include_closed)


def _kinds(text: str | None) -> Any:
    if text is None:
        return None
    kinds = text.split(",")
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"expected kinds of {', '.join(KINDS)}, found {', '.join(unknown)}")
    return kinds


def _paged(shown: int, total: int, offset: int, has_more: bool) -> str:
    more = f"; more: --offset {offset + shown}" if has_more else ""
    return f"{shown} of {total}{more}"
