"""The official client trades: buys, sells, limits, pins, cancels, batches, and reads what became of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.trading import finish, held, look, rest

FAR_BELOW, FAR_ABOVE = 32_000, 128_000  # of a market near 64,000


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_market_order_is_filled(paper: Any, side: str) -> None:
    submission = getattr(paper, side)("BTC-USD", 0.05)
    assert (submission["node_count"], submission["edge_count"]) == (1, 0)
    done = finish(paper, submission)
    assert (done.graph["status"], done.node["status"], done.order["status"]) == ("completed", "filled", "COMPLETED")
    assert (done.order["side"], done.order["qty_1e8"]) == (side.upper(), 5_000_000)
    assert done.order["filled_qty_1e8"] == done.node["filled_qty_1e8"] == done.node["target_qty_1e8"] == 5_000_000
    assert done.order["node_order_id"] == f"graph:{submission['graph_id']}:order:1"
    assert done.order["constraints"]["tif"] == "IOC"


def test_a_marketable_limit_order_never_trades_beyond_its_limit(paper: Any) -> None:
    ask = paper.quote("BTC-USD")["nbbo"]["ask"]
    limit = round(ask * 1.0005)
    done = finish(paper, paper.buy("BTC-USD", 0.02, limit_price=limit, tif="IOC"))
    assert done.fills
    assert all(fill["price_1e9"] <= limit * 10**9 for fill in done.fills)


def test_a_limit_order_away_from_the_market_rests_holds_money_back_and_is_cancelled(paper: Any) -> None:
    before = held(paper)["kraken", "USD"]["locked_qty_1e8"]
    resting = rest(paper, paper.buy("BTC-USD", 0.5, limit_price=FAR_BELOW, venue="kraken"))
    assert (resting.graph["status"], resting.node["status"]) == ("active", "executing")
    assert (resting.order["status"], resting.fills) == ("ACCEPTED", [])
    locked = held(paper)["kraken", "USD"]["locked_qty_1e8"] - before
    assert locked >= 0.5 * FAR_BELOW * 10**8
    paper.cancel(resting.graph["graph_id"])
    done = finish(paper, resting.graph)
    assert (done.graph["status"], done.node["status"], done.order["status"]) == ("cancelled", "cancelled", "CANCELLED")
    assert held(paper)["kraken", "USD"]["locked_qty_1e8"] == before


@pytest.mark.parametrize("venue", ["binance", "kraken", "coinbase"])
def test_a_pinned_order_trades_at_its_venue_only(paper: Any, venue: str) -> None:
    done = finish(paper, paper.buy("ETH-USD", 1.5, venue=venue))
    assert done.order["filled_qty_1e8"] == 150_000_000
    assert {fill["venue"] for fill in done.fills} == {venue}


def test_a_truncated_price_and_quantity_land_on_the_grid(paper: Any) -> None:
    # The client sends int(4.1 × 10⁸) = 409999999 and int(2048.14 × 10⁹), one unit short of what was meant.
    assert (int(4.1 * 1e8), int(2048.14 * 1e9)) == (409_999_999, 2_048_139_999_999)
    resting = rest(paper, paper.buy("ETH-USD", 4.1, limit_price=2048.14, venue="binance"))
    assert (resting.order["qty_1e8"], resting.order["constraints"]["max_price_1e9"]) == (410_000_000, 2_048_140_000_000)
    paper.cancel(resting.graph["graph_id"])


@pytest.mark.parametrize("off", [-1, 1])
def test_a_price_one_unit_off_its_tick_on_either_side_is_moved_onto_it(paper: Any, off: int) -> None:
    tick = 30_000_010_000_000
    node = paper.node("order", "BTC-USD", "buy", 0.01)
    resting = rest(paper, paper.graph([node | {"order_type": {"limit": {"price_1e9": tick + off}}}]))
    assert resting.order["constraints"]["max_price_1e9"] == tick
    paper.cancel(resting.graph["graph_id"])


@pytest.mark.parametrize("cancel", ["cancel", "graph_cancel"])
def test_both_ways_to_cancel_a_graph_work_and_cancelling_twice_changes_nothing(paper: Any, cancel: str) -> None:
    resting = rest(paper, paper.sell("SOL-USD", 3, limit_price=900))
    for _ in range(2):
        getattr(paper, cancel)(resting.graph["graph_id"])
        assert paper.graph_status(resting.graph["graph_id"])["status"] == "cancelled"


def test_a_cancel_of_a_filled_order_leaves_its_fills(paper: Any) -> None:
    done = finish(paper, paper.buy("SOL-USD", 2))
    paper.cancel(done.graph["graph_id"])
    assert look(paper, paper.graph_status(done.graph["graph_id"])) == done


def test_orders_and_fills_are_listed_newest_first_page_by_page(paper: Any) -> None:
    ids = [finish(paper, paper.buy("ETH-USDT", 0.1)).order["node_order_id"] for _ in range(3)]
    page = paper.orders(limit=2, symbol="ETH-USDT")
    assert [order["node_order_id"] for order in page["orders"]] == ids[:0:-1]
    assert (page["limit"], page["offset"], page["has_more"]) == (2, 0, True)
    rest_of_it = paper.orders(limit=2, offset=2, symbol="ETH-USDT")
    assert rest_of_it["orders"][0]["node_order_id"] == ids[0]
    assert {fill["symbol"] for fill in paper.fills(symbol="ETH/USDT")["fills"]} == {"ETH-USDT"}
    times = [fill["timestamp_ns"] for fill in paper.fills()["fills"]]
    assert times == sorted(times, reverse=True)


def test_a_batch_sends_and_cancels_one_after_the_other(paper: Any, live: Any) -> None:
    resting = rest(live, live.buy("BTC-USD", 0.1, limit_price=FAR_BELOW))
    with live.batch("coinbase") as batch:
        batch.buy("BTC-USD", 0.01).sell_limit("BTC-USD", 0.02, FAR_ABOVE).buy("NOPE-USD", 1)
        batch.cancel(resting.order["node_order_id"])
    assert batch.mode == "serial"
    assert [next(iter(response)) for response in batch.responses] == ["submitted", "submitted", "error", "cancelled"]
    filled, waiting = (response["submitted"] for response in batch.responses[:2])
    assert {fill["venue"] for fill in finish(live, filled).fills} == {"coinbase"}
    live.cancel(rest(live, waiting).graph["graph_id"])
    assert finish(live, resting.graph).order["status"] == "CANCELLED"


def test_a_live_key_sees_its_sandbox_orders_only_when_it_asks_for_one(paper: Any, live: Any) -> None:
    submission = live.buy("BTC-USD", 0.01, sandbox=True)
    done = finish(paper, submission)
    assert done.order["status"] == "COMPLETED"
    named = done.order["node_order_id"]
    assert named in {order["node_order_id"] for order in paper.orders()["orders"]}
    assert named not in {order["node_order_id"] for order in live.orders()["orders"]}
    assert live.order(named)["node_order_id"] == named


def test_what_a_live_key_does_is_hidden_from_the_sandbox_key(paper: Any, live: Any) -> None:
    done = finish(live, live.buy("BTC-USD", 0.01))
    named = done.order["node_order_id"]
    assert named not in {order["node_order_id"] for order in paper.orders()["orders"]}
    assert not {fill["fill_id"] for fill in done.fills} & {fill["fill_id"] for fill in paper.fills()["fills"]}
