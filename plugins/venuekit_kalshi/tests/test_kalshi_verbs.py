"""Markets and orders, each verb on answers as the venue documents them; hand-made, not recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from venuekit.capability import Mode, Op
from venuekit.errors import OrderGone, OutcomeUnknown, Unsupported
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OrderId
from venuekit.side import Side
from venuekit.units import Nanos, Qty, parse_instant, parse_px, parse_qty, parse_rate
from venuekit.wire import Request, Response
from venuekit_kalshi.capability import CAPABILITIES, FEATURES
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.play import first_request, play, play_all
from venuekit_testkit.spot import make_spot

MakeOrder = Callable[..., NewOrder]
MakeAnswer = Callable[..., dict[str, Any]]
NOW = Nanos(1_763_700_000_123_000_000)
API = "https://external-api.kalshi.com/trade-api/v2"
TICKER = "KXTEST-26NOV21-T1"


def answer(told: Any, status: int = 200) -> Response:
    return Response(status, json.dumps(told).encode())


def asked(request: Request) -> str:
    return f"{request.method} {request.target.removeprefix(API)}"


# ── market side ──


def market(**changes: Any) -> dict[str, Any]:
    told = {
        "ticker": TICKER,
        "event_ticker": "KXTEST-26NOV21",
        "market_type": "binary",
        "status": "active",
        "notional_value_dollars": "1.0000",
        "price_level_structure": "linear_cent",
        "price_ranges": [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}],
        "exchange_index": 3,
        "close_time": "2026-11-21T21:00:00Z",
        "result": "",
    }
    return {**told, **changes}


def event(*markets: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"event_ticker": "KXTEST-26NOV21", "series_ticker": "KXTEST", "markets": list(markets), **changes}


NO_EVENTS: dict[str, Any] = {"events": [], "cursor": ""}


def test_markets_come_by_their_events_with_what_their_series_cost(venue: Kalshi) -> None:
    series = {"series": [{"ticker": "KXTEST", "fee_type": "quadratic_with_maker_fees", "fee_multiplier": 1}]}
    pages = [
        {"events": [event(market())], "cursor": "more"},
        {"events": [event(market(ticker="U-1"), series_ticker="OTHER")], "cursor": ""},
    ]
    # It opened while we listed.
    before = {"events": [event(market(status="initialized"))], "cursor": ""}
    listed, requests = play_all(venue.instruments(), *map(answer, [series, before, *pages, NO_EVENTS]))
    assert [asked(each) for each in requests] == [
        "GET /series",
        "GET /events?status=unopened&with_nested_markets=true&limit=200",
        "GET /events?status=open&with_nested_markets=true&limit=200",
        "GET /events?status=open&with_nested_markets=true&limit=200&cursor=more",
        "GET /events?status=closed&with_nested_markets=true&limit=200",
    ]
    assert [each.symbol for each in listed] == [f"{TICKER}:YES", f"{TICKER}:NO", "U-1:YES", "U-1:NO"]
    assert listed[0].untradable == ""
    assert listed[0].fees is not None
    assert (listed[0].fees.maker, listed[0].fees.taker) == (parse_rate("0.0175"), parse_rate("0.07"))
    assert listed[2].fees is None


def test_an_odd_market_does_not_hide_the_others(venue: Kalshi) -> None:
    odd = [market(ticker="A", status="paused_or_so"), market(ticker="B", price_ranges=None), market()]
    pages = [{"series": None}, {"events": None}, {"events": [event(*odd)], "cursor": None}, NO_EVENTS]
    listed = play(venue.instruments(), *map(answer, pages))
    assert [bool(each.untradable) for each in listed] == [True, True, True, True, False, False]


def test_a_list_that_never_ends_is_left(venue: Kalshi) -> None:
    page = answer({"events": [], "cursor": "again"})
    with pytest.raises(OutcomeUnknown, match="came twice"):
        play(venue.instruments(), answer({"series": []}), page, page)


BOOK = {
    "orderbook_fp": {
        "yes_dollars": [["0.0100", "5.00"], ["0.4200", "13.50"]],
        "no_dollars": [["0.5000", "7.00"], ["0.5500", "2.00"]],
    }
}


def test_a_books_offers_are_the_other_outcomes_bids(venue: Kalshi, yes: Instrument, no: Instrument) -> None:
    book, requests = play_all(venue.book(yes, 10), answer(BOOK))
    assert asked(requests[0]) == f"GET /markets/{TICKER}/orderbook?depth=10"
    assert book.symbol == yes.symbol
    assert book.bids == [(parse_px("0.42"), parse_qty("13.5")), (parse_px("0.01"), parse_qty("5"))]
    assert book.asks == [(parse_px("0.45"), parse_qty("2")), (parse_px("0.50"), parse_qty("7"))]
    other = play(venue.book(no, 10), answer(BOOK))
    assert other.bids == [(parse_px("0.55"), parse_qty("2")), (parse_px("0.50"), parse_qty("7"))]
    assert other.asks == [(parse_px("0.58"), parse_qty("13.5")), (parse_px("0.99"), parse_qty("5"))]


@pytest.mark.parametrize(("depth", "sent"), [(0, "0"), (1, "1"), (100, "100"), (101, "0"), (5000, "0")])
def test_a_deep_book_is_asked_for_whole(venue: Kalshi, yes: Instrument, depth: int, sent: str) -> None:
    assert first_request(venue.book(yes, depth)).query == f"depth={sent}"
    # What the venue gives beyond what was asked for is cut.
    rows = [[f"{number / 10_000:.4f}", "1.00"] for number in range(1, 201)]
    told = answer({"orderbook_fp": {"yes_dollars": rows, "no_dollars": rows}})
    book = play(venue.book(yes, depth), told)
    assert (len(book.bids), len(book.asks)) == (min(depth, 200) or 200,) * 2
    assert (book.bids[0][0], book.asks[0][0]) == (parse_px("0.02"), parse_px("0.98"))


@pytest.mark.parametrize(
    "told",
    [
        {"orderbook": {"yes": [[47, 100]], "no": [[53, 200]]}},  # whole cents, dead since 2026-03-12
        {"orderbook_fp": {"yes_dollars": []}},
        {"orderbook_fp": {"yes_dollars": [["0.0000", "1.00"]], "no_dollars": []}},
        {"orderbook_fp": {"yes_dollars": [["1.0000", "1.00"]], "no_dollars": []}},
        {"orderbook_fp": {"yes_dollars": [["0.5000", "0.00"]], "no_dollars": []}},
        {"orderbook_fp": {"yes_dollars": [[0.5, 1]], "no_dollars": []}},
    ],
)
def test_a_book_of_another_shape_is_not_read_as_empty(venue: Kalshi, yes: Instrument, told: Any) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.book(yes, 1), answer(told))


def test_an_empty_book_is_empty(venue: Kalshi, yes: Instrument) -> None:
    book = play(venue.book(yes, 1), answer({"orderbook_fp": {"yes_dollars": None, "no_dollars": []}}))
    assert (book.bids, book.asks) == ([], [])


def public_trade(**changes: Any) -> dict[str, Any]:
    told = {
        "trade_id": "t-1",
        "ticker": TICKER,
        "count_fp": "3.25",
        "yes_price_dollars": "0.4200",
        "no_price_dollars": "0.5800",
        "taker_outcome_side": "no",
        "taker_book_side": "ask",
        "created_time": "2026-11-21T12:00:00.5Z",
        "is_block_trade": False,
    }
    return {**told, **changes}


def test_public_trades_come_oldest_first(venue: Kalshi, yes: Instrument, no: Instrument) -> None:
    page = {
        "trades": [public_trade(), public_trade(trade_id="t-0", created_time="2026-11-21T11:00:00Z")],
        "cursor": "x",
    }
    trades, requests = play_all(venue.trades(yes, 5000), answer(page))
    assert asked(requests[0]) == f"GET /markets/trades?ticker={TICKER}&is_block_trade=false&limit=1000"
    assert [each.trade_id for each in trades] == ["t-0", "t-1"]
    last = trades[1]
    assert (last.symbol, last.px, last.qty, last.taker) == (yes.symbol, parse_px("0.42"), parse_qty("3.25"), Side.SELL)
    mirrored = play(venue.trades(no, 5), answer(page))[1]
    assert (mirrored.symbol, mirrored.px, mirrored.taker) == (no.symbol, parse_px("0.58"), Side.BUY)


def test_fees_follow_the_event_and_then_its_series(venue: Kalshi, yes: Instrument) -> None:
    series = {"series": {"ticker": "KXTEST", "fee_type": "quadratic", "fee_multiplier": 1}}
    told = {"event": event(fee_type_override=None, fee_multiplier_override=0.5), "markets": []}
    fees, requests = play_all(venue.fees(yes, NOW), answer(told), answer(series))
    assert [asked(each) for each in requests] == ["GET /events/KXTEST-26NOV21", "GET /series/KXTEST"]
    assert (fees.maker, fees.taker) == (0, parse_rate("0.035"))
    flat = {"series": {"ticker": "KXTEST", "fee_type": "flat", "fee_multiplier": 1}}
    unknown = play(venue.fees(yes, NOW), answer({"event": event()}), answer(flat))
    assert (unknown.maker, unknown.taker) == (None, None)


# ── orders ──


def placed(filled: str, left: str, **changes: Any) -> Response:
    told = {
        "order_id": "v-1",
        "client_order_id": "my-cid_1",
        "fill_count": filled,
        "remaining_count": left,
        "ts_ms": 1_715_793_600_123,
    }
    return answer({**told, **changes}, 201)


@pytest.mark.parametrize(
    ("filled", "left", "state"),
    [
        ("0.00", "10.00", OrderState.ACCEPTED),
        ("4.00", "6.00", OrderState.PARTIAL),
        ("10.00", "0.00", OrderState.FILLED),
        ("4.00", "0.00", OrderState.CANCELLED),  # the rest of an IOC, or a self-trade
        ("0.00", "0.00", OrderState.CANCELLED),
    ],
)
def test_an_accepted_order_need_not_rest(
    venue: Kalshi, make_order: MakeOrder, filled: str, left: str, state: OrderState
) -> None:
    accepted = play(venue.submit(make_order(), NOW), placed(filled, left))
    assert (accepted.venue_id, accepted.client_id, accepted.state) == ("v-1", "my-cid_1", state)
    assert (accepted.filled, accepted.fills, accepted.mode) == (parse_qty(filled), (), Mode.NATIVE)
    assert accepted.ts == 1_715_793_600_123_000_000


def test_a_cancel_names_the_market_so_that_its_shard_is_found(venue: Kalshi, yes: Instrument) -> None:
    told = {"order_id": "v-1", "client_order_id": "a", "reduced_by": "10.00", "ts_ms": 1}
    cancelled, requests = play_all(venue.cancel(OrderId(yes, "a", "v-1"), NOW), answer(told))
    assert asked(requests[0]) == f"DELETE /portfolio/events/orders/v-1?market_ticker={TICKER}"
    assert (requests[0].body, requests[0].cost) == (b"", (("WRITE", 2),))
    assert (cancelled.client_id, cancelled.venue_id, cancelled.filled) == ("a", "v-1", None)


def test_a_cancel_by_our_own_id_looks_for_the_venues_first(
    venue: Kalshi, yes: Instrument, make_answer: MakeAnswer
) -> None:
    found = answer({"orders": [make_answer(order_id="v-9", client_order_id="a")], "cursor": ""})
    told = answer({"order_id": "v-9", "reduced_by": "10.00", "ts_ms": 1})
    cancelled, requests = play_all(venue.cancel(OrderId(yes, "a"), NOW), found, told)
    assert [asked(each) for each in requests] == [
        f"GET /portfolio/orders?ticker={TICKER}&limit=1000",
        f"DELETE /portfolio/events/orders/v-9?market_ticker={TICKER}",
    ]
    assert (cancelled.client_id, cancelled.venue_id) == ("a", "v-9")


def test_an_order_is_told_in_the_terms_of_its_instrument(
    venue: Kalshi, yes: Instrument, no: Instrument, make_answer: MakeAnswer
) -> None:
    told = answer({"order": make_answer(remaining_count_fp="6.00", fill_count_fp="4.00")})
    report, requests = play_all(venue.query(OrderId(yes, "my-cid_1", "v-1"), NOW), told)
    assert (asked(requests[0]), requests[0].cost) == ("GET /portfolio/orders/v-1", (("READ", 2),))
    assert (report.side, report.px, report.qty, report.filled) == (Side.BUY, parse_px("0.56"), 10**9, 4 * 10**8)
    assert (report.state, report.avg_px, report.ts) == (
        OrderState.PARTIAL,
        None,
        parse_instant("2026-11-21T12:00:00.000001Z"),
    )
    mirrored = play(venue.query(OrderId(no, "my-cid_1", "v-1"), NOW), told)
    assert (mirrored.side, mirrored.px) == (Side.SELL, parse_px("0.44"))


@pytest.mark.parametrize(
    ("changes", "state", "qty"),
    [
        ({}, OrderState.ACCEPTED, "10"),
        ({"remaining_count_fp": "3.00", "fill_count_fp": "2.00"}, OrderState.PARTIAL, "5"),  # decreased since
        ({"status": "executed", "remaining_count_fp": "0.00", "fill_count_fp": "10.00"}, OrderState.FILLED, "10"),
        ({"status": "executed", "remaining_count_fp": "0.00", "fill_count_fp": "6.00"}, OrderState.FILLED, "6"),
        ({"status": "canceled", "remaining_count_fp": "0.00", "fill_count_fp": "4.00"}, OrderState.CANCELLED, "10"),
    ],
)
def test_an_orders_total_follows_its_changes(
    venue: Kalshi, yes: Instrument, make_answer: MakeAnswer, changes: dict[str, str], state: OrderState, qty: str
) -> None:
    report = play(venue.query(OrderId(yes, "a", "v-1"), NOW), answer({"order": make_answer(**changes)}))
    assert (report.state, report.qty) == (state, parse_qty(qty))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "pending_or_so"},
        {"book_side": "yes"},
        {"book_side": None},
        {"yes_price_dollars": "0.0000"},
        {"yes_price_dollars": None},
        {"fill_count_fp": None},
        {"order_id": "another"},
    ],
)
def test_an_order_that_makes_no_sense_is_not_guessed_at(
    venue: Kalshi, yes: Instrument, make_answer: MakeAnswer, changes: dict[str, Any]
) -> None:
    with pytest.raises(OutcomeUnknown):
        play(venue.query(OrderId(yes, "a", "v-1"), NOW), answer({"order": make_answer(**changes)}))


def test_an_order_known_by_our_id_alone_is_looked_for_until_it_is_met(
    venue: Kalshi, yes: Instrument, make_answer: MakeAnswer
) -> None:
    first = answer({"orders": [make_answer(order_id="v-1", client_order_id="b")], "cursor": "p2"})
    second = answer({"orders": [make_answer(order_id="v-2", client_order_id="a")], "cursor": "p3"})
    report, requests = play_all(venue.query(OrderId(yes, "a"), NOW), first, second)
    assert (report.venue_id, len(requests)) == ("v-2", 2)
    last = answer({"orders": None, "cursor": ""})
    with pytest.raises(OrderGone, match="is named 'a'"):
        play(venue.query(OrderId(yes, "a"), NOW), first, last)


def test_open_orders_of_one_and_of_all(venue: Kalshi, no: Instrument, make_answer: MakeAnswer) -> None:
    page = answer({"orders": [make_answer()], "cursor": ""})
    [mirrored], requests = play_all(venue.open_orders(no, NOW), page)
    assert asked(requests[0]) == f"GET /portfolio/orders?ticker={TICKER}&status=resting&limit=1000"
    assert (mirrored.side, mirrored.px) == (Side.SELL, parse_px("0.44"))
    [told], requests = play_all(venue.open_orders(None, NOW), page)
    assert asked(requests[0]) == "GET /portfolio/orders?status=resting&limit=1000"
    assert (told.side, told.px, told.venue_symbol) == (Side.BUY, parse_px("0.56"), TICKER)
    assert venue.restate(told, no) == mirrored


# ── what the tables say ──


def test_every_word_of_the_vocabulary_has_an_answer() -> None:
    from venuekit.capability import Feature

    [verbs], [features] = CAPABILITIES.values(), FEATURES.values()
    assert (set(verbs), set(features)) == (set(Op), set(Feature))


def test_another_kind_of_instrument_is_not_traded_here(venue: Kalshi) -> None:
    spot = make_spot("kalshi", "BTC-USD", "BTCUSD")
    order = NewOrder(client_id="a", instrument=spot, side=Side.BUY, qty=Qty(10**8), px=parse_px("1"))
    with pytest.raises(Unsupported, match="does not trade spot"):
        first_request(venue.submit(order, NOW))
    with pytest.raises(Unsupported, match="does not trade spot"):
        venue.feed([spot])
