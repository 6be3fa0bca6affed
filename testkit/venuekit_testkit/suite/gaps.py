"""MD, continued: what is lost on the way is seen, distrusted, asked for again, and right again.

A book that lost something looks like any other, so it is routed on. These laws lose, repeat, turn round and hang up.
"""

from __future__ import annotations

from typing import Final

from venuekit.book.book import BookState
from venuekit.capability import Feature, Op
from venuekit.market import BookDelta, BookSnapshot, Gap
from venuekit.side import Side
from venuekit.venue import Fetch, Reconnect
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.line import MarketLine
from venuekit_testkit.bench.mirror import kept, open_live, require_same, settle
from venuekit_testkit.bench.motion import Motion
from venuekit_testkit.law import Level, law
from venuekit_testkit.simulate.fault import Fault

BOOK: Final = "book"
FETCH_FAULTS: Final = (
    Fault.RATE_LIMIT, Fault.ERROR_BEFORE, Fault.LOSE_REQUEST, Fault.GARBLE, Fault.TRUNCATE,
)  # fmt: skip
FRAMES: Final = 6  # that one repair may send, fetches included
CHECKSUMS: Final = (
    "https://github.com/ccxt/ccxt/issues/22758",
    "https://github.com/ccxt/ccxt/issues/19479",
    "https://github.com/ccxt/ccxt/issues/18322",
    "https://github.com/ccxt/ccxt/issues/15510",
)
LOOPS: Final = ("https://github.com/ccxt/ccxt/issues/17733", "https://github.com/ccxt/ccxt/issues/16396")
LEAK: Final = ("https://github.com/ccxt/ccxt/issues/26753",)


@law("MD-300", Level.MARKET_DATA, Op.FEED, Feature.BOOK_SEQUENCE, core=True, incidents=LOOPS)
def test_md300_a_lost_change_is_seen_by_its_number(bench: Bench) -> None:
    """MD-300. A change was lost on the way, the next one skipped its number, and the book was believed.

    Give each change the venue's numbers as `first` and `last`: the core sees the gap and asks again.
    """
    _require_seen(bench)


@law("MD-310", Level.MARKET_DATA, Op.FEED, Feature.BOOK_CHECKSUM, core=True, incidents=CHECKSUMS)
def test_md310_a_lost_change_is_seen_by_the_checksum(bench: Bench) -> None:
    """MD-310. A change was lost on the way, the venue's checksum said so, and the book was believed.

    Give each change the venue's `checksum`, and compute it in the feed from the book as it then is.
    """
    _require_seen(bench)


@law("MD-320", Level.MARKET_DATA, Op.FEED, Feature.BOOK_CHECKSUM, incidents=CHECKSUMS)
def test_md320_a_wrong_checksum_is_seen(bench: Bench) -> None:
    """MD-320. The venue said that its book has another checksum, and the kept book went on.

    To switch the check off keeps a book that nobody has. Ask for it again; it is right again after that.
    """
    line, motion = _live(bench)
    losses = _losses(line)
    bench.simulator.faults.plan(Fault.BAD_CHECKSUM, BOOK)
    _quote_best(motion)
    line.pump()
    assert _losses(line) > losses, "the checksum was wrong, and the book was believed"
    _require_repaired(bench, line, motion)


@law("MD-330", Level.MARKET_DATA, Op.FEED, core=True, incidents=LOOPS)
def test_md330_a_repaired_book_is_right_again(bench: Bench) -> None:
    """MD-330. After a book was lost, it never came back, or came back wrong.

    `resync` asks for the whole book; what arrives meanwhile joins on to it.
    """
    line, motion = _live(bench)
    for _ in range(3):
        line.market.resync(bench.instrument.symbol, "a law asks")
        kept(line, bench.instrument).distrust("a law asks")
        motion.move(2)
        _require_repaired(bench, line, motion)


