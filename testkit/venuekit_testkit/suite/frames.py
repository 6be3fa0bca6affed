"""MD, continued: frames that make no sense. They are refused or passed over, and never become a book.

Venues send what they do not document: HTML from a proxy, half a frame, a field that is null since this morning. A
missing price is an error; it is not 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final

import msgspec

from venuekit.capability import Op
from venuekit.errors import OutcomeUnknown, Refused
from venuekit.market import BookDelta, BookSnapshot, TradePrint
from venuekit.side import Side
from venuekit.venue import Feed
from venuekit.wire import Frame, Response
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.line import UNREADABLE, MarketLine
from venuekit_testkit.bench.mirror import open_live, require_same, settle
from venuekit_testkit.bench.motion import Motion
from venuekit_testkit.law import Level, Setting, law
from venuekit_testkit.suite.books import require_whole

NONSENSE: Final[tuple[Frame, ...]] = (
    "", " ", "{", "null", "[]", "[null]", "{}", "0", '"x"', "true", "ping", "<html><body>502</body></html>",
    b"\x00\xff\xfe", b"\x1f\x8b\x08\x00", "[" * 5_000, '{"a":' * 2_000, '{"data":null}', '{"type":"never heard of it"}',
    '{"error":"no","code":1,"msg":"no"}', '{"channel":"heartbeat","type":7}', "{}" * 100,
)  # fmt: skip
ODD: Final[tuple[Any, ...]] = (
    None,
    "",
    "x",
    "-999999999999",
    -999_999_999_999,
    True,
    [],
    {},
    "1e999",
    "NaN",
    [[]],
)  # in the place of a value
MISSING: Final = object()
DRIFT: Final = (
    "https://github.com/pmxt-dev/pmxt/issues/59",
    "https://github.com/arshka/pykalshi/pull/4",
    "https://github.com/ryanfrigo/kalshi-ai-trading-bot/pull/41",
)


@law("MD-500", Level.MARKET_DATA, Op.FEED, core=True, setting=Setting.MARKET)
def test_md500_a_frame_of_nonsense_raises_value_error_or_tells_nothing(bench: Bench) -> None:
    """MD-500. A frame that is no message of the venue crashed the feed, or was taken for a book or a trade.

    `receive` raises ValueError for what the venue does not document, and nothing else: the runner counts that.
    """
    for frame in NONSENSE:
        feed = bench.venue.feed([bench.instrument])
        feed.opened(bench.now())
        told = _read(feed, frame, bench)
        assert not any(isinstance(each, BookSnapshot | BookDelta | TradePrint) for each in told), f"{frame[:40]!r}"


@law("MD-510", Level.MARKET_DATA, Op.FEED, core=True)
def test_md510_nonsense_between_frames_leaves_the_book_right(bench: Bench) -> None:
    """MD-510. After a frame of nonsense the kept book is not the venue's, or never comes back."""
    line, motion = _live(bench)
    for frame in NONSENSE:
        motion.move()
        line.feed(frame)
        _require_right(bench, line, motion)


