"""MD, continued: books and trades that are streamed: they come, they are the exchange's, and they stay so.

The books are kept as the engine keeps them, so what differs here is routed on there.
"""

from __future__ import annotations

from typing import Final

from venuekit.capability import Op
from venuekit.instrument import Instrument
from venuekit.market import Gap, TradePrint
from venuekit.side import Side
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.line import MarketLine
from venuekit_testkit.bench.mirror import kept, open_live, require_same, settle
from venuekit_testkit.bench.motion import Motion
from venuekit_testkit.law import Level, Setting, law
from venuekit_testkit.suite.books import require_same_trades, require_sane, require_time

MOVES: Final = 60
SEEDS: Final = (1, 2, 3)


@law("MD-200", Level.MARKET_DATA, Op.FEED, core=True, setting=Setting.MARKET)
def test_md200_a_feed_brings_a_book(bench: Bench) -> None:
    """MD-200. A feed was opened, the market moved, and no book came: was it subscribed, was its snapshot read?"""
    line = open_live(bench, bench.instrument)
    bid, bid_qty, ask, ask_qty = kept(line, bench.instrument).top()
    assert min(bid, bid_qty, ask, ask_qty) > 0, f"the book has an empty side: {bid}, {ask}"


@law("MD-210", Level.MARKET_DATA, Op.FEED, core=True, setting=Setting.MARKET)
def test_md210_what_a_feed_tells_makes_sense(bench: Bench) -> None:
    """MD-210. A feed told a level without price, a negative size, another's symbol, or a time that cannot be.

    Sizes are what rests now, 0 where nothing does; times are Unix nanoseconds, 0 where the venue tells none.
    """
    line = open_live(bench, bench.instrument)
    for _ in range(20):
        bench.world.stir(bench.instrument.venue_symbol)
        line.pump()
        assert not kept(line, bench.instrument).is_crossed(), "the book is crossed"
    for event in line.events:
        assert event.symbol in line.keeper.books or isinstance(event, Gap), (
            f"a {type(event).__name__} of {event.symbol}"
        )
        if isinstance(event, TradePrint):
            require_sane(event, bench.instrument.symbol)
        elif not isinstance(event, Gap):
            require_time(event.ts, unknown=True)
            odd = [level for level in (*event.bids, *event.asks) if level[0] <= 0 or level[1] < 0]
            assert not odd, f"a level of no price or a negative size: {odd[0]}"


@law("MD-220", Level.MARKET_DATA, Op.FEED, core=True, incidents=("https://github.com/ccxt/ccxt/issues/27234",))
def test_md220_the_kept_book_is_the_exchanges_after_every_change(bench: Bench) -> None:
    """MD-220. After some changes the kept book is not the venue's.

    A size was taken for a difference, a level that went was kept, two sides were swapped, or a change was dropped.
    """
    for seed in SEEDS:
        line, motion = open_live(bench, bench.instrument), Motion(bench, bench.instrument, seed)
        for _ in range(MOVES):
            motion.move()
            line.pump()
            require_same(bench, line, bench.instrument)
        line.session.left()


@law("MD-230", Level.MARKET_DATA, Op.FEED)
def test_md230_a_book_that_moved_before_it_came_is_right(bench: Bench) -> None:
    """MD-230. The market moved while the feed was opening, and the kept book is not the venue's.

    Changes that arrive before the snapshot are kept and judged against its number; the core does so, if it is told.
    """
    for seed in SEEDS:
        line, motion = bench.market_line(), Motion(bench, bench.instrument, seed)
        _open_moving(line, motion)
        settle(line, bench.instrument)
        motion.move(3)
        settle(line, bench.instrument)
        require_same(bench, line, bench.instrument)
        line.session.left()


