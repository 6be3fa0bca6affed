"""A feed on a socket of loopback: it lives through whatever the venue does, and trusts no book that it cannot prove."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.run_loopback import (
    START,
    Local,
    Seen,
    SocketServer,
    delta,
    give_snapshot,
    snapshot,
    stay_silent,
    text,
    trade,
)
from venuekit.book.book import BookState
from venuekit.market import MarketEvent
from venuekit.run.clock import VirtualClock
from venuekit.run.http import HttpTransport
from venuekit.run.pace import Backoff
from venuekit.run.retry import Patience
from venuekit.run.stream import FeedRunner
from venuekit.units import NANOS_PER_S, PX_SCALE, QTY_SCALE, Nanos
from venuekit.venue import Feed, Fetch
from venuekit.wire import Limit, Response
from venuekit_testkit.seqfeed import SeqFeed

PACE = Backoff(first_s=1, longest_s=30, calm_s=120)


class Stage:
    """A server, a runner of a feed, and the clock between them."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.seen = Seen()
        self.server = SocketServer(give_snapshot)
        self.transport = HttpTransport(self.clock)
        self.transport.admit(Local([Limit("snapshots", 1, 1.0)]))
        self.task: asyncio.Task[None] | None = None

    def run(self, feed: Feed) -> FeedRunner:
        seen = self.seen
        runner = FeedRunner(
            feed, "seq", self.transport, self.clock, on_books=seen.on_books, on_trades=seen.on_trades, backoff=PACE
        )
        self.task = asyncio.create_task(runner.run())
        return runner

    async def say(self, *frames: str) -> None:
        for frame in frames:
            await self.server.sockets[-1].send_str(frame)

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    await made.server.server.start_server()
    yield made
    await made.stop()
    await made.transport.close()
    await made.server.server.close()


def _is_live(runner: FeedRunner, symbol: str = "BTC-USD") -> bool:
    return runner.keeper.books[symbol].state is BookState.LIVE


async def test_frames_become_books_and_trades(stage: Stage) -> None:
    runner = stage.run(SeqFeed(stage.server.url))
    await stage.seen.until(lambda: _is_live(runner))
    await stage.say(*text(delta(6, qty=3), trade("7")))
    await stage.seen.until(lambda: bool(stage.seen.trades))
    assert runner.keeper.books["BTC-USD"].top() == (100 * PX_SCALE, 3 * QTY_SCALE, 101 * PX_SCALE, QTY_SCALE)
    assert runner.keeper.books["BTC-USD"].received == START
    assert [print_.trade_id for print_ in stage.seen.trades] == ["7"]
    assert stage.seen.books == [["BTC-USD"], ["BTC-USD"]]


async def test_a_message_of_many_megabytes_is_taken(stage: Stage) -> None:
    stage.server.talk = stay_silent
    runner = stage.run(SeqFeed(stage.server.url))
    await stage.server.until(lambda: bool(stage.server.heard))
    await stage.say(text(snapshot())[0] + " " * 6_000_000)
    await stage.seen.until(lambda: _is_live(runner))


async def test_a_gap_loses_the_book_and_asks_for_it_once(stage: Stage) -> None:
    feed = SeqFeed(stage.server.url)
    runner = stage.run(feed)
    await stage.seen.until(lambda: _is_live(runner))
    stage.server.talk = stay_silent
    await stage.say(*text(delta(8)))
    await stage.seen.until(lambda: not _is_live(runner))
    await stage.server.until(lambda: stage.server.heard == ["sub BTC-USD"] * 2)
    assert feed.resyncs == [("BTC-USD", "sequence gap: expected 6, found 8")]
    await stage.say(*text(snapshot(seq=7), delta(9)))
    await stage.seen.until(lambda: runner.keeper.books["BTC-USD"].seq == 9)


async def test_a_checksum_that_is_always_wrong_does_not_hammer_the_venue(stage: Stage) -> None:
    async def lie(_: SocketServer, socket: web.WebSocketResponse, heard: str) -> None:
        await socket.send_json(snapshot())
        await socket.send_json(delta(6, checksum=99))

    stage.server.talk = lie
    feed = SeqFeed(stage.server.url, silence_s=3600)
    runner = stage.run(feed)
    for _ in range(60):
        await stage.seen.until(lambda: runner.keeper.counts["broken"] == 1 + len(feed.resyncs))
        await stage.clock.advance(1)
    assert 4 <= len(feed.resyncs) <= 7
    assert not _is_live(runner)


