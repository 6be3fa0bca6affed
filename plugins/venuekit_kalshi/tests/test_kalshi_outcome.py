"""The two outcomes of one book: to mirror twice gives back what was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.market import BookDelta, BookSnapshot, TradePrint
from venuekit.order import OrderReport
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, Usd, parse_px, parse_qty
from venuekit_kalshi.orders import format_count, format_price
from venuekit_kalshi.outcome import book_order, restate, restate_book, restate_print, to_px
from venuekit_kalshi.venue import Kalshi

prices = st.integers(1, 9_999).map(lambda ticks: Px(ticks * 100_000))
quantities = st.integers(1, 10**9).map(lambda lots: Qty(lots * 10**6))
sides = st.sampled_from(Side)
levels = st.lists(st.tuples(prices, quantities), max_size=5)


def fill(side: Side, px: Px, qty: Qty) -> Fill:
    return Fill(
        trade_id="t",
        client_id="c",
        venue_id="v",
        venue_symbol="T",
        side=side,
        px=px,
        qty=qty,
        fee=Usd(7),
        fee_asset="USD",
    )


def report(side: Side, px: Px | None, avg_px: Px | None, qty: Qty) -> OrderReport:
    return OrderReport(
        client_id="c",
        venue_id="v",
        venue_symbol="T",
        side=side,
        state=OrderState.ACCEPTED,
        qty=qty,
        filled=Qty(0),
        px=px,
        avg_px=avg_px,
    )


@given(sides, prices)
def test_an_order_mirrored_twice_is_the_order(no: Instrument, side: Side, px: Px) -> None:
    assert book_order(no, *book_order(no, side, px)) == (side, px)


@given(sides, prices, quantities)
def test_a_trade_mirrored_twice_is_the_trade(no: Instrument, side: Side, px: Px, qty: Qty) -> None:
    told = fill(side, px, qty)
    assert restate(restate(told, no), no) == told
    printed = TradePrint(no.symbol, "t", px, qty, side, Nanos(1))
    assert restate_print(restate_print(printed, no), no) == printed


@given(sides, st.none() | prices, st.none() | prices, quantities)
def test_a_report_mirrored_twice_is_the_report(
    no: Instrument, side: Side, px: Px | None, avg_px: Px | None, qty: Qty
) -> None:
    told = report(side, px, avg_px, qty)
    assert restate(restate(told, no), no) == told


@given(levels, levels)
def test_a_book_mirrored_twice_is_the_book(
    no: Instrument, bids: list[tuple[Px, Qty]], asks: list[tuple[Px, Qty]]
) -> None:
    whole, delta = BookSnapshot(no.symbol, bids, asks, 7), BookDelta(no.symbol, bids, asks, 7, 8)
    assert restate_book(restate_book(whole, no), no) == whole
    assert restate_book(restate_book(delta, no), no) == delta


@given(prices)
def test_a_price_written_and_read_again_is_the_price(px: Px) -> None:
    assert to_px(format_price(px)) == px


@given(quantities)
def test_a_count_written_and_read_again_is_the_count(qty: Qty) -> None:
    assert parse_qty(format_count(qty)) == qty


def test_a_bought_no_comes_back_from_the_stream_as_a_sold_yes(venue: Kalshi, yes: Instrument, no: Instrument) -> None:
    told = fill(Side.SELL, parse_px("0.30"), Qty(10**8))
    assert venue.restate(told, yes) is told
    mine = venue.restate(told, no)
    assert (mine.side, mine.px, mine.qty, mine.fee) == (Side.BUY, parse_px("0.70"), told.qty, told.fee)


def test_a_bid_for_no_is_an_offer_of_yes(no: Instrument) -> None:
    one, two = Qty(10**8), Qty(2 * 10**8)
    told = BookSnapshot("", [(parse_px("0.40"), one)], [(parse_px("0.45"), two)])
    mirrored = restate_book(told, no)
    assert (mirrored.bids, mirrored.asks) == ([(parse_px("0.55"), two)], [(parse_px("0.60"), one)])
