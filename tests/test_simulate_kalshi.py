"""The simulated Kalshi takes, refuses, counts and pays as the venue's documents say."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.kalshi_desk import CRYPTO, ORDERS, ROOT, START, TICKER, Desk, no_of
from venuekit.units import NANOS_PER_S, Nanos
from venuekit_testkit.simulate.call import Call
from venuekit_testkit.simulate.kalshi.budget import Budget
from venuekit_testkit.simulate.kalshi.face import KalshiSimulator
from venuekit_testkit.simulate.kalshi.fees import KalshiFunds
from venuekit_testkit.simulate.kalshi.signature import is_proven, public_key

DATA = Path(os.environ.get("VENUEKIT_VENUE_DATA", Path(__file__).resolve().parents[2] / "shared" / "venue-data"))
VECTORS = DATA.parent / "vectors" / "kalshi.json"
D = Decimal


@pytest.fixture
def desk() -> Desk:
    return Desk()


# ── signatures ──


def cases() -> list[dict[str, Any]]:
    if not VECTORS.exists():
        return []
    found: list[dict[str, Any]] = json.loads(VECTORS.read_text())["cases"]
    return [case for case in found if "signature_b64" in case["expected"]]


@pytest.mark.skipif(not VECTORS.exists(), reason="the signature vectors are not on this machine")
def test_every_published_signature_is_accepted_and_a_flipped_byte_is_not() -> None:
    assert {case["credentials"]["key_type"] for case in cases()} == {"rsa", "ed25519"}
    for case in cases():
        key = public_key(case["credentials"]["private_key_pem"])
        text, signature = case["expected"]["message"], case["expected"]["signature_b64"]
        assert is_proven(key, text, signature), case["name"]
        assert not is_proven(key, text + "x", signature)
        flipped = ("A" if signature[9] != "A" else "B").join((signature[:9], signature[10:]))
        assert not is_proven(key, text, flipped), case["name"]


def test_both_kinds_of_keys_are_known() -> None:
    kinds = [KalshiSimulator.keys, KalshiSimulator.rsa_keys]
    made = [type(load_pem_private_key(each["api_secret"].encode(), password=None)) for each in kinds]
    assert issubclass(made[0], Ed25519PrivateKey)
    assert issubclass(made[1], RSAPrivateKey)


@pytest.mark.parametrize(
    ("change", "details"),
    [
        ({"kalshi-access-key": "another"}, "NOT_FOUND"),
        ({"kalshi-access-signature": "AAAA"}, "INCORRECT_API_KEY_SIGNATURE"),
        ({"kalshi-access-signature": "no base64 at all"}, "INCORRECT_API_KEY_SIGNATURE"),
        ({"kalshi-access-timestamp": "1"}, "HEADER_TIMESTAMP_EXPIRED"),
        ({"kalshi-access-timestamp": ""}, "MISSING_HEADER: kalshi-access-timestamp"),
    ],
)
def test_a_call_that_is_not_proven_is_told_why(desk: Desk, change: dict[str, str], details: str) -> None:
    path = f"{ROOT}/portfolio/balance"
    call = Call(method="GET", path=path, headers=desk.headers("GET", path) | change)
    reply = desk.venue.handle(call, Nanos(desk.now))
    assert reply is not None
    assert reply.status == 401
    assert json.loads(reply.body)["error"] == {
        "code": "authentication_error",
        "message": "authentication error",
        "details": details,
    }


def test_the_query_is_not_signed_and_public_reads_need_no_key(desk: Desk) -> None:
    assert desk.get("/portfolio/orders", ticker=TICKER, limit=5)["orders"] == []
    bare = desk.venue.handle(Call(method="GET", path=f"{ROOT}/markets", query="limit=1"), Nanos(START))
    assert bare is not None
    assert bare.status == 200


# ── markets ──


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


# ── orders ──


def test_an_order_rests_and_is_found_by_its_id(desk: Desk) -> None:
    told = desk.place(client_order_id="mine")
    assert (told["fill_count"], told["remaining_count"]) == ("0.00", "10.00")
    assert "average_fill_price" not in told
    order = desk.get(f"/portfolio/orders/{told['order_id']}")["order"]
    assert (order["status"], order["client_order_id"], order["outcome_side"]) == ("resting", "mine", "yes")
    assert desk.get("/portfolio/orders", status="resting")["orders"] == [order]
    assert desk.locked() == D("4.30")


def test_an_ask_buys_the_other_outcome(desk: Desk) -> None:
    told = desk.place(side="ask", price="0.4200", time_in_force="immediate_or_cancel")
    assert (told["fill_count"], told["remaining_count"], told["average_fill_price"]) == ("10.00", "0.00", "0.4200")
    (position,) = desk.get("/portfolio/positions")["market_positions"]
    assert (position["position_fp"], position["market_exposure_dollars"]) == ("-10.00", "5.8000")
    (fill,) = desk.get("/portfolio/fills")["fills"]
    assert (fill["outcome_side"], fill["book_side"], fill["is_taker"]) == ("no", "ask", True)
    assert (fill["yes_price_dollars"], fill["no_price_dollars"]) == ("0.4200", "0.5800")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"ticker": ""}, 400, "missing_parameters"),
        ({"ticker": "NOPE"}, 404, "market_not_found"),
        ({"ticker": "KXHIGHNY-26NOV10-B50.5"}, 409, "MARKET_NOT_ACTIVE"),
        ({"ticker": "KXHIGHNY-28JAN15-B40.5"}, 409, "MARKET_NOT_ACTIVE"),
        ({"ticker": "KXNBAGAME-27DEC25BOSLAL-LAL"}, 400, "insufficient_balance"),
        ({"exchange_index": 2}, 404, "market_not_found"),
        ({"side": "yes"}, 400, "invalid_order"),
        ({"count": "0.00"}, 400, "invalid_order"),
        ({"count": "1.005"}, 400, "invalid_order"),
        ({"count": "1000000"}, 400, "insufficient_balance"),
        ({"price": "0.43001"}, 400, "invalid_order"),
        ({"price": "0.45", "post_only": True}, 400, "invalid_order"),
        ({"reduce_only": True}, 400, "invalid_order"),
        ({"reduce_only": True, "time_in_force": "immediate_or_cancel"}, 400, "invalid_order"),
        ({"time_in_force": "GTT"}, 400, "invalid_order"),
        ({"time_in_force": "immediate_or_cancel", "expiration_time": 1_800_000_000}, 400, "invalid_order"),
        ({"expiration_time": 5}, 400, "invalid_order"),
        ({"self_trade_prevention_type": "none"}, 400, "invalid_order"),
        ({"time_in_force": "immediate_or_cancel"}, 409, "immediate_or_cancel_insufficient_resting_volume"),
        (
            {"time_in_force": "fill_or_kill", "price": "0.45", "count": "900"},
            409,
            "fill_or_kill_insufficient_resting_volume",
        ),
    ],
)
def test_each_refusal_has_its_code_and_changes_nothing(
    desk: Desk, change: dict[str, Any], status: int, code: str
) -> None:
    before = desk.free()
    assert desk.refused(**change)[:2] == (status, code)
    assert desk.venue.exchange.mine() == []
    assert desk.free() == before


def test_a_post_only_order_that_would_take_says_so(desk: Desk) -> None:
    assert desk.refused(price="0.45", post_only=True)[2] == "post only cross"


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"ticker": 5}', b'{"ticker": "X", "count": 10}'])
def test_a_body_that_cannot_be_read_is_told_at_the_top(desk: Desk, raw: bytes) -> None:
    status, told = desk.send("POST", ORDERS, raw)
    assert (status, told["code"]) == (400, "bad_request")
    assert "error" not in told


@pytest.mark.parametrize("how", ["rests", "cancelled", "killed", "empty", "amended away"])
def test_a_client_id_is_used_once_for_ever(desk: Desk, how: str) -> None:
    if how == "killed":
        desk.refused(client_order_id="one", time_in_force="fill_or_kill", price="0.45", count="9000")
    elif how == "empty":
        desk.refused(client_order_id="one", time_in_force="immediate_or_cancel")
    else:
        told = desk.place(client_order_id="one")
        if how == "cancelled":
            desk.send("DELETE", f"{ORDERS}/{told['order_id']}")
        elif how == "amended away":
            change = {"ticker": TICKER, "side": "bid", "price": "0.43", "count": "9", "updated_client_order_id": "two"}
            assert desk.send("POST", f"{ORDERS}/{told['order_id']}/amend", change)[0] == 200
            assert desk.refused(client_order_id="two")[:2] == (409, "order_already_exists")
    assert desk.refused(client_order_id="one")[:2] == (409, "order_already_exists")


def test_the_first_version_of_writes_is_gone_and_its_reads_are_not(desk: Desk) -> None:
    for method, path in [
        ("POST", ""),
        ("POST", "/batched"),
        ("DELETE", "/batched"),
        ("DELETE", "/x"),
        ("POST", "/x/amend"),
    ]:
        assert no_of(desk.send(method, f"/portfolio/orders{path}", {}))[:2] == (410, "deprecated_v1_order_endpoint")
    assert desk.get("/portfolio/orders") == {"orders": [], "cursor": ""}


def test_a_batch_has_a_result_for_each_item(desk: Desk) -> None:
    wanted = [desk.wanted(), desk.wanted(price="0.435"), desk.wanted(count="3")]
    status, told = desk.send("POST", f"{ORDERS}/batched", {"orders": wanted})
    assert status == 201
    assert [each.get("remaining_count") for each in told["orders"]] == ["10.00", None, "3.00"]
    assert told["orders"][1]["error"]["code"] == "invalid_order"
    names = [{"order_id": each.get("order_id", "nope"), "market_ticker": TICKER} for each in told["orders"]]
    status, told = desk.send("DELETE", f"{ORDERS}/batched", {"orders": names})
    assert [each["reduced_by"] for each in told["orders"]] == ["10.00", "0.00", "3.00"]
    assert told["orders"][1]["error"] == {"code": "not_found", "message": "not found", "details": ""}


def test_an_order_of_another_shard_is_not_found_by_its_id_alone(desk: Desk) -> None:
    order = desk.place(ticker=CRYPTO)["order_id"]
    assert no_of(desk.send("DELETE", f"{ORDERS}/{order}"))[:2] == (404, "not_found")
    assert no_of(desk.send("DELETE", f"{ORDERS}/{order}", exchange_index=3))[:2] == (404, "not_found")
    assert desk.get(f"/portfolio/orders/{order}")["order"]["status"] == "resting"
    status, told = desk.send("DELETE", f"{ORDERS}/{order}", market_ticker=CRYPTO)
    assert (status, told["reduced_by"]) == (200, "10.00")


def test_a_cancelled_order_is_gone_and_keeps_what_was_filled(desk: Desk) -> None:
    order = desk.place()["order_id"]
    desk.venue.exchange.fill(desk.venue.exchange.mine()[0], D(4))
    assert desk.send("DELETE", f"{ORDERS}/{order}")[1]["reduced_by"] == "6.00"
    told = desk.get(f"/portfolio/orders/{order}")["order"]
    assert (told["status"], told["fill_count_fp"], told["remaining_count_fp"]) == ("canceled", "4.00", "0.00")
    assert no_of(desk.send("DELETE", f"{ORDERS}/{order}"))[:2] == (404, "not_found")


def test_a_decrease_keeps_the_place_and_a_raise_loses_it(desk: Desk) -> None:
    first, second = desk.place()["order_id"], desk.place()["order_id"]
    desk.send("POST", f"{ORDERS}/{first}/decrease", {"reduce_by": "4.00"})

    def queue() -> list[str]:
        return [each["queue_position_fp"] for each in desk.get("/portfolio/orders/queue_positions")["queue_positions"]]

    assert queue() == ["0.00", "6.00"]
    change = {"ticker": TICKER, "side": "bid", "price": "0.43", "count": "11"}
    status, told = desk.send("POST", f"{ORDERS}/{first}/amend", change)
    assert (status, told["remaining_count"]) == (200, "11.00")
    assert queue() == ["10.00", "0.00"]
    assert desk.get(f"/portfolio/orders/{second}/queue_position") == {"queue_position_fp": "0.00"}


@pytest.mark.parametrize("body", [{}, {"reduce_by": "1", "reduce_to": "1"}, {"reduce_to": "10"}, {"reduce_by": "-1"}])
def test_a_decrease_says_one_thing_and_shrinks(desk: Desk, body: dict[str, str]) -> None:
    order = desk.place()["order_id"]
    assert desk.send("POST", f"{ORDERS}/{order}/decrease", body)[0] == 400
    assert desk.get(f"/portfolio/orders/{order}")["order"]["remaining_count_fp"] == "10.00"


def test_a_decrease_to_nothing_ends_the_order(desk: Desk) -> None:
    order = desk.place()["order_id"]
    assert desk.send("POST", f"{ORDERS}/{order}/decrease", {"reduce_to": "0"})[1]["remaining_count"] == "0.00"
    assert desk.get(f"/portfolio/orders/{order}")["order"]["status"] == "canceled"


def test_an_amend_that_crosses_trades(desk: Desk) -> None:
    order = desk.place()["order_id"]
    change = {"ticker": TICKER, "side": "bid", "price": "0.45", "count": "10"}
    told = desk.send("POST", f"{ORDERS}/{order}/amend", change)[1]
    assert (told["fill_count"], told["remaining_count"], told["average_fill_price"]) == ("10.00", "0.00", "0.4500")


def test_an_order_expires_at_its_second(desk: Desk) -> None:
    order = desk.place(expiration_time=START // NANOS_PER_S + 60)["order_id"]
    desk.wait(58)
    assert desk.get(f"/portfolio/orders/{order}")["order"]["status"] == "resting"
    desk.wait(2)
    assert desk.get(f"/portfolio/orders/{order}")["order"]["status"] == "canceled"


@pytest.mark.parametrize(
    ("rule", "left"), [("taker_at_cross", ["resting", "canceled"]), ("maker", ["canceled", "resting"])]
)
def test_nobody_trades_with_himself(desk: Desk, rule: str, left: list[str]) -> None:
    desk.place(price="0.44")
    desk.place(price="0.44", side="ask", self_trade_prevention_type=rule)
    told = desk.get("/portfolio/orders")["orders"]
    assert [each["status"] for each in reversed(told)] == left
    assert desk.get("/portfolio/fills")["fills"] == []


def test_reduce_only_is_capped_by_the_position(desk: Desk) -> None:
    desk.place(price="0.45", time_in_force="immediate_or_cancel")
    told = desk.place(side="ask", price="0.42", count="50", time_in_force="immediate_or_cancel", reduce_only=True)
    assert told["fill_count"] == "10.00"
    (position,) = desk.get("/portfolio/positions")["market_positions"]
    assert position["position_fp"] == "0.00"


def test_a_pause_takes_off_what_asked_for_it_and_refuses_orders(desk: Desk) -> None:
    desk.place(cancel_order_on_pause=True)
    kept = desk.place()["order_id"]
    desk.venue.pause()
    assert desk.refused()[:2] == (503, "service_unavailable")
    assert [each["order_id"] for each in desk.get("/portfolio/orders", status="resting")["orders"]] == [kept]
    assert desk.send("DELETE", f"{ORDERS}/{kept}")[0] == 200
    assert desk.get("/exchange/status")["trading_active"] is False


def test_a_group_that_trades_too_much_stops(desk: Desk) -> None:
    status, group = desk.send("POST", "/portfolio/order_groups/create", {"contracts_limit": 12})
    assert status == 201
    name = group["order_group_id"]
    desk.place(order_group_id=name)
    desk.place(order_group_id=name, price="0.40")
    desk.place(price="0.45", order_group_id=name, time_in_force="immediate_or_cancel", count="13")
    assert desk.get("/portfolio/orders", status="resting")["orders"] == []
    assert desk.refused(order_group_id=name)[:2] == (409, "order_group_triggered")
    assert desk.send("PUT", f"/portfolio/order_groups/{name}/reset")[0] == 200
    desk.place(order_group_id=name)
    assert len(desk.get(f"/portfolio/order_groups/{name}")["orders"]) == 1


# ── budgets ──


def test_a_spent_budget_is_told_in_its_own_shape_and_refills(desk: Desk) -> None:
    desk.venue.budget = Budget("basic")
    answers = [desk.send("POST", ORDERS, desk.wanted(count="0.01")) for _ in range(23)]
    refused = [told for status, told in answers if status == 429]
    assert len(refused) >= 1
    assert refused[0] == {"error": "too many requests"}
    assert len(desk.venue.exchange.mine()) == 23 - len(refused)
    desk.wait(1)
    desk.place()


def test_a_balance_has_a_bucket_of_its_own(desk: Desk) -> None:
    desk.venue.budget = Budget("basic")
    desk.get("/portfolio/balance")
    assert desk.send("GET", "/portfolio/balance")[0] == 429
    assert desk.get("/portfolio/positions")["market_positions"] == []


def test_limits_and_costs_are_told(desk: Desk) -> None:
    desk.venue.budget = Budget("basic")
    limits = desk.get("/account/limits")
    assert (limits["usage_tier"], limits["write"]) == ("basic", {"refill_rate": 100, "bucket_capacity": 200})
    costs = desk.get("/account/endpoint_costs")
    assert costs["default_cost"] == 10
    assert {each["method"]: each["cost"] for each in costs["endpoint_costs"]} == {"GET": 2, "DELETE": 2}


# ── what a market pays ──


def test_a_resolved_market_pays_by_itself(desk: Desk) -> None:
    desk.place(price="0.45", time_in_force="immediate_or_cancel", count="100")
    desk.place(price="0.40")
    before = desk.free()["USD0"] + desk.locked()
    desk.venue.exchange.resolve(TICKER, "yes", "1.00")
    assert desk.free()["USD0"] == before + 100
    assert desk.locked() == 0
    market = desk.get(f"/markets/{TICKER}")["market"]
    assert (market["status"], market["result"], market["settlement_value_dollars"]) == ("finalized", "yes", "1.0000")
    (row,) = desk.get("/portfolio/settlements")["settlements"]
    assert (row["yes_count_fp"], row["no_count_fp"], row["revenue"], row["value"]) == ("100.00", "0.00", 10_000, 100)
    assert row["yes_total_cost_dollars"] == "45.0000"
    assert desk.get("/portfolio/positions")["market_positions"] == []
    (settled,) = desk.get("/portfolio/positions", settlement_status="settled")["market_positions"]
    assert (settled["position_fp"], settled["realized_pnl_dollars"]) == ("0.00", "55.0000")
    assert desk.refused()[:2] == (409, "MARKET_NOT_ACTIVE")


def test_a_scalar_market_pays_its_value_when_its_timer_has_run(desk: Desk) -> None:
    ticker = "KXSHUTDAYS-27DEC"
    desk.place(ticker=ticker, side="ask", price="0.30", time_in_force="immediate_or_cancel")
    before = desk.free()["USD0"]
    desk.venue.exchange.resolve(ticker, "scalar", "0.25")
    assert desk.get(f"/markets/{ticker}")["market"]["status"] == "determined"
    assert desk.get("/portfolio/settlements")["settlements"] == []
    desk.wait(61)
    (row,) = desk.get("/portfolio/settlements")["settlements"]
    assert (row["market_result"], row["no_count_fp"], row["revenue"]) == ("scalar", "10.00", 750)
    assert desk.free()["USD0"] == before + D("7.50")


def test_an_account_of_cents_is_charged_what_rounding_takes_and_gets_whole_cents_back() -> None:
    desk = Desk()
    funds = desk.venue.exchange.funds
    assert isinstance(funds, KalshiFunds)
    funds.precision = D("0.01")
    desk.place(ticker=CRYPTO, price="0.43", count="10")
    order = desk.venue.exchange.mine()[0]
    for _ in range(4):
        desk.venue.exchange.fill(order, D("1.5"))
    # 0.0065 for the trade and 0.0085 for rounding; from the second on, a cent of what was overpaid comes back
    assert [each.fee for each in order.executions] == [D("0.015"), D("0.005"), D("0.005"), D("0.005")]
