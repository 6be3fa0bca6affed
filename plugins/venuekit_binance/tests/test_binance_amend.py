"""Changing an order that rests: which of the three ways is taken, and that none of them can overfill.

The answers are hand-made after https://github.com/binance/binance-spot-api-docs rest-api.md, read 2026-11-21.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
import pytest

from venuekit.capability import Mode
from venuekit.errors import (
    Invalid,
    OrderGone,
    OutcomeUnknown,
    RateLimited,
    Refused,
    RejectReason,
    Unsupported,
)
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OpenOrder
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit.wire import Request, Response
from venuekit_binance.venue import Binance
from venuekit_testkit.play import play, play_all

Json = dict[str, Any]
MakeOrder = Callable[..., NewOrder]
MakeOpen = Callable[..., OpenOrder]
MakeAnswer = Callable[..., Json]

NOW: Final = Nanos(1_763_683_200_000_000_000)
UNKNOWN: Final = {"code": -2011, "msg": "Unknown order sent."}
RESTRICTED: Final = {"code": -2011, "msg": "Order was not canceled due to cancel restrictions."}
CROSSES: Final = {"code": -2010, "msg": "Order would immediately match and take."}


def ok(body: object, status: int = 200) -> Response:
    return Response(status, json.dumps(body).encode())


def failed(cancel: object, place: object, results: tuple[str, str], status: int) -> Response:
    code, msg = (-2022, "Order cancel-replace failed.") if status == 400 else (-2021, "... partially failed.")
    data = {
        "cancelResult": results[0],
        "newOrderResult": results[1],
        "cancelResponse": cancel,
        "newOrderResponse": place,
    }
    return ok({"code": code, "msg": msg, "data": data}, status)


def amended(**changes: Any) -> Response:
    """Give the documented answer to keepPriority, whose shape is not an order's: `qty`, `cumulativeQuoteQty`."""
    order = {
        "symbol": "BTCUSDT",
        "orderId": 28,
        "orderListId": -1,
        "origClientOrderId": "my-cid_1",
        "clientOrderId": "my-cid_1",
        "price": "100.00000000",
        "qty": "0.50000000",
        "executedQty": "0.00000000",
        "preventedQty": "0.00000000",
        "quoteOrderQty": "0.00000000",
        "cumulativeQuoteQty": "0.00000000",
        "status": "NEW",
        "timeInForce": "GTC",
        "type": "LIMIT",
        "side": "BUY",
        "workingTime": 1741926410242,
        "selfTradePreventionMode": "NONE",
    }
    return ok({"transactTime": 1684804350068, "executionId": 75, "amendedOrder": {**order, **changes}})


def params_of(request: Request) -> Json:
    return dict(parse_qsl(request.query))


# ── 1. less quantity at the same terms ──


def test_a_pure_reduction_keeps_its_place_and_its_client_id(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder
) -> None:
    accepted, [request] = play_all(venue.amend(make_open(), make_order(qty=parse_qty("0.5")), NOW), amended())
    assert (request.method, request.url) == ("PUT", "https://api.binance.com/api/v3/order/amend/keepPriority")
    assert request.query.startswith("symbol=BTCUSDT&orderId=28&newQty=0.5&newClientOrderId=my-cid_1&timestamp=")
    assert (accepted.mode, accepted.state) == (Mode.NATIVE_ATOMIC, OrderState.ACCEPTED)
    assert (accepted.client_id, accepted.ts) == ("my-cid_1", 1684804350068 * 1_000_000)


def test_a_partly_filled_order_shrinks_in_place_too(venue: Binance, make_open: MakeOpen, make_order: MakeOrder) -> None:
    flow = venue.amend(make_open(filled="0.25"), make_order(qty=parse_qty("0.5")), NOW)
    accepted = play(flow, amended(executedQty="0.25", status="PARTIALLY_FILLED"))
    assert (accepted.state, accepted.filled) == (OrderState.PARTIAL, parse_qty("0.25"))


def test_an_amend_that_names_another_order_proves_nothing(venue: Binance, make_open: MakeOpen) -> None:
    with pytest.raises(OutcomeUnknown, match="names 'other'"):
        play(venue.decrease(make_open(), parse_qty("0.4"), NOW), amended(clientOrderId="other"))


