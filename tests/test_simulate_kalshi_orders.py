"""The simulated Kalshi takes orders, one and many, and refuses them, as the venue's documents say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.kalshi_desk import CRYPTO, ORDERS, TICKER, Desk, no_of

D = Decimal


@pytest.fixture
def desk() -> Desk:
    return Desk()


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
