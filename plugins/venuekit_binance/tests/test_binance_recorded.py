"""Binance's answers as others recorded them: each verb reads them to the digit.

The recordings are not part of this repository; without them these tests are skipped.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.errors import OrderGone, Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.order import Balance, NewOrder, OrderId, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty, parse_usd
from venuekit.venue import Fetch
from venuekit.wire import Response
from venuekit_binance.symbols import BASE_FEES
from venuekit_binance.venue import Binance
from venuekit_testkit.play import play
from venuekit_testkit.spot import make_spot

ROOT: Final = Path(__file__).parents[3]
DATA: Final = Path(os.environ.get("VENUEKIT_VENUE_DATA", ROOT.parent / "shared" / "venue-data")) / "binance"
NOW: Final = Nanos(1_763_683_200_000_000_000)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"recorded venue data is not at {DATA}")

Json = dict[str, Any]


def recorded(name: str) -> Response:
    """Give the answer of one exchange that was recorded at the venue or its testnet."""
    told = json.loads((DATA / "ex_binance" / f"{name}.json").read_text())
    answer = (told[0] if isinstance(told, list) else told)["response"]
    return Response(answer["status_code"], answer["body"].encode())


def kept_by_ccxt(method: str, integers: tuple[str, ...]) -> Response:
    """Give the answer that ccxt keeps for a spot method, its integers put back: ccxt writes every number as text."""
    cases = json.loads((DATA / "ccxt" / "response.binance.json").read_text())["methods"][method]
    text = json.dumps(cases[0]["httpResponse"])
    return Response(200, re.sub(rf'"({"|".join(integers)})": "(-?\d+)"', r'"\1": \2', text).encode())


def market(symbol: str, base: str, quote: str) -> Instrument:
    return make_spot("binance", f"{base}-{quote}", symbol)


LTC: Final = market("LTCBTC", "LTC", "BTC")


# ── markets ──


def test_the_markets_of_the_testnet_are_read(venue: Binance) -> None:
    listed = {each.symbol: each for each in play(venue.instruments(), recorded("spot.public.exchange_info_ok"))}
    assert len(listed) == 20
    bnb = listed["BNB-BUSD"]
    assert (bnb.venue_symbol, bnb.tick, bnb.lot) == ("BNBBUSD", parse_px("0.01"), parse_qty("0.01"))
    assert (bnb.min_qty, bnb.max_qty, bnb.min_notional) == (parse_qty("0.01"), parse_qty("9000"), parse_usd("10"))
    assert (bnb.amendable, bnb.untradable, bnb.fees) == (False, "", BASE_FEES)


def test_the_markets_that_ccxt_keeps_are_read(venue: Binance) -> None:
    markets = json.loads((DATA / "ccxt" / "markets.binance.json").read_text()).values()
    spot = [each["info"] for each in markets if each.get("spot")]
    listed = play(venue.instruments(), Response(200, json.dumps({"symbols": spot}).encode()))
    assert len(listed) == 8
    assert [each.untradable for each in listed] == [""] * 8
    btc = next(each for each in listed if each.symbol == "BTC-USDT")
    assert (btc.tick, btc.lot, btc.min_notional) == (parse_px("0.01"), parse_qty("0.00001"), parse_usd("5"))
    assert btc.amendable


def test_a_book_is_read(venue: Binance) -> None:
    book = play(venue.book(market("BTCUSDT", "BTC", "USDT"), 5), recorded("spot.public.depth_ok"))
    assert (book.symbol, book.seq, len(book.bids), len(book.asks)) == ("BTC-USDT", 1936020, 5, 2)
    assert book.bids[0] == (parse_px("34272.99"), parse_qty("0.0005"))
    assert book.asks[-1] == (parse_px("39750.41"), parse_qty("0.001516"))


def test_a_book_of_a_symbol_that_is_none_is_refused(venue: Binance) -> None:
    with pytest.raises(Refused, match="Invalid symbol") as caught:
        play(venue.book(market("IDONTEXIST", "X", "Y"), 5), recorded("spot.public.depth_error"))
    assert caught.value.reason is RejectReason.INVALID_PARAMS


def test_public_trades_are_read_oldest_first(venue: Binance) -> None:
    trades = play(venue.trades(market("ETHBTC", "ETH", "BTC"), 10), recorded("spot.private.recent_trades"))
    assert len(trades) == 10
    assert (trades[0].trade_id, trades[0].px, trades[0].taker) == ("401634051", parse_px("0.070116"), Side.BUY)
    assert trades[3].taker is Side.SELL
    assert [trade.ts for trade in trades] == sorted(trade.ts for trade in trades)


# ── orders ──


def order(client_id: str, side: Side, tif: TimeInForce) -> NewOrder:
    return NewOrder(client_id=client_id, instrument=LTC, side=side, qty=parse_qty("1"), px=parse_px("0.01"), tif=tif)


@pytest.mark.parametrize(
    ("name", "client_id", "side", "tif", "state", "trades"),
    [
        ("buy_good_til_cancel", "TXkm27t4X7O7aViWPlydWL", Side.BUY, TimeInForce.GTC, OrderState.FILLED, ["441"]),
        ("buy_immediate_or_cancel", "kCINRBKw4s7skJSKqHIzy3", Side.BUY, TimeInForce.IOC, OrderState.FILLED, ["440"]),
        ("buy_fill_or_kill", "gpRn30r83UiNEXVQiZ5vwl", Side.BUY, TimeInForce.FOK, OrderState.FILLED, ["442"]),
        ("sell_good_til_cancel", "ZbvNZOA7v8I7TmIYdr4hBz", Side.SELL, TimeInForce.GTC, OrderState.ACCEPTED, []),
        ("sell_immediate_or_cancel", "h4qC9KGLe1RPdzdCVkmxwz", Side.SELL, TimeInForce.IOC, OrderState.CANCELLED, []),
        ("sell_fill_or_kill", "psoZqazlm1lLHWMbgxXyxk", Side.SELL, TimeInForce.FOK, OrderState.CANCELLED, []),
    ],
)
def test_a_submit_is_read(
    venue: Binance, name: str, client_id: str, side: Side, tif: TimeInForce, state: OrderState, trades: list[str]
) -> None:
    answer = recorded(f"spot.private.create_order_limit_{name}_success")
    accepted = play(venue.submit(order(client_id, side, tif), NOW), answer)
    assert accepted.state is state
    assert [fill.trade_id for fill in accepted.fills] == trades
    assert accepted.filled == sum(fill.qty for fill in accepted.fills)


def test_a_cancel_of_a_partly_filled_order_tells_what_had_traded(venue: Binance) -> None:
    answer = recorded("spot.private.cancel_order_by_order_id_ok")
    cancelled = play(venue.cancel(OrderId(LTC, "", "1512"), NOW), answer)
    assert (cancelled.client_id, cancelled.filled) == ("TEST-NEW-ORDER-BUY", parse_qty("9.9"))


def test_a_cancel_of_an_unknown_order_is_gone(venue: Binance) -> None:
    with pytest.raises(OrderGone) as caught:
        play(venue.cancel(OrderId(LTC, "a"), NOW), recorded("spot.private.cancel_order_by_order_id_error_not_found"))
    assert caught.value.code == "-2011"


def test_a_clock_that_is_off_is_told_apart(venue: Binance) -> None:
    with pytest.raises(Refused, match="recvWindow") as caught:
        play(venue.cancel(OrderId(LTC, "a"), NOW), recorded("http_client.delete_error_receive_window"))
    assert caught.value.code == "-1021"


def test_a_cancel_all_with_an_order_list_is_read(venue: Binance) -> None:
    cancelled = play(venue.cancel_all(LTC, NOW), recorded("spot.private.cancel_all_orders_for_a_pair"))
    assert [each.venue_id for each in cancelled] == ["11", "13", "20", "21"]
    assert all(each.client_id for each in cancelled)


@pytest.mark.parametrize(
    ("name", "state", "filled", "average"),
    [
        ("query_order_from_client_order_id", OrderState.FILLED, "0.1", "0.01"),
        ("query_order_from_order_id", OrderState.CANCELLED, "9.9", "0.01"),
    ],
)
def test_a_query_is_read(venue: Binance, name: str, state: OrderState, filled: str, average: str) -> None:
    report = play(venue.query(OrderId(LTC, "a"), NOW), recorded(f"spot.private.{name}"))
    assert (report.state, report.filled, report.avg_px) == (state, parse_qty(filled), parse_px(average))


def test_a_market_order_is_reported_without_a_price(venue: Binance) -> None:
    integers = ("orderId", "orderListId", "time", "updateTime", "workingTime")
    report = play(venue.query(OrderId(LTC, "a"), NOW), kept_by_ccxt("fetchOrder", integers))
    assert (report.state, report.px, report.avg_px) == (OrderState.FILLED, None, parse_px("90.8"))


def test_open_orders_are_read(venue: Binance) -> None:
    integers = ("orderId", "orderListId", "time", "updateTime", "workingTime")
    [report] = play(venue.open_orders(None, NOW), kept_by_ccxt("fetchOpenOrders", integers))
    assert (report.venue_id, report.px, report.qty) == ("3811057334", parse_px("50"), parse_qty("0.2"))
    assert report.state is OrderState.ACCEPTED


# ── money ──


def test_our_trades_are_read(venue: Binance) -> None:
    answer = kept_by_ccxt("fetchMyTrades", ("id", "orderId", "orderListId", "time"))
    [fill] = play(venue.fills(LTC, NOW, NOW), answer)
    assert (fill.trade_id, fill.venue_id, fill.side) == ("309520010", "3784695242", Side.SELL)
    assert (fill.fee, fill.fee_asset) == (parse_usd("0.013926"), "USDT")


def test_balances_are_read(venue: Binance) -> None:
    balances = play(venue.balances(NOW), recorded("spot.private.account_ok"))
    assert Balance("BTC", parse_qty("0.9937782"), parse_qty("0.001")) in balances
    assert len(balances) == 8


# ── a feed of several markets ──

HTTP_LINE: Final = re.compile(r"symbol=(\w+)&\S* -> [\d.]+: (\{.*\})")
WS_LINE: Final = re.compile(r"^[\d.]+: (\{.*\})$")


@pytest.fixture
def make_feed(venue: Binance) -> Callable[[], tuple[Keeper, dict[str, Fetch]]]:
    names = [("NKNUSDT", "NKN", "USDT"), ("BLZETH", "BLZ", "ETH"), ("LRCBTC", "LRC", "BTC"), ("RUNEEUR", "RUNE", "EUR")]

    def make() -> tuple[Keeper, dict[str, Fetch]]:
        feed = venue.feed([market(*name) for name in names])
        feed.opened(NOW)
        return Keeper(feed), {out.symbol: out for out in feed.pending() if isinstance(out, Fetch)}

    return make


def test_four_markets_on_one_socket_are_proven_apart(
    make_feed: Callable[[], tuple[Keeper, dict[str, Fetch]]],
) -> None:
    keeper, fetches = make_feed()
    answers = dict(HTTP_LINE.findall((DATA / "cryptofeed" / "BINANCE.http.0.0.txt").read_text()))
    lines = (DATA / "cryptofeed" / "BINANCE.ws.1.0.txt").read_text().splitlines()
    for line in lines:
        for text in WS_LINE.findall(line):
            keeper.take(keeper.feed.receive(text, NOW), NOW)
    for symbol, fetch in fetches.items():
        body = answers[symbol.replace("-", "")].encode()
        keeper.take(keeper.feed.respond(fetch, Response(200, body), NOW), NOW)
    assert keeper.counts == {"held": 177, "snapshot": 4}
    assert all(book.state is BookState.LIVE and not book.is_crossed() for book in keeper.books.values())
    books = {fetch.request.query.split("&")[0][7:]: keeper.books[symbol] for symbol, fetch in fetches.items()}
    ticks = [json.loads(text)["data"] for line in lines for text in WS_LINE.findall(line) if "@bookTicker" in text]
    said = {
        tick["s"]: (parse_px(tick["b"]), parse_px(tick["a"])) for tick in ticks if tick["u"] <= books[tick["s"]].seq
    }
    assert said == {symbol: books[symbol].top()[0::2] for symbol in ("BLZETH", "LRCBTC", "NKNUSDT")}
