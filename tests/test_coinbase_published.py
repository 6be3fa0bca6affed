"""Every market-data payload of Coinbase that others published or recorded: read to the digit, or refused as told here.

The shape tells what a payload is. Frames without a sequence number are of Coinbase Exchange, another API: all of them
must be refused. The collection is no part of this repository; without it, all is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from tests.importers.published import ROOT, Payload, Unread, read_payloads, scaled_px, scaled_qty, walk_payloads
from venuekit.errors import OutcomeUnknown
from venuekit.market import BookDelta, BookSnapshot, TradePrint
from venuekit.side import Side
from venuekit.units import Nanos
from venuekit_coinbase.venue import Coinbase
from venuekit_testkit.play import play
from venuekit_testkit.spot import make_spot

FILES: Final = (
    "coinbase/barter/*.jsonl",
    "coinbase/cryptoexchange-vcr/*.yml",
    "coinbase/hummingbot/test_coinbase_advanced_trade_api_order_book*.jsonl",
    "coinbase/jkorf/Endpoints.AdvancedTrade.ExchangeData.*.txt",
    "coinbase/jkorf/Subscriptions.AdvancedTrade.*.txt",
    "coinbase/kmiq-fixtures/*.json",
    "coinbase/nemanull-frames/*.jsonl",
)
NOW: Final = Nanos(1)
OURS: Final = ("l2_data", "market_trades", "heartbeats", "subscriptions")  # what we ask for, and the answer
PAIR: Final = make_spot("coinbase", "BTC-USD", "BTC-USD")

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"recorded venue data is not at {ROOT}")


def shape_of(told: Any) -> str:
    """Name what a payload is by what only it has; "" for what we never ask for."""
    fields = set(told) if isinstance(told, dict) else set()
    return next((name for name, needs in SHAPES if needs <= fields), "")


SHAPES: Final = (
    ("products", {"products"}),
    ("product", {"product_id", "base_increment"}),
    ("book", {"pricebook"}),
    ("ticker", {"trades", "best_bid"}),
    ("frame", {"channel"}),
    ("exchange", {"type"}),
)


def check_products(payload: Payload) -> None:
    told = [each for each in payload.parse()["products"] if each["product_type"] == "SPOT"]
    found = play(Coinbase().instruments(), payload.response)
    assert [each.venue_symbol for each in found] == [each["product_id"] for each in told]
    for instrument, product in zip(found, told, strict=True):
        assert instrument.untradable or instrument.tick == scaled_px(product["price_increment"])
        assert instrument.untradable or instrument.lot == scaled_qty(product["base_increment"])


def check_product(payload: Payload) -> None:
    check_products(Payload(payload.source, json.dumps({"products": [json.loads(payload.text)]})))


def check_book(payload: Payload) -> None:
    told = payload.parse()["pricebook"]
    book = play(Coinbase().book(PAIR, 0), payload.response)
    for levels, rows in ((book.bids, told["bids"]), (book.asks, told["asks"])):
        assert levels == [(scaled_px(row["price"]), scaled_qty(row["size"])) for row in rows]


def check_ticker(payload: Payload) -> None:
    trades = play(Coinbase().trades(PAIR, 1000), payload.response)
    check_trades(list(trades), payload.parse()["trades"])


def check_trades(trades: list[TradePrint], rows: list[dict[str, Any]]) -> None:
    taker = {"BUY": Side.SELL, "SELL": Side.BUY}
    expected = [(row["trade_id"], scaled_px(row["price"]), scaled_qty(row["size"]), taker[row["side"]]) for row in rows]
    assert [(trade.trade_id, trade.px, trade.qty, trade.taker) for trade in trades] == expected[::-1]


def check_frame(payload: Payload) -> None:
    told = payload.parse()
    if told["channel"] not in OURS:
        with pytest.raises(ValueError, match="found the channel"):
            Coinbase().feed([PAIR]).receive(payload.text, NOW)
        return
    rows = [row for event in told["events"] for row in event.get("trades", [event])]
    names = {row["product_id"] for row in rows if "product_id" in row}
    feed = Coinbase().feed([make_spot("coinbase", name, name) for name in names])
    events = feed.receive(payload.text, NOW)
    prints = [event for event in events if isinstance(event, TradePrint)]
    books = [event for event in events if isinstance(event, BookSnapshot | BookDelta)]
    assert bool(prints) == (told["channel"] == "market_trades")
    check_trades(prints, rows if prints else [])
    assert len(books) == (len(rows) if told["channel"] == "l2_data" else 0)
    for book, row in zip(books, rows, strict=False):
        for levels, side in ((book.bids, "bid"), (book.asks, "offer")):
            updates = (each for each in row["updates"] if each["side"] == side)
            assert levels == [(scaled_px(each["price_level"]), scaled_qty(each["new_quantity"])) for each in updates]


def check_exchange(payload: Payload) -> None:
    with pytest.raises(ValueError, match="expected a sequence number"):
        Coinbase().feed([PAIR]).receive(payload.text, NOW)


CHECKS: Final[Mapping[str, Callable[[Payload], None]]] = {
    "book": check_book,
    "exchange": check_exchange,
    "frame": check_frame,
    "product": check_product,
    "products": check_products,
    "ticker": check_ticker,
}

UNREAD: Final[Mapping[str, Unread]] = {
    "hummingbot/test_coinbase_advanced_trade_api_order_book_data_source.payloads.jsonl _snapshot_response": Unread(
        OutcomeUnknown, "expected a time in UTC", "made up by its author: the venue writes its times in UTC"
    ),
}


def test_every_payload_of_ours_is_read_to_the_digit_or_refused_as_told() -> None:
    assert walk_payloads(read_payloads(*FILES), shape_of, CHECKS, UNREAD) == {
        "": 26,  # accounts, orders, klines, currencies; two books and a list of Coinbase Exchange
        "book": 1,
        "exchange": 5,
        "frame": 24,
        "product": 1,
        "products": 1,
        "ticker": 1,
    }
