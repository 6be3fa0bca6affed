"""Laws of the feed: digits are kept whatever their size, and nonsense ends in a ValueError."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.market import BookSnapshot, TradePrint
from venuekit.units import Nanos, Px, Qty, format_px, format_qty
from venuekit_kraken.feed import MarketFeed
from venuekit_testkit.spot import make_spot

NOW = Nanos(1)
PXS = st.integers(1, 10**18).map(Px)
QTYS = st.integers(1, 10**19).map(Qty)
PAIR = make_spot("kraken", "A-B", "AB", px_decimals=9, qty_decimals=8)
SNAPSHOT = '{"channel":"book","type":"snapshot","data":[{"symbol":"A/B","bids":[%s],"asks":[%s],"checksum":7}]}'
TRADE = (
    '{"channel":"trade","type":"update","data":[{"symbol":"A/B","side":"buy","price":%s,"qty":%s,"ord_type":"limit",'
    '"trade_id":1,"timestamp":"2024-05-27T12:33:10.826003Z"}]}'
)
FRAMES = [SNAPSHOT % ('{"price":1.5,"qty":2}', ""), TRADE % ("1.5", "2"), '{"method":"pong","req_id":1}']


def rows(levels: dict[Px, Qty]) -> str:
    return ",".join(f'{{"price":{format_px(px)},"qty":{format_qty(qty)}}}' for px, qty in levels.items())


def feed() -> MarketFeed:
    made = MarketFeed("wss://ws.kraken.com/v2", [PAIR])
    made.opened(NOW)
    return made


@given(st.dictionaries(PXS, QTYS, max_size=20), st.dictionaries(PXS, QTYS, max_size=20))
def test_every_number_of_a_book_is_what_its_text_means(bids: dict[Px, Qty], asks: dict[Px, Qty]) -> None:
    (event,) = feed().receive(SNAPSHOT % (rows(bids), rows(asks)), NOW)
    assert event == BookSnapshot("A-B", list(bids.items()), list(asks.items()), checksum=7)


@given(PXS, QTYS)
def test_every_number_of_a_trade_is_what_its_text_means(px: Px, qty: Qty) -> None:
    (event,) = feed().receive(TRADE % (format_px(px), format_qty(qty)), NOW)
    assert isinstance(event, TradePrint)
    assert (event.px, event.qty) == (px, qty)


@given(st.sampled_from(FRAMES), st.integers(0, 200), st.integers(0, 20), st.text(max_size=5))
def test_a_damaged_frame_is_read_or_refused_with_a_value_error(frame: str, at: int, length: int, put: str) -> None:
    try:
        feed().receive(frame[:at] + put + frame[at + length :], NOW)
    except ValueError:
        return


@given(st.text() | st.binary())
def test_nonsense_is_refused_with_a_value_error(frame: str | bytes) -> None:
    with pytest.raises(ValueError):
        feed().receive(frame, NOW)
