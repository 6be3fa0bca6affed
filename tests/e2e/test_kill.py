"""Killed in the middle of a stream of orders, the server comes back with all it had acknowledged, and nothing twice."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from tests.e2e.captures import market_of, write_capture
from tests.e2e.serving import Server, start, until
from tests.e2e.stream import FAR_BELOW, OrderStream, cancel_until_gone
from tests.e2e.trading import every_fill, every_order, finish, held, look, moves, rest

ROUNDS: Final = 4
SEED: Final = 20261121
OPEN: Final = ("NEW", "PENDING", "ACCEPTED", "PARTIAL")
Amounts = dict[tuple[str, str], int]


class Life:
    """One data directory over several lives of its server."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server: Server | None = None

    def begin(self, *options: str) -> Server:
        """Start the server, or start it again."""
        self.server = start(self.home, *options, keys=self.server)
        return self.server


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    lived = Life(tmp_path)
    yield lived
    if lived.server is not None:
        lived.server.kill()


def opening(client: Any) -> Amounts:
    """Tell what each holding was before its first fill: what it is, less what the fills did."""
    moved = moves(every_fill(client))
    return {key: row["qty_1e8"] - moved.get(key, 0) for key, row in held(client).items()}


def open_all(client: Any) -> Amounts:
    """Touch every asset that the streams trade, so that its opening balance is known."""
    for venue in ("binance", "coinbase", "kraken"):
        finish(client, client.buy("SOL-USD", 0.1, venue=venue))
    opened = opening(client)
    assert {opened[venue, "USD"] for venue in ("binance", "coinbase", "kraken")} == {10**17}  # a billion each
    return opened


