"""The market stream: one subscription for all books, its sequence, and both outcomes of each market."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venuekit.book.book import BookState
from venuekit.book.keeper import Keeper
from venuekit.instrument import Instrument
from venuekit.market import BookDelta, BookSnapshot, Gap, TradePrint
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, parse_px, parse_qty
from venuekit.venue import Feed, Outbound, Reconnect, Send
from venuekit_kalshi.venue import Kalshi

MakeMarket = Callable[..., list[Instrument]]
Json = dict[str, Any]
NOW = Nanos(1_763_700_000_123_000_000)
T1, T2 = "KXTEST-26NOV21-T1", "KXTEST-26NOV21-T2"


@pytest.fixture
def markets(make_market: MakeMarket) -> list[Instrument]:
    return [*make_market(), *make_market(ticker=T2)]


@pytest.fixture
def feed(venue: Kalshi, markets: list[Instrument]) -> Feed:
    """Give a feed whose subscription of books has the number 7."""
    made = venue.feed(markets)
    made.opened(NOW)
    made.pending()
    told(made, "subscribed", msg={"channel": "orderbook_delta", "sid": 7})
    told(made, "subscribed", msg={"channel": "trade", "sid": 8})
    return made


def told(feed: Feed, kind: str, **frame: Any) -> list[Any]:
    return feed.receive(json.dumps({"type": kind, **frame}), NOW)


def snapshot(feed: Feed, seq: int, ticker: str = T1, **sides: Any) -> list[Any]:
    return told(feed, "orderbook_snapshot", sid=7, seq=seq, msg={"market_ticker": ticker, "market_id": "m", **sides})


def delta(feed: Feed, seq: int, side: str, px: str, change: str, ticker: str = T1) -> list[Any]:
    msg = {"market_ticker": ticker, "price_dollars": px, "delta_fp": change, "side": side, "ts_ms": 5, "clock": 1}
    return told(feed, "orderbook_delta", sid=7, seq=seq, msg=msg)


def sent(outbound: Sequence[Outbound]) -> list[Json]:
    return [json.loads(each.frame) for each in outbound if isinstance(each, Send)]


def test_books_and_trades_are_subscribed_once_a_market(venue: Kalshi, markets: list[Instrument]) -> None:
    feed = venue.feed(markets)
    feed.opened(NOW)
    assert feed.url == "wss://external-api-ws.kalshi.com/trade-api/ws/v2"
    assert sent(feed.pending()) == [
        {
            "id": 1,
            "cmd": "subscribe",
            "params": {"channels": ["orderbook_delta"], "market_tickers": [T1, T2], "use_yes_price": True},
        },
        {"id": 2, "cmd": "subscribe", "params": {"channels": ["trade"], "market_tickers": [T1, T2]}},
    ]
    assert feed.pending() == []


def test_the_socket_is_opened_with_a_proof(venue: Kalshi, markets: list[Instrument]) -> None:
    names = [name for name, _ in venue.feed(markets).handshake(NOW)]
    assert names == ["KALSHI-ACCESS-KEY", "KALSHI-ACCESS-SIGNATURE", "KALSHI-ACCESS-TIMESTAMP"]


def test_a_snapshot_is_the_book_of_both_outcomes(feed: Feed) -> None:
    [yes, no] = snapshot(
        feed, 1, yes_dollars_fp=[["0.4000", "5.00"]], no_dollars_fp=[["0.4500", "7.00"], ["0.5000", "1.00"]]
    )
    assert yes == BookSnapshot(
        f"{T1}:YES",
        [(parse_px("0.4"), parse_qty("5"))],
        [(parse_px("0.45"), parse_qty("7")), (parse_px("0.5"), parse_qty("1"))],
        1,
    )
    assert (no.symbol, no.seq) == (f"{T1}:NO", 1)
    assert no.bids == [(parse_px("0.55"), parse_qty("7")), (parse_px("0.5"), parse_qty("1"))]
    assert no.asks == [(parse_px("0.6"), parse_qty("5"))]


def test_a_side_that_is_left_out_is_empty(feed: Feed) -> None:
    [yes, _] = snapshot(feed, 1)
    assert (yes.bids, yes.asks) == ([], [])


@pytest.mark.parametrize("side", ["yes", "no", "yes_dollars", "no_dollars"])
def test_a_snapshot_of_a_dead_api_is_not_an_empty_book(feed: Feed, side: str) -> None:
    with pytest.raises(ValueError, match="dead API"):
        snapshot(feed, 1, T1, **{side: [["47", "100"]]})


def test_a_change_is_told_as_what_there_is_now(feed: Feed) -> None:
    snapshot(feed, 1, yes_dollars_fp=[["0.4000", "5.00"]])
    yes, no = delta(feed, 2, "yes", "0.4000", "-1.50")
    at, rests = parse_px("0.4"), parse_qty("3.5")
    assert yes == BookDelta(f"{T1}:YES", [(at, rests)], [], 2, 2, None, Nanos(5_000_000))
    assert no == BookDelta(f"{T1}:NO", [], [(parse_px("0.6"), rests)], 2, 2, None, Nanos(5_000_000))
    yes, no = delta(feed, 3, "no", "0.4500", "2.00")
    assert (yes.bids, yes.asks) == ([], [(parse_px("0.45"), parse_qty("2"))])
    assert (no.bids, no.asks) == ([(parse_px("0.55"), parse_qty("2"))], [])
    assert delta(feed, 4, "yes", "0.4000", "-3.50")[0].bids == [(at, 0)]


def test_the_sequence_runs_over_all_markets_and_over_answers(feed: Feed) -> None:
    snapshot(feed, 1, T1)
    snapshot(feed, 2, T2)
    assert told(feed, "ok", sid=7, seq=3, id=4) == []
    assert isinstance(delta(feed, 4, "yes", "0.4000", "1.00", T2)[0], BookDelta)
    # Frames of another subscription do not count.
    assert told(feed, "trade", sid=8, seq=99, msg=trade()) != []
    [yes, _] = delta(feed, 5, "yes", "0.4000", "1.00", T1)
    assert (yes.first, yes.last) == (2, 5)


def test_a_gap_is_one_of_every_book(feed: Feed, markets: list[Instrument]) -> None:
    snapshot(feed, 1, T1)
    snapshot(feed, 2, T2)
    lost = delta(feed, 4, "yes", "0.4000", "1.00", T1)
    assert [each.symbol for each in lost] == [each.symbol for each in markets]
    assert all(isinstance(each, Gap) for each in lost)
    assert delta(feed, 5, "yes", "0.4000", "1.00", T1) == []  # no base to add it to


def test_lost_books_are_asked_for_in_one_command(feed: Feed, markets: list[Instrument]) -> None:
    snapshot(feed, 1, T1)
    snapshot(feed, 2, T2)
    delta(feed, 9, "yes", "0.4000", "1.00")
    for each in markets:
        feed.resync(each.symbol, "gap")
    assert sent(feed.pending()) == [
        {
            "id": 3,
            "cmd": "update_subscription",
            "params": {"sids": [7], "action": "get_snapshot", "market_tickers": [T1, T2]},
        }
    ]
    feed.resync(markets[0].symbol, "still")
    assert feed.pending() == []  # it is on its way
    assert isinstance(snapshot(feed, 10)[0], BookSnapshot)
    feed.resync(markets[0].symbol, "again")
    assert [each["params"]["market_tickers"] for each in sent(feed.pending())] == [[T1]]


def test_a_frame_that_comes_twice_counts_once(feed: Feed) -> None:
    snapshot(feed, 1)
    delta(feed, 2, "yes", "0.4000", "1.00")
    assert delta(feed, 2, "yes", "0.4000", "1.00") == []
    assert delta(feed, 3, "yes", "0.4000", "1.00")[0].bids == [(parse_px("0.4"), parse_qty("2"))]


def test_a_sequence_that_runs_back_is_a_gap(feed: Feed) -> None:
    snapshot(feed, 5)
    assert isinstance(delta(feed, 3, "yes", "0.4000", "1.00")[0], Gap)


def test_a_change_below_nothing_loses_this_book_alone(feed: Feed) -> None:
    snapshot(feed, 1, T1)
    snapshot(feed, 2, T2)
    lost = delta(feed, 3, "yes", "0.4000", "-1.00", T1)
    assert [(type(each), each.symbol) for each in lost] == [(Gap, f"{T1}:YES"), (Gap, f"{T1}:NO")]
    assert isinstance(delta(feed, 4, "yes", "0.4000", "1.00", T2)[0], BookDelta)


def test_a_snapshot_that_does_not_come_is_asked_for_again(feed: Feed) -> None:
    snapshot(feed, 1, T1)
    feed.beat(Nanos(NOW + 9 * NANOS_PER_S))
    assert feed.pending() == []
    feed.beat(Nanos(NOW + 10 * NANOS_PER_S))
    assert [each["params"]["market_tickers"] for each in sent(feed.pending())] == [[T2]]
    feed.beat(Nanos(NOW + 11 * NANOS_PER_S))
    assert feed.pending() == []


def test_a_subscription_that_is_not_answered_is_made_again(venue: Kalshi, markets: list[Instrument]) -> None:
    feed = venue.feed(markets)
    feed.opened(NOW)
    feed.pending()
    feed.beat(Nanos(NOW + 10 * NANOS_PER_S))
    assert [type(each) for each in feed.pending()] == [Reconnect]
    feed.opened(Nanos(NOW + 11 * NANOS_PER_S))
    assert [each["id"] for each in sent(feed.pending())] == [1, 2]


@pytest.mark.parametrize("code", [9, 10, 25])
def test_a_dead_subscription_reconnects(feed: Feed, code: int) -> None:
    snapshot(feed, 1)
    [lost] = told(feed, "error", sid=7, seq=2, msg={"code": code, "msg": "over"})
    assert (lost.symbol, str(code) in lost.reason) == ("", True)
    assert [type(each) for each in feed.pending()] == [Reconnect]


@pytest.mark.parametrize("code", [18, 27])
def test_an_error_that_passes_changes_nothing(feed: Feed, code: int) -> None:
    assert told(feed, "error", id=3, msg={"code": code, "msg": "later"}) == []
    assert feed.pending() == []


def test_an_error_of_one_market_loses_that_one(feed: Feed) -> None:
    lost = told(feed, "error", id=1, msg={"code": 11, "msg": "no such market", "market_ticker": T2})
    assert [each.symbol for each in lost] == [f"{T2}:YES", f"{T2}:NO"]
    with pytest.raises(ValueError, match="market limit"):
        told(feed, "error", id=1, msg={"code": 26, "msg": "market limit exceeded"})


def trade(**changes: Any) -> Json:
    msg = {
        "trade_id": "t-1",
        "market_ticker": T1,
        "yes_price_dollars": "0.4200",
        "no_price_dollars": "0.5800",
        "count_fp": "3.00",
        "taker_outcome_side": "no",
        "taker_book_side": "ask",
        "is_block_trade": False,
        "ts_ms": 5,
    }
    return {**msg, **changes}


def test_a_trade_is_one_of_both_outcomes(feed: Feed) -> None:
    qty, ts = parse_qty("3"), Nanos(5_000_000)
    assert told(feed, "trade", sid=8, msg=trade()) == [
        TradePrint(f"{T1}:YES", "t-1", parse_px("0.42"), qty, Side.SELL, ts),
        TradePrint(f"{T1}:NO", "t-1", parse_px("0.58"), qty, Side.BUY, ts),
    ]
    assert told(feed, "trade", sid=8, msg=trade(is_block_trade=True)) == []
    assert told(feed, "trade", sid=8, msg=trade(market_ticker="X")) == []


def test_one_outcome_alone_can_be_followed(venue: Kalshi, no: Instrument) -> None:
    feed = venue.feed([no])
    feed.opened(NOW)
    told(feed, "subscribed", msg={"channel": "orderbook_delta", "sid": 7})
    assert [each.symbol for each in snapshot(feed, 1, yes_dollars_fp=[["0.4000", "5.00"]])] == [no.symbol]
    with pytest.raises(ValueError, match="unknown market 'X'"):
        snapshot(feed, 2, "X")


@pytest.mark.parametrize(
    "frame",
    [
        "no json",
        "[]",
        '{"type":' * 100_000,
        '{"type":"","sid":7,"seq":1,"msg":{}}',
        '{"sid":7}',
        '{"type":"orderbook_snapshot","sid":7,"seq":1,"msg":{}}',
        '{"type":"orderbook_snapshot","sid":7,"msg":{"market_ticker":"KXTEST-26NOV21-T1"}}',
        '{"type":"orderbook_delta","sid":7,"seq":1,"msg":{"market_ticker":"KXTEST-26NOV21-T1","side":"maybe",'
        '"price_dollars":"0.4000","delta_fp":"1.00"}}',
        '{"type":"trade","sid":8,"msg":{"trade_id":"t1","market_ticker":"T1"}}',
        '{"type":"trade","sid":8,"msg":{"trade_id":"t","market_ticker":"T","yes_price_dollars":"0","count_fp":"1",'
        '"taker_book_side":"bid","ts_ms":1}}',
    ],
)
def test_a_frame_of_another_shape_is_not_read(feed: Feed, frame: str) -> None:
    snapshot(feed, 0)
    with pytest.raises(ValueError):
        feed.receive(frame, NOW)


def test_what_we_do_not_follow_gives_nothing(feed: Feed) -> None:
    assert told(feed, "market_lifecycle_v2", sid=9, msg={"event_type": "created"}) == []


# ── laws ──

cents = st.integers(1, 99).map(lambda cent: f"{cent / 100:.4f}")
changes = st.lists(st.tuples(st.sampled_from(["yes", "no"]), cents, st.integers(-300, 300)), max_size=40)


@given(changes)
def test_the_sum_of_the_changes_is_the_next_snapshot(
    venue: Kalshi, yes: Instrument, no: Instrument, steps: list[tuple[str, str, int]]
) -> None:
    feed = venue.feed([yes, no])
    feed.opened(NOW)
    told(feed, "subscribed", msg={"channel": "orderbook_delta", "sid": 7})
    kept, fresh = Keeper(feed), Keeper(feed)
    kept.take(snapshot(feed, 1), NOW)
    rests: dict[tuple[str, str], int] = {}
    seq = 1
    for side, px, change in steps:
        if rests.get((side, px), 0) + change < 0:
            continue
        seq += 1
        rests[side, px] = rests.get((side, px), 0) + change
        kept.take(delta(feed, seq, side, px, f"{change / 100:.2f}"), NOW)
    fresh.take(snapshot(feed, seq + 1, T1, **_sides(rests)), NOW)
    for symbol in (yes.symbol, no.symbol):
        mine, theirs = kept.books[symbol], fresh.books[symbol]
        assert mine.state is BookState.LIVE
        assert (mine.bids.levels(200), mine.asks.levels(200)) == (theirs.bids.levels(200), theirs.asks.levels(200))
    whole, mirrored = kept.books[yes.symbol], kept.books[no.symbol]
    assert [qty for _, qty in whole.bids.levels(200)] == [qty for _, qty in mirrored.asks.levels(200)]
    assert [qty for _, qty in whole.asks.levels(200)] == [qty for _, qty in mirrored.bids.levels(200)]


def _sides(rests: dict[tuple[str, str], int]) -> Json:
    return {
        f"{name}_dollars_fp": [
            [px, f"{count / 100:.2f}"] for (side, px), count in rests.items() if side == name and count
        ]
        for name in ("yes", "no")
    }


@given(st.integers(2, 30), st.integers(0, 29))
def test_a_lost_frame_is_always_seen(venue: Kalshi, yes: Instrument, count: int, dropped: int) -> None:
    feed = venue.feed([yes])
    feed.opened(NOW)
    told(feed, "subscribed", msg={"channel": "orderbook_delta", "sid": 7})
    keeper = Keeper(feed)
    keeper.take(snapshot(feed, 1), NOW)
    for seq in range(2, count + 2):
        if seq - 2 != dropped % count or seq == count + 1:
            keeper.take(delta(feed, seq, "yes", "0.4000", "1.00"), NOW)
    lost = dropped % count != count - 1
    assert (keeper.books[yes.symbol].state is BookState.WAITING) is lost
