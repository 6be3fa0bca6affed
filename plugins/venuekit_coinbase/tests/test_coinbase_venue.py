"""The REST side: flows against canned answers, and the table of what is denied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from venuekit.errors import OutcomeUnknown, Refused, RejectReason, Unsupported
from venuekit.instrument import Instrument
from venuekit.side import Side
from venuekit.units import Nanos, Qty, Rate, Usd, parse_instant, parse_px, parse_qty
from venuekit.wire import Response
from venuekit_coinbase.venue import Coinbase
from venuekit_testkit.play import play, play_all

OLDER = b'{"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]}'
NOW = Nanos(1)
BTC: dict[str, Any] = {
    "product_id": "BTC-USD",
    "product_type": "SPOT",
    "base_currency_id": "BTC",
    "quote_currency_id": "USD",
    "base_increment": "0.00000001",
    "quote_increment": "0.0001",
    "price_increment": "0.01",
    "base_min_size": "0.000016",
    "base_max_size": "2600",
    "quote_min_size": "1",
    "status": "online",
}


def products(*changes: dict[str, Any]) -> Response:
    return Response(200, json.dumps({"products": [BTC | change for change in changes]}).encode())


@pytest.fixture
def btc() -> Instrument:
    (instrument,) = play(Coinbase().instruments(), products({}))
    return instrument


def test_a_product_becomes_an_instrument_whose_tick_is_its_price_increment(btc: Instrument) -> None:
    assert (btc.symbol, btc.venue_symbol, btc.base, btc.quote) == ("BTC-USD", "BTC-USD", "BTC", "USD")
    assert (btc.tick, btc.lot) == (parse_px("0.01"), Qty(1))
    assert (btc.min_qty, btc.max_qty, btc.min_notional) == (Qty(1600), parse_qty("2600"), Usd(10**9))
    assert btc.untradable == ""


def test_futures_are_left_out() -> None:
    found = play(Coinbase().instruments(), products({}, {"product_id": "BTC-PERP-INTX", "product_type": "FUTURE"}))
    assert [each.symbol for each in found] == ["BTC-USD"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "delisted"}, "delisted"),
        ({"status": ""}, "no status"),
        ({"view_only": True}, "view only"),
        ({"trading_disabled": True}, "trading disabled"),
        ({"is_disabled": True}, "disabled"),
        ({"cancel_only": True}, "cancel only"),
        ({"post_only": True}, "post only"),
        ({"auction_mode": True}, "in auction"),
    ],
)
def test_a_product_that_takes_no_orders_says_so(change: dict[str, Any], said: str) -> None:
    (found,) = play(Coinbase().instruments(), products(change))
    assert found.untradable == f"the venue says {said}"


def test_limit_only_takes_our_orders() -> None:
    (found,) = play(Coinbase().instruments(), products({"limit_only": True}))
    assert found.untradable == ""


def test_a_maximum_with_many_decimals_is_rounded_down() -> None:
    (found,) = play(Coinbase().instruments(), products({"base_max_size": "11988060.178198769161369"}))
    assert found.max_qty == parse_qty("11988060.17819876")
    assert found.untradable == ""


@pytest.mark.parametrize("increment", ["", "0.0000000001"])
def test_a_product_without_a_usable_tick_is_listed_but_has_no_feed(increment: str) -> None:
    venue = Coinbase()
    (found,) = play(venue.instruments(), products({"price_increment": increment}))
    assert "does not fit our scale" in found.untradable
    with pytest.raises(Unsupported, match="does not fit our scale"):
        venue.feed([found])


def test_a_book_is_asked_for_fresh(btc: Instrument) -> None:
    sides = {"bids": [{"price": "43913.56", "size": "0.04"}], "asks": [{"price": "43913.57", "size": "0.5"}]}
    body = json.dumps({"pricebook": {"product_id": "BTC-USD", "time": "2024-01-06T19:35:04.617630Z"} | sides})
    book, (request,) = play_all(Coinbase().book(btc, 5), Response(200, body.encode()))
    assert request.target == (
        "https://api.coinbase.com/api/v3/brokerage/market/product_book?product_id=BTC-USD&limit=5"
    )
    assert ("cache-control", "no-cache") in request.headers
    assert book.bids == [(parse_px("43913.56"), parse_qty("0.04"))]
    assert book.asks == [(parse_px("43913.57"), parse_qty("0.5"))]
    assert book.ts == parse_instant("2024-01-06T19:35:04.617630Z")


def test_the_whole_book_is_asked_for_without_a_limit(btc: Instrument) -> None:
    assert next(Coinbase().book(btc, 0)).query == "product_id=BTC-USD"


def test_trades_come_oldest_first_with_the_takers_side(btc: Instrument) -> None:
    trades = [
        {"trade_id": str(number), "product_id": "BTC-USD", "price": "1.5", "size": "2", "time": time, "side": side}
        for number, time, side in ((2, "2023-02-03T23:44:34.057642Z", "SELL"), (1, "2023-02-03T23:44:33Z", "BUY"))
    ]
    found, (request,) = play_all(Coinbase().trades(btc, 2), Response(200, json.dumps({"trades": trades}).encode()))
    assert request.target.endswith("/market/products/BTC-USD/ticker?limit=2")
    assert [(each.trade_id, each.taker) for each in found] == [("1", Side.SELL), ("2", Side.BUY)]


def test_fees_need_no_request_and_have_a_source(btc: Instrument) -> None:
    fees = play(Coinbase().fees(btc, NOW))
    assert (fees.maker, fees.taker) == (Rate(600_000), Rate(1_200_000))
    assert fees.source
    assert btc.fees == fees


@pytest.mark.parametrize(
    ("answer", "reason", "code"),
    [
        (Response(404, b'{"error":"NOT_FOUND","code":5}'), RejectReason.INVALID_PARAMS, "NOT_FOUND"),
        (Response(400, b'{"error":"INVALID_ARGUMENT"}'), RejectReason.INVALID_PARAMS, "INVALID_ARGUMENT"),
        (Response(401, b"Unauthorized"), RejectReason.AUTH, "401"),
        (Response(429, b""), RejectReason.RATE_LIMIT, "429"),
        (Response(429, OLDER), RejectReason.RATE_LIMIT, "rate_limit_exceeded"),
    ],
)
def test_a_known_status_is_a_refusal_with_coinbases_words(
    btc: Instrument, answer: Response, reason: RejectReason, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        play(Coinbase().book(btc, 5), answer)
    assert (caught.value.reason, caught.value.code) == (reason, code)


@pytest.mark.parametrize(
    "answer",
    [
        Response(500, b"{}"),
        Response(503, b""),
        Response(302, b""),
        Response(200, b"<html>"),
        Response(200, b"{}"),
        Response(200, b'{"pricebook":{"bids":[{"price":"many","size":"1"}],"asks":[],"time":"2024-01-06T19:35:04Z"}}'),
        Response(200, b'{"pricebook":{"bids":[{"price":"1","size":"-1"}],"asks":[],"time":"2024-01-06T19:35:04Z"}}'),
        Response(200, b'{"pricebook":{"bids":[],"asks":[],"time":"soon"}}'),
    ],
)
def test_what_proves_nothing_is_an_unknown_outcome(btc: Instrument, answer: Response) -> None:
    with pytest.raises(OutcomeUnknown):
        play(Coinbase().book(btc, 5), answer)


def test_hosts_can_be_replaced_one_by_one(btc: Instrument) -> None:
    venue = Coinbase(hosts={"stream": "ws://127.0.0.1:8080"})
    assert venue.feed([btc]).url == "ws://127.0.0.1:8080"
    assert venue.hosts == ("api.coinbase.com", "127.0.0.1")


def test_a_host_that_the_venue_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="has the hosts"):
        Coinbase(hosts={"rets": "http://127.0.0.1:8080"})


def test_one_odd_product_does_not_hide_the_others() -> None:
    odd, even = play(Coinbase().instruments(), products({"price_increment": "0"}, {}))
    assert "no step" in odd.untradable
    assert even.untradable == ""
