"""The feed, frame by frame: the count of the connection, books, trades and aliases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.instrument import Instrument, Kind
from venuekit.market import BookDelta, BookSnapshot, Gap, TradePrint
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, parse_instant, parse_px, parse_qty
from venuekit.venue import Feed, Reconnect, Send
from venuekit_coinbase.feed import MarketFeed

NOW = Nanos(1)
TIME = "2026-09-07T01:57:58.894355Z"
Rows = list[tuple[str, str, str]]


def product(symbol: str) -> Instrument:
    base, quote = symbol.split("-")
    return Instrument(
        symbol=symbol,
        kind=Kind.SPOT,
        venue="coinbase",
        venue_symbol=symbol,
        base=base,
        quote=quote,
        tick=Px(10_000_000),
        lot=Qty(1),
    )


def message(channel: str, number: int, events: list[Any]) -> str:
    return json.dumps({"channel": channel, "timestamp": TIME, "sequence_num": number, "events": events})


def heartbeat(number: int) -> str:
    return message("heartbeats", number, [{"heartbeat_counter": "1"}])


def book(number: int, kind: str, rows: Rows, name: str = "BTC-USD") -> str:
    updates = [{"side": side, "event_time": TIME, "price_level": px, "new_quantity": qty} for side, px, qty in rows]
    return message("l2_data", number, [{"type": kind, "product_id": name, "updates": updates}])


def trade(number: int, kind: str = "update", side: str = "BUY", *ids: str) -> str:
    trades = [
        {"trade_id": each, "product_id": "BTC-USD", "price": "100.5", "size": "0.25", "time": TIME, "side": side}
        for each in ids or ("7",)
    ]
    return message("market_trades", number, [{"type": kind, "trades": trades}])


SNAPSHOT = [("bid", "100.00", "1"), ("offer", "101.00", "2")]


@pytest.fixture
def keeper() -> Keeper:
    return open_keeper("BTC-USD", "ETH-USD")


def open_keeper(*symbols: str) -> Keeper:
    feed = MarketFeed("wss://advanced-trade-ws.coinbase.com", [product(symbol) for symbol in symbols])
    feed.opened(NOW)
    feed.pending()
    return Keeper(feed)


def take(keeper: Keeper, *frames: str) -> None:
    for frame in frames:
        keeper.take(keeper.feed.receive(frame, NOW), NOW)


def reconnects(feed: Feed) -> list[str]:
    return [out.reason for out in feed.pending() if isinstance(out, Reconnect)]


def test_opening_subscribes_one_channel_a_message_with_heartbeats() -> None:
    feed = MarketFeed("wss://x", [product("BTC-USD"), product("ETH-USD")])
    feed.opened(NOW)
    sent = [json.loads(out.frame) for out in feed.pending() if isinstance(out, Send)]
    products = ["BTC-USD", "ETH-USD"]
    assert sent == [
        {"type": "subscribe", "channel": "heartbeats"},
        {"type": "subscribe", "channel": "level2", "product_ids": products},
        {"type": "subscribe", "channel": "market_trades", "product_ids": products},
    ]
    assert feed.pending() == []


def test_a_snapshot_and_updates_make_the_book(keeper: Keeper) -> None:
    take(keeper, book(0, "snapshot", SNAPSHOT), book(1, "update", [("bid", "100.00", "0"), ("bid", "99.50", "3.5")]))
    assert keeper.books["BTC-USD"].top() == (parse_px("99.5"), parse_qty("3.5"), parse_px("101"), parse_qty("2"))
    assert keeper.books["BTC-USD"].ts == parse_instant(TIME)


def test_another_snapshot_replaces_the_book(keeper: Keeper) -> None:
    take(keeper, book(0, "snapshot", SNAPSHOT), book(1, "snapshot", [("bid", "90", "1"), ("offer", "91", "1")]))
    assert len(keeper.books["BTC-USD"].bids) == 1
    assert keeper.books["BTC-USD"].bids.px == parse_px("90")


def test_a_channel_that_was_not_asked_for_may_be_a_book_under_another_name(keeper: Keeper) -> None:
    take(keeper, book(0, "snapshot", SNAPSHOT))
    with pytest.raises(ValueError, match="found the channel 'an invention'"):
        take(keeper, message("an invention", 1, []))
    take(keeper, book(2, "update", [("bid", "100.00", "5")]))
    assert keeper.books["BTC-USD"].state is BookState.WAITING, "the number that was not read is missing"


def test_heartbeats_and_acknowledgements_count_in_the_sequence(keeper: Keeper) -> None:
    acknowledged = message("subscriptions", 1, [{"subscriptions": {"level2": ["BTC-USD"]}}])
    take(keeper, book(0, "snapshot", SNAPSHOT), acknowledged, heartbeat(2))
    take(keeper, book(3, "update", [("bid", "100.00", "5")]))
    assert keeper.books["BTC-USD"].bids.qty == parse_qty("5")
    assert keeper.counts["broken"] == 0


def test_a_gap_loses_every_book_and_asks_for_a_new_connection_once(keeper: Keeper) -> None:
    take(keeper, book(0, "snapshot", SNAPSHOT), book(1, "snapshot", SNAPSHOT, "ETH-USD"), heartbeat(3), heartbeat(9))
    assert {each.state for each in keeper.books.values()} == {BookState.WAITING}
    assert keeper.counts["broken"] == 2
    assert reconnects(keeper.feed) == ["sequence gap: expected 2, found 3"]


def test_a_gap_says_which_numbers(keeper: Keeper) -> None:
    keeper.feed.receive(heartbeat(5), NOW)
    assert keeper.feed.receive(heartbeat(7), NOW) == [Gap("", "sequence gap: expected 6, found 7")]


def test_nothing_counts_between_a_gap_and_the_next_connection(keeper: Keeper) -> None:
    take(keeper, heartbeat(0), heartbeat(2))
    assert keeper.feed.receive(book(3, "snapshot", SNAPSHOT), NOW) == []
    keeper.feed.opened(NOW)
    take(keeper, book(0, "snapshot", SNAPSHOT))
    assert keeper.books["BTC-USD"].state is BookState.LIVE


def test_a_lower_number_is_ignored(keeper: Keeper) -> None:
    take(keeper, book(4, "snapshot", SNAPSHOT), heartbeat(5))
    take(keeper, book(5, "update", [("bid", "100.00", "9")]), book(3, "update", [("bid", "100.00", "9")]))
    assert keeper.books["BTC-USD"].bids.qty == parse_qty("1")
    assert reconnects(keeper.feed) == []


@pytest.mark.parametrize("number", [0, 4])
def test_a_message_that_cannot_be_read_is_missing(keeper: Keeper, number: int) -> None:
    if number:
        take(keeper, heartbeat(number - 1))
    with pytest.raises(ValueError):
        keeper.feed.receive(book(number, "update", [("bid", "many", "1")]), NOW)
    assert keeper.feed.receive(heartbeat(number + 1), NOW) == [
        Gap("", f"sequence gap: expected {number}, found {number + 1}")
    ]


def test_resync_reconnects_and_leaves_the_other_books_alone(keeper: Keeper) -> None:
    take(keeper, book(0, "snapshot", SNAPSHOT), book(1, "snapshot", SNAPSHOT, "ETH-USD"))
    keeper.feed.resync("ETH-USD", "crossed")
    keeper.feed.resync("ETH-USD", "crossed")
    assert reconnects(keeper.feed) == ["crossed"]
    take(keeper, book(2, "update", [("bid", "100.00", "5")]))
    assert keeper.books["BTC-USD"].bids.qty == parse_qty("5")


def test_a_usdc_product_is_served_by_the_book_of_its_usd_product() -> None:
    keeper = open_keeper("BTC-USDC")
    take(keeper, book(0, "snapshot", SNAPSHOT, "BTC-USD"))
    assert keeper.books["BTC-USDC"].bids.px == parse_px("100")


def test_products_that_share_a_book_are_subscribed_once_and_both_told() -> None:
    keeper = open_keeper("BTC-USD", "BTC-USDC")
    keeper.feed.opened(NOW)
    sent = [json.loads(out.frame) for out in keeper.feed.pending() if isinstance(out, Send)]
    assert sent[1]["product_ids"] == ["BTC-USD"]
    take(keeper, book(0, "snapshot", SNAPSHOT))
    assert [each.state for each in keeper.books.values()] == [BookState.LIVE, BookState.LIVE]
    assert [event.symbol for event in keeper.feed.receive(trade(1), NOW)] == ["BTC-USD", "BTC-USDC"]


@pytest.mark.parametrize("symbol", ["USDT-USDC", "EURC-USDC"])
def test_products_with_a_book_of_their_own_keep_it(symbol: str) -> None:
    keeper = open_keeper(symbol)
    take(keeper, book(0, "snapshot", SNAPSHOT, symbol))
    assert keeper.books[symbol].state is BookState.LIVE


@pytest.mark.parametrize(("maker", "taker"), [("BUY", Side.SELL), ("SELL", Side.BUY)])
def test_the_makers_side_is_turned_into_the_takers(keeper: Keeper, maker: str, taker: Side) -> None:
    assert keeper.feed.receive(trade(0, "update", maker), NOW) == [
        TradePrint("BTC-USD", "7", parse_px("100.5"), parse_qty("0.25"), taker, parse_instant(TIME))
    ]


def test_trades_of_one_message_come_oldest_first(keeper: Keeper) -> None:
    events = keeper.feed.receive(trade(0, "update", "BUY", "9", "8"), NOW)
    assert [event.trade_id for event in events if isinstance(event, TradePrint)] == ["8", "9"]


def test_trades_from_before_the_subscription_are_left_out(keeper: Keeper) -> None:
    assert keeper.feed.receive(trade(0, "snapshot"), NOW) == []


def test_numbers_too_large_for_a_double_are_exact() -> None:
    keeper = open_keeper("SHIB-USD")
    frame = book(0, "snapshot", [("bid", "0.00001234", "98765432109.87654321")], "SHIB-USD")
    assert keeper.feed.receive(frame, NOW) == [
        BookSnapshot("SHIB-USD", [(Px(12340), Qty(9876543210987654321))], [], ts=parse_instant(TIME))
    ]


def test_several_events_of_one_message_are_all_told(keeper: Keeper) -> None:
    update = {"side": "bid", "event_time": TIME, "price_level": "1", "new_quantity": "0"}
    events = [{"type": "update", "product_id": name, "updates": [update]} for name in ("BTC-USD", "ETH-USD")]
    told = keeper.feed.receive(message("l2_data", 0, events), NOW)
    assert [event.symbol for event in told if isinstance(event, BookDelta)] == ["BTC-USD", "ETH-USD"]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"type":"error","message":"authentication failure"}',
        '{"channel":"l2_data","timestamp":"2026-09-07T01:57:58Z","sequence_num":0,"events":{}}',
        '{"channel":"l2_data","timestamp":"yesterday","sequence_num":0,"events":[]}',
        book(0, "update", [("ask", "1", "1")]),
        book(0, "amendment", []),
        book(0, "update", [("bid", "1", "-1")]),
        book(0, "update", [("bid", "0", "1")]),
        book(0, "update", [("bid", "nan", "1")]),
        book(0, "update", [("bid", "1", "inf")]),
        book(0, "update", [("bid", "1", "nan")]),
        book(0, "update", [], "DOGE-USD"),
        trade(0, "update", "BOTH"),
    ],
)
def test_what_coinbase_does_not_document_raises(keeper: Keeper, frame: str) -> None:
    with pytest.raises(ValueError):
        keeper.feed.receive(frame, NOW)


def test_a_checksum_is_never_asked_for(keeper: Keeper) -> None:
    with pytest.raises(ValueError, match="carries a checksum"):
        keeper.feed.checksum("BTC-USD", keeper.books["BTC-USD"])
