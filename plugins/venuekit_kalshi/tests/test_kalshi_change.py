"""Amend and decrease in place: whatever trades meanwhile, no more than the new total trades."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from venuekit.capability import Mode
from venuekit.errors import Invalid, OrderGone, OutcomeUnknown
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OpenOrder, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit.wire import Response
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.play import first_request, play, play_all

MakeOrder = Callable[..., NewOrder]
MakeOpen = Callable[..., OpenOrder]
MakeAnswer = Callable[..., dict[str, Any]]
NOW = Nanos(1_763_700_000_123_000_000)
ORDER = "https://external-api.kalshi.com/trade-api/v2/portfolio/events/orders/v-1"
TICKER = "KXTEST-26NOV21-T1"


def answer(told: Any, status: int = 200) -> Response:
    return Response(status, json.dumps(told).encode())


def changed(left: str | None = "12.00", **more: Any) -> Response:
    return answer({"order_id": "v-1", "ts_ms": 5, "remaining_count": left, "fill_count": None, **more})


def test_an_amend_gives_the_new_total(venue: Kalshi, make_open: MakeOpen, make_order: MakeOrder) -> None:
    to = make_order(px=parse_px("0.57"), qty=parse_qty("12"), client_id="n-2")
    accepted, requests = play_all(venue.amend(make_open("2"), to, NOW), changed("9.00"))
    assert (requests[0].method, requests[0].url) == ("POST", f"{ORDER}/amend")
    assert json.loads(requests[0].body) == {
        "ticker": TICKER,
        "side": "bid",
        "price": "0.5700",
        "count": "12.00",
        "client_order_id": "my-cid_1",
        "updated_client_order_id": "n-2",
    }
    # One more had traded than we knew.
    assert (accepted.filled, accepted.state) == (parse_qty("3"), OrderState.PARTIAL)
    assert (accepted.client_id, accepted.venue_id, accepted.mode) == ("n-2", "v-1", Mode.NATIVE)


def test_an_amend_of_no_is_one_of_yes(
    venue: Kalshi, make_open: MakeOpen, make_order: MakeOrder, no: Instrument
) -> None:
    to = make_order(instrument=no, px=parse_px("0.30"))
    body = json.loads(first_request(venue.amend(make_open(instrument=no), to, NOW)).body)
    assert (body["side"], body["price"]) == ("ask", "0.7000")
    assert "updated_client_order_id" not in body


@pytest.mark.parametrize(
    ("px", "qty", "mode"),
    [("0.56", "8", Mode.NATIVE_ATOMIC), ("0.56", "12", Mode.NATIVE), ("0.55", "8", Mode.NATIVE)],
)
def test_only_a_smaller_quantity_keeps_the_place_in_the_queue(
    venue: Kalshi, make_open: MakeOpen, make_order: MakeOrder, px: str, qty: str, mode: Mode
) -> None:
    to = make_order(px=parse_px(px), qty=parse_qty(qty))
    assert play(venue.amend(make_open(), to, NOW), changed(f"{qty}.00")).mode is mode


def test_an_amend_that_changes_nothing_sends_nothing(venue: Kalshi, make_open: MakeOpen, make_order: MakeOrder) -> None:
    accepted = play(venue.amend(make_open("2"), make_order(client_id="n-2"), NOW))
    assert (accepted.mode, accepted.client_id, accepted.filled) == (Mode.NOOP, "my-cid_1", parse_qty("2"))


def test_an_amend_that_tells_no_counts_changed_none(venue: Kalshi, make_open: MakeOpen, make_order: MakeOrder) -> None:
    accepted = play(venue.amend(make_open("2"), make_order(px=parse_px("0.57")), NOW), changed(None))
    assert (accepted.filled, accepted.state) == (parse_qty("2"), OrderState.PARTIAL)


@pytest.mark.parametrize(
    ("status", "filled", "state"),
    [("executed", "12.00", OrderState.FILLED), ("canceled", "7.00", OrderState.CANCELLED)],
)
def test_an_amend_that_leaves_nothing_asks_what_became_of_the_order(
    venue: Kalshi,
    make_open: MakeOpen,
    make_order: MakeOrder,
    make_answer: MakeAnswer,
    status: str,
    filled: str,
    state: OrderState,
) -> None:
    # What crosses our own order is cancelled, so "nothing left" is not "all filled".
    to = make_order(px=parse_px("0.60"), qty=parse_qty("12"))
    now_it_is = answer({"order": make_answer(status=status, fill_count_fp=filled, remaining_count_fp="0.00")})
    accepted, requests = play_all(venue.amend(make_open(), to, NOW), changed("0.00"), now_it_is)
    assert requests[1].url.endswith("/portfolio/orders/v-1")
    assert (accepted.state, accepted.filled) == (state, parse_qty(filled))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"side": Side.SELL}, "keeps the instrument and the side"),
        ({"tif": TimeInForce.IOC}, "changes price and quantity only"),
        ({"post_only": True}, "changes price and quantity only"),
        ({"qty": parse_qty("2")}, "more than the 2 that is filled"),
        ({"px": parse_px("0.565")}, "price must be"),
    ],
)
def test_an_amend_that_cannot_be_is_not_sent(
    venue: Kalshi, make_open: MakeOpen, make_order: MakeOrder, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        first_request(venue.amend(make_open("2"), make_order(**changes), NOW))


def test_a_decrease_gives_the_difference_of_the_totals(venue: Kalshi, make_open: MakeOpen) -> None:
    # We know of 2 filled, and 3 are: reduce_to 4 would have left a total of 7, reduce_by 4 leaves the 6 we want.
    accepted, requests = play_all(venue.decrease(make_open("2"), parse_qty("6"), NOW), changed("3.00"))
    assert (requests[0].method, requests[0].url) == ("POST", f"{ORDER}/decrease")
    assert json.loads(requests[0].body) == {"reduce_by": "4.00", "market_ticker": TICKER}
    assert (accepted.filled, accepted.state, accepted.mode) == (
        parse_qty("3"),
        OrderState.PARTIAL,
        Mode.NATIVE_ATOMIC,
    )
    assert accepted.client_id == "my-cid_1"


@pytest.mark.parametrize("to", ["2", "1", "10", "11", "5.005"])
def test_a_decrease_that_is_none_is_not_sent(venue: Kalshi, make_open: MakeOpen, to: str) -> None:
    with pytest.raises(Invalid):
        first_request(venue.decrease(make_open("2"), parse_qty(to), NOW))


def test_an_order_that_is_gone_cannot_be_changed(venue: Kalshi, make_open: MakeOpen, make_order: MakeOrder) -> None:
    gone = answer({"error": {"code": "not_found", "message": "not found"}}, 404)
    with pytest.raises(OrderGone):
        play(venue.decrease(make_open(), parse_qty("6"), NOW), gone)
    with pytest.raises(OrderGone):
        play(venue.amend(make_open(), make_order(px=parse_px("0.57")), NOW), gone)


@pytest.mark.parametrize("left", ["99.00", "-1.00", "x"])
def test_counts_that_cannot_be_leave_the_outcome_open(venue: Kalshi, make_open: MakeOpen, left: str) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.decrease(make_open(), parse_qty("6"), NOW), changed(left))
    with pytest.raises(OutcomeUnknown):
        play(venue.decrease(make_open(), parse_qty("6"), NOW), changed("6.00", order_id="another"))
