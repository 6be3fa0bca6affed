"""Binance's feed on 20,000 genuine frames: every sequence number is proven and every top has a witness.

The capture holds the diff depth stream, the trades, one REST snapshot, and the book ticker, which our feed ignores: the
venue's own word on the best bid and ask after each update. The book at the end is compared with a replay that shares no
code with ours: dictionaries of decimals, straight from the JSON.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from tests.importers.hftbacktest import read_capture
from venuekit.book.book import Book, BookState
from venuekit.book.keeper import Keeper
from venuekit.capture import Record, What
from venuekit.market import MarketEvent, TradePrint
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, parse_px, parse_qty
from venuekit.venue import Feed, Fetch
from venuekit.wire import Response
from venuekit_binance.venue import Binance
from venuekit_testkit.spot import make_spot

DATA: Final = Path(os.environ.get("VENUEKIT_VENUE_DATA", Path(__file__).parents[2] / "shared" / "venue-data"))
CAPTURE: Final = DATA / "binance" / "hftbacktest" / "spot_btcusdt_20240808.first20000.txt.gz"

pytestmark = pytest.mark.skipif(not CAPTURE.is_file(), reason=f"the recorded capture is not at {CAPTURE}")

DEPTHS: Final = 1981  # depth frames in the file, as grep counts them
HELD: Final = 3  # of them come before the snapshot
TRADES: Final = 3589
TICKERS: Final = 14429

BTC: Final = make_spot("binance", "BTC-USDT", "BTCUSDT", "0.01", "0.00001")

Top = tuple[Px, Qty, Px, Qty]
Json = dict[str, Any]
Plain = tuple[dict[Decimal, Decimal], dict[Decimal, Decimal]]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(read_capture(CAPTURE))


class Run:
    """Plays records into a feed and its keeper, as the core does, and notes what it sees."""

    def __init__(self) -> None:
        self.feed: Feed = Binance().feed([BTC])
        self.keeper = Keeper(self.feed)
        self.tops: dict[int, Top] = {}
        self.trades: list[TradePrint] = []
        self.fetches: list[Fetch] = []
        self.feed.opened(Nanos(0))
        self._collect()

    @property
    def book(self) -> Book:
        return self.keeper.books[BTC.symbol]

    def play(self, records: list[Record]) -> Run:
        for record in records:
            self._hear(record)
        return self

    def answer(self, response: Response | None, now: Nanos) -> None:
        self._take(self.feed.respond(self.fetches.pop(0), response, now), now)

    def _hear(self, record: Record) -> None:
        if record.what is What.HTTP:
            self.answer(record.response, record.at_ns)
        elif record.what is What.IN:
            self._take(self.feed.receive(record.payload, record.at_ns), record.at_ns)

    def _take(self, events: list[MarketEvent], now: Nanos) -> None:
        self.trades += [event for event in events if isinstance(event, TradePrint)]
        self.keeper.take(events, now)
        if self.book.seq is not None:
            self.tops[self.book.seq] = self.book.top()
        self._collect()

    def _collect(self) -> None:
        self.fetches += [out for out in self.feed.pending() if isinstance(out, Fetch)]


def payloads(records: list[Record], stream: str) -> Iterator[Json]:
    for record in records:
        if record.what is What.IN and stream in str(record.payload)[:40]:
            yield json.loads(record.payload)["data"]


def plain_replay(records: list[Record], until: int | None = None) -> tuple[Plain, int]:
    """Replay by the venue's eight steps over decimals, to the first event at or after `until`."""
    (answer,) = [json.loads(record.payload) for record in records if record.what is What.HTTP]
    seq: int = answer["lastUpdateId"]
    sides = tuple({Decimal(px): Decimal(qty) for px, qty in answer[side]} for side in ("bids", "asks"))
    for event in payloads(records, "@depth"):
        if until is not None and seq >= until:
            break
        if event["u"] <= seq:
            continue
        assert event["U"] <= seq + 1 <= event["u"]
        for side, rows in zip(sides, (event["b"], event["a"]), strict=True):
            side.update({Decimal(px): Decimal(qty) for px, qty in rows})
        seq = event["u"]
    bids, asks = ({px: qty for px, qty in side.items() if qty} for side in sides)
    return (bids, asks), seq


def as_plain(book: Book) -> Plain:
    bids, asks = (
        {Decimal(px).scaleb(-9): Decimal(qty).scaleb(-8) for px, qty in ladder.levels(len(ladder))}
        for ladder in (book.bids, book.asks)
    )
    return bids, asks


def as_answer(plain: Plain, seq: int) -> Response:
    bids, asks = ([[f"{px:f}", f"{qty:f}"] for px, qty in side.items()] for side in plain)
    return Response(200, json.dumps({"lastUpdateId": seq, "bids": bids, "asks": asks}).encode())


