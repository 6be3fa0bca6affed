"""The official client looks: health, venues, quotes, symbols, fees, previews, the account."""

from __future__ import annotations

from typing import Any

import pytest
from sequence_markets import Sequence

from tests.e2e.serving import Server

VENUES = {"binance", "coinbase", "kraken"}


def test_the_server_is_healthy_without_a_key(server: Server) -> None:
    assert Sequence("no key", server.url).health() is True
    assert Sequence("no key", "http://127.0.0.1:1").health() is False


def test_a_venue_is_connected_shown_and_disconnected(live: Any) -> None:
    assert live.connect_venue("binance", "a-key", "a-secret") is None
    (row,) = live.venues()
    assert (row["venue"], "a-secret" in str(row)) == ("binance", False)
    live.connect_venue("binance", "another-key", "another-secret", extra_json={"note": "again"})
    assert len(live.venues()) == 1
    live.disconnect_venue("binance")
    assert live.venues() == []


@pytest.mark.parametrize("spelling", ["BTC-USD", "btc-usd", "BTC/USD", "btc/usd"])
def test_a_quote_shows_every_venue_and_their_best(paper: Any, spelling: str) -> None:
    quote = paper.quote(spelling, depth=3)
    assert (quote["symbol"], quote["source"], set(quote["venues"])) == ("BTC-USD", "edge_nbbo", VENUES)
    nbbo, venues = quote["nbbo"], quote["venues"].values()
    assert nbbo["bid"] == max(venue["bid"] for venue in venues)
    assert nbbo["ask"] == min(venue["ask"] for venue in venues)
    assert nbbo["bid"] < nbbo["mid"] < nbbo["ask"]
    assert nbbo["spread_bps"] == pytest.approx((nbbo["ask"] - nbbo["bid"]) / nbbo["mid"] * 1e4)
    assert all(venue["age_ms"] < 10_000 for venue in venues)


def test_the_merged_book_is_sorted_names_its_venues_and_keeps_to_the_depth(paper: Any) -> None:
    quote = paper.quote("ETH-USD", depth=20)
    bids, asks = quote["book"]["bids"], quote["book"]["asks"]
    assert (len(bids), len(asks)) == (20, 20)
    assert [level["price"] for level in bids] == sorted((level["price"] for level in bids), reverse=True)
    assert [level["price"] for level in asks] == sorted(level["price"] for level in asks)
    assert (bids[0]["price"], asks[0]["price"]) == (quote["nbbo"]["bid"], quote["nbbo"]["ask"])
    assert {level["venue"] for level in bids + asks} <= VENUES
    assert len(paper.quote("ETH-USD", depth=1)["book"]["bids"]) == 1


def test_several_quotes_come_together(paper: Any) -> None:
    found = paper.quotes(["BTC-USD", "ETH/USD"])["quotes"]
    assert [quote["symbol"] for quote in found] == ["BTC-USD", "ETH-USD"]
    assert all(quote["nbbo"]["bid"] < quote["nbbo"]["ask"] for quote in found)


def test_a_batch_tells_a_bad_symbol_in_its_place(paper: Any) -> None:
    batch = paper.quotes_batch(["BTC-USD", "NOPE-USD", "SOL-USD"], depth=2)
    assert [quote["symbol"] for quote in batch["quotes"]] == ["BTC-USD", "NOPE-USD", "SOL-USD"]
    assert batch["count"] == 3
    assert [sorted(quote) == ["error", "symbol"] for quote in batch["quotes"]] == [False, True, False]
    assert "unknown symbol" in batch["quotes"][1]["error"]


def test_symbols_are_listed_with_their_venues(paper: Any) -> None:
    rows = {row["symbol"]: row for row in paper.symbols()}
    btc = rows["BTC-USD"]
    assert (btc["base"], btc["quote"], set(btc["venues"])) == ("BTC", "USD", VENUES)
    assert (btc["type"], btc["instrument_type"]) == ("spot", "spot")


def test_fees_are_told_by_venue_and_can_be_narrowed(paper: Any) -> None:
    fees = paper.fees("BTC/USD")
    assert (fees["ticker"], {row["venue"] for row in fees["fees"]}) == ("BTC-USD", VENUES)
    assert all(0 < row["maker_bps"] <= row["taker_bps"] for row in fees["fees"])
    assert [row["venue"] for row in paper.fees("BTC-USD", venues=["kraken"])["fees"]] == ["kraken"]


def test_a_preview_adds_up_and_sends_nothing(paper: Any) -> None:
    before = paper.orders()["total"]
    preview = paper.preview("BTC-USD", "buy", 2.5)
    assert (preview["symbol"], preview["side"], preview["qty_1e8"]) == ("BTC-USD", "buy", 250_000_000)
    assert set(preview["candidate_venues"]) == VENUES
    assert preview["best_venue"] in VENUES
    assert sum(leg["qty_1e8"] for leg in preview["legs"]) + preview["residual_qty_1e8"] == 250_000_000
    parts = preview["estimated_fee_bps"] + preview["estimated_slippage_bps"]
    assert preview["estimated_total_cost_bps"] == pytest.approx(parts, abs=0.01)
    assert 0 < preview["estimated_fee_bps"] <= preview["worst_case_fee_bps"]
    assert paper.orders()["total"] == before


def test_every_edge_is_connected(paper: Any) -> None:
    edges = paper.edges()["edges"]
    assert {edge["venue"] for edge in edges} == VENUES
    assert all((edge["status"], edge["symbols"] > 0) == ("connected", True) for edge in edges)


def test_the_account_is_the_same_behind_both_keys_and_tells_the_budget(paper: Any, live: Any) -> None:
    mine, other = paper.account(), live.account()
    assert mine["client_id"] == other["client_id"]
    assert (mine["is_sandbox"], other["is_sandbox"]) == (True, False)
    assert mine["burst"] == 2 * mine["rate_limit_qps"]
