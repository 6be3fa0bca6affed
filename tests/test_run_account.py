"""An account's stream on a socket of loopback: what it may have missed is told, and nothing of it is written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from tests.run_loopback import PATIENCE_S, START, Local, SocketServer
from venuekit.capture import Header, Provenance
from venuekit.fill import Fill
from venuekit.market import Gap
from venuekit.order import Balance
from venuekit.run.account import AccountRunner
from venuekit.run.clock import VirtualClock
from venuekit.run.http import HttpTransport
from venuekit.run.pace import Backoff
from venuekit.run.record import Recorder
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, PX_SCALE, QTY_SCALE, Nanos, Px, Qty, Usd
from venuekit.venue import AccountEvent, AccountFeed, Outbound, Reconnect, Send
from venuekit.wire import Frame

PACE = Backoff(first_s=1, longest_s=30, calm_s=120)
BEGINS = Gap("", "a connection begins")
LOGIN = '{"op":"login","apiKey":"my-key","signature":"my-proof"}'


class TeaFeed(AccountFeed):
    """A small account stream: it logs in, and reads `fill`, `hold`, `lost` and `leave`."""

    silence_s = 3600.0

    def __init__(self, url: str) -> None:
        self.url = url
        self._outbound: list[Outbound] = []

    def opened(self, now: Nanos) -> None:
        self._outbound = [Send(LOGIN)]

    def pending(self) -> list[Outbound]:
        taken, self._outbound = self._outbound, []
        return taken

    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        told = json.loads(frame)
        if told["t"] == "fill":
            return [fill(told["id"])]
        if told["t"] == "hold":
            return [Balance("USD", Qty(told["free"]))]
        if told["t"] == "leave":
            self._outbound.append(Reconnect("the venue asks to leave"))
            return []
        return [Gap("", "the venue lost something")]


def fill(id: str) -> Fill:
    return Fill(
        trade_id=id,
        client_id="c",
        venue_id="v",
        venue_symbol="BTCUSD",
        side=Side.BUY,
        px=Px(PX_SCALE),
        qty=Qty(QTY_SCALE),
        fee=Usd(0),
        fee_asset="USD",
    )


async def hear(_: SocketServer, __: web.WebSocketResponse, ___: str) -> None:
    """Let anybody in."""


class Stage:
    """A server, a runner, and what it told."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.server = SocketServer(hear)
        self.transport = HttpTransport(self.clock)
        self.transport.admit(Local())
        self.events: list[AccountEvent] = []
        self._news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def run(self, recorder: Recorder | None = None) -> AccountRunner:
        feed = TeaFeed(self.server.url)
        runner = AccountRunner(
            feed, "seq", self.transport, self.clock, on_events=self.take, recorder=recorder, backoff=PACE
        )
        self.task = asyncio.create_task(runner.run())
        return runner

    def take(self, events: list[AccountEvent]) -> None:
        self.events += events
        self._news.set()

    async def until(self, count: int) -> list[AccountEvent]:
        """Wait for so many events in all."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.events) < count:
                self._news.clear()
                await self._news.wait()
        return self.events

    async def say(self, **message: object) -> None:
        await self.server.until(lambda: bool(self.server.heard))
        await self.server.sockets[-1].send_json(message)

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


async def test_events_are_told_in_their_order_after_the_gap_that_a_connection_begins_with(stage: Stage) -> None:
    stage.run()
    await stage.say(t="fill", id="1")
    await stage.say(t="hold", free=7)
    await stage.say(t="fill", id="1")
    assert await stage.until(4) == [BEGINS, fill("1"), Balance("USD", Qty(7)), fill("1")]


async def test_the_end_of_a_connection_is_a_gap_and_the_next_one_begins_with_another(stage: Stage) -> None:
    runner = stage.run()
    await stage.say(t="fill", id="1")
    await stage.until(2)
    await stage.server.sockets[-1].close()
    assert await stage.until(3) == [BEGINS, fill("1"), Gap("", "the venue closed the socket, code 1000")]
    assert runner.intake.whole_since is None
    await stage.clock.wait_sleeper(Nanos(START + NANOS_PER_S))
    await stage.clock.advance(1)
    assert (await stage.until(4))[-1] == BEGINS
    assert len(stage.server.sockets) == 2


async def test_a_stream_is_calm_when_nothing_was_missed_for_a_while(stage: Stage) -> None:
    runner = stage.run()
    await stage.until(1)
    assert not runner.intake.is_calm(stage.clock.now(), 15)
    await stage.clock.advance(15)
    assert runner.intake.is_calm(stage.clock.now(), 15)
    await stage.say(t="lost")
    await stage.until(2)
    assert not runner.intake.is_calm(stage.clock.now(), 15)
    assert runner.intake.is_calm(stage.clock.now(), 0)


async def test_a_stream_that_asks_to_leave_is_opened_again(stage: Stage) -> None:
    stage.run()
    await stage.say(t="leave")
    assert await stage.until(2) == [BEGINS, Gap("", "the venue asks to leave")]


async def test_a_frame_that_cannot_be_read_is_a_gap_and_no_log_quotes_it(stage: Stage) -> None:
    runner = stage.run()
    with capture_logs() as logs:
        await stage.say(secret="my-balance")
        assert await stage.until(2) == [BEGINS, Gap("", "unreadable: KeyError")]
    assert runner.intake.counts["unreadable"] == 1
    assert "my-balance" not in repr(logs)
    assert [line["detail"] for line in logs if line["event"] == "feed frame unreadable"] == [""]


async def test_the_frame_that_logs_in_is_not_recorded(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    with Recorder(path, Header(provenance=Provenance.SIMULATED)) as recorder:
        stage.run(recorder)
        await stage.say(t="fill", id="1")
        await stage.until(2)
        await stage.stop()
    assert stage.server.heard == [LOGIN]
    assert "my-" not in path.read_text()
    assert '"scrubbed"' in path.read_text()


async def test_an_account_whose_venue_is_down_is_told_of_and_never_calm(stage: Stage) -> None:
    await stage.server.server.close()
    runner = AccountRunner(
        TeaFeed("ws://127.0.0.1:9/ws"), "seq", stage.transport, stage.clock, on_events=stage.take, backoff=PACE
    )
    stage.task = asyncio.create_task(runner.run())
    await stage.clock.wait_sleeper(Nanos(START + NANOS_PER_S))
    assert stage.events == [Gap("", "ClientConnectorError at WS ws://127.0.0.1:9/ws")]
    assert not runner.intake.is_calm(stage.clock.now(), 0)
