"""Kalshi: every call that is answered, as one table.

Used by `face.py`. A line says which call it is, who answers, what it is to us, whether it needs a key, and what it
costs. What must stay true: a path is found by its pieces, and a piece that is named matches before one that is not.
Sources: OpenAPI 3.34.0 and https://docs.kalshi.com/getting_started/rate_limits, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.kalshi import (
    account,
    books,
    changes,
    groups,
    lookups,
    markets,
    orders,
    portfolio,
)
from venuekit_testkit.simulate.kalshi.ask import Ask
from venuekit_testkit.simulate.kalshi.budget import COST
from venuekit_testkit.simulate.kalshi.errors import Refusal

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

Answer: TypeAlias = "Callable[[KalshiSimulator, Ask], Reply]"
ROOT: Final = "/trade-api/v2"
CHEAP: Final = 2


@dataclass(frozen=True)
class Route:
    """One call. `each` is what one item of a batch costs, in place of the whole; `op` is the value of an `Op`."""

    method: str
    path: str
    answer: Answer
    op: str = ""
    key: bool = False
    bucket: str = "read"
    cost: int = COST
    each: int = 0

    @property
    def pieces(self) -> list[str]:
        """The path's pieces; those in braces match anything."""
        return self.path.split("/")[1:]

    def match(self, pieces: list[str]) -> dict[str, str] | None:
        """Give what the braces matched; None where the path is another."""
        if len(pieces) != len(self.pieces):
            return None
        pairs = list(zip(self.pieces, pieces, strict=True))
        if any(mine != theirs for mine, theirs in pairs if not mine.startswith("{")):
            return None
        return {mine.strip("{}"): theirs for mine, theirs in pairs if mine.startswith("{")}


def retired(face: KalshiSimulator, ask: Ask) -> Reply:
    """Refuse what the first version wrote."""
    raise Refusal("deprecated_v1_order_endpoint", "use /portfolio/events/orders")


def _open(path: str, answer: Answer, op: str = "") -> Route:
    return Route("GET", path, answer, op)


def _mine(path: str, answer: Answer, op: str = "", bucket: str = "read", cost: int = COST) -> Route:
    return Route("GET", path, answer, op, key=True, bucket=bucket, cost=cost)


def _write(method: str, path: str, answer: Answer, op: str = "", cost: int = COST, each: int = 0) -> Route:
    return Route(method, path, answer, op, key=True, bucket="write", cost=cost, each=each)


V1: Final = "/portfolio/orders"
V2: Final = "/portfolio/events/orders"
GROUPS: Final = "/portfolio/order_groups"
ROUTES: Final = (
    _open("/exchange/status", account.status),
    _open("/exchange/schedule", account.schedule),
    _mine("/exchange/user_data_timestamp", account.told_at),
    _open("/series", markets.series_list),
    _open("/series/fee_changes", markets.fee_changes, "fees"),
    _open("/series/{series}", markets.series, "fees"),
    _open("/events", markets.events, "instruments"),
    _open("/events/fee_changes", markets.event_fee_changes, "fees"),
    _open("/events/{event}", markets.event, "fees"),
    _open("/markets", markets.markets, "instruments"),
    _open("/markets/orderbooks", books.orderbooks, "book"),
    _open("/markets/trades", books.trades, "trades"),
    _open("/markets/{ticker}", markets.market),
    _open("/markets/{ticker}/orderbook", books.orderbook, "book"),
    _open("/historical/cutoff", account.cutoff),
    _mine("/account/limits", account.limits),
    _mine("/account/endpoint_costs", account.costs),
    _mine("/portfolio/balance", portfolio.balance, "balances", "balance", 1),
    _mine("/portfolio/positions", portfolio.positions, "positions"),
    _mine("/portfolio/settlements", portfolio.settlements, "settlements"),
    _mine("/portfolio/fills", lookups.fills, "fills"),
    _mine("/portfolio/summary/total_resting_order_value", portfolio.resting_value),
    _mine(V1, lookups.orders, "open_orders"),
    _mine(f"{V1}/queue_positions", lookups.queue_positions),
    _mine(f"{V1}/{{order}}", lookups.order, "query", cost=CHEAP),
    _mine(f"{V1}/{{order}}/queue_position", lookups.queue_position),
    _write("POST", V2, orders.create, "submit"),
    _write("DELETE", V2, changes.cancel_all, "cancel_all", CHEAP),
    _write("POST", f"{V2}/batched", orders.create_many, "batch", each=COST),
    _write("DELETE", f"{V2}/batched", changes.cancel_many, "cancel_batch", each=CHEAP),
    _write("DELETE", f"{V2}/{{order}}", changes.cancel, "cancel", CHEAP),
    _write("POST", f"{V2}/{{order}}/amend", changes.amend, "amend"),
    _write("POST", f"{V2}/{{order}}/decrease", changes.decrease, "decrease"),
    _write("POST", V1, retired),
    _write("POST", f"{V1}/batched", retired),
    _write("DELETE", f"{V1}/batched", retired),
    _write("DELETE", f"{V1}/{{order}}", retired),
    _write("POST", f"{V1}/{{order}}/amend", retired),
    _write("POST", f"{V1}/{{order}}/decrease", retired),
    _write("POST", f"{GROUPS}/create", groups.create),
    _mine(GROUPS, groups.listing),
    _mine(f"{GROUPS}/{{group}}", groups.one),
    _write("DELETE", f"{GROUPS}/{{group}}", groups.delete),
    _write("PUT", f"{GROUPS}/{{group}}/reset", groups.reset),
    _write("PUT", f"{GROUPS}/{{group}}/trigger", groups.trigger),
    _write("PUT", f"{GROUPS}/{{group}}/limit", groups.limit),
)


def find_route(call: Call) -> tuple[Route, dict[str, str]] | None:
    """Find the line of a call and what its path names; None for a call that there is not."""
    if not call.path.startswith(f"{ROOT}/"):
        return None
    pieces = call.path.removeprefix(ROOT).split("/")[1:]
    for route in ROUTES:
        if route.method == call.method and (parts := route.match(pieces)) is not None:
            return route, parts
    return None


def op_of(call: Call) -> str:
    """Tell which verb a call is; a list of orders that need not rest is how one order is looked for."""
    found = find_route(call)
    op = found[0].op if found else ""
    return "query" if op == "open_orders" and call.params.get("status") != "resting" else op