@pytest.mark.parametrize("frame", ["garbage", "[]", '{"t":"novelty"}', '{"t":"snapshot","symbol":"BTC-USD"}'])
async def test_a_frame_that_cannot_be_read_puts_every_book_in_doubt_and_kills_nothing(stage: Stage, frame: str) -> None:
    feed = SeqFeed(stage.server.url, ["BTC-USD", "ETH-USD"])
    runner = stage.run(feed)
    await stage.seen.until(lambda: _is_live(runner) and _is_live(runner, "ETH-USD"))
    await stage.say(frame)
    await stage.seen.until(lambda: ["BTC-USD", "ETH-USD"] in stage.seen.books)
    assert runner.intake.counts["unreadable"] == 1
    await stage.seen.until(lambda: _is_live(runner) and _is_live(runner, "ETH-USD"))
    assert [symbol for symbol, _ in feed.resyncs] == ["BTC-USD", "ETH-USD"]
    assert feed.opens == 1


async def test_a_symbol_that_the_feed_does_not_have_kills_nothing(stage: Stage) -> None:
    runner = stage.run(SeqFeed(stage.server.url))
    await stage.seen.until(lambda: _is_live(runner))
    await stage.say(*text(delta(1, symbol="DOGE-USD")))
    await stage.seen.until(lambda: runner.intake.counts["unreadable"] == 1)
    await stage.seen.until(lambda: _is_live(runner))


async def test_a_socket_that_closes_takes_the_books_with_it_until_the_next_one(stage: Stage) -> None:
    runner = stage.run(SeqFeed(stage.server.url))
    await stage.seen.until(lambda: _is_live(runner))
    await stage.server.sockets[-1].close()
    await stage.seen.until(lambda: not _is_live(runner))
    assert "closed" in runner.keeper.books["BTC-USD"].reason
    await stage.clock.wait_sleeper(Nanos(START + NANOS_PER_S))
    await stage.clock.advance(1)
    await stage.seen.until(lambda: _is_live(runner))
    assert len(stage.server.sockets) == 2


async def test_silence_is_taken_for_death(stage: Stage) -> None:
    feed = SeqFeed(stage.server.url, silence_s=10)
    runner = stage.run(feed)
    await stage.seen.until(lambda: _is_live(runner))
    await stage.clock.advance(9)
    assert _is_live(runner)
    await stage.clock.advance(1)
    await stage.seen.until(lambda: not _is_live(runner))
    assert runner.keeper.books["BTC-USD"].reason == "silent for 10 s"
    await stage.server.until(lambda: stage.server.closed == 1)


async def test_a_ping_of_the_venue_breaks_the_silence(stage: Stage) -> None:
    feed = SeqFeed(stage.server.url, silence_s=10)
    runner = stage.run(feed)
    await stage.seen.until(lambda: _is_live(runner))
    await stage.clock.advance(9)
    await stage.server.sockets[-1].ping(b"heartbeat")
    await stage.server.until(lambda: stage.server.pongs == [b"heartbeat"])
    await stage.clock.advance(9)
    assert _is_live(runner)
    assert runner.keeper.heard == START + 9 * NANOS_PER_S


async def test_a_feed_that_wants_to_ping_is_heard_on_a_quiet_socket(stage: Stage) -> None:
    stage.run(SeqFeed(stage.server.url, silence_s=60, beat_s=5))
    await stage.server.until(lambda: bool(stage.server.heard))
    await stage.clock.advance(11)
    await stage.server.until(lambda: stage.server.heard.count("ping") == 2)


async def test_a_feed_may_ask_for_another_connection(stage: Stage) -> None:
    runner = stage.run(SeqFeed(stage.server.url))
    await stage.seen.until(lambda: _is_live(runner))
    await stage.say('{"t":"leave"}')
    await stage.seen.until(lambda: not _is_live(runner))
    assert runner.keeper.books["BTC-USD"].reason == "the venue asks to leave"