@law("MD-520", Level.MARKET_DATA, Op.FEED, core=True)
def test_md520_half_a_frame_is_no_frame(bench: Bench) -> None:
    """MD-520. A frame was cut short, and the kept book is not the venue's."""
    line, motion = _live(bench)
    for part in range(1, 8):
        motion.quote()
        first, *rest = line.session.take() or [""]
        for frame in (first[: len(first) * part // 8], *rest):
            line.feed(frame)
        _require_right(bench, line, motion)


@law("MD-530", Level.MARKET_DATA, Op.FEED, core=True, incidents=DRIFT)
def test_md530_a_field_that_is_missing_or_odd_never_makes_a_wrong_book(bench: Bench) -> None:
    """MD-530. A field of a change was missing, null, negative, or of another type, and the kept book became wrong.

    Read every field that drives the book by its type, and refuse the frame: the core asks for the book again.
    """
    line, motion = _live(bench)
    for what, spoil in _spoilers(_sample(line, motion)):
        motion.quote()
        first, *rest = line.session.take() or [""]
        with _naming(what):
            for frame in (spoil(first), *rest):
                line.feed(frame)
            _require_right(bench, line, motion)


@law("MD-540", Level.MARKET_DATA, Op.FEED)
def test_md540_a_field_that_is_new_does_no_harm(bench: Bench) -> None:
    """MD-540. The venue added a field to its frames, and the feed stopped reading them. They do so without notice."""
    line, motion = _live(bench)
    for _ in range(3):
        motion.quote()
        for frame in line.session.take():
            line.feed(_with_more(frame))
        assert not line.faults, f"a frame with a new field was refused: {line.faults[-1]}"
        require_same(bench, line, bench.instrument)


@law("MD-550", Level.MARKET_DATA, Op.FEED, setting=Setting.MARKET)
def test_md550_frames_are_read_as_text_and_as_bytes(bench: Bench) -> None:
    """MD-550. A frame that came as bytes is not read as the same frame in text. Sockets give either."""
    one, other = (bench.venue.feed([bench.instrument]) for _ in range(2))
    line = MarketLine(one, bench.world, bench.now)
    line.connect()
    for feed in (one, other):
        feed.opened(bench.now())
    line.hand_over()
    for _ in range(10):
        bench.world.stir(bench.instrument.venue_symbol)
        for frame in line.session.take():
            turned = frame.encode() if isinstance(frame, str) else frame.decode()
            assert _read(one, frame, bench) == _read(other, turned, bench), "text and bytes are not read alike"


@law("MD-555", Level.MARKET_DATA, Op.FEED, incidents=DRIFT)
def test_md555_a_trade_with_a_missing_or_odd_field_is_none(bench: Bench) -> None:
    """MD-555. A streamed trade without price or size, or with a negative one, was told as a trade, or crashed the feed.

    A print at 0 moves every average, stop and trigger that looks at it.
    """
    line, motion = _live(bench)
    motion.strike(Side.BUY)
    frames = [frame for frame in line.session.take() if _prints(line.market, frame, bench)]
    assert frames, "a trade took place, and no frame told it"
    for what, spoil in _spoilers(frames[0]):
        for told in _prints(line.market, spoil(frames[0]), bench):
            assert min(told.px, told.qty) > 0, f"{what}, and a trade was told of {told.qty} at {told.px}"


@law("MD-560", Level.MARKET_DATA, Op.BOOK, core=True, setting=Setting.MARKET, incidents=DRIFT)
def test_md560_an_answer_with_a_missing_or_odd_field_is_no_book(bench: Bench) -> None:
    """MD-560. A fetched book with a missing, null, zero or negative field was told as a book, or crashed the plugin.

    What cannot be read proves nothing: raise OutcomeUnknown.
    """
    true = bench.world.answer(next(bench.venue.book(bench.instrument, 5)), bench.now())
    for what, spoil in _spoilers(true.body):
        spoilt = spoil(true.body)
        answer = Response(true.status, spoilt if isinstance(spoilt, bytes) else spoilt.encode(), true.headers)
        with _naming(what), suppress(OutcomeUnknown, Refused):
            require_whole(bench.answer_with(bench.venue.book(bench.instrument, 5), answer))


def _live(bench: Bench) -> tuple[MarketLine, Motion]:
    return open_live(bench, bench.instrument), Motion(bench, bench.instrument)


@contextmanager
def _naming(what: str) -> Iterator[None]:
    """Let whatever goes wrong inside say what was spoilt."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{what}: {error}") from None
    except Exception as error:
        error.add_note(f"where {what}")
        raise


def _require_right(bench: Bench, line: MarketLine, motion: Motion) -> None:
    """Let the market move on, then hold the books against each other."""
    settle(line, bench.instrument)
    motion.quote()
    settle(line, bench.instrument)
    require_same(bench, line, bench.instrument)


def _read(feed: Feed, frame: Frame, bench: Bench) -> list[Any]:
    try:
        return [*feed.receive(frame, bench.now())]
    except UNREADABLE:
        return []


def _prints(feed: Feed, frame: Frame, bench: Bench) -> list[TradePrint]:
    return [each for each in _read(feed, frame, bench) if isinstance(each, TradePrint)]


def _sample(line: MarketLine, motion: Motion) -> Frame:
    """Give a frame that changes a book."""
    motion.quote()
    frames = line.session.take()
    for frame in frames:
        line.feed(frame)
    return frames[0] if frames else ""


def _spoilers(sample: Frame) -> Iterator[tuple[str, Callable[[Frame], Frame]]]:
    """Make what spoils a frame like the sample, a place and a value at a time; name each."""
    try:
        places = list(_places(msgspec.json.decode(sample)))
    except msgspec.DecodeError:
        return  # not JSON: it is cut short by another law
    for place, true in places:
        for value in _odd(place, true):
            what = f"{'.'.join(map(str, place))} {'is missing' if value is MISSING else f'is {value!r}'}"
            yield what, partial(_spoil, place=place, value=value)


def _odd(place: tuple[Any, ...], true: Any) -> Iterator[Any]:
    """List what cannot stand in a place. An empty list for a list is no nonsense, nor is a list that is shorter."""
    yield from (value for value in ODD if not (value in ([], {}) and isinstance(true, type(value))))
    if isinstance(place[-1], str):
        yield MISSING


def _places(value: Any, *path: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """List the places of a JSON value, each with what is there."""
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, each in items:
        yield (*path, key), each
        yield from _places(each, *path, key)


def _spoil(frame: Frame, place: tuple[Any, ...], value: Any) -> Frame:
    told = msgspec.json.decode(frame)
    inner = told
    try:
        for key in place[:-1]:
            inner = inner[key]
        if value is MISSING:
            del inner[place[-1]]
        else:
            inner[place[-1]] = value
    except (KeyError, IndexError):
        return frame  # a frame of another shape, whole
    made = msgspec.json.encode(told)
    return made.decode() if isinstance(frame, str) else made


def _with_more(frame: Frame) -> Frame:
    told = msgspec.json.decode(frame)
    for each in (told, *(told.values() if isinstance(told, dict) else ())):
        if isinstance(each, dict):
            each["a_field_of_tomorrow"] = {"x": [1, None]}
    made = msgspec.json.encode(told)
    return made.decode() if isinstance(frame, str) else made