@law("MD-340", Level.MARKET_DATA, Op.FEED, core=True)
def test_md340_a_change_told_twice_counts_once(bench: Bench) -> None:
    """MD-340. Frames came twice, and the kept book is not the venue's."""
    line, motion = _live(bench)
    for _ in range(12):
        bench.simulator.faults.plan(Fault.DUPLICATE, BOOK)
        motion.move()
        settle(line, bench.instrument)
        require_same(bench, line, bench.instrument)


@law("MD-350", Level.MARKET_DATA, Op.FEED, Feature.BOOK_SEQUENCE)
def test_md350_changes_out_of_order_do_no_harm(bench: Bench) -> None:
    """MD-350. A frame came after the next one, and the kept book is not the venue's."""
    line, motion = _live(bench)
    for _ in range(8):
        bench.simulator.faults.plan(Fault.REORDER, BOOK)
        motion.quote()
        motion.quote()
        _require_repaired(bench, line, motion)


@law("MD-360", Level.MARKET_DATA, Op.FEED, core=True)
def test_md360_a_venue_that_hangs_up_costs_the_book_its_trust(bench: Bench) -> None:
    """MD-360. The socket closed, the market moved, and the book of before was used, or never came back.

    On a new connection everything is subscribed anew, and nothing of the old one counts.
    """
    line, motion = _live(bench)
    for times in (2, 3):
        before = len(line.events)
        bench.simulator.hang_up()
        motion.move(7)
        settle(line, bench.instrument)
        assert line.opens == times, f"after {times - 1} lost connections it was opened {line.opens} times"
        assert any(isinstance(event, BookSnapshot) for event in line.events[before:]), "no new book was asked for"
        _require_repaired(bench, line, motion)


@law("MD-370", Level.MARKET_DATA, Op.FEED, core=True)
def test_md370_a_venue_that_restarts_is_believed_from_its_start(bench: Bench) -> None:
    """MD-370. The venue restarted and numbers its changes afresh, and the feed waits for old numbers, or joins both.

    `opened` forgets all that the connection before had told.
    """
    line, motion = _live(bench)
    motion.move(9)
    line.pump()
    bench.simulator.restart()
    motion.move(3)
    settle(line, bench.instrument)
    _require_repaired(bench, line, motion)


@law("MD-380", Level.MARKET_DATA, Op.FEED, incidents=LEAK)
def test_md380_repairs_leave_nothing_behind(bench: Bench) -> None:
    """MD-380. After some repairs each change is told more than once, or each repair sends more than the one before.

    A subscription was added and none was taken away: memory and traffic grow with every gap.
    """
    line, motion = _live(bench)
    before, sent = _told_by(bench, line, motion), []
    for _ in range(6):
        asked = len(line.sent) + len(line.asked)
        line.market.resync(bench.instrument.symbol, "a law asks")
        settle(line, bench.instrument)
        sent.append(len(line.sent) + len(line.asked) - asked)
    after = _told_by(bench, line, motion)
    assert after == before, f"a change was told {before} times at first, and {after} times after six repairs"
    assert max(sent) <= FRAMES, f"the repairs sent {sent} frames each"
    assert sent[-1] <= sent[0] or sent[-1] <= sent[1], f"each repair sends more: {sent}"


@law("MD-390", Level.MARKET_DATA, Op.FEED, core=True, incidents=LOOPS)
def test_md390_a_snapshot_that_does_not_come_is_told_and_asked_for_again(bench: Bench) -> None:
    """MD-390. The fetch of a snapshot failed, and the book waits for ever, or is believed without it.

    Whatever the answer is, `respond` gives a snapshot or a `Gap`, and raises nothing else than ValueError.
    """
    for fault in FETCH_FAULTS:
        line, motion = bench.market_line(), Motion(bench, bench.instrument)
        bench.simulator.faults.plan(fault, BOOK)
        line.open()
        failed = not bench.simulator.faults.left
        bench.simulator.faults.clear()
        told = any(isinstance(event, Gap) for event in line.events) or line.faults
        assert told or not failed, f"{fault.value}: the snapshot did not come, and nobody was told"
        settle(line, bench.instrument)
        _require_repaired(bench, line, motion)
        line.session.left()


