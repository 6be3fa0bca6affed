"""Our trades since a time: every one, once, whatever the venue's windows and pages are.

The venue is played by a function over hand-made trades; the shape of a trade is the documented one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venuekit.credential import Credentials
from venuekit.errors import OutcomeUnknown
from venuekit.fill import Fill, Liquidity
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty, parse_usd
from venuekit.wire import Flow, Request, Response
from venuekit_binance.history import DAY_MS, PAGE
from venuekit_binance.venue import Binance
from venuekit_testkit.spot import make_spot

Json = dict[str, Any]
Ask = Callable[[Request], Response]

START: Final = 1_700_000_000_000
BTC: Final = make_spot("binance", "BTC-USDT", "BTCUSDT", "0.01", "0.00001")


def trade(number: int, at: int) -> Json:
    return {
        "symbol": "BTCUSDT",
        "id": number,
        "orderId": 100234,
        "orderListId": -1,
        "price": "4.00000100",
        "qty": "12.00000000",
        "quoteQty": "48.000012",
        "commission": "10.10000000",
        "commissionAsset": "BNB",
        "time": at,
        "isBuyer": True,
        "isMaker": False,
        "isBestMatch": True,
    }


def venue_of(trades: list[Json]) -> Ask:
    """Answer as the venue does: at most a day, at most a page, and the newest of the window."""

    def ask(request: Request) -> Response:
        asked = dict(parse_qsl(request.query))
        start, end = int(asked["startTime"]), int(asked["endTime"])
        assert end - start < DAY_MS
        found = [each for each in trades if start <= each["time"] <= end]
        return Response(200, json.dumps(found[-int(asked["limit"]) :]).encode())

    return ask


def run(flow: Flow[Any], ask: Ask) -> Any:
    try:
        request = next(flow)
        while True:
            request = flow.send(ask(request))
    except StopIteration as stop:
        return stop.value


def fills_of(trades: list[Json], since: int, now: int) -> list[Fill]:
    venue = Binance(Credentials(api_key="k", api_secret="s"))
    found: list[Fill] = run(venue.fills(BTC, Nanos(since * 1_000_000), Nanos(now * 1_000_000)), venue_of(trades))
    return found


def test_a_trade_of_ours_is_read_with_its_fee() -> None:
    assert fills_of([trade(28457, START)], START, START) == [
        Fill(
            trade_id="28457",
            client_id="",
            venue_id="100234",
            venue_symbol="BTCUSDT",
            side=Side.BUY,
            px=parse_px("4.000001"),
            qty=parse_qty("12"),
            fee=parse_usd("10.1"),
            fee_asset="BNB",
            liquidity=Liquidity.TAKER,
            ts=Nanos(START * 1_000_000),
        )
    ]


def test_a_window_that_comes_back_full_is_cut_until_none_is() -> None:
    trades = [trade(number, START + number) for number in range(3 * PAGE + 7)]
    found = fills_of(trades, START, START + DAY_MS)
    assert [fill.trade_id for fill in found] == [str(number) for number in range(3 * PAGE + 7)]


def test_a_millisecond_with_a_full_page_is_not_passed_over_in_silence() -> None:
    with pytest.raises(OutcomeUnknown, match="some may be missing"):
        fills_of([trade(number, START) for number in range(PAGE)], START, START)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5 * DAY_MS), max_size=60), st.integers(0, 5 * DAY_MS), st.integers(0, 5 * DAY_MS))
def test_every_trade_since_comes_once_and_in_order(times: list[int], since: int, span: int) -> None:
    trades = [trade(number, START + at) for number, at in enumerate(sorted(times))]
    found = fills_of(trades, START + since, START + since + span)
    wanted = [each["id"] for each in trades if since <= each["time"] - START <= since + span]
    assert [int(fill.trade_id) for fill in found] == wanted
