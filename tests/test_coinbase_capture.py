"""Coinbase's plugin on genuine traffic recorded by others.

What there is: a snapshot of the live stream with the acknowledgements and heartbeat that follow it (2026), REST answers
(2023 to 2025). No recording of level2 updates is at hand.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.importers.coinbase import read_answer, read_frames, read_markets, read_product
from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.capture import Record, What
from venuekit.instrument import Instrument, Kind
from venuekit.market import Gap
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, parse_px, parse_qty
from venuekit.venue import Reconnect
from venuekit.wire import Response
from venuekit_coinbase.feed import MarketFeed
from venuekit_coinbase.venue import Coinbase
from venuekit_testkit.play import play

DATA = Path(os.environ.get("VENUEKIT_VENUE_DATA", Path(__file__).parents[2] / "shared" / "venue-data")) / "coinbase"
FRAMES = DATA / "nemanull-frames" / "ws-advanced.jsonl"
MARKETS = DATA / "ccxt" / "markets.coinbase.json"
ANSWERS = DATA / "kmiq-fixtures"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"recorded venue data is not at {DATA}")

# The recorded socket was subscribed to a perpetual; the feed treats every kind alike.
PERP = Instrument(
    symbol="BTC-USDC-PERP",
    kind=Kind.PERP,
    venue="coinbase",
    venue_symbol="BTC-PERP-INTX",
    base="BTC",
    quote="USDC",
    tick=Px(100_000_000),
    lot=Qty(10_000),
)


def answer(record: Record) -> Response:
    assert record.response is not None
    return record.response


def listed() -> dict[str, Instrument]:
    return {each.symbol: each for each in play(Coinbase().instruments(), answer(read_markets(MARKETS)))}


def open_keeper() -> Keeper:
    feed = MarketFeed("wss://advanced-trade-ws.coinbase.com", [PERP])
    feed.opened(Nanos(0))
    feed.pending()
    return Keeper(feed)


def frames() -> list[Record]:
    return [record for record in read_frames(FRAMES) if record.what is What.IN]


def run(keeper: Keeper, records: Iterable[Record]) -> None:
    for record in records:
        keeper.take(keeper.feed.receive(record.payload, record.at_ns), record.at_ns)


def test_the_recorded_numbers_follow_on_another_and_the_book_is_the_snapshot() -> None:
    keeper = open_keeper()
    *counted, _ = frames()
    run(keeper, counted)
    book = keeper.books["BTC-USDC-PERP"]
    assert keeper.counts == {"snapshot": 1}
    assert len(counted) == 4
    assert book.bids.levels(9) == [
        (parse_px("79943.9"), parse_qty("3.0105")),
        (parse_px("79943.8"), parse_qty("0.5")),
    ]
    assert book.asks.levels(9) == [
        (parse_px("79944"), parse_qty("0.048")),
        (parse_px("79944.1"), parse_qty("1.2")),
    ]
    assert book.ts == 1788746278894355000
    assert keeper.feed.pending() == []


@pytest.mark.parametrize("lost", [1, 2])
def test_a_recorded_acknowledgement_that_is_lost_loses_the_book(lost: int) -> None:
    keeper = open_keeper()
    *counted, _ = frames()
    run(keeper, [record for number, record in enumerate(counted) if number != lost])
    assert keeper.books["BTC-USDC-PERP"].state is BookState.WAITING
    assert keeper.feed.pending() == [Reconnect(f"sequence gap: expected {lost}, found {lost + 1}")]


def test_recorded_frames_played_again_are_old() -> None:
    keeper = open_keeper()
    *counted, _ = frames()
    run(keeper, [*counted, *counted])
    assert keeper.counts == {"snapshot": 1}


def test_a_recorded_frame_with_a_changed_digit_of_its_number_is_a_gap() -> None:
    keeper = open_keeper()
    first, second, *_ = frames()
    changed = str(second.text).replace('"sequence_num":1', '"sequence_num":11')
    run(keeper, [first])
    assert keeper.feed.receive(changed, Nanos(1)) == [Gap("", "sequence gap: expected 1, found 11")]


def test_the_recorded_error_raises_in_coinbases_words() -> None:
    *_, error = frames()
    with pytest.raises(ValueError, match="authentication failure"):
        open_keeper().feed.receive(error.payload, Nanos(1))


def test_the_recorded_products_are_listed_with_their_grids() -> None:
    found = listed()
    spot = {"BTC-USDC", "BTC-USDT", "ETH-USDT", "ADA-USDT", "XRP-USDT", "DOGE-USDT", "XRP-USDC", "BTC-USD"}
    assert set(found) == spot
    assert not any(each.untradable for each in found.values())
    doge = found["DOGE-USDT"]
    assert (doge.tick, doge.lot) == (parse_px("0.0001"), parse_qty("0.1"))


def test_the_alias_rule_agrees_with_every_recorded_alias() -> None:
    markets: dict[str, Any] = json.loads(MARKETS.read_text())
    spot = [market["info"] for market in markets.values() if market["info"]["product_type"] == "SPOT"]
    feed = MarketFeed("wss://x", list(listed().values()))
    books = {symbol: book for book, symbols in feed._books.items() for symbol in symbols}
    assert {info["product_id"]: info["alias"] or info["product_id"] for info in spot} == books


def test_a_product_recorded_before_price_increments_existed_is_not_tradable() -> None:
    (found,) = play(Coinbase().instruments(), answer(read_product(ANSWERS / "get_product_success_response.json")))
    assert found.untradable


def test_a_recorded_book_is_read_digit_by_digit() -> None:
    path = ANSWERS / "get_product_book_success_response.json"
    book = play(Coinbase().book(listed()["BTC-USD"], 5), answer(read_answer(path, "/product_book")))
    plain = json.loads(path.read_text())["pricebook"]
    for levels, rows in ((book.bids, plain["bids"]), (book.asks, plain["asks"])):
        assert len(levels) == 5
        assert [(Decimal(px).scaleb(-9), Decimal(qty).scaleb(-8)) for px, qty in levels] == [
            (Decimal(row["price"]), Decimal(row["size"])) for row in rows
        ]


def test_recorded_trades_come_oldest_first_with_the_takers_side() -> None:
    path = ANSWERS / "get_trades_success_response.json"
    trades = play(Coinbase().trades(listed()["BTC-USD"], 100), answer(read_answer(path, "/products/BTC-USD/ticker")))
    plain = {row["trade_id"]: row for row in json.loads(path.read_text())["trades"]}
    assert [int(each.trade_id) for each in trades] == sorted(int(each) for each in plain)
    assert [each.ts for each in trades] == sorted(each.ts for each in trades)
    assert Counter(each.taker for each in trades) == {Side.BUY: 50, Side.SELL: 50}
    assert all((each.taker is Side.BUY) is (plain[each.trade_id]["side"] == "SELL") for each in trades)


def test_recorded_prices_move_the_way_of_the_taker() -> None:
    """Were `side` the taker's, buyers would push the price down: the only evidence at hand for whose side it is."""
    path = ANSWERS / "get_trades_success_response.json"
    trades = play(Coinbase().trades(listed()["BTC-USD"], 100), answer(read_answer(path, "/products/BTC-USD/ticker")))
    moves = [(after.px - before.px, after.taker) for before, after in pairwise(trades) if after.px != before.px]
    agree = sum((move > 0) is (taker is Side.BUY) for move, taker in moves)
    assert (agree, len(moves)) == (36, 49)
