"""Kraken's feed on genuine traffic: every checksum that the venue sent is proven.

The recordings are WebSocket v1; `tests/importers/kraken_v1.py` tells their shape in v2. The book at the end is compared
with a replay that shares no code with ours: dictionaries of decimals, straight from the v1 frames.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.importers.kraken_v1 import read_feed, read_fixture, read_pairs, translate
from venuekit.book.book import Book, BookState
from venuekit.book.keeper import Keeper
from venuekit.capture import Header, Provenance, Record, What, write, write_header
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, TradePrint
from venuekit.run.clock import VirtualClock
from venuekit.run.replay import Replay
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit.venue import Send
from venuekit.wire import Response
from venuekit_kraken.feed import MarketFeed
from venuekit_kraken.venue import Kraken
from venuekit_testkit.play import play

DATA = Path(os.environ.get("VENUEKIT_VENUE_DATA", Path(__file__).parents[2] / "shared" / "venue-data")) / "kraken"
TWO_PAIRS = DATA / "cryptofeed" / "KRAKEN.ws.50.0.two-pairs.txt"
TRADES = DATA / "cryptofeed" / "KRAKEN.ws.48.0.txt"
PAIRS = DATA / "cryptofeed" / "KRAKEN.0.txt"
FIXTURE = DATA / "python-kraken-sdk" / "orderbook-v1.json"
FRAMES_V2 = DATA / "kraken-async-rs" / "ws-v2-market.a.jsonl"
REST = DATA / "kraken-async-rs" / "rest-public_response_json.a.jsonl"
BOOK_V2 = DATA / "jkorf" / "Subscriptions.Spot.AggBook.txt"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"recorded venue data is not at {DATA}")

Plain = tuple[dict[Decimal, Decimal], dict[Decimal, Decimal]]


class CountingFeed(MarketFeed):
    """Counts how many checksums were computed, so that a proof that is skipped shows."""

    proofs = 0

    def checksum(self, symbol: str, book: Book) -> int:
        self.proofs += 1
        return super().checksum(symbol, book)


def instruments(*symbols: str) -> list[Instrument]:
    (pairs,) = read_pairs(PAIRS)
    assert pairs.response is not None
    listed = {each.symbol: each for each in play(Kraken().instruments(), pairs.response)}
    return [listed[symbol] for symbol in symbols]


def open_feed(depth: int, *symbols: str) -> tuple[CountingFeed, Keeper]:
    feed = CountingFeed("wss://ws.kraken.com/v2", instruments(*symbols), depth)
    feed.opened(Nanos(0))
    feed.pending()
    return feed, Keeper(feed)


def run(feed: MarketFeed, keeper: Keeper, records: Iterable[Record]) -> None:
    for record in records:
        if record.what is What.IN:
            keeper.take(feed.receive(record.payload, record.at_ns), record.at_ns)


def v1_books(messages: Iterable[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for message in messages:
        if isinstance(message, list):
            yield message[-1], {key: rows for part in message[1:-2] for key, rows in part.items()}


def feed_messages(path: Path) -> Iterator[Any]:
    for line in path.read_text().splitlines():
        time, _, text = line.partition(": ")
        if time.replace(".", "").isdecimal():
            yield json.loads(text)


def fixture_messages(path: Path) -> Iterator[Any]:
    found = json.loads(path.read_text())
    yield from found["init"]
    yield from found["updates"]


def replay_plainly(messages: Iterable[Any], depth: int) -> dict[str, Plain]:
    books: dict[str, Plain] = defaultdict(lambda: ({}, {}))
    for pair, changes in v1_books(messages):
        bids, asks = books[pair]
        change_plainly(bids, [*changes.get("bs", []), *changes.get("b", [])], lambda px: -px, depth)
        change_plainly(asks, [*changes.get("as", []), *changes.get("a", [])], lambda px: px, depth)
    return books


def change_plainly(
    levels: dict[Decimal, Decimal], rows: list[Any], rank: Callable[[Decimal], Decimal], depth: int
) -> None:
    for px, qty, *_ in rows:
        levels[Decimal(px)] = Decimal(qty)
    gone = [px for px, qty in levels.items() if not qty]
    beyond = sorted(levels.keys() - gone, key=rank)[depth:]
    for px in [*gone, *beyond]:
        del levels[px]


def assert_same(book: Book, plain: Plain) -> None:
    assert book.state is BookState.LIVE
    for ladder, levels in ((book.bids, plain[0]), (book.asks, plain[1])):
        expected = {parse_px(str(px)): parse_qty(str(qty)) for px, qty in levels.items()}
        assert dict(ladder.levels(len(ladder))) == expected


def test_every_checksum_of_two_pairs_a_thousand_deep_is_proven() -> None:
    feed, keeper = open_feed(1000, "BTC-CHF", "OMG-USD")
    run(feed, keeper, read_feed(TWO_PAIRS))
    assert (feed.proofs, keeper.counts) == (862, {"snapshot": 2, "delta": 862})


def test_two_pairs_end_on_the_books_that_the_recording_implies() -> None:
    feed, keeper = open_feed(1000, "BTC-CHF", "OMG-USD")
    run(feed, keeper, read_feed(TWO_PAIRS))
    plain = replay_plainly(feed_messages(TWO_PAIRS), 1000)
    assert_same(keeper.books["BTC-CHF"], plain["XBT/CHF"])
    assert_same(keeper.books["OMG-USD"], plain["OMG/USD"])


def test_every_checksum_at_the_touch_is_proven_and_the_book_ends_where_it_must() -> None:
    feed, keeper = open_feed(10, "BTC-USD")
    run(feed, keeper, read_fixture(FIXTURE))
    assert (feed.proofs, keeper.counts) == (979, {"snapshot": 1, "delta": 979})
    assert_same(keeper.books["BTC-USD"], replay_plainly(fixture_messages(FIXTURE), 10)["XBT/USD"])


async def test_the_capture_survives_a_file_and_plays_through_the_core(tmp_path: Path) -> None:
    path = tmp_path / "kraken.jsonl"
    header = Header(provenance=Provenance.RECORDED, made_by="cryptofeed, translated from WebSocket v1")
    records = [*read_pairs(PAIRS), *read_feed(TWO_PAIRS)]
    path.write_text("\n".join([write_header(header), *map(write, records)]))
    feed = Kraken().feed(instruments("BTC-CHF", "OMG-USD"))
    changed: list[str] = []
    replay = Replay(path, feed, "kraken", VirtualClock(), on_books=changed.extend, on_trades=lambda _: None, speed=0)
    counts = await replay.run()
    assert len(changed) == 864
    assert (counts.records, replay.skipped) == (len(records), [])
    assert replay.intake.keeper.counts == {"snapshot": 2, "delta": 862}


def corrupt_once(records: Iterable[Record], at: int, change: Callable[[str], str]) -> Iterator[Record]:
    updates = 0
    for record in records:
        text = record.text or ""
        updates += '"type":"update","data":[{"symbol"' in text
        if updates == at:
            updates += 1_000_000
            text = change(text)
        yield Record(at_ns=record.at_ns, venue=record.venue, conn=record.conn, what=record.what, text=text)


@pytest.mark.parametrize("at", [1, 500, 979])
def test_one_corrupt_frame_breaks_one_proof_and_asks_for_that_book_again(at: int) -> None:
    feed, keeper = open_feed(10, "BTC-USD")
    run(feed, keeper, corrupt_once(read_fixture(FIXTURE), at, lambda text: text.replace('"qty":', '"qty":1')))
    assert keeper.counts["broken"] == 1
    assert keeper.counts["delta"] == at - 1
    assert keeper.books["BTC-USD"].state is BookState.WAITING
    asked = [json.loads(out.frame)["method"] for out in feed.pending() if isinstance(out, Send)]
    assert asked == ["unsubscribe", "subscribe"]


def test_a_fresh_snapshot_repairs_the_book_and_every_later_checksum_is_proven() -> None:
    feed, keeper = open_feed(10, "BTC-USD")
    messages = list(fixture_messages(FIXTURE))
    cut = len(messages) // 2
    for message in messages[:cut]:
        take(keeper, translate(message))
    take(keeper, '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[],"checksum":1}]}')
    bids, asks = replay_plainly(messages[:cut], 10)["XBT/USD"]
    told = {
        name: [[str(px), str(qty), "0.0"] for px, qty in side.items()] for name, side in (("bs", bids), ("as", asks))
    }
    for message in [[336, told, "book-10", "XBT/USD"], *messages[cut:]]:
        take(keeper, translate(message))
    assert (feed.proofs, keeper.counts) == (980, {"snapshot": 2, "delta": 979, "broken": 1})


def take(keeper: Keeper, frame: str) -> None:
    keeper.take(keeper.feed.receive(frame, Nanos(1)), Nanos(1))


def test_a_lost_frame_breaks_the_proof_of_a_later_one() -> None:
    feed, keeper = open_feed(10, "BTC-USD")
    run(feed, keeper, corrupt_once(read_fixture(FIXTURE), 500, lambda _: '{"channel":"heartbeat"}'))
    assert keeper.counts["broken"] == 1
    assert keeper.counts["delta"] >= 499


def test_recorded_trades_keep_their_digits_and_the_takers_side() -> None:
    feed, _ = open_feed(10, "SC-EUR", "BTC-CHF")
    told = [record.text or "" for record in read_feed(TRADES) if '"channel":"trade"' in (record.text or "")]
    events = [event for text in told if "SC/EUR" in text for event in feed.receive(text, Nanos(1))]
    assert (len(told), len(events)) == (8, 6)
    assert events[-3] == TradePrint(
        "SC-EUR", "0", parse_px("0.043030"), parse_qty("1081.72663"), Side.BUY, Nanos(1618678157908269000)
    )


def test_a_published_v2_snapshot_is_proven() -> None:
    text = BOOK_V2.read_text()
    (pair,) = instruments("ETH-USDT")
    feed = CountingFeed("wss://ws.kraken.com/v2", [replace(pair, px_decimals=4)], 10)
    keeper = Keeper(feed)
    keeper.take(feed.receive(text[text.index('{\n    "channel"') :], Nanos(1)), Nanos(1))
    assert (feed.proofs, keeper.counts) == (1, {"snapshot": 1})


def rest_answers() -> dict[str, Response]:
    rows = [json.loads(line) for line in REST.read_text().splitlines()]
    return {row["context"]: Response(200, row["raw"].encode()) for row in rows}


def test_every_pair_recorded_in_2021_is_listed_but_for_dark_pools() -> None:
    (pairs,) = read_pairs(PAIRS)
    assert pairs.response is not None
    found = play(Kraken().instruments(), pairs.response)
    plain = json.loads(pairs.text or "")["result"].values()
    assert len(found) == sum("wsname" in pair for pair in plain) == 293
    assert len({each.symbol for each in found}) == 293
    assert [each.untradable.split(":")[0] for each in found if each.untradable] == [
        "its grid does not fit our scale"
    ] * 2


def test_a_recorded_book_and_trades_are_read_digit_by_digit() -> None:
    (btc,) = instruments("BTC-USD")
    book = play(Kraken().book(btc, 25), rest_answers()["get_orderbook_json"])
    assert (len(book.asks), book.asks[0], book.bids[0]) == (
        22,
        (parse_px("37221.1"), parse_qty("19.596")),
        (parse_px("37221"), parse_qty("0.156")),
    )
    trades = play(Kraken().trades(btc, 1000), rest_answers()["get_recent_trades_json"])
    assert trades[0] == TradePrint(
        "BTC-USD", "64754585", parse_px("37247"), parse_qty("0.00026451"), Side.BUY, Nanos(1701019771038366300)
    )
    assert [each.ts for each in trades] == sorted(each.ts for each in trades)


def v2_frames() -> dict[str, str]:
    rows = [json.loads(line) for line in FRAMES_V2.read_text().splitlines()]
    return {row["context"]: row["raw"] for row in rows if row["dir"] == "received"}


def test_logged_v2_frames_are_read_or_passed_over() -> None:
    feed, _ = open_feed(10, "BTC-USD")
    told = {name: feed.receive(frame, Nanos(1)) for name, frame in v2_frames().items()}
    (snapshot,), (update,), (raw,) = told.pop("book_snapshot"), told.pop("book_update"), told.pop("raw")
    assert isinstance(snapshot, BookSnapshot)
    assert (snapshot.bids[0], snapshot.checksum) == ((parse_px("66788"), parse_qty("3.21926649")), 2330500275)
    assert isinstance(update, BookDelta)
    assert isinstance(raw, BookDelta)
    assert update.bids[0] == (parse_px("66786.5"), 0)
    assert raw.checksum == 2855135483
    assert not any(told.values())


def test_a_logged_snapshot_that_was_altered_is_not_believed() -> None:
    feed, keeper = open_feed(10, "BTC-USD")
    keeper.take(feed.receive(v2_frames()["book_snapshot"], Nanos(1)), Nanos(1))
    assert keeper.counts == {"broken": 1}
