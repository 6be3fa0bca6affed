"""Captures: recorded from a simulator, cut in the middle of a line, and played into the hub again."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.importers.hftbacktest import read_capture
from tests.live.exchange import BinanceAtHand
from tests.market_stage import make_instrument
from venuekit.book.book import BookState
from venuekit.capture import Header, Provenance, What, read, write, write_header
from venuekit.market import TradePrint
from venuekit.plugin import Plugins, discover
from venuekit.run.clock import RealClock, VirtualClock
from venuekit.run.http import HttpTransport
from venuekit.units import parse_px
from venuekit_engine.market.door import Market
from venuekit_engine.market.hub import MarketHub
from venuekit_engine.market.link import LinkStatus
from venuekit_engine.market.live import Recorded, record
from venuekit_engine.market.replay import ReplaySource
from venuekit_engine.market.source import MarketChoice, MarketKind, parse_market

pytest.importorskip("venuekit_binance.venue", reason="the Binance plugin is not installed here")

DATA = Path(os.environ.get("VENUEKIT_VENUE_DATA", Path(__file__).parents[2] / "shared" / "venue-data"))
GENUINE = DATA / "binance" / "hftbacktest" / "spot_btcusdt_20240808.first20000.txt.gz"
SYMBOL = "BTC-USDT"


def only_binance() -> Plugins:
    return Plugins({"binance": discover().venues["binance"]}, {})


class Capture(NamedTuple):
    """A recording of a simulated venue, and where that was."""

    path: Path
    recorded: Recorded
    hosts: dict[str, dict[str, str]]

    @property
    def lines(self) -> list[bytes]:
        return self.path.read_bytes().splitlines(keepends=True)


async def make_capture(path: Path, symbols: tuple[str, ...] = (SYMBOL,), seconds: float = 1.0) -> Capture:
    """Record a simulated venue where somebody quotes and somebody buys."""
    exchange, clock = BinanceAtHand(), RealClock()
    await exchange.start()
    transport = HttpTransport(clock)

    async def act() -> None:
        while not exchange.asked["depth BTCUSDT"]:
            await clock.sleep_until(clock.now())
        exchange.change("BTCUSDT", [("99.75", "0.5")], [])
        exchange.take("BTCUSDT", "100.50", "0.25")

    acting = asyncio.create_task(act())
    recorded = await record(
        path,
        only_binance(),
        transport,
        clock,
        seconds=seconds,
        symbols=symbols,
        hosts=exchange.hosts,
        provenance=Provenance.SIMULATED,
    )
    acting.cancel()
    await transport.close()
    await exchange.stop()
    return Capture(path, recorded, exchange.hosts)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Capture:
    return asyncio.run(make_capture(tmp_path_factory.mktemp("capture") / "binance.jsonl"))


async def play(path: Path, **options: object) -> tuple[ReplaySource, MarketHub]:
    """Play a capture to its end as fast as it goes."""
    hub = MarketHub()
    asked = {"speed": 0, "loop": False} | options
    source = ReplaySource(path, only_binance(), RealClock(), **asked)  # type: ignore[arg-type]
    await source.start(hub)
    await source.finished()
    return source, hub


def test_a_recording_holds_the_instruments_the_snapshot_and_the_frames(capture: Capture) -> None:
    path, recorded, _ = capture
    records = list(read(path.read_bytes().splitlines()))
    exchanges = [record.http for record in records if record.http is not None]
    assert [each.url.rsplit("/", 1)[1] for each in exchanges] == ["exchangeInfo", "depth"]
    assert exchanges[1].symbol == SYMBOL
    assert [record.what for record in records].index(What.OPEN) == 1
    assert sum(record.what is What.IN for record in records) == 3
    assert (recorded.counts["binance"]["frame"], recorded.counts["binance"]["delta"]) == (3, 2)
    assert (recorded.faults, recorded.lost) == ({}, 0)


async def test_a_venue_that_lists_none_of_the_symbols_is_a_fault_of_the_recording(tmp_path: Path) -> None:
    found = await make_capture(tmp_path / "none.jsonl", ("ZZZ-USD",), seconds=0.0)
    assert found.recorded.faults == {"binance": "lists none of ZZZ-USD"}


async def test_a_replay_ends_on_the_book_that_was_recorded(capture: Capture) -> None:
    trades: list[TradePrint] = []
    hub = MarketHub()
    hub.on_trades(lambda _, told: trades.extend(told), "binance", SYMBOL)
    source = ReplaySource(capture.path, only_binance(), RealClock(), speed=0, loop=False, hosts=capture.hosts)
    await source.start(hub)
    played = await source.finished()
    assert sorted(hub.catalog.of("binance")) == [SYMBOL, "ETH-USDT"]
    # The socket was closed at the end of the recording, and a closed socket's book is not to be trusted.
    assert hub.link("binance").status is LinkStatus.DISCONNECTED
    assert [trade.px for trade in trades] == [parse_px("100.5")]
    assert (played.counts["binance"]["delta"], played.counts["binance"]["snapshot"]) == (2, 1)
    assert (played.skipped, played.faults, played.counts["binance"]["unanswered"]) == ([], {}, 0)


async def test_a_capture_cut_inside_a_line_plays_to_the_cut_and_tells_the_line(
    capture: Capture, tmp_path: Path
) -> None:
    lines = capture.lines
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(lines[:-2]) + lines[-2][:40])
    source, hub = await play(cut, hosts=capture.hosts)
    assert [skip.line for skip in source.played.skipped] == [len(lines) - 1]
    book = hub.book("binance", SYMBOL)
    assert book is not None
    assert (book.state, book.bids.px, book.asks.px) == (BookState.LIVE, parse_px("99.75"), parse_px("100.5"))


async def test_quotes_of_a_replay_are_as_fresh_as_live_ones(capture: Capture, tmp_path: Path) -> None:
    open_ended = tmp_path / "open.jsonl"
    open_ended.write_bytes(b"".join(capture.lines[:-1]))
    source, hub = await play(open_ended, hosts=capture.hosts)
    quote = await Market(hub, source, RealClock().now).quote("btcusdt", 5, nowait=True)
    assert (quote.source, quote.nbbo.bid, quote.venues["binance"].state) == ("edge_nbbo", 99.75, "live")


async def test_a_loop_begins_again_and_counts_its_rounds(capture: Capture) -> None:
    hub, changes = MarketHub(), asyncio.Event()
    source = ReplaySource(capture.path, only_binance(), RealClock(), speed=0, loop=True, hosts=capture.hosts)
    hub.on_book(lambda *_: changes.set(), "binance", SYMBOL)
    await source.start(hub)
    async with asyncio.timeout(10):
        while source.played.counts["binance"]["rounds"] < 3:
            changes.clear()
            await changes.wait()
    assert source.played.counts["binance"]["snapshot"] >= 2
    await source.stop()


async def test_a_capture_without_instruments_says_so_and_takes_them_as_given(capture: Capture, tmp_path: Path) -> None:
    lines = capture.lines
    bare = tmp_path / "bare.jsonl"
    bare.write_bytes(b"".join(line for line in lines if b"exchangeInfo" not in line))
    with pytest.raises(ValueError, match="nothing to play: binance: no instruments: the capture holds no answer"):
        await play(bare, hosts=capture.hosts)
    source, _ = await play(bare, hosts=capture.hosts, instruments=[make_instrument(SYMBOL, "binance")])
    assert source.played.faults == {}
    assert source.played.counts["binance"]["delta"] == 2


async def test_a_venue_without_a_plugin_is_told_and_the_others_play(capture: Capture, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.jsonl"
    stranger = {"at_ns": 1, "venue": "acme", "conn": "1", "what": "in", "text": "{}"}
    mixed.write_bytes(json.dumps(stranger).encode() + b"\n" + capture.path.read_bytes())
    source, _ = await play(mixed, hosts=capture.hosts)
    assert "no plugin offers the venue 'acme'" in source.played.faults["acme"]
    assert source.played.counts["binance"]["delta"] == 2


@pytest.mark.skipif(not GENUINE.is_file(), reason=f"the recorded capture is not at {GENUINE}")
async def test_twenty_thousand_genuine_frames_play_into_the_hub_whole(tmp_path: Path) -> None:
    path = tmp_path / "genuine.jsonl"
    header = Header(provenance=Provenance.RECORDED)
    path.write_text("\n".join([write_header(header), *map(write, read_capture(GENUINE))]) + "\n")
    source, hub = await play(path, instruments=[make_instrument(SYMBOL, "binance")])
    counts = source.played.counts["binance"]
    assert (counts["trade"], counts.get("broken", 0), counts.get("unreadable", 0)) == (3589, 0, 0)
    book = hub.book("binance", SYMBOL)
    assert book is not None
    assert book.state is BookState.LIVE
    assert 0 < book.bids.px < book.asks.px
    assert len(book.bids) > 500


def test_markets_are_named_by_word_and_path(tmp_path: Path) -> None:
    path = tmp_path / "a:b.jsonl"
    path.touch()
    assert parse_market("demo") == MarketChoice(MarketKind.DEMO)
    assert parse_market("live") == MarketChoice(MarketKind.LIVE)
    assert parse_market(f"replay:{path}") == MarketChoice(MarketKind.REPLAY, path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("paper", "a market is demo, live or replay:PATH; found 'paper'"),
        ("", "a market is demo, live or replay:PATH; found ''"),
        ("replay", "replay needs the path of a capture: replay:PATH"),
        ("replay:", "replay needs the path of a capture: replay:PATH"),
        ("replay:/no/such/file", "there is no capture at /no/such/file"),
        ("replay:/", "the capture / is not a file"),
        ("demo:7", "demo takes no path; found 'demo:7'"),
    ],
)
def test_a_market_that_is_none_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_market(text)
    assert str(caught.value) == message


async def test_a_missing_capture_is_refused_when_it_starts(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        await ReplaySource(tmp_path / "none", only_binance(), VirtualClock()).start(MarketHub())


async def test_a_file_that_is_no_capture_is_refused_with_its_broken_lines(tmp_path: Path) -> None:
    path = tmp_path / "prose.txt"
    path.write_text("Not a capture.\nNot at all.\n")
    with pytest.raises(ValueError, match="holds nothing to play: 0 records, 2 broken lines"):
        await ReplaySource(path, only_binance(), VirtualClock()).start(MarketHub())
