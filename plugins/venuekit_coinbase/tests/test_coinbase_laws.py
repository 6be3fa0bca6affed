"""Laws of the feed: digits are kept whatever their size, the count decides, and nonsense ends in a ValueError."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.instrument import Instrument, Kind
from venuekit.market import BookSnapshot
from venuekit.units import Nanos, Px, Qty, format_px, format_qty, parse_instant
from venuekit_coinbase.feed import MarketFeed

NOW = Nanos(1)
TIME = "2026-09-07T01:57:58.894355Z"
PXS = st.integers(1, 10**18).map(Px)
QTYS = st.integers(1, 10**19).map(Qty)
PRODUCT = Instrument(
    symbol="A-B", kind=Kind.SPOT, venue="coinbase", venue_symbol="A-B", base="A", quote="B", tick=Px(1), lot=Qty(1)
)


def book(number: int, kind: str, bids: dict[Px, Qty], asks: dict[Px, Qty]) -> str:
    updates = [
        {"side": side, "event_time": TIME, "price_level": format_px(px), "new_quantity": format_qty(qty)}
        for side, levels in (("bid", bids), ("offer", asks))
        for px, qty in levels.items()
    ]
    events = [{"type": kind, "product_id": "A-B", "updates": updates}]
    return json.dumps({"channel": "l2_data", "timestamp": TIME, "sequence_num": number, "events": events})


def feed() -> MarketFeed:
    made = MarketFeed("wss://advanced-trade-ws.coinbase.com", [PRODUCT])
    made.opened(NOW)
    return made


@given(st.dictionaries(PXS, QTYS, max_size=20), st.dictionaries(PXS, QTYS, max_size=20))
def test_every_number_of_a_book_is_what_its_text_means(bids: dict[Px, Qty], asks: dict[Px, Qty]) -> None:
    (event,) = feed().receive(book(0, "snapshot", bids, asks), NOW)
    assert event == BookSnapshot("A-B", list(bids.items()), list(asks.items()), ts=parse_instant(TIME))


@given(st.lists(QTYS, min_size=2, max_size=20), st.data())
def test_a_lost_message_never_leaves_a_book_that_is_believed(qtys: list[Qty], data: st.DataObject) -> None:
    """Whichever message is lost, the book waits as soon as the next one is there."""
    lost = data.draw(st.integers(1, len(qtys) - 1))
    keeper = Keeper(feed())
    frames = [book(0, "snapshot", {Px(1): Qty(1)}, {})]
    frames += [book(number, "update", {Px(1): qty}, {}) for number, qty in enumerate(qtys, 1)]
    for number, frame in enumerate(frames):
        if number != lost:
            keeper.take(keeper.feed.receive(frame, NOW), NOW)
    assert keeper.books["A-B"].state is BookState.WAITING


@given(st.lists(st.integers(0, 8), max_size=12))
def test_repeats_and_late_messages_change_nothing(repeats: list[int]) -> None:
    keeper = Keeper(feed())
    frames = [book(0, "snapshot", {Px(1): Qty(9)}, {})]
    frames += [book(number, "update", {Px(1): Qty(number)}, {}) for number in range(1, 9)]
    for frame in [*frames, *(frames[number] for number in repeats)]:
        keeper.take(keeper.feed.receive(frame, NOW), NOW)
    assert keeper.books["A-B"].bids.qty == 8
    assert keeper.counts == {"snapshot": 1, "delta": 8}


@given(st.integers(0, 300), st.integers(0, 20), st.text(max_size=5))
def test_a_damaged_frame_is_read_or_refused_with_a_value_error(at: int, length: int, put: str) -> None:
    frame = book(0, "snapshot", {Px(1): Qty(1)}, {Px(3): Qty(1)})
    try:
        feed().receive(frame[:at] + put + frame[at + length :], NOW)
    except ValueError:
        return


@given(st.text() | st.binary())
def test_nonsense_is_refused_with_a_value_error(frame: str | bytes) -> None:
    with pytest.raises(ValueError):
        feed().receive(frame, NOW)