def test_every_sequence_number_is_proven_and_nothing_is_lost(records: list[Record]) -> None:
    run = Run().play(records)
    assert dict(run.keeper.counts) == {"held": HELD, "snapshot": 1, "delta": DEPTHS - HELD, "trade": TRADES}
    assert (run.book.state, run.fetches) == (BookState.LIVE, [])
    assert len(run.tops) == DEPTHS - HELD + 1  # the snapshot's own state is one of them
    assert run.book.seq == max(event["u"] for event in payloads(records, "@depth"))


def test_every_top_is_what_the_venues_own_ticker_said(records: list[Record]) -> None:
    said: dict[int, Top] = {
        tick["u"]: (parse_px(tick["b"]), parse_qty(tick["B"]), parse_px(tick["a"]), parse_qty(tick["A"]))
        for tick in payloads(records, "@bookTicker")
    }
    tops = Run().play(records).tops
    numbers = sorted(said)
    # The ticker speaks when the top changes, so its last word up to an update still holds at that update.
    wrong = {seq: top for seq, top in tops.items() if said[numbers[bisect_right(numbers, seq) - 1]] != top}
    assert wrong == {}
    assert len(said) == TICKERS
    assert sum(seq in said for seq in tops) == 328  # where both speak of the very same update
    assert len(set(tops.values())) > 1000  # and the top moved, so agreeing was no accident


def test_the_last_book_equals_an_independent_replay(records: list[Record]) -> None:
    plain, seq = plain_replay(records)
    book = Run().play(records).book
    assert (as_plain(book), book.seq) == (plain, seq)
    assert min(len(side) for side in plain) > 1000


def test_every_trade_is_read(records: list[Record]) -> None:
    trades = Run().play(records).trades
    told = list(payloads(records, "@trade"))
    assert len(trades) == TRADES
    assert [(trade.trade_id, trade.px, trade.qty) for trade in trades] == [
        (str(each["t"]), parse_px(each["p"]), parse_qty(each["q"])) for each in told
    ]
    assert [trade.taker for trade in trades] == [Side.SELL if each["m"] else Side.BUY for each in told]
    numbers = [int(trade.trade_id) for trade in trades]
    assert numbers == list(range(numbers[0], numbers[0] + TRADES))  # none between them is missing


def is_depth(record: Record) -> bool:
    return record.what is What.IN and "@depth" in str(record.payload)[:40]


@pytest.fixture(scope="module")
def drop_depth(records: list[Record]) -> Callable[[int], tuple[list[Record], Record]]:
    """Take the depth frame of a number out; give the records left, and the one taken."""
    places = [place for place, record in enumerate(records) if is_depth(record)]

    def drop(number: int) -> tuple[list[Record], Record]:
        place = places[number]
        return records[:place] + records[place + 1 :], records[place]

    return drop


@pytest.mark.parametrize("number", [3, 4, 500, 1234, DEPTHS - 2])
def test_one_lost_frame_is_one_gap_and_a_snapshot_heals_it(
    records: list[Record], drop_depth: Callable[[int], tuple[list[Record], Record]], number: int
) -> None:
    left, lost = drop_depth(number)
    run = Run().play(left)
    assert run.keeper.counts["broken"] == 1
    assert (run.book.state, len(run.fetches)) == (BookState.WAITING, 1)
    assert "sequence gap" in run.book.reason
    missed = json.loads(lost.payload)["data"]
    assert max(run.tops) == missed["U"] - 1  # nothing was served from a book with a hole
    # A snapshot that is too old does not join on to what was held: it is asked for again.
    run.answer(as_answer(*plain_replay(records, until=missed["U"] - 1)), Nanos(0))
    assert (run.book.state, len(run.fetches)) == (BookState.WAITING, 1)
    run.answer(as_answer(*plain_replay(records, until=missed["u"])), Nanos(0))
    plain, seq = plain_replay(records)
    assert (run.book.state, run.book.seq, as_plain(run.book)) == (BookState.LIVE, seq, plain)


def test_losing_the_last_frame_shows_only_when_the_next_comes(
    drop_depth: Callable[[int], tuple[list[Record], Record]],
) -> None:
    left, _ = drop_depth(DEPTHS - 1)
    run = Run().play(left)
    assert (run.book.state, run.keeper.counts["broken"]) == (BookState.LIVE, 0)


def test_frames_that_come_twice_change_nothing(records: list[Record]) -> None:
    run = Run().play(records)
    before, counts = as_plain(run.book), run.keeper.counts["delta"]
    run.play([record for record in records if is_depth(record)][-500:])
    assert (as_plain(run.book), run.keeper.counts["delta"]) == (before, counts)
    assert run.keeper.counts["old"] == 500
