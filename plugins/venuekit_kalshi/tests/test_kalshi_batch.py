"""Several orders, several cancels, and all orders of a market: each item has its own outcome."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from venuekit.capability import Mode
from venuekit.errors import Invalid, OrderGone, OutcomeUnknown, Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, Cancelled, NewOrder, OrderId
from venuekit.units import Nanos, parse_px
from venuekit.wire import Response
from venuekit_kalshi.endpoints import MAX_BATCH, MAX_CANCELS
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.play import first_request, play, play_all

MakeOrder = Callable[..., NewOrder]
MakeAnswer = Callable[..., dict[str, Any]]
NOW = Nanos(1_763_700_000_123_000_000)
BATCHED = "https://external-api.kalshi.com/trade-api/v2/portfolio/events/orders/batched"
TICKER = "KXTEST-26NOV21-T1"


def answer(told: Any, status: int = 201) -> Response:
    return Response(status, json.dumps(told).encode())


def entry(client_id: str, filled: str = "0.00", left: str = "10.00", **changes: Any) -> dict[str, Any]:
    told = {
        "order_id": f"v-{client_id}",
        "client_order_id": client_id,
        "fill_count": filled,
        "remaining_count": left,
        "ts_ms": 1,
        "error": None,
    }
    return {**told, **changes}


def fault(code: str, details: str = "") -> dict[str, Any]:
    return {
        "order_id": "",
        "client_order_id": None,
        "fill_count": None,
        "remaining_count": None,
        "ts_ms": None,
        "error": {"code": code, "message": "no", "details": details},
    }


def test_each_order_of_a_batch_has_its_own_outcome(venue: Kalshi, make_order: MakeOrder) -> None:
    orders = [make_order(client_id=name) for name in "abcde"]
    told = [
        entry("a"),
        fault("insufficient_balance"),
        entry("c", "10.00", "0.00"),
        fault("order_already_exists"),
        fault("a_word_we_do_not_know"),
    ]
    items, requests = play_all(venue.batch(orders, NOW), answer({"orders": told}))
    assert (requests[0].method, requests[0].url, requests[0].cost) == ("POST", BATCHED, (("WRITE", 50),))
    assert [each["client_order_id"] for each in json.loads(requests[0].body)["orders"]] == list("abcde")
    first, second, third, fourth, fifth = items
    assert isinstance(first, Accepted)
    assert (first.venue_id, first.state, first.mode) == ("v-a", OrderState.ACCEPTED, Mode.NATIVE_BATCH)
    assert isinstance(second, Refused)
    assert (second.reason, second.code) == (RejectReason.INSUFFICIENT_BALANCE, "insufficient_balance")
    assert isinstance(third, Accepted)
    assert third.state is OrderState.FILLED
    assert isinstance(fourth, OutcomeUnknown)
    assert isinstance(fifth, OutcomeUnknown)


@pytest.mark.parametrize(
    "odd", [entry("z"), entry("b", fill_count=None), entry("b", "1.00", "99.00"), {"order_id": "v-b"}]
)
def test_an_entry_that_makes_no_sense_leaves_only_itself_open(
    venue: Kalshi, make_order: MakeOrder, odd: dict[str, Any]
) -> None:
    orders = [make_order(client_id=name) for name in "ab"]
    first, second = play(venue.batch(orders, NOW), answer({"orders": [entry("a"), odd]}))
    assert isinstance(first, Accepted)
    assert isinstance(second, OutcomeUnknown)


@pytest.mark.parametrize(
    "response", [Response(502, b""), Response(408, b""), answer({"orders": [entry("a")]}), answer({}), answer([])]
)
def test_a_batch_that_fails_as_a_whole_is_one_open_outcome(
    venue: Kalshi, make_order: MakeOrder, response: Response
) -> None:
    orders = [make_order(client_id=name) for name in "ab"]
    with pytest.raises(OutcomeUnknown):
        play(venue.batch(orders, NOW), response)


def test_a_batch_that_was_stopped_at_the_door_is_one_refusal(venue: Kalshi, make_order: MakeOrder) -> None:
    with pytest.raises(Refused) as caught:
        play(venue.batch([make_order()], NOW), Response(429, b'{"error":"too many requests"}'))
    assert caught.value.reason is RejectReason.RATE_LIMIT


def test_a_batch_larger_than_the_budget_or_with_a_bad_order_is_not_sent(venue: Kalshi, make_order: MakeOrder) -> None:
    orders = [make_order(client_id=f"a{number}") for number in range(MAX_BATCH + 1)]
    with pytest.raises(Invalid, match="takes 1 to 20 orders"):
        first_request(venue.batch(orders, NOW))
    write = next(limit for limit in venue.limits if limit.name == "WRITE")
    assert first_request(venue.batch(orders[:MAX_BATCH], NOW)).cost == (("WRITE", write.capacity),)
    with pytest.raises(Invalid, match="price must be"):
        first_request(venue.batch([make_order(), make_order(px=parse_px("0.565"))], NOW))
    assert play(venue.batch([], NOW)) == []


def taken(venue_id: str, **changes: Any) -> dict[str, Any]:
    return {"order_id": venue_id, "client_order_id": "a", "reduced_by": "10.00", "ts_ms": 1, "error": None, **changes}


def test_each_cancel_of_a_batch_has_its_own_outcome(venue: Kalshi, yes: Instrument) -> None:
    ids = [OrderId(yes, "a", f"v-{number}") for number in range(4)]
    error = {"code": "not_found", "message": "order not found", "details": ""}
    busy = {"code": "service_unavailable", "message": "later", "details": ""}
    # Not in the order that was asked for, and one is left out.
    told = [taken("v-2", reduced_by="0.00", error=busy), taken("v-0"), taken("v-1", reduced_by="0.00", error=error)]
    items, requests = play_all(venue.cancel_batch(ids, NOW), answer({"orders": told}, 200))
    assert (requests[0].method, requests[0].url, requests[0].cost) == ("DELETE", BATCHED, (("WRITE", 8),))
    assert json.loads(requests[0].body)["orders"][0] == {"order_id": "v-0", "market_ticker": TICKER}
    assert isinstance(items[0], Cancelled)
    assert (items[0].venue_id, items[0].mode) == ("v-0", Mode.NATIVE_BATCH)
    assert [type(each) for each in items[1:]] == [OrderGone, OutcomeUnknown, OutcomeUnknown]


def test_an_unnamed_order_is_looked_for_before_it_is_cancelled(
    venue: Kalshi, yes: Instrument, make_answer: MakeAnswer
) -> None:
    found = answer({"orders": [make_answer(order_id="v-9", client_order_id="a")], "cursor": ""}, 200)
    ids = [OrderId(yes, "a"), OrderId(yes, "b")]
    items = play(venue.cancel_batch(ids, NOW), found, found, answer({"orders": [taken("v-9")]}, 200))
    assert [type(each) for each in items] == [Cancelled, OrderGone]
    nothing = answer({"orders": [], "cursor": ""}, 200)
    assert [type(each) for each in play(venue.cancel_batch(ids[1:], NOW), nothing)] == [OrderGone]


def test_cancels_are_limited_by_the_write_budget(venue: Kalshi, yes: Instrument) -> None:
    ids = [OrderId(yes, "a", f"v-{number}") for number in range(MAX_CANCELS + 1)]
    with pytest.raises(Invalid, match="takes 1 to 100 orders"):
        first_request(venue.cancel_batch(ids, NOW))
    assert first_request(venue.cancel_batch(ids[:MAX_CANCELS], NOW)).cost == (("WRITE", 200),)


def test_all_orders_of_a_market_are_listed_and_cancelled_by_name(
    venue: Kalshi, no: Instrument, make_answer: MakeAnswer
) -> None:
    names = [f"v-{number}" for number in range(MAX_CANCELS + 1)]
    resting = answer({"orders": [make_answer(order_id=name) for name in names], "cursor": ""}, 200)
    gone = {"code": "not_found", "message": "gone", "details": ""}
    first = [taken(name) for name in names[:MAX_CANCELS]]
    first[3] = taken("v-3", reduced_by="0.00", error=gone)
    batches = [answer({"orders": each}, 200) for each in (first, [taken(names[-1])])]
    cancelled, requests = play_all(venue.cancel_all(no, NOW), resting, *batches)
    assert requests[0].query == f"ticker={TICKER}&status=resting&limit=1000"
    assert [each.method for each in requests] == ["GET", "DELETE", "DELETE"]
    assert all(each.url.endswith("/batched") for each in requests[1:])
    assert (len(cancelled), cancelled[0].mode) == (MAX_CANCELS, Mode.SERIAL)


def test_nothing_that_rests_is_nothing_to_cancel(venue: Kalshi, yes: Instrument) -> None:
    assert play(venue.cancel_all(yes, NOW), answer({"orders": [], "cursor": ""}, 200)) == []


def test_an_order_that_may_still_rest_is_not_passed_over(
    venue: Kalshi, yes: Instrument, make_answer: MakeAnswer
) -> None:
    resting = answer({"orders": [make_answer(order_id="v-1"), make_answer(order_id="v-2")], "cursor": ""}, 200)
    with pytest.raises(OutcomeUnknown, match="says nothing of order v-2"):
        play(venue.cancel_all(yes, NOW), resting, answer({"orders": [taken("v-1")]}, 200))
