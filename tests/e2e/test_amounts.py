"""Amounts agree: fills with orders, positions with fills and fees, totals with positions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.serving import serving
from tests.e2e.trading import Row, finish, held, moves

CASES = [("buy", "BTC-USD", 0.12), ("sell", "BTC-USD", 0.08), ("buy", "ETH-USDT", 2.3), ("sell", "SOL-USD", 45.6)]


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The official client on a server of its own, where nobody else thins the books."""
    with serving(tmp_path_factory.mktemp("amounts"), "--seed", "11") as server:
        yield server.client()


@pytest.mark.parametrize(("side", "symbol", "qty"), CASES)
def test_fills_add_up_to_the_order(paper: Any, side: str, symbol: str, qty: float) -> None:
    done = finish(paper, getattr(paper, side)(symbol, qty))
    fills = done.fills
    assert sum(fill["qty_1e8"] for fill in fills) == done.order["filled_qty_1e8"] == round(qty * 10**8)
    assert len({fill["fill_id"] for fill in fills}) == len(fills) == done.node["fill_count"]
    prices = [fill["price_1e9"] for fill in fills]
    average = sum(fill["price_1e9"] * fill["qty_1e8"] for fill in fills) / round(qty * 10**8)
    assert min(prices) <= done.node["avg_fill_price_1e9"] <= max(prices)
    assert done.node["avg_fill_price_1e9"] == done.order["avg_fill_price_1e9"] == pytest.approx(average, abs=1)


def test_an_order_walks_the_book_from_its_best_level(paper: Any) -> None:
    done = finish(paper, paper.buy("BTC-USD", 0.2, venue="kraken"))
    prices = [fill["price_1e9"] for fill in reversed(done.fills)]  # they are listed newest first
    assert len(prices) > 5
    assert prices == sorted(set(prices))


@pytest.mark.parametrize(("side", "symbol", "qty"), CASES)
def test_positions_move_by_fills_and_fees_and_by_nothing_else(paper: Any, side: str, symbol: str, qty: float) -> None:
    finish(paper, getattr(paper, side)(symbol, 0.1))  # opens whatever it touches
    for venue in ("binance", "coinbase", "kraken"):
        finish(paper, getattr(paper, side)(symbol, 0.1, venue=venue))
    before = held(paper)
    done = finish(paper, getattr(paper, side)(symbol, qty))
    expected = moves(done.fills)
    after = held(paper)
    assert {key: row["qty_1e8"] - before[key]["qty_1e8"] for key, row in after.items()} == {
        key: expected.get(key, 0) for key in after
    }


@pytest.mark.parametrize(("side", "symbol", "qty"), CASES)
def test_a_fee_is_the_taker_rate_of_what_was_traded(paper: Any, side: str, symbol: str, qty: float) -> None:
    rates = {row["venue"]: row["taker_bps"] for row in paper.fees(symbol)["fees"]}
    for fill in finish(paper, getattr(paper, side)(symbol, qty)).fills:
        value_1e9 = fill["price_1e9"] * fill["qty_1e8"] / 10**8
        assert fill["fee_1e9"] == pytest.approx(value_1e9 * rates[fill["venue"]] / 10_000, abs=1)
        assert (fill["liquidity"], fill["fee_asset"]) == ("taker", symbol.split("-")[1])


def assert_identities(found: Row) -> None:
    rows, totals = found["positions"], found["totals"]
    for row in rows:
        assert row["locked_qty_1e8"] + row["available_qty_1e8"] == row["qty_1e8"]
        assert row["current_value_usd_1e9"] == row["qty_1e8"] * row["current_price_usd_1e9"] // 10**8
        assert row["lifecycle"] == {"state": "active"}
    assert totals["num_positions"] == len(rows)
    assert totals["nav_usd_1e9"] == sum(row["current_value_usd_1e9"] for row in rows)
    cash = [row for row in rows if row["instrument"].get("code", row["instrument"].get("symbol")) in ("USD", "USDT")]
    assert totals["cash_usd_1e9"] == sum(row["current_value_usd_1e9"] for row in cash)
    for name in ("unrealized_pnl_usd_1e9", "realized_pnl_usd_1e9", "fees_usd_1e9"):
        assert totals[name] == sum(row[name] for row in rows)


def test_values_and_totals_agree_with_the_positions(paper: Any) -> None:
    finish(paper, paper.buy("BTC-USD", 0.4))
    paper.buy("BTC-USD", 0.1, limit_price=32_000)
    found = paper.positions_unified()
    assert any(row["locked_qty_1e8"] for row in found["positions"])
    assert_identities(found)


def test_positions_are_filtered_by_venue_and_kind_and_totals_follow(paper: Any) -> None:
    finish(paper, paper.buy("BTC-USD", 0.2, venue="kraken"))
    everything = paper.positions_unified()
    for venues, kinds in ((["kraken"], None), (None, ["fiat"]), (["kraken", "binance"], ["crypto"])):
        found = paper.positions_unified(venues=venues, kinds=kinds)
        assert_identities(found)
        wanted = {
            row["id"]
            for row in everything["positions"]
            if (not venues or row["venue"] in venues) and (not kinds or row["instrument"]["kind"] in kinds)
        }
        assert {row["id"] for row in found["positions"]} == wanted != set()
    assert paper.positions_unified(kinds=["perp"])["positions"] == []