@law("MD-240", Level.MARKET_DATA, Op.FEED, setting=Setting.MARKET)
def test_md240_every_instrument_asked_for_is_subscribed(bench: Bench) -> None:
    """MD-240. Of several instruments that were asked for in one feed, the feed knows only some."""
    wanted = [bench.instrument, *_others(bench)]
    feed = bench.venue.feed(wanted)
    assert sorted(feed.instruments) == sorted(each.symbol for each in wanted)
    assert all(feed.instruments[each.symbol] == each for each in wanted), "an instrument is not the one that was given"


@law("MD-250", Level.MARKET_DATA, Op.FEED, core=True)
def test_md250_two_instruments_of_one_feed_are_kept_apart(bench: Bench) -> None:
    """MD-250. What happened in one market changed the book of another, or did not reach its own."""
    both = [bench.instrument, *_others(bench)[:1]]
    line = open_live(bench, *both)
    for seed, moving in enumerate(both):
        Motion(bench, moving, seed).move(25)
        settle(line, *both)
        require_same(bench, line, *both)


@law("MD-260", Level.MARKET_DATA, Op.FEED)
def test_md260_streamed_trades_are_the_exchanges_with_the_taker_as_side(bench: Bench) -> None:
    """MD-260. Streamed trades are not those that took place: missing, twice, out of order, or of the wrong side.

    The side is the taker's: who crossed the spread.
    """
    line, motion = open_live(bench, bench.instrument), Motion(bench, bench.instrument)
    for side in (Side.BUY, Side.SELL, Side.SELL, Side.BUY, Side.SELL, Side.BUY):
        motion.strike(side)
        line.pump()
    trades = [event for event in line.events if isinstance(event, TradePrint)]
    require_same_trades(bench, trades)
    assert len(trades) == 6, f"6 trades took place, {len(trades)} were told"
    assert len({trade.trade_id for trade in trades}) == len(trades), "two trades have one id"
    for trade in trades:
        require_sane(trade, bench.instrument.symbol)


@law("MD-270", Level.MARKET_DATA, Op.FEED, setting=Setting.MARKET)
def test_md270_what_is_pending_is_taken_once(bench: Bench) -> None:
    """MD-270. `pending` gave the same frames twice, so everything is subscribed again at every turn."""
    feed = bench.venue.feed([bench.instrument])
    feed.opened(bench.now())
    first, second = feed.pending(), feed.pending()
    assert not second, f"a second call gave {second}, after {first}"


@law("MD-280", Level.MARKET_DATA, Op.FEED, setting=Setting.MARKET)
def test_md280_silence_has_an_end(bench: Bench) -> None:
    """MD-280. The feed does not say how long its socket may be silent, or longer than any market may be trusted."""
    silence = bench.venue.feed([bench.instrument]).silence_s
    assert 0 < silence <= 120, f"silence_s is 1 to 120 seconds, was {silence}"


@law("MD-290", Level.MARKET_DATA, Op.FEED)
def test_md290_a_quiet_market_keeps_its_book(bench: Bench) -> None:
    """MD-290. Nothing happened for three minutes, and the venue hung up, or the book was lost.

    Answer pings, and send those that the venue wants, from `beat`.
    """
    line = open_live(bench, bench.instrument)
    line.pass_time(180)
    assert line.opens == 1, "the socket was lost while nothing happened"
    Motion(bench, bench.instrument).move(5)
    settle(line, bench.instrument)
    require_same(bench, line, bench.instrument)


def _open_moving(line: MarketLine, motion: Motion) -> None:
    """Open, the market moving between each step."""
    line.connect()
    motion.move(3)
    line.stream.opened(line.now())
    motion.move(3)
    line.pump()


def _others(bench: Bench) -> list[Instrument]:
    """List other markets with books of their own, of the same outcome where there are outcomes."""
    mine, seen = bench.instrument, {bench.instrument.venue_symbol}
    found: list[Instrument] = []
    for each in bench.instruments:
        is_alike = each.symbol.partition(":")[2] == mine.symbol.partition(":")[2] or ":" not in each.symbol
        if is_alike and not each.untradable and each.venue_symbol not in seen:
            seen.add(each.venue_symbol)
            found.append(each)
    return found[:3]