@law("MD-400", Level.MARKET_DATA, Op.FEED)
def test_md400_a_lost_answer_to_a_repair_is_asked_for_again(bench: Bench) -> None:
    """MD-400. The book was asked for again, the answer was lost too, and nobody asked a third time.

    The core asks once. Where no book comes after some seconds, ask again from `beat`.
    """
    line, motion = _live(bench)
    kept(line, bench.instrument).distrust("a law asks")
    line.market.resync(bench.instrument.symbol, "a law asks")
    bench.simulator.faults.plan(Fault.GAP, BOOK)
    bench.simulator.faults.plan(Fault.LOSE_REQUEST, BOOK)
    line.pump()
    bench.simulator.faults.clear()
    settle(line, bench.instrument)
    _require_repaired(bench, line, motion)


def _live(bench: Bench) -> tuple[MarketLine, Motion]:
    return open_live(bench, bench.instrument), Motion(bench, bench.instrument)


@law("MD-405", Level.MARKET_DATA, Op.FEED)
def test_md405_a_subscription_that_was_not_heard_is_made_again(bench: Bench) -> None:
    """MD-405. What the feed sent on opening was lost, no book came, and it waited for ever.

    Pings keep such a socket alive, so the core cannot tell. Look from `beat` whether the books came; ask again or
    `Reconnect`.
    """
    line, motion = bench.market_line(), Motion(bench, bench.instrument)
    line.open_unheard()
    settle(line, bench.instrument)
    _require_repaired(bench, line, motion)


@law("MD-410", Level.MARKET_DATA, Op.FEED)
def test_md410_an_answer_of_the_connection_before_does_no_harm(bench: Bench) -> None:
    """MD-410. A snapshot that was asked for on one connection came on the next, and the kept book is not the venue's.

    What was asked before `opened` is of another time; its answer is passed over, or judged by its number.
    """
    line, motion = open_live(bench, bench.instrument), Motion(bench, bench.instrument)
    line.market.resync(bench.instrument.symbol, "a law asks")
    late = [each for each in line.market.pending() if isinstance(each, Fetch)]
    answers = [bench.world.answer(each.request, bench.now()) for each in late]
    motion.move(5)
    line.reopen(Reconnect("a law asks"))
    for fetch, answer in zip(late, answers, strict=True):
        line.take(line.market.respond(fetch, answer, bench.now()))
    settle(line, bench.instrument)
    _require_repaired(bench, line, motion)


def _quote_best(motion: Motion) -> None:
    """Change both best levels, which every checksum covers."""
    for side in (Side.BUY, Side.SELL):
        motion.quote_at(side, motion.levels(side)[0][0])


def _losses(line: MarketLine) -> int:
    """Count how often a book was lost."""
    waits = sum(book.state is BookState.WAITING for book in line.keeper.books.values())
    return waits + line.keeper.counts["broken"] + line.opens


def _require_seen(bench: Bench) -> None:
    line, motion = _live(bench)
    for _ in range(4):
        losses = _losses(line)
        bench.simulator.faults.plan(Fault.GAP, BOOK)
        _quote_best(motion)
        _quote_best(motion)
        line.pump()
        assert _losses(line) > losses, "a change was lost on the way, and the book was believed"
        _require_repaired(bench, line, motion)


def _require_repaired(bench: Bench, line: MarketLine, motion: Motion) -> None:
    settle(line, bench.instrument)
    motion.move(3)
    settle(line, bench.instrument)
    require_same(bench, line, bench.instrument)


def _told_by(bench: Bench, line: MarketLine, motion: Motion) -> int:
    """Count what one change of the book tells."""
    settle(line, bench.instrument)
    before = len(line.events)
    _quote_best(motion)
    line.pump()
    return sum(isinstance(event, BookDelta) for event in line.events[before:])
