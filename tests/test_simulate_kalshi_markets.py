"""The simulated Kalshi tells its markets, books and trades as the venue's documents say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.kalshi_desk import CRYPTO, ORDERS, START, TICKER, Desk, no_of
from venuekit.units import NANOS_PER_S

D = Decimal


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_markets_come_page_by_page_and_none_twice(desk: Desk) -> None:
    seen, cursor = [], ""
    while True:
        page = desk.get("/markets", limit=3, cursor=cursor)
        seen += [each["ticker"] for each in page["markets"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert seen == list(desk.venue.exchange.markets)


@pytest.mark.parametrize(
    ("status", "own"),
    [("open", {"active"}), ("closed", {"closed"}), ("unopened", {"initialized"}), ("settled", set())],
)
def test_the_filter_of_status_has_words_of_its_own(desk: Desk, status: str, own: set[str]) -> None:
    assert {each["status"] for each in desk.get("/markets", status=status)["markets"]} == own


def test_events_hold_their_markets_where_that_is_asked(desk: Desk) -> None:
    plain = desk.get("/events", series_ticker="KXFED")["events"]
    nested = desk.get("/events", series_ticker="KXFED", with_nested_markets="true")["events"]
    assert "markets" not in plain[0]
    assert [each["event_ticker"] for each in nested[0]["markets"]] == ["KXFED-27DEC"] * 3
    assert (nested[0]["fee_type_override"], nested[0]["fee_multiplier_override"]) == ("quadratic", 0.5)


def test_what_is_no_for_one_outcome_is_yes_for_the_other(desk: Desk) -> None:
    market = desk.get(f"/markets/{TICKER}")["market"]
    assert D(market["yes_bid_dollars"]) + D(market["no_ask_dollars"]) == 1
    assert D(market["yes_ask_dollars"]) + D(market["no_bid_dollars"]) == 1
    book = desk.get(f"/markets/{TICKER}/orderbook")["orderbook_fp"]
    assert book["yes_dollars"][-1] == [market["yes_bid_dollars"], market["yes_bid_size_fp"]]
    assert book["no_dollars"][-1] == [market["no_bid_dollars"], market["yes_ask_size_fp"]]


def test_a_depth_gives_the_best_levels(desk: Desk) -> None:
    whole = desk.get(f"/markets/{TICKER}/orderbook")["orderbook_fp"]
    two = desk.get(f"/markets/{TICKER}/orderbook", depth=2)["orderbook_fp"]
    assert two == {name: levels[-2:] for name, levels in whole.items()}
    several = desk.get("/markets/orderbooks", tickers=f"{TICKER},{CRYPTO}")["orderbooks"]
    assert [each["ticker"] for each in several] == [TICKER, CRYPTO]
    assert several[0]["orderbook_fp"] == whole


def test_trades_come_newest_first(desk: Desk) -> None:
    desk.place(price="0.4500", time_in_force="immediate_or_cancel")
    trades = desk.get("/markets/trades", ticker=TICKER)["trades"]
    assert len(trades) == 3
    assert (trades[0]["count_fp"], trades[0]["yes_price_dollars"], trades[0]["no_price_dollars"]) == (
        "10.00",
        "0.4500",
        "0.5500",
    )
    assert (trades[0]["taker_outcome_side"], trades[0]["taker_book_side"]) == ("yes", "bid")


@pytest.mark.parametrize(
    ("ticker", "takes", "refuses"),
    [
        (TICKER, ["0.01", "0.43", "0.99"], ["0.435", "0.00", "1.00", "-0.10"]),
        ("KXFED-27DEC-T4.00", ["0.001", "0.435", "0.999"], ["0.4355"]),
        ("KXFED-27DEC-T4.50", ["0.042", "0.10", "0.11", "0.90", "0.901"], ["0.105", "0.895"]),
    ],
)
def test_a_grid_takes_its_prices_and_no_others(desk: Desk, ticker: str, takes: list[str], refuses: list[str]) -> None:
    for price in takes:
        desk.place(ticker=ticker, price=price, count="0.01")
        assert desk.send("DELETE", ORDERS)[0] == 204
    for price in refuses:
        assert desk.refused(ticker=ticker, price=price)[:2] == (400, "invalid_order")


def test_markets_are_chosen_by_when_they_close(desk: Desk) -> None:
    past = desk.get("/markets", max_close_ts=START // NANOS_PER_S)["markets"]
    assert [each["status"] for each in past] == ["closed"]
    assert desk.get("/markets", min_settled_ts=0)["markets"] == []
    assert desk.get("/markets", mve_filter="only")["markets"] == []


def test_a_series_and_an_event_are_told_alone(desk: Desk) -> None:
    assert desk.get("/series/KXBTCD")["series"]["fee_type"] == "quadratic_with_maker_fees"
    assert len(desk.get("/series", category="Economics")["series"]) == 1
    told = desk.get("/events/KXFED-27DEC")
    assert [each["ticker"] for each in told["markets"]] == [
        each["ticker"] for each in desk.get("/markets", event_ticker="KXFED-27DEC")["markets"]
    ]
    assert desk.get("/events/KXFED-27DEC", with_nested_markets="true")["event"]["markets"] == told["markets"]
    assert desk.get("/series/fee_changes") == {"series_fee_change_arr": []}
    assert desk.get("/events/fee_changes") == {"event_fee_changes": [], "cursor": ""}


@pytest.mark.parametrize("path", ["/markets/NOPE", "/markets/NOPE/orderbook", "/series/NOPE", "/events/NOPE", "/nope"])
def test_what_there_is_not_is_not_found(desk: Desk, path: str) -> None:
    assert no_of(desk.send("GET", path))[:2] == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/markets", {"limit": 1001}),
        ("/markets", {"limit": "many"}),
        ("/markets", {"status": "active"}),
        ("/markets", {"cursor": "nonsense"}),
        ("/events", {"with_nested_markets": "maybe"}),
        (f"/markets/{TICKER}/orderbook", {"depth": 101}),
        ("/portfolio/orders", {"status": "open"}),
        ("/portfolio/positions", {"count_filter": "all"}),
        ("/portfolio/fills", {"subaccount": 3}),
        ("/portfolio/settlements", {"min_ts": "yesterday"}),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(desk: Desk, path: str, query: dict[str, Any]) -> None:
    assert no_of(desk.send("GET", path, **query))[:2] == (400, "invalid_parameters")


def test_the_exchange_tells_its_shards_and_hours(desk: Desk) -> None:
    status = desk.get("/exchange/status")
    assert [each["exchange_index"] for each in status["exchange_index_statuses"]] == [0, 1, 2, 3]
    week = desk.get("/exchange/schedule")["schedule"]["standard_hours"][0]
    assert (len(week["monday"]), len(week["thursday"])) == (1, 2)
    assert set(desk.get("/historical/cutoff").values()) == {"1970-01-01T00:00:00Z"}
    assert desk.get("/exchange/user_data_timestamp")["as_of_time"].endswith("Z")


def test_our_rows_are_chosen_by_time_and_come_page_by_page(desk: Desk) -> None:
    for _ in range(3):
        desk.place(price="0.45", time_in_force="immediate_or_cancel", count="1")
        desk.wait(10)
    for path, name in (("/portfolio/orders", "orders"), ("/portfolio/fills", "fills")):
        first = desk.get(path, limit=2)
        second = desk.get(path, limit=2, cursor=first["cursor"])
        assert [len(first[name]), len(second[name]), second["cursor"]] == [2, 1, ""]
        assert len(desk.get(path, min_ts=START // NANOS_PER_S + 5)[name]) == 2
        assert len(desk.get(path, max_ts=START // NANOS_PER_S + 15)[name]) == 2
        assert len(desk.get(path, ticker=CRYPTO)[name]) == 0
    assert len(desk.get("/portfolio/orders", event_ticker="KXHIGHNY-27DEC24,KXFED-27DEC")["orders"]) == 3
    assert desk.get("/portfolio/orders", exchange_index=2)["orders"] == []


def test_resting_money_is_told_by_shard(desk: Desk) -> None:
    desk.place()
    told = desk.get("/portfolio/summary/total_resting_order_value")
    assert told["total_resting_order_value"] == 430
    assert told["resting_order_value_breakdown"][0] == {"exchange_index": 0, "balance": "4.3000"}
    assert desk.get("/portfolio/balance", exchange_index=0)["balance_dollars"] == "9995.7000"
