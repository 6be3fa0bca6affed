"""Every spot payload of Binance that others published or recorded: read to the digit, or refused as told here.

What a payload is, its shape tells and not its file, so one that is added is walked too. Those of endpoints that we do
not call have no shape here and are counted. The collection is no part of this repository; without it, all is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import pytest

from tests.importers.published import ROOT, Payload, Unread, read_payloads, scaled_px, scaled_qty, walk_payloads
from venuekit.credential import Credentials
from venuekit.errors import OrderGone, OutcomeUnknown, Refused
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, Gap, TradePrint
from venuekit.order import Balance, OrderId, OrderReport
from venuekit.units import Nanos, Qty
from venuekit.venue import AccountEvent
from venuekit_binance.answers import read
from venuekit_binance.parse import to_amended
from venuekit_binance.venue import Binance
from venuekit_binance.wire import Amended
from venuekit_testkit.play import play
from venuekit_testkit.spot import make_spot

FILES: Final = (
    "binance/ex_binance/[hs]*.json",
    "binance/jkorf/Endpoints.Spot.*.txt",
    "binance/jkorf/Subscriptions.Spot.ExchangeData.*.txt",
    "binance/jkorf/Subscriptions.Spot.Account.*.txt",
    "binance/go-binance/spot.*.jsonl",
    "binance/hummingbot/test_binance_[aeu]*.jsonl",
    "binance/barter/*.jsonl",
    "binance/xchange/*.json",
    "binance/gct-ws/*.jsonl",
    "binance/cryptoexchange-vcr/Binance.integration*.yml",
)
NOW: Final = Nanos(1_763_683_200_000_000_000)
VENUE: Final = Binance(Credentials(api_key="k", api_secret="s"))

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"recorded venue data is not at {ROOT}")


def market(symbol: str = "LTCBTC") -> Instrument:
    return make_spot("binance", symbol, symbol)


ORDER: Final = OrderId(market(), "a")


def shape_of(told: Any) -> str:
    """Name what a payload is by the fields that only it has; "" for what we never ask for."""
    one = told[0] if isinstance(told, list) and told else told
    fields = set(one) if isinstance(one, dict) else set()
    if fields and bare(one).get("e") in OF_ACCOUNTS:
        return "account event"
    names = (name for name, needs in SHAPES if needs <= fields)
    name = next(names, "")
    return f"{name}s" if name in ("order", "cancel") and isinstance(told, list) else name


def bare(told: Any) -> Any:
    """Take an event out of what it came in."""
    within = told.get("event", told.get("data"))
    return within if isinstance(within, dict) else told


OF_ACCOUNTS: Final = (
    "executionReport", "outboundAccountPosition", "balanceUpdate", "listStatus", "eventStreamTerminated",
)  # fmt: skip
SHAPES: Final = (
    ("frame", {"stream", "data"}),
    ("book", {"lastUpdateId", "bids"}),
    ("markets", {"symbols", "timezone"}),
    ("error", {"code", "msg"}),
    ("trades", {"isBuyerMaker", "price"}),
    ("fills", {"isBuyer", "commission"}),
    ("account", {"balances", "canTrade"}),
    ("amended", {"amendedOrder"}),
    ("event", {"e", "s"}),
    ("cancel", {"origQty", "origClientOrderId", "status"}),
    ("order", {"origQty", "status"}),
)


def check_book(payload: Payload) -> None:
    told, book = payload.parse(), play(VENUE.book(market(), 5), payload.response)
    for levels, rows in ((book.bids, told["bids"]), (book.asks, told["asks"])):
        assert levels == [(scaled_px(px), scaled_qty(qty)) for px, qty, *_ in rows]
    assert book.seq == told["lastUpdateId"]


def check_markets(payload: Payload) -> None:
    listed = play(VENUE.instruments(), payload.response)
    assert [each.venue_symbol for each in listed] == [each["symbol"] for each in payload.parse()["symbols"]]
    assert [each.untradable for each in listed] == [""] * len(listed)


def check_trades(payload: Payload) -> None:
    trades = play(VENUE.trades(market(), 9), payload.response)
    expected = [(str(each["id"]), scaled_px(each["price"]), scaled_qty(each["qty"])) for each in payload.parse()]
    assert [(trade.trade_id, trade.px, trade.qty) for trade in trades] == expected


def check_fills(payload: Payload) -> None:
    fills = {fill.trade_id: fill for fill in play(VENUE.fills(market(), NOW, NOW), payload.response)}
    for each in payload.parse():
        fill = fills[str(each["id"])]
        assert (fill.px, fill.qty) == (scaled_px(each["price"]), scaled_qty(each["qty"]))
        assert (fill.fee, fill.fee_asset) == (scaled_px(each["commission"]), each["commissionAsset"])


def check_account(payload: Payload) -> None:
    held = {each.asset: (each.free, each.locked) for each in play(VENUE.balances(NOW), payload.response)}
    told = payload.parse()["balances"]
    assert held == {each["asset"]: (scaled_qty(each["free"]), scaled_qty(each["locked"])) for each in told}


def check_order(payload: Payload) -> None:
    check_report(play(VENUE.query(ORDER, NOW), payload.response), payload.parse())


def check_orders(payload: Payload) -> None:
    reports, told = play(VENUE.open_orders(None, NOW), payload.response), payload.parse()
    assert len(reports) == len(told)
    for report, each in zip(reports, told, strict=True):
        check_report(report, each)


def check_report(report: OrderReport, told: Mapping[str, Any]) -> None:
    assert (report.venue_id, report.client_id) == (str(told["orderId"]), told["clientOrderId"])
    assert (report.qty, report.filled) == (scaled_qty(told["origQty"]), scaled_qty(told["executedQty"]))
    assert (report.px or 0, report.side.name) == (scaled_px(told["price"]), told["side"])


def check_cancel(payload: Payload) -> None:
    cancelled, told = play(VENUE.cancel(ORDER, NOW), payload.response), payload.parse()
    assert (cancelled.client_id, cancelled.filled) == (told["origClientOrderId"], scaled_qty(told["executedQty"]))


def check_cancels(payload: Payload) -> None:
    cancelled, told = play(VENUE.cancel_all(market(), NOW), payload.response), payload.parse()
    assert len(cancelled) == sum(len(each.get("orderReports", [each])) for each in told)


def check_amended(payload: Payload) -> None:
    told = payload.parse()["amendedOrder"]
    accepted = read(payload.response, Amended, lambda amended: to_amended(amended, told["clientOrderId"]))
    assert (accepted.venue_id, accepted.filled) == (str(told["orderId"]), scaled_qty(told["executedQty"]))


def check_error(payload: Payload) -> None:
    play(VENUE.query(ORDER, NOW), Payload(payload.source, payload.text, 400).response)


def check_account_event(payload: Payload) -> None:
    told = bare(payload.parse())
    frame = f'{{"subscriptionId":0,"event":{json.dumps(told, default=str)}}}'
    check: Check = EVENT_CHECKS[told["e"]]
    check(VENUE.account_feed([]).receive(frame, NOW), told)


def check_execution(events: Sequence[AccountEvent], told: Mapping[str, Any]) -> None:
    report = events[-1]
    assert isinstance(report, OrderReport)
    assert (report.venue_id, report.client_id) == (str(told["i"]), told["c"])
    assert (report.qty, report.filled) == (scaled_qty(told["q"]), scaled_qty(told["z"]))
    assert (report.px or 0, report.side.name) == (scaled_px(told["p"]), told["S"])
    assert len(events) - 1 == (told["x"] == "TRADE")
    for fill in events[:-1]:
        assert isinstance(fill, Fill)
        assert (fill.trade_id, fill.px, fill.qty) == (str(told["t"]), scaled_px(told["L"]), scaled_qty(told["l"]))
        assert (fill.fee, fill.fee_asset) == (scaled_px(told["n"]), told["N"])


def check_position(events: Sequence[AccountEvent], told: Mapping[str, Any]) -> None:
    assert events == [Balance(each["a"], Qty(scaled_qty(each["f"])), Qty(scaled_qty(each["l"]))) for each in told["B"]]


def check_quiet(events: Sequence[AccountEvent], told: Mapping[str, Any]) -> None:
    assert events == []


Check: TypeAlias = Callable[[Sequence[AccountEvent], Mapping[str, Any]], None]
EVENT_CHECKS: Final[Mapping[str, Check]] = {
    "executionReport": check_execution,
    "outboundAccountPosition": check_position,
    "balanceUpdate": check_quiet,
    "listStatus": check_quiet,
    "eventStreamTerminated": lambda events, told: check_gap(events),
}


def check_gap(events: Sequence[AccountEvent]) -> None:
    assert events == [Gap("", "the venue ended the subscription")]


def check_event(payload: Payload) -> None:
    check_frame(Payload(payload.source, f'{{"stream":"x@y","data":{payload.text}}}'))


def check_frame(payload: Payload) -> None:
    told = payload.parse()["data"]
    symbol = told["s"] if isinstance(told, dict) and "s" in told else "BTCUSDT"
    events = VENUE.feed([market(symbol)]).receive(payload.text, NOW)
    kind = told.get("e") if isinstance(told, dict) else None
    assert len(events) == (kind in ("depthUpdate", "trade"))
    for event in events:
        if isinstance(event, TradePrint):
            assert (event.px, event.qty) == (scaled_px(told["p"]), scaled_qty(told["q"]))
        else:
            assert isinstance(event, BookDelta)
            assert event.bids == [(scaled_px(px), scaled_qty(qty)) for px, qty, *_ in told["b"]]


CHECKS: Final[Mapping[str, Callable[[Payload], None]]] = {
    "account": check_account,
    "account event": check_account_event,
    "amended": check_amended,
    "book": check_book,
    "cancel": check_cancel,
    "cancels": check_cancels,
    "error": check_error,
    "event": check_event,
    "fills": check_fills,
    "frame": check_frame,
    "markets": check_markets,
    "order": check_order,
    "orders": check_orders,
    "trades": check_trades,
}

_CLOCK: Final = Unread(Refused, "[-1021]", "the venue's own refusal")
_SYMBOL: Final = Unread(Refused, "[-1121]", "the venue's own refusal")
_GONE: Final = Unread(OrderGone, "[-2011]", "the venue's own word")
_ALGO: Final = Unread(OutcomeUnknown, "OK [0]", "an answer of the algo API, which is another one")
_SNAPSHOT: Final = Unread(OutcomeUnknown, "no message [200]", "an answer of the wallet API, which is another one")
_MARGIN: Final = Unread(OutcomeUnknown, "cannot be read", "an answer of the margin API, which is another one")
_ROWS: Final = Unread(ValueError, "length 2", "levels had a third, empty entry before 2019")
_OLD_BOOK: Final = Unread(OutcomeUnknown, "length 2", "as above")
_NAMELESS: Final = Unread(OutcomeUnknown, "clientOrderId", "made up by its author: the venue always names the order")
_BARE: Final = Unread(ValueError, "required field `c`", "cut down by its author to the fields that his test reads")

UNREAD: Final[Mapping[str, Unread]] = {
    "ex_binance/http_client.delete_error_receive_window.json": _CLOCK,
    "ex_binance/spot.private.cancel_order_by_order_id_error_not_found.json": _GONE,
    "ex_binance/spot.public.depth_error.json": _SYMBOL,
    "go-binance/spot.account_service_test.payloads.jsonl TestGetAccountSnapshot": _SNAPSHOT,
    "go-binance/spot.depth_service_test.payloads.jsonl TestDepth": _OLD_BOOK,
    "go-binance/spot.order_service_test.payloads.jsonl TestCreateOrderId": _NAMELESS,
    "go-binance/spot.server_service_test.payloads.jsonl TestServerTimeBadRequest": _SYMBOL,
    "go-binance/spot.websocket_service_test.payloads.jsonl TestDepthServe": _ROWS,
    "go-binance/spot.websocket_service_test.payloads.jsonl TestPartialDepthServe": _OLD_BOOK,
    "hummingbot/test_binance_user_stream_data_source.payloads.jsonl "
    "test_process_event_message_unwraps_ws_api_event_container": _BARE,
    "jkorf/Endpoints.Spot.Trading.CancelAlgoOrder.txt /sapi/v1/algo/spot/order": _ALGO,
    "jkorf/Endpoints.Spot.Trading.CancelMarginOrder.txt /sapi/v1/margin/order": _MARGIN,
    "jkorf/Endpoints.Spot.Trading.PlaceMarginOrder.txt /sapi/v1/margin/order": _MARGIN,
    "jkorf/Endpoints.Spot.Trading.PlaceTimeWeightedAveragePriceOrder.txt /sapi/v1/algo/spot/newOrderTwap": _ALGO,
    "xchange/stream.binance.dto.testDepthEvent.json": _ROWS,
}
NONSENSE: Final = '"m":"yes"'  # one of barter's own tests of what must fail


def test_every_payload_of_ours_is_read_to_the_digit_or_refused_as_told() -> None:
    payloads = (payload for payload in read_payloads(*FILES) if NONSENSE not in payload.text.replace(" ", ""))
    assert walk_payloads(payloads, shape_of, CHECKS, UNREAD) == {
        "": 71,  # tickers, klines, aggregated trades, accounts of other products, requests
        "account": 4,
        "account event": 14,
        "amended": 1,
        "book": 6,
        "cancel": 3,
        "cancels": 4,
        "event": 15,
        "fills": 3,
        "frame": 22,
        "markets": 4,
        "order": 15,
        "orders": 5,
        "trades": 6,
    }
