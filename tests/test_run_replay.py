"""Recording and replay: what a socket gave, a capture gives again, at any speed and without a network."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from tests.run_loopback import START, Local, Seen, SocketServer, delta, snapshot, text, trade
from venuekit.book.book import BookState
from venuekit.capture import (
    Header,
    Provenance,
    Record,
    What,
    frame_record,
    http_record,
    socket_record,
    write,
    write_header,
)
from venuekit.errors import NotSent
from venuekit.run.answers import Answers
from venuekit.run.clock import VirtualClock, settle
from venuekit.run.drive import drive
from venuekit.run.http import HttpTransport
from venuekit.run.record import FLUSH_RECORDS, Recorder
from venuekit.run.replay import Replay, open_capture, read_instruments
from venuekit.run.stream import FeedRunner
from venuekit.units import NANOS_PER_S, QTY_SCALE, Nanos
from venuekit.wire import Flow, Request, Response
from venuekit_testkit.seqfeed import SeqFeed, make_instrument

HEADER = Header(provenance=Provenance.SIMULATED, made_by="a test", made_at_ns=Nanos(START))
DEPTH = "https://seq.example/depth"


def _at(second: float) -> Nanos:
    return Nanos(START + round(second * NANOS_PER_S))


def _in(second: float, *frames: str, conn: str = "1") -> list[Record]:
    return [frame_record(_at(second), "seq", conn, What.IN, frame) for frame in frames]


def _open(second: float, conn: str = "1") -> Record:
    return socket_record(_at(second), "seq", conn, What.OPEN, "wss://seq.example/ws")


def _answer(second: float, seq: int, symbol: str = "BTC-USD", status: int = 200) -> Record:
    request = Request(method="GET", url=DEPTH, query=f"symbol={symbol}", safe=True)
    return http_record(
        _at(second), "seq", "1", request, Response(status, msgspec.json.encode(snapshot(symbol, seq))), symbol
    )


def _file(path: Path, records: Sequence[Record], cut: int = 0) -> Path:
    lines = "".join(line + "\n" for line in [write_header(HEADER), *map(write, records)]).encode()
    lines = lines[: len(lines) - cut]
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
    return path


class Show:
    """A replay with its clock and its listener."""

    def __init__(
        self, path: Path, feed: SeqFeed | None = None, speed: float = 0, loop: bool = False, now: int = 0
    ) -> None:
        self.clock, self.seen = VirtualClock(now), Seen()
        self.feed = feed or SeqFeed("wss://seq.example/ws")
        self.replay = Replay(
            path,
            self.feed,
            "seq",
            self.clock,
            on_books=self.seen.on_books,
            on_trades=self.seen.on_trades,
            conn="1",
            speed=speed,
            loop=loop,
        )
        self.book = self.replay.intake.keeper.books["BTC-USD"]


async def test_a_replay_ends_with_the_book_that_was_live(tmp_path: Path) -> None:
    async def give_the_next(told: SocketServer, socket: web.WebSocketResponse, _: str) -> None:
        await socket.send_json(snapshot(seq=5 if len(told.heard) == 1 else 8))

    clock, seen, server = VirtualClock(START), Seen(), SocketServer(give_the_next)
    await server.server.start_server()
    transport = HttpTransport(clock)
    transport.admit(Local())
    feed = SeqFeed(server.url)
    path = tmp_path / "seq.jsonl"
    with Recorder(path, HEADER) as recorder:
        runner = FeedRunner(
            feed, "seq", transport, clock, on_books=seen.on_books, on_trades=seen.on_trades, recorder=recorder
        )
        task = asyncio.create_task(runner.run())
        live = runner.keeper.books["BTC-USD"]
        await seen.until(lambda: live.state is BookState.LIVE)
        for frame in text(delta(6, 99), delta(9, 98, 4)):  # 7 and 8 are lost
            await server.sockets[0].send_str(frame)
        await seen.until(lambda: live.seq == 9)
        for frame in text(trade("1"), delta(10, 100, 0)):
            await server.sockets[0].send_str(frame)
        await seen.until(lambda: live.seq == 10)
        counts = dict(runner.keeper.counts)
        top = (live.bids.levels(9), live.asks.levels(9), live.seq)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await transport.close()
    await server.server.close()

    records = list(open_capture(path))
    assert [record.what for record in records[:3]] == [What.OPEN, What.OUT, What.IN]
    assert records[-1].what is What.CLOSE
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")  # so that the book is not lost at the end
    show = Show(path)
    await show.replay.run()
    assert counts["broken"] == 1
    assert dict(show.replay.intake.keeper.counts) == counts
    assert (show.book.bids.levels(9), show.book.asks.levels(9), show.book.seq) == top
    assert [print_.trade_id for print_ in show.seen.trades] == ["1"]


async def test_a_capture_that_was_cut_plays_to_where_it_was_cut(tmp_path: Path) -> None:
    records = [_open(0), *_in(1, *text(snapshot(), delta(6, qty=7))), *_in(2, *text(delta(7, qty=9)))]
    show = Show(_file(tmp_path / "seq.jsonl", records, cut=5))
    counts = await show.replay.run()
    assert (counts.records, counts.frames, counts.unanswered, counts.rounds) == (3, 2, 0, 1)
    assert [skip.line for skip in show.replay.skipped] == [5]
    assert (show.book.seq, show.book.bids.qty) == (6, 7 * QTY_SCALE)


async def test_a_compressed_capture_plays_as_the_plain_one(tmp_path: Path) -> None:
    records = [_open(0), *_in(1, *text(snapshot(), delta(6)))]
    show = Show(_file(tmp_path / "seq.jsonl.gz", records))
    await show.replay.run()
    assert (show.book.seq, show.replay.skipped) == (6, [])


async def test_a_compressed_capture_that_was_cut_gives_what_is_left_and_says_so(tmp_path: Path) -> None:
    records = [_open(0), *_in(1, *text(snapshot(), *(delta(seq) for seq in range(6, 900))))]
    path = _file(tmp_path / "seq.jsonl.gz", records)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    show = Show(path)
    counts = await show.replay.run()
    assert 100 < counts.records < len(records)
    assert len(show.replay.skipped) == 1


async def test_quotes_arrive_now_at_the_recorded_pace(tmp_path: Path) -> None:
    records = [_open(0), *_in(2, *text(snapshot())), *_in(6, *text(delta(6)))]
    now = START + 10**18
    show = Show(_file(tmp_path / "seq.jsonl", records), speed=2, now=now)
    task = asyncio.create_task(show.replay.run())
    await show.clock.wait_sleeper(Nanos(now + NANOS_PER_S))
    assert show.book.state is BookState.WAITING
    await show.clock.advance(1)
    assert (show.book.seq, show.book.received) == (5, now + NANOS_PER_S)
    await show.clock.advance(2)
    assert (show.book.seq, show.book.received) == (6, now + 3 * NANOS_PER_S)
    await task


async def test_a_loop_begins_again_with_a_feed_that_is_opened_afresh(tmp_path: Path) -> None:
    records = [_open(0), *_in(1, *text(snapshot(), delta(6)))]
    show = Show(_file(tmp_path / "seq.jsonl", records), speed=1, loop=True)
    task = asyncio.create_task(show.replay.run())
    await settle()
    await show.clock.advance(3)
    assert show.feed.opens == 4
    assert (show.replay.counts.rounds, show.replay.counts.frames) == (4, 6)
    assert show.replay.intake.keeper.counts["broken"] == 0
    assert show.replay.skipped == []
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_loop_over_nothing_ends(tmp_path: Path) -> None:
    show = Show(_file(tmp_path / "seq.jsonl", []), loop=True)
    assert (await show.replay.run()).records == 0


async def test_full_speed_lets_others_run(tmp_path: Path) -> None:
    frames = text(snapshot(), *(delta(seq) for seq in range(6, 1000)))
    show = Show(_file(tmp_path / "seq.jsonl", [_open(0), *_in(1, *frames)]))
    task = asyncio.create_task(show.replay.run())
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10
    assert show.book.seq == 999


async def test_a_fetch_gets_its_answer_when_it_came_and_no_sooner(tmp_path: Path) -> None:
    feed = SeqFeed("wss://seq.example/ws", snapshots=DEPTH)
    records = [_open(0), *_in(1, *text(delta(6))), _answer(2, 5), *_in(3, *text(delta(7)))]
    show = Show(_file(tmp_path / "seq.jsonl", records), feed, speed=1)
    task = asyncio.create_task(show.replay.run())
    await settle()
    await show.clock.advance(1)
    assert show.book.state is BookState.WAITING
    await show.clock.advance(1)
    assert show.book.seq == 6
    await show.clock.advance(1)
    assert show.book.seq == 7
    assert (await task).unanswered == 0


async def test_answers_go_to_their_own_symbol_in_their_order(tmp_path: Path) -> None:
    feed = SeqFeed("wss://seq.example/ws", ["BTC-USD", "ETH-USD"], snapshots=DEPTH)
    answers = [_answer(1, 30, "ETH-USD"), _answer(2, 5), _answer(3, 40)]
    records = [_open(0), *answers, *_in(4, *text(delta(9)))]
    show = Show(_file(tmp_path / "seq.jsonl", records), feed)
    counts = await show.replay.run()
    assert show.replay.intake.keeper.books["ETH-USD"].seq == 30
    assert show.book.seq == 40, "the gap at 9 was mended by the second answer"
    assert counts.unanswered == 0


def test_of_answers_to_one_question_that_with_the_same_query_comes_first() -> None:
    def ask(page: int) -> Request:
        return Request(method="GET", url="https://seq.example/list", query=f"page={page}&timestamp={page}", safe=True)

    made = [http_record(_at(0), "seq", "http", ask(page), Response(200, str(page).encode())) for page in (1, 2, 3)]
    answers = Answers(made, "seq")
    given = [found.payload if (found := answers.take(ask(page))) else None for page in (2, 9, 3, 1)]
    assert given == ["2", "1", "3", None]


async def test_a_fetch_without_an_answer_is_counted_and_the_book_stays_lost(tmp_path: Path) -> None:
    feed = SeqFeed("wss://seq.example/ws", snapshots=DEPTH)
    show = Show(_file(tmp_path / "seq.jsonl", [_open(0), *_in(1, *text(delta(6)))]), feed)
    assert (await show.replay.run()).unanswered == 1
    assert show.book.state is BookState.WAITING


async def test_a_recorded_failure_fails_again(tmp_path: Path) -> None:
    feed = SeqFeed("wss://seq.example/ws", snapshots=DEPTH)
    show = Show(_file(tmp_path / "seq.jsonl", [_open(0), _answer(1, 5, status=503)]), feed)
    counts = await show.replay.run()
    assert feed.resyncs == [("BTC-USD", "no snapshot")]
    assert counts.unanswered == 1


async def test_a_recorded_close_loses_the_books(tmp_path: Path) -> None:
    records = [_open(0), *_in(1, *text(snapshot())), socket_record(_at(2), "seq", "1", What.CLOSE, "gone")]
    show = Show(_file(tmp_path / "seq.jsonl", records))
    await show.replay.run()
    assert show.book.reason == "gone"


async def test_a_capture_without_an_open_opens_with_its_first_frame(tmp_path: Path) -> None:
    show = Show(_file(tmp_path / "seq.jsonl", _in(0, *text(snapshot(), delta(6)))))
    await show.replay.run()
    assert (show.feed.opens, show.book.seq) == (1, 6)


async def test_other_connections_and_venues_are_left_out(tmp_path: Path) -> None:
    stranger = frame_record(_at(1), "other", "1", What.IN, "garbage")
    records = [_open(0), *_in(1, *text(snapshot())), stranger, *_in(2, *text(delta(6)), conn="2")]
    show = Show(_file(tmp_path / "seq.jsonl", records))
    assert (await show.replay.run()).records == 2
    assert show.book.seq == 5


def test_a_recorder_continues_a_file_that_was_cut(tmp_path: Path) -> None:
    path = _file(tmp_path / "seq.jsonl", [_open(0), _open(1)], cut=9)
    with Recorder(path, HEADER) as recorder:
        recorder.take(_open(2))
    reading = open_capture(path)
    assert [record.at_ns for record in reading] == [_at(0), _at(2)]
    assert [skip.line for skip in reading.skipped] == [3]
    assert reading.header == HEADER


def test_a_recorder_writes_when_much_has_gathered(tmp_path: Path) -> None:
    path = tmp_path / "seq.jsonl"
    recorder = Recorder(path, HEADER)
    recorder.take(_open(0))
    assert path.stat().st_size == 0
    for _ in range(FLUSH_RECORDS):
        recorder.take(_open(1))
    assert path.stat().st_size > 0
    recorder.close()
    assert len(list(open_capture(path))) == FLUSH_RECORDS + 1


def test_a_full_disk_ends_the_recording_and_nothing_else() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with Recorder(full, HEADER) as recorder:
        recorder.take(_open(0))
        recorder.flush()
        recorder.take(_open(1))
    assert recorder.lost == 3


def _list_pages() -> Flow[list[str]]:
    found = []
    for page in ("1", "2"):
        response = yield Request(method="GET", url="https://seq.example/list", query=f"page={page}", safe=True)
        found.append(response.body.decode())
    return found


async def test_instruments_are_listed_again_from_the_capture(tmp_path: Path) -> None:
    clock, path = VirtualClock(START), tmp_path / "seq.jsonl"

    async def live(request: Request) -> Response:
        return Response(200, f"answer to {request.query}".encode())

    with Recorder(path, HEADER) as recorder:
        told = await drive(_list_pages(), recorder.listen(live, clock, "seq"))
    assert told == ["answer to page=1", "answer to page=2"]
    answers = Answers(open_capture(path), "seq")
    assert await drive(_list_pages(), answers.send) == told
    with pytest.raises(NotSent):
        await drive(_list_pages(), answers.send)
    assert answers.unanswered == 1


def test_a_file_of_instruments_is_read(tmp_path: Path) -> None:
    path = tmp_path / "instruments.json"
    instruments = [make_instrument("BTC-USD"), make_instrument("ETH-USD")]
    path.write_bytes(msgspec.json.encode(instruments))
    assert read_instruments(path) == instruments