def read(life: Life, query: str) -> list[Any]:
    """Read the store itself, beside the running server."""
    with contextlib.closing(sqlite3.connect(f"file:{life.home}/data/venuekit.sqlite3?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def assert_consistent(life: Life, client: Any, opened: Amounts) -> None:
    """Prove that orders, fills and positions agree, as the API tells them and as the store holds them."""
    fills, orders = every_fill(client), every_order(client)
    assert max(Counter(fill["fill_id"] for fill in fills).values()) == 1
    filled: Counter[str] = Counter()
    for fill in fills:
        filled[fill["node_order_id"]] += fill["qty_1e8"]
    assert {order["node_order_id"]: order["filled_qty_1e8"] for order in orders if order["filled_qty_1e8"]} == filled
    assert max(Counter(order["node_order_id"] for order in orders).values()) == 1
    assert opening(client) == opened
    assert sorted(fill["fill_id"] for fill in fills) == sorted(
        row[0] for row in read(life, "SELECT fill_id FROM fills")
    )
    stored = {(venue, asset): qty for venue, asset, qty in read(life, "SELECT venue, asset, qty_1e8 FROM positions")}
    assert stored == {key: row["qty_1e8"] for key, row in held(client).items() if key in stored}


def settle(client: Any) -> list[Any]:
    """Wait until nothing but what rests is open; give every order."""

    def is_settled(orders: list[Any]) -> bool:
        return not [order for order in orders if order["status"] in OPEN and order["symbol"] != "BTC-USD"]

    return until(lambda: every_order(client), is_settled)


def assert_kept(client: Any, stream: OrderStream) -> None:
    """Prove that what was acknowledged is there, and that what rested rests."""
    orders = {order["node_order_id"].split(":")[1]: order for order in settle(client)}
    assert not stream.acked - orders.keys()
    assert {orders[graph_id]["status"] for graph_id in stream.resting} == {"ACCEPTED"}
    for graph_id in stream.acked - stream.resting:
        order = orders[graph_id]
        assert order["status"] in ("COMPLETED", "CANCELLED", "REJECTED", "FAILED")


def assert_sent_once(client: Any, stream: OrderStream) -> None:
    """Send everything again: what was taken gives the first answer, and each order is there once."""
    for graph_id, order in stream.asked.items():
        assert client._post("/v1/orders", order)["graph_id"] == graph_id
    named = Counter(order["node_order_id"].split(":")[1] for order in settle(client))
    assert {graph_id: named[graph_id] for graph_id in stream.asked} == dict.fromkeys(stream.asked, 1)


def test_killed_again_and_again_nothing_acknowledged_is_lost_and_nothing_counts_twice(life: Life) -> None:
    client = life.begin().client()
    opened, rng, locked = open_all(client), Random(SEED), 0
    for number in range(ROUNDS):
        assert life.server is not None
        stream = OrderStream(life.server, f"round{number}", rng.randrange(1 << 30))
        stream.run(rng.randrange(20, 120), life.server.kill)
        assert stream.refused == []
        client = life.begin().client()
        assert_kept(client, stream)
        assert_consistent(life, client, opened)
        assert_sent_once(client, stream)
        assert_consistent(life, client, opened)
        locked += sum("price" in order for order in stream.asked.values())
        least = locked * FAR_BELOW * 10**6  # 0.01 each, and the fee on top
        assert sum(row["locked_qty_1e8"] for row in held(client).values()) >= least
    cancelled = [order for order in every_order(client) if order["status"] in OPEN]
    assert len(cancelled) == locked
    for order in cancelled:
        client._delete(f"/v1/orders/{order['node_order_id']}")
    assert {client.order(order["node_order_id"])["status"] for order in cancelled} == {"CANCELLED"}
    assert {row["locked_qty_1e8"] for row in held(client).values()} == {0}
    assert_consistent(life, client, opened)


def test_asked_to_end_in_the_middle_of_a_stream_it_ends_well_and_loses_nothing(life: Life) -> None:
    server = life.begin()
    opened = open_all(server.client())
    stream = OrderStream(server, "gentle", SEED)
    ended = []
    stream.run(50, lambda: ended.append(server.terminate()))
    assert [each.code for each in ended] == [0]
    assert "Traceback" not in ended[0].err
    client = life.begin().client()
    assert_kept(client, stream)
    assert_consistent(life, client, opened)
    assert_sent_once(client, stream)


def test_both_keys_and_the_venue_credentials_survive_a_kill(life: Life) -> None:
    server = life.begin()
    server.client(server.live_key).connect_venue("kraken", "key", "c2VjcmV0")
    server.kill()
    again = life.begin()
    assert (again.client().account()["is_sandbox"], again.client(again.live_key).account()["is_sandbox"]) == (
        True,
        False,
    )
    assert [row["venue"] for row in again.client(again.live_key).venues()] == ["kraken"]


def test_what_rested_before_a_kill_is_filled_or_cancelled_after_it_and_once(life: Life) -> None:
    above = write_capture(life.home / "above.jsonl", market_of([("99.50", "2")], [("100.50", "1.5"), ("101.00", "3")]))
    below = write_capture(life.home / "below.jsonl", market_of([("95.00", "9")], [("96.00", "9")]))
    client = life.begin("--market", f"replay:{above}").client()
    part = rest(client, client.buy("BTC-USDT", 2, limit_price=100.5))  # takes 1.5, and half a coin rests
    whole = rest(client, client.buy("BTC-USDT", 1, limit_price=98))
    stays = rest(client, client.buy("BTC-USDT", 1, limit_price=90))
    opened = opening(client)
    assert (part.order["status"], part.order["filled_qty_1e8"]) == ("PARTIAL", 150_000_000)
    for _ in range(2):
        assert life.server is not None
        life.server.kill()
        client = life.begin("--market", f"replay:{below}").client()
        done = [finish(client, each.graph) for each in (part, whole)]
        assert [each.order["filled_qty_1e8"] for each in done] == [200_000_000, 100_000_000]
        assert all(fill["price_1e9"] <= 100_500_000_000 for fill in done[0].fills)
        assert all(fill["price_1e9"] <= 98_000_000_000 for fill in done[1].fills)
        assert_consistent(life, client, opened)
    assert look(client, client.graph_status(stays.graph["graph_id"])).order["status"] == "ACCEPTED"
    client.cancel(stays.graph["graph_id"])
    assert finish(client, stays.graph).order["status"] == "CANCELLED"
    assert {row["locked_qty_1e8"] for row in held(client).values()} == {0}


def test_a_conflict_is_still_a_conflict_after_a_kill(life: Life) -> None:
    order = {"graph_id": "once", "symbol": "SOL-USD", "side": "buy", "qty": 0.5}
    server = life.begin()
    assert server.ask("POST", "/v1/orders", json=order).status_code == 200
    server.kill()
    again = life.begin()
    assert again.ask("POST", "/v1/orders", json=order | {"qty": 0.6}).status_code == 409
    first = again.ask("POST", "/v1/orders", json=order)
    assert (first.status_code, first.json()["graph_id"]) == (200, "once")
    assert again.client().orders()["total"] == 1


def test_a_cancel_that_was_acknowledged_before_a_kill_stays_a_cancel(life: Life) -> None:
    server, graphs = life.begin(), [f"rests-{number}" for number in range(120)]
    for graph_id in graphs:
        order = {"graph_id": graph_id, "symbol": "BTC-USD", "side": "buy", "qty": 0.01, "price": FAR_BELOW}
        assert server.ask("POST", "/v1/orders", json=order).status_code == 200
    acked = cancel_until_gone(server, graphs, len(graphs) * 2 // 3)
    assert len(acked) >= len(graphs) * 2 // 3
    client = life.begin().client()
    by_graph = {order["node_order_id"].split(":")[1]: order for order in every_order(client)}
    late = [graph_id for graph_id in acked if by_graph[graph_id]["status"] in OPEN]
    for graph_id in late:
        assert finish(client, {"graph_id": graph_id}).order["status"] == "CANCELLED"
    orders = every_order(client)
    assert sum(order["status"] == "CANCELLED" for order in orders) >= len(acked)
    assert {order["status"] for order in orders} == {"ACCEPTED", "CANCELLED"}
    assert sum(row["locked_qty_1e8"] for row in held(client).values()) > 0
