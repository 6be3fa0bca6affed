"""An order as the body of a call, and what is refused before one exists."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from venuekit.errors import Invalid
from venuekit.instrument import Instrument
from venuekit.order import NewOrder, OpenOrder, OrderId, OrderType, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit_kalshi.orders import place_body
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.play import first_request

MakeOrder = Callable[..., NewOrder]
MakeMarket = Callable[..., list[Instrument]]
ORDER_ID = "9d2f6a1c-3b7e-4a55-8c21-0e1f2a3b4c5d"
NOW = Nanos(1_763_700_000_123_000_000)


def test_a_limit_order_is_written_as_the_venues_sdk_does(venue: Kalshi, make_order: MakeOrder) -> None:
    request = first_request(venue.submit(make_order(), NOW))
    assert (request.method, request.url) == (
        "POST",
        "https://external-api.kalshi.com/trade-api/v2/portfolio/events/orders",
    )
    assert (request.safe, request.cost, request.query) == (False, (("WRITE", 10),), "")
    assert request.headers[0] == ("content-type", "application/json")
    assert request.body.decode() == (
        '{"ticker":"KXTEST-26NOV21-T1","client_order_id":"my-cid_1","side":"bid","count":"10.00","price":"0.5600",'
        '"time_in_force":"good_till_canceled","self_trade_prevention_type":"taker_at_cross"}'
    )


@pytest.mark.parametrize(
    ("outcome", "side", "written"),
    [
        ("yes", Side.BUY, ("bid", "0.5600")),
        ("yes", Side.SELL, ("ask", "0.5600")),
        ("no", Side.BUY, ("ask", "0.4400")),
        ("no", Side.SELL, ("bid", "0.4400")),
    ],
)
def test_every_order_is_a_bid_or_an_ask_of_yes(
    make_order: MakeOrder, yes: Instrument, no: Instrument, outcome: str, side: Side, written: tuple[str, str]
) -> None:
    body = place_body(make_order(instrument={"yes": yes, "no": no}[outcome], side=side))
    assert (body["side"], body["price"]) == written


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({"tif": TimeInForce.IOC}, {"time_in_force": "immediate_or_cancel"}),
        ({"tif": TimeInForce.FOK}, {"time_in_force": "fill_or_kill"}),
        ({"post_only": True}, {"post_only": True, "time_in_force": "good_till_canceled"}),
        ({"tif": TimeInForce.IOC, "reduce_only": True}, {"reduce_only": True, "time_in_force": "immediate_or_cancel"}),
        ({"qty": parse_qty("2.5"), "px": parse_px("0.01")}, {"count": "2.50", "price": "0.0100"}),
    ],
)
def test_the_terms_of_an_order_are_written(
    make_order: MakeOrder, changes: dict[str, Any], written: dict[str, object]
) -> None:
    body = place_body(make_order(**changes))
    assert {name: body.get(name) for name in written} == written


@pytest.mark.parametrize(
    ("outcome", "side", "written"),
    [
        ("yes", Side.BUY, ("bid", "0.9990")),
        ("yes", Side.SELL, ("ask", "0.0010")),
        ("no", Side.BUY, ("ask", "0.0010")),
        ("no", Side.SELL, ("bid", "0.9990")),
    ],
)
def test_a_market_order_takes_at_the_last_price_of_the_grid(
    make_market: MakeMarket, make_order: MakeOrder, outcome: str, side: Side, written: tuple[str, str]
) -> None:
    both = dict(zip(("yes", "no"), make_market(("0", "0.1", "0.001"), ("0.1", "1", "0.001")), strict=True))
    body = place_body(make_order(instrument=both[outcome], side=side, type=OrderType.MARKET, px=None))
    assert (body["side"], body["price"], body["time_in_force"]) == (*written, "immediate_or_cancel")
    whole = make_order(instrument=both[outcome], side=side, type=OrderType.MARKET, px=None, tif=TimeInForce.FOK)
    assert place_body(whole)["time_in_force"] == "fill_or_kill"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"client_id": ""}, "client id"),
        ({"client_id": "a" * 65}, "client id"),
        ({"client_id": "ä"}, "client id"),
        ({"px": parse_px("0.565")}, "price must be"),
        ({"px": parse_px("1")}, "price must be"),
        ({"qty": parse_qty("0.001")}, "multiple of 0.01"),
        ({"qty": parse_qty("1.005")}, "multiple of 0.01"),
        ({"reduce_only": True}, "immediate-or-cancel"),
        ({"reduce_only": True, "tif": TimeInForce.FOK}, "immediate-or-cancel"),
    ],
)
def test_what_breaks_a_known_rule_never_reaches_the_wire(
    venue: Kalshi, make_order: MakeOrder, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        first_request(venue.submit(make_order(**changes), NOW))


def test_a_market_that_is_over_takes_no_orders(venue: Kalshi, make_market: MakeMarket, make_order: MakeOrder) -> None:
    closed, _ = make_market(status="closed")
    with pytest.raises(Invalid, match="its status is closed"):
        first_request(venue.submit(make_order(instrument=closed), NOW))


def test_a_body_holds_nothing_that_is_not_set(make_order: MakeOrder) -> None:
    assert "post_only" not in json.dumps(place_body(make_order()))


# ── as the venue's own SDK writes them ──

VECTORS = Path(__file__).with_name("samples").joinpath("vectors.json")
BODIES = {case["name"]: case for case in json.loads(VECTORS.read_text())["cases"]}
SDKS_TICKER = "KXBTCD-26NOV2117-T99999.99"


@pytest.fixture
def btc(make_market: MakeMarket) -> Instrument:
    return make_market(("0.0000", "1.0000", "0.0001"), ticker=SDKS_TICKER)[0]


def sdk_body(name: str) -> Any:
    return BODIES[name]["expected"]["body"]


def test_orders_are_written_as_the_venues_sdk_does(make_order: MakeOrder, btc: Instrument) -> None:
    first = sdk_body("create_order_bid_gtc")
    bid = make_order(instrument=btc, client_id=first["client_order_id"])
    assert list(place_body(bid).items()) == list(first.items())
    second = sdk_body("create_order_ask_ioc_reduce_only")
    terms = {"side": Side.SELL, "qty": parse_qty("2.5"), "px": parse_px("0.015"), "tif": TimeInForce.IOC}
    ask = make_order(instrument=btc, client_id=second["client_order_id"], reduce_only=True, **terms)
    assert place_body(ask) == second


def test_changes_and_cancels_are_written_as_the_venues_sdk_does(
    venue: Kalshi, make_order: MakeOrder, btc: Instrument
) -> None:
    told = sdk_body("amend_order")
    old = make_order(instrument=btc, client_id=told["client_order_id"])
    resting = OpenOrder(OrderId(btc, old.client_id, ORDER_ID), old)
    to = make_order(instrument=btc, client_id="n-2", px=parse_px("0.57"), qty=parse_qty("12"))
    amend = first_request(venue.amend(resting, to, NOW))
    assert (amend.target, json.loads(amend.body)) == (BODIES["amend_order"]["inputs"]["url"], told)
    decrease = first_request(venue.decrease(resting, parse_qty("7"), NOW))
    assert decrease.target == BODIES["decrease_order_ed25519"]["inputs"]["url"]
    # The SDK leaves the shard to be guessed; we name the market.
    assert json.loads(decrease.body) == {**sdk_body("decrease_order_ed25519"), "market_ticker": SDKS_TICKER}
    assert first_request(venue.cancel(resting.id, NOW)).target == BODIES["cancel_order"]["inputs"]["url"]
    batch = first_request(venue.cancel_batch([resting.id], NOW))
    assert (batch.target, json.loads(batch.body)) == (BODIES["batch_cancel"]["inputs"]["url"], sdk_body("batch_cancel"))
