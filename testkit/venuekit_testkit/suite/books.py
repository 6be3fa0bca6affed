"""MD: books and trades that are asked for: whole, sorted out, and those of the venue.

What is asked once is what a book starts from, so it has to be as right as a stream.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Op
from venuekit.market import BookSnapshot, TradePrint
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, parse_px, parse_qty
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.mirror import differ
from venuekit_testkit.bench.motion import Motion
from venuekit_testkit.bench.world import SimulatedWorld
from venuekit_testkit.law import Level, Setting, law

BEFORE_ALL: Final = 1_230_768_000 * NANOS_PER_S  # 2009-01-01: no market of this kind is older
AFTER_ALL: Final = 4_102_444_800 * NANOS_PER_S  # 2100-01-01
DRIFT: Final = ("https://github.com/pmxt-dev/pmxt/issues/59",)


@law("MD-100", Level.MARKET_DATA, Op.BOOK, core=True, setting=Setting.MARKET, incidents=DRIFT)
def test_md100_a_book_makes_sense(bench: Bench) -> None:
    """MD-100. A fetched book has a level of nothing, a price twice, a crossed touch, or another market's symbol.

    A renamed field reads as 0 or as nothing: a book without levels is an error, not a quiet market.
    """
    book = bench.run(bench.venue.book(bench.instrument, 10))
    assert book.symbol == bench.instrument.symbol, f"asked for {bench.instrument.symbol}, was given {book.symbol}"
    require_whole(book)
    require_time(book.ts, unknown=True)
    assert all((book.bids, book.asks)), "a side of the book is empty"


@law("MD-110", Level.MARKET_DATA, Op.BOOK, core=True)
def test_md110_a_book_is_the_exchanges(bench: Bench) -> None:
    """MD-110. A fetched book is not the venue's: a level is missing, made up, of another size, or on the other side."""
    motion = Motion(bench, bench.instrument)
    for _ in range(10):
        motion.move(5)
        book = bench.run(bench.venue.book(bench.instrument, 100))
        for side, told in ((Side.BUY, book.bids), (Side.SELL, book.asks)):
            ranked = sorted(told, key=lambda level: -level[0] * side.sign)
            wrong = differ(ranked, motion.levels(side)[:100])
            assert not wrong, f"a {side.value} level {wrong}"


@law("MD-120", Level.MARKET_DATA, Op.BOOK)
def test_md120_a_book_is_as_deep_as_asked(bench: Bench) -> None:
    """MD-120. A fetched book has more levels than were asked for, or not the best ones.

    Where the venue only has depths of its own, ask for the next and cut.
    """
    motion = Motion(bench, bench.instrument)
    motion.move(40)
    for depth in (1, 2, 3, 5):
        book = bench.run(bench.venue.book(bench.instrument, depth))
        for side, told in ((Side.BUY, book.bids), (Side.SELL, book.asks)):
            true = motion.levels(side)[:depth]
            assert len(told) <= depth, f"asked for {depth} levels, was given {len(told)}"
            assert sorted(told) == sorted(true), f"asked for the best {depth}, was given {told}"


@law("MD-130", Level.MARKET_DATA, Op.TRADES, setting=Setting.MARKET)
def test_md130_trades_are_told_oldest_first(bench: Bench) -> None:
    """MD-130. Fetched trades are out of order, repeated, of nothing, or of a time that cannot be."""
    is_simulated = isinstance(bench.world, SimulatedWorld)
    if is_simulated:
        _trade(bench)
    trades = bench.run(bench.venue.trades(bench.instrument, 20))
    assert trades or not is_simulated, "trades took place, and none was told"
    for trade in trades:
        require_sane(trade, bench.instrument.symbol)
    times = [trade.ts for trade in trades]
    assert times == sorted(times), "the newest trade comes first: turn them round"
    assert len({trade.trade_id for trade in trades}) == len(trades), "a trade is told twice"


@law("MD-140", Level.MARKET_DATA, Op.TRADES)
def test_md140_trades_are_the_exchanges_with_the_taker_as_side(bench: Bench) -> None:
    """MD-140. Fetched trades are not those that took place, or their side is that of who waited.

    Venues tell either; ours is the taker's: who crossed the spread.
    """
    _trade(bench)
    trades = bench.run(bench.venue.trades(bench.instrument, 6))
    require_same_trades(bench, list(trades)[-6:])
    newest = bench.run(bench.venue.trades(bench.instrument, 2))
    require_same_trades(bench, list(newest))
    assert len(newest) <= 2, f"asked for 2 trades, was given {len(newest)}"


def _trade(bench: Bench) -> None:
    """Let six trades take place, of either side."""
    for side in (Side.BUY, Side.SELL, Side.SELL, Side.BUY, Side.BUY, Side.SELL):
        Motion(bench, bench.instrument).strike(side)


def require_whole(book: BookSnapshot) -> None:
    """Check that a book could be one. Raises: AssertionError."""
    for told in (book.bids, book.asks):
        assert all(px > 0 and qty > 0 for px, qty in told), f"a level has no price or no size: {told[:5]}"
        assert len({px for px, _ in told}) == len(told), "a price comes twice"
    if book.bids and book.asks:
        bid, ask = max(px for px, _ in book.bids), min(px for px, _ in book.asks)
        assert bid < ask, f"it is crossed: bid {bid}, ask {ask}; are the sides swapped?"


def require_time(ts: Nanos, *, unknown: bool = False) -> None:
    """Check that a time could be one, in Unix nanoseconds; 0 where it may be unknown. Raises: AssertionError."""
    plausible = BEFORE_ALL < ts < AFTER_ALL or (unknown and ts == 0)
    assert plausible, f"{ts} is no time in Unix nanoseconds: milliseconds, or seconds?"


def require_sane(trade: TradePrint, symbol: str) -> None:
    """Check that a public trade could be one. Raises: AssertionError."""
    assert trade.symbol == symbol, f"a trade of {trade.symbol} came for {symbol}"
    assert min(trade.px, trade.qty) > 0, f"a trade has no price or no size: {trade}"
    assert trade.trade_id, "a trade has no id"
    require_time(trade.ts)


def require_same_trades(bench: Bench, told: list[TradePrint]) -> None:
    """Hold public trades against the newest of the exchange. Raises: AssertionError."""
    all_of_them = bench.exchange.trades[bench.instrument.venue_symbol]
    true = [
        (parse_px(str(each.execution.px)), parse_qty(str(each.execution.qty)), Side(each.taker))
        for each in all_of_them[-len(told) :]
    ]
    assert told, "no trade was told"
    found = [(each.px, each.qty, each.taker) for each in told]
    assert found == true, f"told were {found}, and these took place: {true}"
