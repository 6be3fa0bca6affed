"""What became of an order, asked through the official client, and the sums that must agree."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tests.e2e.serving import until

Row = dict[str, Any]
ENDED: Final = ("completed", "cancelled", "failed", "aborted", "expired")
PAGE: Final = 500


class Outcome(NamedTuple):
    """One order with its fills."""

    graph: Row
    node: Row
    order: Row
    fills: list[Row]


def finish(client: Any, submission: Row) -> Outcome:
    """Wait until an order has ended; give all that is told of it."""
    graph = until(lambda: client.graph_status(submission["graph_id"]), lambda found: found["status"] in ENDED)
    return look(client, graph)


def rest(client: Any, submission: Row) -> Outcome:
    """Wait until an order rests at its venue."""
    graph = until(
        lambda: client.graph_status(submission["graph_id"]),
        lambda found: order_of(client, found)["status"] in ("ACCEPTED", "PARTIAL"),
    )
    return look(client, graph)


def look(client: Any, graph: Row) -> Outcome:
    """Gather an order from a graph of one node."""
    (node,) = graph["nodes"].values()
    named = node["node_order_id"]
    fills = [fill for fill in every_fill(client) if fill["node_order_id"] == named]
    return Outcome(graph, node, order_of(client, graph), fills)


def order_of(client: Any, graph: Row) -> Row:
    """Read the flat order of a graph of one node."""
    (node,) = graph["nodes"].values()
    order: Row = client.order(node["node_order_id"])
    return order


def every_fill(client: Any) -> list[Row]:
    """Read all pages of the fills, newest first."""
    fills: list[Row] = []
    while True:
        page = client.fills(limit=PAGE, offset=len(fills))
        fills += page["fills"]
        if not page["has_more"]:
            return fills


def every_order(client: Any) -> list[Row]:
    """Read all pages of the orders, newest first."""
    orders: list[Row] = []
    while True:
        page = client.orders(limit=PAGE, offset=len(orders))
        orders += page["orders"]
        if not page["has_more"]:
            return orders


def held(client: Any) -> dict[tuple[str, str], Row]:
    """Read the positions by venue and asset."""
    rows = client.positions_unified(include_closed=True)["positions"]
    return {(row["venue"], row["instrument"].get("symbol") or row["instrument"]["code"]): row for row in rows}


def moves(fills: list[Row]) -> dict[tuple[str, str], int]:
    """Add up what fills did to each holding × 10⁸: base in, money out, and the fee out of its asset."""
    moved: dict[tuple[str, str], int] = {}
    for fill in fills:
        base, quote = fill["symbol"].split("-")
        sign = 1 if fill["side"] == "BUY" else -1
        value_1e9 = (fill["price_1e9"] * fill["qty_1e8"] + 50_000_000) // 10**8
        for asset, change in (
            (base, sign * fill["qty_1e8"]),
            (quote, -sign * (value_1e9 // 10)),
            (fill["fee_asset"], -(fill["fee_1e9"] // 10)),
        ):
            moved[fill["venue"], asset] = moved.get((fill["venue"], asset), 0) + change
    return moved
