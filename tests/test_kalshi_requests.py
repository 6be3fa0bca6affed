"""Kalshi: what other clients send is what we send, where the two can be compared.

The collection is no part of this repository; without it, all is skipped.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.importers.kalshi import API, NOW, VENUE, answer, list_market, make_order
from tests.importers.published import ROOT, read_payloads
from venuekit.order import OpenOrder, OrderId, TimeInForce
from venuekit.side import Side
from venuekit.venue import Send
from venuekit.wire import Request
from venuekit_testkit.play import first_request

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"recorded venue data is not at {ROOT}")


def body_of(request: Request) -> Any:
    return json.loads(request.body)


def test_bodies_of_another_client_are_ours() -> None:
    sent = {payload.source.split()[1]: payload.parse() for payload in read_payloads("kalshi/*/request-bodies-v2*")}
    first = make_order("KXHIGHDEN-26MAY11-T80", Side.BUY, "0.47", "5")
    # It gives no client id, which we always do.
    assert body_of(first_request(VENUE.submit(first, NOW))) == {"client_order_id": "a", **sent["CreateOrderMinimal"]}
    orders = [
        make_order("T1", Side.BUY, "0.50", "1"),
        make_order("T2", Side.SELL, "0.40", "2", TimeInForce.IOC),
    ]
    written = body_of(first_request(VENUE.batch(orders, NOW)))["orders"]
    for mine, theirs in zip(written, sent["BatchOrders"]["orders"], strict=True):
        # How two orders of one owner that meet are settled is a choice; ours is always the same.
        choice = {"client_order_id": "a", "self_trade_prevention_type": "taker_at_cross"}
        assert mine == {**theirs, **choice}
    old = make_order("T1", Side.BUY, "0.43", "13")
    resting = OpenOrder(OrderId(old.instrument, "a", "v"), old)
    to = make_order("T1", Side.BUY, "0.42", "12")
    assert body_of(first_request(VENUE.amend(resting, to, NOW))) == sent["AmendOrderPartial"]


def test_commands_of_another_client_have_the_shape_of_ours() -> None:
    sent = {payload.source.split()[1]: payload.parse() for payload in read_payloads("kalshi/*/request-bodies-v2*")}
    tickers = sent["WsSubscribeWithMarketTickers"]["params"]["market_tickers"]
    feed = VENUE.feed([each for ticker in tickers for each in list_market(ticker)])
    feed.opened(NOW)
    books, _ = (json.loads(each.frame) for each in feed.pending() if isinstance(each, Send))
    assert books.pop("id") != sent["WsSubscribeWithMarketTickers"].pop("id")
    assert books["params"].pop("use_yes_price") is True
    assert books == sent["WsSubscribeWithMarketTickers"]


def test_reads_of_another_client_go_to_the_same_places() -> None:
    told = json.loads((ROOT / "kalshi/ccxt/request.prediction-kalshi.json").read_text())["methods"]
    asked = {name: cases[0]["url"] for name, cases in told.items()}
    book = first_request(VENUE.book(list_market("KXELONMARS-99")[0], 0))
    assert book.url == asked["fetchOrderBook"] == f"{API}/markets/KXELONMARS-99/orderbook"
    listing = VENUE.instruments()
    next(listing)
    listing.send(answer({"series": []}))
    events = listing.send(answer({"events": []}))
    theirs = asked["fetchOutcome"].partition("?")
    assert events.url == theirs[0]
    # They ask for one series, a hundred events a page.
    assert {"status=open", "with_nested_markets=true"} <= set(events.query.split("&")) & set(theirs[2].split("&"))