def test_decrease_keeps_the_client_id_of_the_order(venue: Binance, make_open: MakeOpen) -> None:
    accepted, [request] = play_all(venue.decrease(make_open(venue_id=""), parse_qty("0.4"), NOW), amended(qty="0.4"))
    named = "symbol=BTCUSDT&origClientOrderId=my-cid_1&newQty=0.4&newClientOrderId=my-cid_1&timestamp="
    assert request.query.startswith(named)
    assert accepted.mode is Mode.NATIVE_ATOMIC


@pytest.mark.parametrize("to", ["0.25", "0.1", "1", "2", "0.300001"])
def test_a_decrease_that_is_none_sends_nothing(venue: Binance, make_open: MakeOpen, to: str) -> None:
    with pytest.raises(Invalid):
        next(venue.decrease(make_open(filled="0.25"), parse_qty(to), NOW))


def test_a_symbol_without_amends_cannot_decrease_and_amends_by_replacing(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder, btc: Any
) -> None:
    stiff = msgspec.structs.replace(btc, amendable=False)
    with pytest.raises(Unsupported):
        next(venue.decrease(make_open(instrument=stiff), parse_qty("0.5"), NOW))
    less = make_order(instrument=stiff, qty=parse_qty("0.5"))
    assert next(venue.amend(make_open(instrument=stiff), less, NOW)).url.endswith("/order/cancelReplace")


# ── 2. nothing filled yet ──


def test_a_new_price_is_a_cancel_replace_that_a_fill_stops(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder, make_answer: MakeAnswer
) -> None:
    answer = {
        "cancelResult": "SUCCESS",
        "newOrderResult": "SUCCESS",
        "cancelResponse": make_answer(status="CANCELED", origClientOrderId="my-cid_1", clientOrderId="x"),
        "newOrderResponse": make_answer(orderId=29, clientOrderId="my-cid_2", price="101.00000000"),
    }
    to = make_order(px=parse_px("101"), client_id="my-cid_2")
    accepted, [request] = play_all(venue.amend(make_open(), to, NOW), ok(answer))
    assert (request.method, request.url) == ("POST", "https://api.binance.com/api/v3/order/cancelReplace")
    assert request.query.startswith(
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=101&newClientOrderId=my-cid_2"
        "&newOrderRespType=FULL&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=28&cancelRestrictions=ONLY_NEW&"
    )
    assert (accepted.client_id, accepted.venue_id, accepted.mode) == ("my-cid_2", "29", Mode.CANCEL_REPLACE)


def test_a_fill_that_came_first_refuses_the_replacement_and_leaves_the_order(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder
) -> None:
    flow = venue.amend(make_open(), make_order(px=parse_px("101")), NOW)
    with pytest.raises(Refused, match="cancel restrictions") as caught:
        play(flow, failed(RESTRICTED, None, ("FAILURE", "NOT_ATTEMPTED"), 400))
    assert not isinstance(caught.value, OrderGone)


def test_a_replacement_of_an_order_that_is_gone_is_gone(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder
) -> None:
    with pytest.raises(OrderGone):
        play(
            venue.amend(make_open(), make_order(px=parse_px("101")), NOW),
            failed(UNKNOWN, None, ("FAILURE", "NOT_ATTEMPTED"), 400),
        )


def test_a_replacement_that_was_refused_after_the_cancel_says_so(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder, make_answer: MakeAnswer
) -> None:
    gone = make_answer(status="CANCELED", executedQty="0.000000")
    flow = venue.amend(make_open(), make_order(px=parse_px("101"), post_only=True), NOW)
    with pytest.raises(Refused, match="the order was cancelled with") as caught:
        play(flow, failed(gone, CROSSES, ("SUCCESS", "FAILURE"), 409))
    assert (caught.value.code, caught.value.reason) == ("-2010", RejectReason.EXCHANGE_REJECT)


@pytest.mark.parametrize("results", [("FAILURE", "SUCCESS"), ("FAILURE", "HALF"), ("", "")])
def test_halves_that_cannot_be_leave_the_outcome_open(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder, results: tuple[str, str]
) -> None:
    cancel = UNKNOWN if results[1] == "SUCCESS" else None
    with pytest.raises(OutcomeUnknown):
        play(venue.amend(make_open(), make_order(px=parse_px("101")), NOW), failed(cancel, None, results, 409))


def test_a_replacement_without_halves_is_judged_by_its_code(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder
) -> None:
    refused = ok({"code": -1013, "msg": "Filter failure: PRICE_FILTER"}, 400)
    with pytest.raises(Refused, match="PRICE_FILTER"):
        play(venue.amend(make_open(), make_order(px=parse_px("101")), NOW), refused)


