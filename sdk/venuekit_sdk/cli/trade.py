"""Commands that trade: buy, sell, cancel."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venuekit_sdk.cli.command import command
from venuekit_sdk.cli.options import Symbol
from venuekit_sdk.cli.session import Session

if TYPE_CHECKING:
    from rich.console import RenderableType

    from venuekit_sdk.result.graph import GraphStatus

app = typer.Typer()


class Urgency(StrEnum):
    """How much waiting is worth."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Tif(StrEnum):
    """How long a limit order stands."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class Policy(StrEnum):
    """How an order is worked."""

    SOR = "sor"
    IOC_SWEEP = "ioc_sweep"
    PASSIVE_LIMIT = "passive_limit"
    AGGRESSIVE_CHASE = "aggressive_chase"
    PASSIVE_LADDER = "passive_ladder"
    TIME_DRIP = "time_drip"


Qty = Annotated[str | None, typer.Argument(help="How much, in base units.", show_default=False)]
Notional = Annotated[str | None, typer.Option("--notional", help="For this many dollars instead of a quantity.")]
LimitPrice = Annotated[str | None, typer.Option("--limit", help="Limit price; a market order without.")]
Venue = Annotated[str | None, typer.Option("--venue", help="This venue only; the router chooses without.")]
UrgencyOption = Annotated[Urgency | None, typer.Option("--urgency", help="How much waiting is worth.")]
PolicyOption = Annotated[Policy | None, typer.Option("--policy", help="How the order is worked.")]
Slippage = Annotated[int | None, typer.Option("--max-slippage-bps", min=1, help="Pay no more than this.")]
Horizon = Annotated[int | None, typer.Option("--horizon-ms", min=1, help="Soft deadline of passive policies.")]
TifOption = Annotated[Tif | None, typer.Option("--tif", case_sensitive=False, help="How long a limit order stands.")]
Perp = Annotated[bool, typer.Option("--perp", help="The symbol is a perpetual.")]
GraphId = Annotated[
    str | None, typer.Option("--graph-id", help="Name the order yourself: sending it twice is sending it once.")
]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Follow it for so many seconds.")]


def show_status(status: "GraphStatus") -> "Iterator[RenderableType]":
    """Lay out how a graph stands, and what may be done with it."""
    from venuekit_sdk.cli.output import number, table

    yield f"{status.graph_id} {status.status}"
    rows = [
        (
            name,
            node.status,
            number(node.filled_qty),
            number(node.qty),
            number(node.avg_px),
            node.fill_count,
            node.reason,
        )
        for name, node in status.nodes.items()
    ]
    yield table("NODE STATUS FILLED> OF> AVG_PX> FILLS> REASON", rows)
    if not status.is_terminal:
        yield f"it is working; follow: sequence order {status.graph_id}; stop: sequence cancel {status.graph_id}"


def is_refused(status: "GraphStatus") -> bool:
    """Tell whether an order ended with nothing: refused, or not to be had under its terms."""
    return status.is_terminal and not any(node.filled_qty_1e8 for node in status.nodes.values())


def _submits(side: str, summary: str) -> "Callable[..., GraphStatus]":
    def submit(
        session: Session,
        symbol: Symbol,
        qty: Qty = None,
        notional: Notional = None,
        limit: LimitPrice = None,
        venue: Venue = None,
        urgency: UrgencyOption = None,
        policy: PolicyOption = None,
        max_slippage_bps: Slippage = None,
        horizon_ms: Horizon = None,
        tif: TifOption = None,
        perp: Perp = False,
        graph_id: GraphId = None,
        wait: Wait = 1.0,
    ) -> "GraphStatus":
        terms: dict[str, Any] = {
            "notional": notional,
            "limit_price": limit,
            "venue": venue,
            "urgency": urgency,
            "policy": policy,
            "max_slippage_bps": max_slippage_bps,
            "horizon_ms": horizon_ms,
            "tif": tif,
            "instrument_type": "perp" if perp else "spot",
            "sandbox": session.sandbox,
            "graph_id": graph_id,
        }
        send = session.seq.buy if side == "buy" else session.seq.sell
        return session.seq.wait(send(symbol, qty, **terms).graph_id, wait)

    submit.__name__, submit.__doc__ = side, summary
    return submit


buy = command(app, show_status, is_refused)(_submits("buy", "Buy at the market, or at a limit price with --limit."))
sell = command(app, show_status, is_refused)(_submits("sell", "Sell at the market, or at a limit price with --limit."))


@command(app, show_status)
def cancel(
    session: Session,
    order_or_graph_id: Annotated[str, typer.Argument(metavar="ID", help="A graph, or one of its orders.")],
) -> "GraphStatus":
    """Cancel what is still working of a graph; fills stay."""
    return session.seq.cancel(order_or_graph_id)
