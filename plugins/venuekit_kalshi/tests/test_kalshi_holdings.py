"""What the account holds, traded and was paid, on answers as the venue documents them; hand-made, not recorded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from venuekit.capability import Mode
from venuekit.errors import OutcomeUnknown, Refused, RejectReason
from venuekit.fill import Liquidity
from venuekit.instrument import Instrument
from venuekit.order import Balance
from venuekit.position import Position
from venuekit.side import Side
from venuekit.units import Nanos, Qty, parse_instant, parse_px, parse_qty, parse_usd
from venuekit.wire import Request, Response
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.play import play, play_all

NOW = Nanos(1_763_700_000_123_000_000)
API = "https://external-api.kalshi.com/trade-api/v2"
TICKER = "KXTEST-26NOV21-T1"


def answer(told: Any, status: int = 200) -> Response:
    return Response(status, json.dumps(told).encode())


def asked(request: Request) -> str:
    return f"{request.method} {request.target.removeprefix(API)}"


def fill(**changes: Any) -> dict[str, Any]:
    told = {
        "fill_id": "t-1",
        "trade_id": "t-1",
        "exchange_index": 0,
        "order_id": "v-1",
        "ticker": TICKER,
        "market_ticker": TICKER,
        "outcome_side": "no",
        "book_side": "ask",
        "count_fp": "2.50",
        "yes_price_dollars": "0.3000",
        "no_price_dollars": "0.7000",
        "is_taker": False,
        "fee_cost": "0.013125",
        "created_time": "2026-11-21T12:00:00Z",
    }
    return {**told, **changes}


def test_fills_are_paged_filtered_and_in_the_instruments_terms(venue: Kalshi, yes: Instrument, no: Instrument) -> None:
    since = parse_instant("2026-11-21T12:00:00Z")
    pages = [
        {"fills": [fill(trade_id="t-2", created_time="2026-11-21T12:00:01Z"), fill()], "cursor": "p2"},
        {"fills": [fill(trade_id="t-0", created_time="2026-11-21T11:59:59.9Z")], "cursor": ""},
    ]
    fills, requests = play_all(venue.fills(no, since, NOW), *map(answer, pages))
    query = f"GET /portfolio/fills?ticker={TICKER}&min_ts={since // 10**9 - 1}&limit=1000"
    assert [asked(each) for each in requests] == [query, f"{query}&cursor=p2"]
    assert [each.trade_id for each in fills] == ["t-1", "t-2"]
    first = fills[0]
    assert (first.client_id, first.venue_id, first.liquidity) == ("", "v-1", Liquidity.MAKER)
    assert (first.side, first.px, first.qty) == (Side.BUY, parse_px("0.70"), parse_qty("2.5"))
    assert (first.fee, first.fee_asset) == (parse_usd("0.013125"), "USD")
    told = play(venue.fills(yes, since, NOW), *map(answer, pages))[0]
    assert (told.side, told.px) == (Side.SELL, parse_px("0.30"))


@pytest.mark.parametrize("changes", [{"yes_price_dollars": "0"}, {"fee_cost": None}, {"count_fp": "0.00"}])
def test_a_fill_without_a_price_a_size_or_a_fee_is_not_read(
    venue: Kalshi, yes: Instrument, changes: dict[str, Any]
) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.fills(yes, Nanos(0), NOW), answer({"fills": [fill(**changes)], "cursor": ""}))


def test_the_balance_has_a_bucket_of_its_own(venue: Kalshi) -> None:
    told = {"balance": 1234, "balance_dollars": "12.3456", "portfolio_value": 1, "updated_ts": 1}
    balances, requests = play_all(venue.balances(NOW), answer(told))
    assert balances == [Balance("USD", parse_qty("12.3456"))]
    assert requests[0].cost == (("BALANCE", 1),)


@pytest.mark.parametrize("told", [{"balance": 1234}, {"balance": 1234, "balance_dollars": "13.00"}])
def test_a_balance_that_contradicts_itself_is_not_believed(venue: Kalshi, told: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.balances(NOW), answer(told))


def position(**changes: Any) -> dict[str, Any]:
    told = {
        "ticker": TICKER,
        "exchange_index": 0,
        "position_fp": "-12.50",
        "total_traded_dollars": "9.0000",
        "market_exposure_dollars": "5.0000",
        "realized_pnl_dollars": "-1.2500",
        "fees_paid_dollars": "0.0700",
        "last_updated_ts": "2026-11-21T12:00:00Z",
    }
    return {**told, **changes}


def test_a_position_in_no_is_negative_and_a_flat_one_is_none(venue: Kalshi) -> None:
    pages = [
        {"market_positions": [position()], "event_positions": [], "cursor": "p2"},
        {"market_positions": [position(position_fp=None, realized_pnl_dollars=None)], "event_positions": []},
    ]
    held, requests = play_all(venue.positions(NOW), *map(answer, pages))
    assert asked(requests[0]) == "GET /portfolio/positions?count_filter=position&limit=1000"
    assert held == [
        Position(venue_symbol=TICKER, qty=Qty(-1_250_000_000), realized=parse_usd("-1.25"), fees=parse_usd("0.07"))
    ]


def settled(**changes: Any) -> dict[str, Any]:
    told = {
        "ticker": TICKER,
        "exchange_index": 0,
        "event_ticker": "KXTEST-26NOV21",
        "market_result": "no",
        "yes_count_fp": "0.00",
        "yes_total_cost_dollars": "0.0000",
        "no_count_fp": "12.50",
        "no_total_cost_dollars": "5.0000",
        "revenue": 1250,
        "fee_cost": "0.0700",
        "settled_time": "2026-11-21T12:00:00Z",
        "value": 0,
    }
    return {**told, **changes}


def test_settlements_since_a_time(venue: Kalshi) -> None:
    rows = [settled(), settled(ticker="B", settled_time="2026-11-21T11:00:00Z", market_result="scalar", revenue=0)]
    since = parse_instant("2026-11-21T11:00:00Z")
    paid, requests = play_all(venue.settlements(since, NOW), answer({"settlements": rows, "cursor": ""}))
    assert requests[0].query == f"min_ts={since // 10**9 - 1}&limit=1000"
    assert [(each.venue_symbol, each.result, each.paid) for each in paid] == [
        ("B", "scalar", 0),
        (TICKER, "no", parse_usd("12.5")),
    ]
    assert (paid[1].qty, paid[1].fee) == (Qty(-1_250_000_000), parse_usd("0.07"))


def ended(status: str, result: str = "") -> Response:
    told = {"ticker": TICKER, "event_ticker": "KXTEST-26NOV21", "status": status, "result": result}
    return answer({"market": told})


def test_redeeming_tells_what_the_venue_paid_by_itself(venue: Kalshi, no: Instrument) -> None:
    told = answer({"settlements": [settled()], "cursor": ""})
    redeemed, requests = play_all(venue.redeem(no, NOW), told)
    assert asked(requests[0]) == f"GET /portfolio/settlements?ticker={TICKER}&limit=1000"
    assert all(each.safe for each in requests)
    assert redeemed.mode is Mode.AUTO_SETTLED
    assert redeemed.note == "settled no: 12.5 USD paid for -12.5 (NO), after 0.07 in fees"


def test_redeeming_what_was_never_held_does_nothing(venue: Kalshi, yes: Instrument) -> None:
    nothing = answer({"settlements": [], "cursor": ""})
    redeemed = play(venue.redeem(yes, NOW), nothing, ended("finalized", result="yes"))
    assert redeemed.mode is Mode.NOOP


@pytest.mark.parametrize("status", ["active", "closed", "determined", "disputed", "amended"])
def test_redeeming_a_market_that_is_not_settled_is_refused(venue: Kalshi, yes: Instrument, status: str) -> None:
    nothing = answer({"settlements": [], "cursor": ""})
    with pytest.raises(Refused, match="has not been settled") as caught:
        play(venue.redeem(yes, NOW), nothing, ended(status))
    assert (caught.value.reason, caught.value.code) == (RejectReason.INVALID_PARAMS, status)
