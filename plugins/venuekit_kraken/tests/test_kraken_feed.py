"""The feed, frame by frame: what it asks for, what it tells, and what makes it ask again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.instrument import Instrument, Kind
from venuekit.market import BookDelta, BookSnapshot, Gap, TradePrint
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, parse_px, parse_qty
from venuekit.venue import Feed, Send
from venuekit_kraken.checksum import Checksum
from venuekit_kraken.feed import PATIENCE, MarketFeed

NOW = Nanos(1)
URL = "wss://ws.kraken.com/v2"
Rows = list[tuple[str, str]]


def pair(base: str, px_decimals: int = 1) -> Instrument:
    return Instrument(
        symbol=f"{base}-USD",
        kind=Kind.SPOT,
        venue="kraken",
        venue_symbol=f"{base}USD",
        base=base,
        quote="USD",
        tick=Px(10 ** (9 - px_decimals)),
        lot=Qty(1),
        px_decimals=px_decimals,
        qty_decimals=8,
    )


def frame(kind: str, bids: Rows, asks: Rows, checksum: int | None, symbol: str = "BTC/USD") -> str:
    sides = {"bids": bids, "asks": asks}
    rows = {
        side: "[" + ",".join(f'{{"price":{px},"qty":{qty}}}' for px, qty in levels) + "]"
        for side, levels in sides.items()
    }
    proof = "" if checksum is None else f',"checksum":{checksum}'
    body = f'{{"symbol":"{symbol}","bids":{rows["bids"]},"asks":{rows["asks"]}{proof}}}'
    return f'{{"channel":"book","type":"{kind}","data":[{body}]}}'


def asked(feed: Feed) -> list[dict[str, Any]]:
    return [json.loads(out.frame) for out in feed.pending() if isinstance(out, Send)]


@pytest.fixture
def keeper() -> Keeper:
    feed = MarketFeed(URL, [pair("BTC"), pair("DOGE", 7)])
    feed.opened(NOW)
    feed.pending()
    return Keeper(feed)


def take(keeper: Keeper, text: str) -> list[str]:
    return keeper.take(keeper.feed.receive(text, NOW), NOW)


def start(keeper: Keeper) -> None:
    take(keeper, frame("snapshot", [("100.0", "1.00000000")], [("101.0", "2.00000000")], None))


def test_opening_subscribes_to_books_at_the_depth_and_to_trades_without_history() -> None:
    feed = MarketFeed(URL, [pair("BTC"), pair("DOGE")], depth=25)
    feed.opened(NOW)
    books, trades = asked(feed)
    symbols = ["BTC/USD", "DOGE/USD"]
    assert books["params"] == {"channel": "book", "symbol": symbols, "depth": 25, "snapshot": True}
    assert trades["params"] == {"channel": "trade", "symbol": symbols, "snapshot": False}
    assert feed.pending() == []


def test_a_depth_that_kraken_does_not_offer_is_refused() -> None:
    with pytest.raises(ValueError, match="depth must be one of"):
        MarketFeed(URL, [pair("BTC")], depth=50)


def test_a_snapshot_is_proven_too(keeper: Keeper) -> None:
    take(keeper, frame("snapshot", [("100.0", "1.00000000")], [("101.0", "2.00000000")], 12345))
    assert keeper.counts["broken"] == 1
    assert keeper.books["BTC-USD"].state is BookState.WAITING


def test_a_wrong_checksum_subscribes_that_pair_anew_and_no_other(keeper: Keeper) -> None:
    start(keeper)
    take(keeper, frame("update", [("100.0", "3.00000000")], [], 1))
    off, on = asked(keeper.feed)
    assert (off["method"], on["method"]) == ("unsubscribe", "subscribe")
    assert off["params"] == {"channel": "book", "symbol": ["BTC/USD"], "depth": 100}
    assert on["params"] == {"channel": "book", "symbol": ["BTC/USD"], "depth": 100, "snapshot": True}


def test_a_snapshot_that_does_not_come_is_asked_for_again_and_one_that_came_is_not(keeper: Keeper) -> None:
    start(keeper)  # BTC's came, DOGE's did not
    keeper.feed.beat(Nanos(NOW + PATIENCE - 1))
    assert asked(keeper.feed) == []
    keeper.feed.beat(Nanos(NOW + PATIENCE))
    assert [each["params"]["symbol"] for each in asked(keeper.feed)] == [["DOGE/USD"]] * 2
    keeper.feed.beat(Nanos(NOW + PATIENCE + 1))
    assert asked(keeper.feed) == []


def test_a_refused_book_is_waited_for_no_more(keeper: Keeper) -> None:
    for symbol in ("BTC/USD", "DOGE/USD"):
        refusal = {"method": "subscribe", "success": False, "error": "no", "symbol": symbol, "req_id": 1}
        keeper.feed.receive(json.dumps(refusal), NOW)
    keeper.feed.beat(Nanos(NOW + 2 * PATIENCE))
    assert asked(keeper.feed) == []


def test_late_updates_of_the_old_subscription_do_not_reach_the_new_book(keeper: Keeper) -> None:
    start(keeper)
    take(keeper, frame("update", [("100.0", "3.00000000")], [], 1))
    take(keeper, frame("update", [("99.0", "9.00000000")], [], 2))
    start(keeper)
    assert keeper.books["BTC-USD"].bids.levels(5) == [(parse_px("100"), parse_qty("1"))]
    assert keeper.counts["broken"] == 1


def test_another_snapshot_replaces_the_book(keeper: Keeper) -> None:
    start(keeper)
    take(keeper, frame("snapshot", [("90.0", "4.00000000")], [("95.0", "5.00000000")], None))
    book = keeper.books["BTC-USD"]
    assert book.top() == (parse_px("90"), parse_qty("4"), parse_px("95"), parse_qty("5"))
    assert len(book.bids) == len(book.asks) == 1


def test_a_right_checksum_keeps_the_book(keeper: Keeper) -> None:
    start(keeper)
    expected = Keeper(keeper.feed)
    start(expected)
    expected.books["BTC-USD"].bids.set(parse_px("100"), parse_qty("3"))
    right = Checksum(1, 8)(expected.books["BTC-USD"])
    take(keeper, frame("update", [("100.0", "3.00000000")], [], right))
    assert (keeper.counts["delta"], keeper.counts["broken"]) == (1, 0)


def test_the_book_is_cut_to_the_depth() -> None:
    feed = MarketFeed(URL, [pair("BTC")], depth=10)
    feed.opened(NOW)
    keeper = Keeper(feed)
    take(keeper, frame("snapshot", [(f"{100 - n}.0", "1.00000000") for n in range(10)], [], None))
    take(keeper, frame("update", [("100.5", "1.00000000")], [], None))
    assert [px for px, _ in keeper.books["BTC-USD"].bids.levels(99)][-1] == parse_px("92")


def test_numbers_too_large_for_a_double_are_exact() -> None:
    feed = MarketFeed(URL, [pair("SHIB", 8)])
    feed.opened(NOW)
    text = frame("snapshot", [("0.00001234", "98765432109.87654321")], [("15000001.5", "0.1")], None, "SHIB/USD")
    (event,) = feed.receive(text, NOW)
    assert isinstance(event, BookSnapshot)
    assert event.bids == [(12340, 9876543210987654321)]
    assert event.asks == [(15000001500000000, 10000000)]


def test_a_trade_carries_the_takers_side_and_its_time(keeper: Keeper) -> None:
    text = (
        '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":68466.9,'
        '"qty":0.01919415,"ord_type":"market","trade_id":70635251,"timestamp":"2024-05-27T12:33:10.826003Z"}]}'
    )
    assert keeper.feed.receive(text, NOW) == [
        TradePrint("BTC-USD", "70635251", Px(68466900000000), Qty(1919415), Side.SELL, Nanos(1716813190826003000))
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"channel":"heartbeat"}',
        '{"channel":"status","type":"update","data":[{"system":"online"}]}',
        '{"channel":"an invention","type":"update","data":[]}',
        '{"method":"pong","req_id":1}',
        '{"method":"subscribe","result":{"channel":"book","symbol":"BTC/USD"},"success":true,"req_id":1}',
        '{"method":"unsubscribe","success":false,"error":"Subscription Not Found","symbol":"BTC/USD"}',
    ],
)
def test_what_tells_nothing_of_the_market_gives_nothing(keeper: Keeper, text: str) -> None:
    assert keeper.feed.receive(text, NOW) == []


@pytest.mark.parametrize(
    "text",
    [
        "CloudFlare WebSocket proxy restarting",
        '[336,{},"book-10","XBT/USD"]',
        "{}",
        '{"error":"Malformed request","success":false}',
        '{"channel":"book","type":"update","data":{}}',
        frame("update", [("1.0", "-1.0")], [], None),
        frame("update", [("0", "1.0")], [], None),
        frame("update", [("1e999", "1.0")], [], None),
        frame("amendment", [], [], None),
        frame("update", [], [], None, "ETH/USD"),
        '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"both","price":1,"qty":1}]}',
    ],
)
def test_what_kraken_does_not_document_raises(keeper: Keeper, text: str) -> None:
    with pytest.raises(ValueError):
        keeper.feed.receive(text, NOW)


def test_a_refused_subscription_is_a_gap_of_its_symbol_and_is_not_asked_again(keeper: Keeper) -> None:
    text = (
        '{"error":"Currency pair not supported DOGE/USD","method":"subscribe","req_id":1,"success":false,'
        '"symbol":"DOGE/USD"}'
    )
    (gap,) = events = keeper.feed.receive(text, NOW)
    assert isinstance(gap, Gap)
    assert gap.symbol == "DOGE-USD"
    assert "Currency pair not supported" in gap.reason
    keeper.take(events, NOW)
    assert keeper.feed.pending() == []
    keeper.feed.opened(NOW)
    assert "DOGE/USD" in asked(keeper.feed)[0]["params"]["symbol"]


def test_a_refusal_without_a_symbol_is_told_by_its_request(keeper: Keeper) -> None:
    text = '{"error":"Subscription depth not supported","method":"subscribe","req_id":1,"success":false}'
    assert [event.symbol for event in keeper.feed.receive(text, NOW) if isinstance(event, Gap)] == [
        "BTC-USD",
        "DOGE-USD",
    ]


def test_a_refusal_of_nothing_we_asked_raises(keeper: Keeper) -> None:
    with pytest.raises(ValueError, match="did not make"):
        keeper.feed.receive('{"error":"no","method":"subscribe","req_id":99,"success":false}', NOW)


def test_updates_carry_kraken_time(keeper: Keeper) -> None:
    text = (
        '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[{"price":66732.5,'
        '"qty":5.48256063}],"checksum":2855135483,"timestamp":"2024-05-19T16:32:26.777454Z"}]}'
    )
    (event,) = keeper.feed.receive(text, NOW)
    assert isinstance(event, BookDelta)
    assert event == BookDelta(
        "BTC-USD",
        [],
        [(parse_px("66732.5"), parse_qty("5.48256063"))],
        None,
        None,
        2855135483,
        Nanos(1716136346777454000),
    )
