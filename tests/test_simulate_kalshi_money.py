"""The simulated Kalshi pays what markets end at, and charges as the venue's documents say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.kalshi_desk import CRYPTO, ORDERS, TICKER, Desk
from venuekit_testkit.simulate.kalshi.fees import KalshiFunds

D = Decimal


@pytest.fixture
def desk() -> Desk:
    return Desk()


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


def test_two_orders_cannot_close_one_position(desk: Desk) -> None:
    desk.place(price="0.45", time_in_force="immediate_or_cancel")
    desk.place(side="ask", price="0.70")
    assert desk.locked() == 0
    first = desk.place(side="ask", price="0.60")["order_id"]
    assert desk.locked() == D("3.00")  # of the dearer one, which trades last: ten contracts of NO at 0.30
    desk.send("DELETE", f"{ORDERS}/{first}")
    assert desk.locked() == 0
    desk.place(side="ask", price="0.60")
    desk.place(side="ask", price="0.42", time_in_force="immediate_or_cancel")
    assert desk.locked() == D("7.00")  # the position is gone, so both open


def test_the_money_of_one_shard_does_not_pay_on_another(desk: Desk) -> None:
    assert desk.refused(ticker=CRYPTO, count="2000")[1] == "insufficient_balance"
    desk.place(count="2000")


def test_an_event_may_cost_less_than_its_series(desk: Desk) -> None:
    ticker = "KXFED-27DEC-T4.00"
    desk.place(ticker=ticker, price="0.526", time_in_force="immediate_or_cancel")
    (fill,) = desk.get("/portfolio/fills")["fills"]
    exact = D("0.07") * D("0.5") * 10 * D("0.526") * D("0.474")
    assert exact <= D(fill["fee_cost"]) < exact + D("0.0001")


def test_positions_may_be_chosen_by_what_is_not_zero(desk: Desk) -> None:
    desk.place(price="0.45", time_in_force="immediate_or_cancel")
    desk.place(side="ask", price="0.42", time_in_force="immediate_or_cancel")
    assert desk.get("/portfolio/positions", count_filter="position")["market_positions"] == []
    (row,) = desk.get("/portfolio/positions", count_filter="position,total_traded")["market_positions"]
    assert (row["realized_pnl_dollars"], row["total_traded_dollars"]) == ("-0.3000", "10.3000")