# ── 3. partly filled ──


def test_a_partly_filled_order_is_cancelled_and_only_the_rest_is_sent(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder, make_answer: MakeAnswer
) -> None:
    # We knew of 0.25; by the time of the cancel 0.4 had traded.
    cancelled = make_answer(status="CANCELED", origClientOrderId="my-cid_1", executedQty="0.4")
    placed = make_answer(orderId=29, clientOrderId="my-cid_2", origQty="1.1")
    to = make_order(px=parse_px("101"), qty=parse_qty("1.5"), client_id="my-cid_2")
    accepted, requests = play_all(venue.amend(make_open(filled="0.25"), to, NOW), ok(cancelled), ok(placed))
    assert [request.method for request in requests] == ["DELETE", "POST"]
    assert params_of(requests[1])["quantity"] == "1.1"
    assert (accepted.venue_id, accepted.mode) == ("29", Mode.CANCEL_REPLACE)


@pytest.mark.parametrize("traded", ["0.5", "0.6"])
def test_when_the_rest_traded_before_the_cancel_nothing_more_is_sent(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder, make_answer: MakeAnswer, traded: str
) -> None:
    cancelled = make_answer(status="CANCELED", origClientOrderId="my-cid_1", executedQty=traded)
    to = make_order(px=parse_px("101"), qty=parse_qty("0.5"))
    accepted = play(venue.amend(make_open(filled="0.25"), to, NOW), ok(cancelled))
    assert (accepted.state, accepted.filled) == (OrderState.FILLED, parse_qty(traded))


def test_a_rest_too_small_to_stand_alone_does_not_cost_the_order(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder
) -> None:
    with pytest.raises(Invalid, match="at least 5"):
        next(venue.amend(make_open(filled="0.97"), make_order(px=parse_px("101")), NOW))


def test_when_the_cancel_is_refused_nothing_more_is_sent(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder
) -> None:
    with pytest.raises(OrderGone):
        play(venue.amend(make_open(filled="0.25"), make_order(px=parse_px("101")), NOW), ok(UNKNOWN, 400))


def test_when_the_cancel_is_silent_nothing_more_is_sent(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder
) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.amend(make_open(filled="0.25"), make_order(px=parse_px("101")), NOW), Response(502, b""))


@pytest.mark.parametrize(
    ("answer", "error"),
    [(ok(CROSSES, 400), Refused), (Response(504, b""), OutcomeUnknown), (Response(200, b"<html>"), OutcomeUnknown)],
)
def test_when_the_rest_fails_the_error_says_that_the_first_was_cancelled(
    venue: Binance,
    make_open: MakeOpen,
    make_order: MakeOrder,
    make_answer: MakeAnswer,
    answer: Response,
    error: type[Exception],
) -> None:
    cancelled = make_answer(status="CANCELED", origClientOrderId="my-cid_1", executedQty="0.4")
    flow = venue.amend(make_open(filled="0.25"), make_order(px=parse_px("101")), NOW)
    with pytest.raises(error, match=r"the order was cancelled with 0\.4 filled"):
        play(flow, ok(cancelled), answer)


def test_what_never_left_after_the_cancel_is_not_called_unsent(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder, make_answer: MakeAnswer
) -> None:
    flow = venue.amend(make_open(filled="0.25"), make_order(px=parse_px("101")), NOW)
    next(flow)
    flow.send(ok(make_answer(status="CANCELED", origClientOrderId="my-cid_1", executedQty="0.4")))
    with pytest.raises(Refused, match="the order was cancelled"):
        flow.throw(RateLimited("our budget is spent", venue="binance", retry_after=Nanos(1)))


# ── what is no change ──


def test_the_same_terms_send_nothing(venue: Binance, make_open: MakeOpen, make_order: MakeOrder) -> None:
    accepted = play(venue.amend(make_open(filled="0.25"), make_order(), NOW))
    assert (accepted.mode, accepted.state, accepted.venue_id) == (Mode.NOOP, OrderState.PARTIAL, "28")


@pytest.mark.parametrize("changes", [{"side": Side.SELL}, {"qty": parse_qty("0.25")}, {"client_id": "a.b"}])
def test_an_amend_to_what_cannot_be_sends_nothing(
    venue: Binance, make_open: MakeOpen, make_order: MakeOrder, changes: Json
) -> None:
    with pytest.raises(Invalid):
        next(venue.amend(make_open(filled="0.25"), make_order(px=parse_px("101"), **changes), NOW))
