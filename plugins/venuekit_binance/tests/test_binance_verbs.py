"""Each verb of Binance: the request byte for byte, and what is made of the answer.

The answers are hand-made after the documentation, https://github.com/binance/binance-spot-api-docs rest-api.md, read
2026-11-21; recorded ones are in test_binance_recorded.py.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from venuekit.capability import Mode, Op
from venuekit.errors import Invalid, NotSent, OrderGone, OutcomeUnknown, Refused, RejectReason, Unsupported
from venuekit.fill import Fill, Liquidity
from venuekit.instrument import Instrument, Kind
from venuekit.lifecycle import OrderState
from venuekit.order import Balance, NewOrder, OrderId, OrderType, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, Rate, parse_px, parse_qty, parse_usd
from venuekit.wire import Request, Response
from venuekit_binance.capability import CAPABILITIES
from venuekit_binance.endpoints import LIMITS
from venuekit_binance.symbols import BASE_FEES
from venuekit_binance.venue import Binance
from venuekit_testkit.play import first_request, play, play_all

Json = dict[str, Any]
MakeOrder = Callable[..., NewOrder]
MakeAnswer = Callable[..., Json]

NOW: Final = Nanos(1_499_827_319_559_000_000)
STAMP: Final = "timestamp=1499827319559"


def ok(body: object, status: int = 200) -> Response:
    return Response(status, json.dumps(body).encode())


def refusal(code: int, msg: str, status: int = 400) -> Response:
    return ok({"code": code, "msg": msg}, status)


def check_signed(request: Request, method: str, path: str, params: str) -> None:
    payload = f"{params}&{STAMP}" if params else STAMP
    proof = hmac.digest(b"my-secret", payload.encode(), "sha256").hex()
    assert (request.method, request.url) == (method, f"https://api.binance.com{path}")
    assert request.query == f"{payload}&signature={proof}"
    assert request.headers == (("X-MBX-APIKEY", "my-key"),)
    assert request.body == b""


# ── submit ──


def test_a_limit_order_is_sent_as_documented(venue: Binance, make_order: MakeOrder) -> None:
    order = make_order(qty=parse_qty("0.01"), px=parse_px("50000.1"))
    check_signed(
        first_request(venue.submit(order, NOW)),
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000.1"
        "&newClientOrderId=my-cid_1&newOrderRespType=FULL",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tif": TimeInForce.IOC}, "type=LIMIT&timeInForce=IOC&quantity=1&price=100&"),
        ({"tif": TimeInForce.FOK}, "type=LIMIT&timeInForce=FOK&quantity=1&price=100&"),
        ({"post_only": True}, "type=LIMIT_MAKER&quantity=1&price=100&"),
        ({"type": OrderType.MARKET, "px": None}, "type=MARKET&quantity=1&newClientOrderId"),
        ({"side": Side.SELL}, "side=SELL&type=LIMIT&"),
    ],
)
def test_each_kind_of_order_has_its_own_words(venue: Binance, make_order: MakeOrder, changes: Json, words: str) -> None:
    assert words in first_request(venue.submit(make_order(**changes), NOW)).query


def test_fills_come_with_the_answer(venue: Binance, make_order: MakeOrder, make_answer: MakeAnswer) -> None:
    row = {"price": "99.5", "qty": "0.25", "commission": "0.00025", "commissionAsset": "BTC", "tradeId": 56}
    answer = make_answer(status="PARTIALLY_FILLED", executedQty="0.25000000", fills=[row])
    accepted = play(venue.submit(make_order(), NOW), ok(answer))
    assert (accepted.state, accepted.filled) == (OrderState.PARTIAL, parse_qty("0.25"))
    assert (accepted.venue_id, accepted.mode) == ("28", Mode.NATIVE)
    assert accepted.ts == 1507725176595 * 1_000_000
    assert accepted.fills == (
        Fill(
            trade_id="56",
            client_id="my-cid_1",
            venue_id="28",
            venue_symbol="BTCUSDT",
            side=Side.BUY,
            px=parse_px("99.5"),
            qty=parse_qty("0.25"),
            fee=parse_usd("0.00025"),
            fee_asset="BTC",
            liquidity=Liquidity.TAKER,
            ts=Nanos(1507725176595 * 1_000_000),
        ),
    )


def test_an_ioc_that_found_nothing_is_accepted_and_cancelled(
    venue: Binance, make_order: MakeOrder, make_answer: MakeAnswer
) -> None:
    accepted = play(venue.submit(make_order(tif=TimeInForce.IOC), NOW), ok(make_answer(status="EXPIRED")))
    assert accepted.state is OrderState.CANCELLED


def test_an_order_that_the_engine_rejected_is_refused(
    venue: Binance, make_order: MakeOrder, make_answer: MakeAnswer
) -> None:
    with pytest.raises(Refused):
        play(venue.submit(make_order(), NOW), ok(make_answer(status="REJECTED")))


@pytest.mark.parametrize(
    "changes",
    [{"status": "HALF_BAKED"}, {"clientOrderId": "another"}, {"executedQty": "0.123456789"}, {"orderId": "x"}],
)
def test_an_answer_that_makes_no_sense_leaves_the_outcome_open(
    venue: Binance, make_order: MakeOrder, make_answer: MakeAnswer, changes: Json
) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.submit(make_order(), NOW), ok(make_answer(**changes)))


@pytest.mark.parametrize("client_id", ["", "a" * 37, "with.dot", "with space", "ü", "new\nline", "ends\n"])
def test_a_client_id_that_the_venue_cannot_take_sends_nothing(
    venue: Binance, make_order: MakeOrder, client_id: str
) -> None:
    with pytest.raises(Invalid):
        next(venue.submit(make_order(client_id=client_id), NOW))


@pytest.mark.parametrize(
    "changes",
    [
        {"px": parse_px("100.001")},
        {"qty": parse_qty("1.000001")},
        {"qty": parse_qty("9000.00001")},
        {"qty": parse_qty("0.04")},
        {"type": OrderType.MARKET, "px": None, "tif": TimeInForce.FOK},
    ],
)
def test_an_order_off_the_grid_sends_nothing(venue: Binance, make_order: MakeOrder, changes: Json) -> None:
    with pytest.raises(Invalid):
        next(venue.submit(make_order(**changes), NOW))


def test_spot_has_no_reduce_only(venue: Binance, make_order: MakeOrder) -> None:
    with pytest.raises(Unsupported):
        next(venue.submit(make_order(reduce_only=True), NOW))


# ── cancel, query, lists ──


def test_a_cancel_names_the_order_by_the_venues_id_when_it_is_known(venue: Binance, btc: Instrument) -> None:
    known, unknown = OrderId(btc, "my-cid_1", "28"), OrderId(btc, "my-cid_1")
    check_signed(first_request(venue.cancel(known, NOW)), "DELETE", "/api/v3/order", "symbol=BTCUSDT&orderId=28")
    named = "symbol=BTCUSDT&origClientOrderId=my-cid_1"
    check_signed(first_request(venue.cancel(unknown, NOW)), "DELETE", "/api/v3/order", named)


def test_a_cancel_tells_our_own_id_and_what_had_traded(
    venue: Binance, btc: Instrument, make_answer: MakeAnswer
) -> None:
    answer = make_answer(status="CANCELED", origClientOrderId="my-cid_1", clientOrderId="cancel9", executedQty="0.4")
    cancelled = play(venue.cancel(OrderId(btc, "my-cid_1"), NOW), ok(answer))
    assert (cancelled.client_id, cancelled.venue_id, cancelled.filled) == ("my-cid_1", "28", parse_qty("0.4"))


def test_a_cancel_of_an_order_that_is_gone_says_to_query(venue: Binance, btc: Instrument) -> None:
    with pytest.raises(OrderGone):
        play(venue.cancel(OrderId(btc, "my-cid_1"), NOW), refusal(-2011, "Unknown order sent."))


def test_a_query_reads_the_average_price(venue: Binance, btc: Instrument, make_answer: MakeAnswer) -> None:
    answer = make_answer(
        status="FILLED", executedQty="1.0", cummulativeQuoteQty="99.75", updateTime=1499827319559, expiryReason=""
    )
    flow = venue.query(OrderId(btc, "my-cid_1", "28"), NOW)
    report, requests = play_all(flow, ok(answer))
    check_signed(requests[0], "GET", "/api/v3/order", "symbol=BTCUSDT&orderId=28")
    assert (report.state, report.filled, report.qty) == (OrderState.FILLED, parse_qty("1"), parse_qty("1"))
    assert (report.px, report.avg_px, report.ts) == (parse_px("100"), parse_px("99.75"), NOW)


def test_a_query_without_a_record_of_the_money_has_no_average(
    venue: Binance, btc: Instrument, make_answer: MakeAnswer
) -> None:
    answer = make_answer(status="FILLED", executedQty="1.0", cummulativeQuoteQty="-1", price="0.00000000")
    report = play(venue.query(OrderId(btc, "my-cid_1"), NOW), ok(answer))
    assert (report.avg_px, report.px) == (None, None)


@pytest.mark.parametrize("code", [-2013, -2026])
def test_a_query_for_an_unknown_order_is_gone(venue: Binance, btc: Instrument, code: int) -> None:
    with pytest.raises(OrderGone):
        play(venue.query(OrderId(btc, "my-cid_1"), NOW), refusal(code, "Order does not exist."))


def test_cancel_all_gives_each_order_of_each_list(venue: Binance, btc: Instrument, make_answer: MakeAnswer) -> None:
    lone = make_answer(status="CANCELED", origClientOrderId="a", orderId=11)
    legs = [make_answer(status="CANCELED", origClientOrderId=name, orderId=20) for name in ("b", "c")]
    answer = [lone, {"orderListId": 1929, "contingencyType": "OCO", "symbol": "BTCUSDT", "orderReports": legs}]
    cancelled, requests = play_all(venue.cancel_all(btc, NOW), ok(answer))
    check_signed(requests[0], "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT")
    assert [(order.client_id, order.venue_id) for order in cancelled] == [("a", "11"), ("b", "20"), ("c", "20")]


def test_cancel_all_with_nothing_open_is_no_error(venue: Binance, btc: Instrument) -> None:
    assert play(venue.cancel_all(btc, NOW), refusal(-2011, "Unknown order sent.")) == []


def test_open_orders_of_all_symbols_weigh_more(venue: Binance, btc: Instrument, make_answer: MakeAnswer) -> None:
    one, every = first_request(venue.open_orders(btc, NOW)), first_request(venue.open_orders(None, NOW))
    check_signed(one, "GET", "/api/v3/openOrders", "symbol=BTCUSDT")
    check_signed(every, "GET", "/api/v3/openOrders", "")
    assert (dict(one.cost)["REQUEST_WEIGHT"], dict(every.cost)["REQUEST_WEIGHT"]) == (6, 80)
    reports = play(venue.open_orders(None, NOW), ok([make_answer()]))
    assert [(report.client_id, report.state) for report in reports] == [("my-cid_1", OrderState.ACCEPTED)]


# ── money ──


def test_balances_are_exact(venue: Binance) -> None:
    held = [{"asset": "BTC", "free": "4723846.89208129", "locked": "0.00000001"}]
    balances, requests = play_all(venue.balances(NOW), ok({"balances": held}))
    check_signed(requests[0], "GET", "/api/v3/account", "omitZeroBalances=true")
    assert balances == [Balance("BTC", parse_qty("4723846.89208129"), parse_qty("0.00000001"))]


def test_fees_add_up_the_three_parts(venue: Binance, btc: Instrument) -> None:
    zero = {"maker": "0.00000000", "taker": "0.00000000", "buyer": "0.00000000", "seller": "0.00000000"}
    answer = {
        "symbol": "BTCUSDT",
        "standardCommission": {"maker": "0.00075000", "taker": "0.00100000", "buyer": "0", "seller": "0"},
        "specialCommission": zero,
        "taxCommission": {"maker": "0.00000112", "taker": "0.00000114", "buyer": "0.00000118", "seller": "0.00000116"},
        "discount": {"enabledForAccount": True, "discountAsset": "BNB", "discount": "0.75000000"},
    }
    fees, requests = play_all(venue.fees(btc, NOW), ok(answer))
    check_signed(requests[0], "GET", "/api/v3/account/commission", "symbol=BTCUSDT")
    assert (fees.maker, fees.taker) == (Rate(75_230), Rate(100_232))


def test_without_keys_fees_are_the_public_tier_and_nothing_is_sent(btc: Instrument) -> None:
    assert play(Binance().fees(btc, NOW)) == BASE_FEES
    assert BASE_FEES.taker == Rate(100_000)


# ── what is not there ──


def test_without_keys_no_signed_request_exists(btc: Instrument, make_order: MakeOrder) -> None:
    with pytest.raises(NotSent, match="needs an API key"):
        next(Binance().submit(make_order(), NOW))


def test_absent_verbs_send_nothing(venue: Binance, btc: Instrument, make_order: MakeOrder) -> None:
    with pytest.raises(Unsupported):
        next(venue.batch([make_order()], NOW))
    with pytest.raises(Unsupported):
        next(venue.redeem(btc, NOW))


def test_a_perpetual_is_not_traded_here(venue: Binance, btc: Instrument, make_order: MakeOrder) -> None:
    import msgspec

    perp = msgspec.structs.replace(btc, kind=Kind.PERP)
    with pytest.raises(Unsupported):
        next(venue.submit(make_order(instrument=perp), NOW))


def test_the_table_and_the_verbs_agree() -> None:
    granted = {op.value for op, capability in CAPABILITIES[Kind.SPOT].items() if capability}
    assert granted == {op.value for op in Op if op.value in vars(Binance)}


def test_requests_name_declared_buckets_only(venue: Binance, btc: Instrument, make_order: MakeOrder) -> None:
    names = {limit.name for limit in LIMITS}
    flows = [venue.instruments(), venue.book(btc, 5), venue.submit(make_order(), NOW), venue.fills(btc, NOW, NOW)]
    costs = [dict(first_request(flow).cost) for flow in flows]
    assert all(set(cost) <= names for cost in costs)
    assert costs[2] == {"REQUEST_WEIGHT": 1, "RAW_REQUESTS": 1, "ORDERS_10S": 1, "ORDERS_1D": 1}


def test_only_reads_are_safe_to_retry(venue: Binance, btc: Instrument, make_order: MakeOrder) -> None:
    assert first_request(venue.query(OrderId(btc, "a"), NOW)).safe
    assert not first_request(venue.submit(make_order(), NOW)).safe
    assert not first_request(venue.cancel(OrderId(btc, "a"), NOW)).safe


def test_hosts_can_be_replaced_and_are_declared() -> None:
    venue = Binance(hosts={"rest": "http://127.0.0.1:8080"})
    assert first_request(venue.instruments()).url == "http://127.0.0.1:8080/api/v3/exchangeInfo"
    assert venue.hosts == ("127.0.0.1", "stream.binance.com", "ws-api.binance.com")
    with pytest.raises(ValueError, match="has the hosts"):
        Binance(hosts={"rset": "http://127.0.0.1"})


def test_no_error_tells_a_secret(venue: Binance, make_order: MakeOrder) -> None:
    with pytest.raises(Refused) as caught:
        play(venue.submit(make_order(), NOW), refusal(-2015, "Invalid API-key, IP, or permissions for action."))
    assert "my-key" not in repr(caught.value) + repr(venue) + repr(first_request(venue.balances(NOW)))
    assert caught.value.reason is RejectReason.AUTH