async def test_a_venue_that_is_down_is_asked_ever_more_seldom(stage: Stage) -> None:
    await stage.server.server.close()
    stage.run(SeqFeed("ws://127.0.0.1:9/ws"))
    waits = []
    for _ in range(7):
        await stage.clock.wait_sleeper(Nanos(START + 3600 * NANOS_PER_S))
        due = stage.clock.next_due()
        assert due is not None
        waits.append((due - stage.clock.now()) // NANOS_PER_S)
        await stage.clock.advance_to(due)
    assert waits == [1, 2, 4, 8, 16, 30, 30]


async def test_a_connection_that_lived_long_is_forgiven_its_forerunners(stage: Stage) -> None:
    runner = stage.run(SeqFeed(stage.server.url, silence_s=3600))
    for wait_s, lives_s in ((1, 0), (2, 0), (4, 200), (1, 0)):
        await stage.seen.until(lambda: _is_live(runner))
        await stage.server.sockets[-1].close()
        await stage.seen.until(lambda: not _is_live(runner))
        due = Nanos(stage.clock.now() + wait_s * NANOS_PER_S)
        await stage.clock.wait_sleeper(Nanos(due + 3600 * NANOS_PER_S))
        assert stage.clock.next_due() == due
        await stage.clock.advance_to(due)
        await stage.seen.until(lambda: _is_live(runner))
        await stage.clock.advance(lives_s)


async def test_the_handshake_carries_what_the_feed_signs(stage: Stage) -> None:
    class Signed(SeqFeed):
        def handshake(self, now: Nanos) -> tuple[tuple[str, str], ...]:
            return (("X-TIME", str(now)),)

    stage.run(Signed(stage.server.url))
    await stage.server.until(lambda: bool(stage.server.headers))
    assert stage.server.headers[0]["X-TIME"] == str(START)


async def test_a_snapshot_is_fetched_and_joined_to_what_came_meanwhile(stage: Stage) -> None:
    async def change(_: SocketServer, socket: web.WebSocketResponse, __: str) -> None:
        await socket.send_json(delta(6, qty=9))

    stage.server.talk = change
    runner = stage.run(SeqFeed(stage.server.url, snapshots=stage.server.depth_url))
    await stage.seen.until(lambda: runner.keeper.books["BTC-USD"].seq == 6)
    assert runner.keeper.books["BTC-USD"].bids.qty == 9 * QTY_SCALE


async def test_fetches_beyond_the_budget_take_turns(stage: Stage) -> None:
    stage.server.talk = stay_silent
    symbols = ["BTC-USD", "ETH-USD", "SOL-USD"]
    feed = SeqFeed(stage.server.url, symbols, snapshots=stage.server.depth_url, cost=(("snapshots", 1),))
    runner = stage.run(feed)
    await stage.seen.until(lambda: _is_live(runner, "BTC-USD"))
    assert stage.server.asked == 1
    await stage.clock.advance(1)
    await stage.seen.until(lambda: sum(_is_live(runner, symbol) for symbol in symbols) == 2)
    await stage.clock.advance(1)
    await stage.seen.until(lambda: all(_is_live(runner, symbol) for symbol in symbols))
    assert stage.server.asked == 3


async def test_a_snapshot_that_fails_is_asked_for_again_at_a_bearable_rate(stage: Stage) -> None:
    stage.server.talk = stay_silent
    stage.server.snapshots = [web.Response(status=404) for _ in range(3)]
    feed = SeqFeed(stage.server.url, snapshots=stage.server.depth_url)
    runner = stage.run(feed)
    await stage.seen.until(lambda: len(stage.seen.books) == 2)  # at once, and the first resync at once
    assert stage.server.asked == 2
    await stage.clock.advance(1)
    await stage.seen.until(lambda: len(stage.seen.books) == 3)
    await stage.clock.advance(1)
    assert stage.server.asked == 3
    await stage.clock.advance(1)
    await stage.seen.until(lambda: _is_live(runner))


async def test_a_feed_that_asks_again_at_once_is_held_back_while_the_venue_does_not_answer(stage: Stage) -> None:
    class Eager(SeqFeed):
        def respond(self, fetch: Fetch, response: Response | None, now: Nanos) -> list[MarketEvent]:
            self.resync(fetch.symbol, "eager")
            return []

    stage.server.talk = stay_silent
    stage.server.cut = True
    stage.transport = HttpTransport(stage.clock, patience=Patience(attempts=1))
    stage.transport.admit(Local())
    runner = stage.run(Eager(stage.server.url, snapshots=stage.server.depth_url))
    await stage.server.until(lambda: stage.server.asked == 1)
    for number in range(10):  # time enough for many more, were they let
        await stage.say(*text(trade(str(number))))
        await stage.seen.until(lambda count=number: len(stage.seen.trades) > count)  # type: ignore[misc]
    assert stage.server.asked <= 2  # aiohttp sends a GET once more by itself
    assert runner.intake.counts["no answer"] == 0
    await stage.clock.advance(1)
    await stage.server.until(lambda: stage.server.asked > 2)
    assert runner.intake.counts["no answer"] == 1


async def test_cancelling_closes_the_socket_and_leaves_no_task(stage: Stage) -> None:
    runner = stage.run(SeqFeed(stage.server.url))
    await stage.seen.until(lambda: _is_live(runner))
    await stage.stop()
    await stage.server.until(lambda: stage.server.closed == 1)
    assert not _is_live(runner)
    assert stage.task is not None
    assert stage.task.cancelled()
    assert not [task for task in asyncio.all_tasks() if "venuekit" in repr(task.get_coro())]


async def test_a_fault_of_a_listener_is_not_hidden(stage: Stage) -> None:
    def fail(_: list[str]) -> None:
        raise ZeroDivisionError

    stage.seen.on_books = fail  # type: ignore[method-assign,assignment]
    stage.run(SeqFeed(stage.server.url))
    assert stage.task is not None
    with pytest.raises(ZeroDivisionError):
        await stage.task
