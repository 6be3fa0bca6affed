"""The streams that an engine keeps: which there are, what they cover, and what their plugins may not do to us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from venuekit.capability import Capabilities, Capability, Features, Op, Support
from venuekit.errors import NotSent
from venuekit.fill import Fill
from venuekit.instrument import Instrument, Kind
from venuekit.lifecycle import OrderState
from venuekit.order import OrderId, OrderReport
from venuekit.run.clock import VirtualClock, settle
from venuekit.run.drive import drive
from venuekit.side import Side
from venuekit.units import NANOS_PER_S, Nanos, Qty
from venuekit.venue import AccountEvent, AccountFeed, Outbound, Venue
from venuekit.wire import Flow, Frame, Request, Response
from venuekit_engine.desk.accounts import Account
from venuekit_engine.desk.live import KNOWN_MOST, LiveDesk
from venuekit_engine.desk.redact import hide
from venuekit_engine.desk.streams import AccountStreams
from venuekit_testkit.spot import make_spot

BTC = make_spot("tea", "BTC-USD", "BTCUSD")
ETH = make_spot("tea", "ETH-USD", "ETHUSD")
KEY = "my-secret-key"


class Leaf(AccountFeed):
    """A stream that says nothing."""

    url, silence_s = "wss://tea.example/ws", 60.0

    def opened(self, now: Nanos) -> None:
        return

    def pending(self) -> list[Outbound]:
        return []

    def receive(self, frame: Frame, now: Nanos) -> list[AccountEvent]:
        return []


class Tea(Venue):
    """A venue that remembers which streams were asked for."""

    id = "tea"
    capabilities: Capabilities = {Kind.SPOT: {Op.ACCOUNT_FEED: Capability(Support.NATIVE)}}
    features: Features = {}
    hosts = ()
    limits = ()

    def __init__(self) -> None:
        self.made: list[list[str]] = []

    def account_feed(self, instruments: Sequence[Instrument]) -> AccountFeed:
        """Make a stream."""
        self.made.append([each.symbol for each in instruments])
        return Leaf()


class Mute(Tea):
    """A venue without a stream."""

    capabilities: Capabilities = {Kind.SPOT: {Op.ACCOUNT_FEED: Capability(Support.ABSENT)}}


class Gossip(Tea):
    """A plugin that fails and quotes its keys."""

    def account_feed(self, instruments: Sequence[Instrument]) -> NoReturn:
        """Fail."""
        raise KeyError(KEY)


class ShutDoor:
    """A transport that opens nothing, and quotes what it should not."""

    async def send(self, request: Request, venue: str) -> Response:
        raise NotSent("shut", venue=venue)

    async def open_socket(self, url: str, venue: str, headers: tuple[tuple[str, str], ...] = ()) -> NoReturn:
        raise NotSent(f"shut for {KEY}", venue=venue)


class Stage:
    """Streams of one client at one venue."""

    def __init__(self, venue: Tea) -> None:
        async def drive(make: object) -> NoReturn:
            raise AssertionError("no verb is used here")

        clock = VirtualClock(0)
        desk = LiveDesk(venue, drive, clock.now, hide=lambda text: hide(text, (KEY,)))
        self.venue, self.watched = venue, list[Instrument]()
        self.streams = AccountStreams(
            lambda client_id, _: desk if client_id == "alice" else None,
            ShutDoor(), clock, lambda client_id, desk, events: None, lambda _: self.watched,
        )  # fmt: skip


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage(Tea())
    yield made
    await made.streams.stop()


async def test_a_stream_is_asked_to_cover_what_is_watched(stage: Stage) -> None:
    stage.watched = [BTC]
    stage.streams.open("alice", "tea")
    assert stage.venue.made == [["BTC-USD"]]


async def test_a_stream_that_does_not_cover_what_is_traded_is_opened_anew_for_it_once(stage: Stage) -> None:
    stage.streams.open("alice", "tea")
    for instrument in (BTC, BTC, ETH, BTC):
        assert not stage.streams.tells("alice", instrument)
    assert stage.venue.made == [[], ["BTC-USD"], ["BTC-USD", "ETH-USD"]]


async def test_without_keys_or_a_stream_of_the_plugin_there_is_none(stage: Stage) -> None:
    stage.streams.open("bob", "tea")
    mute = Stage(Mute())
    mute.streams.open("alice", "tea")
    assert not stage.streams.tells("bob", BTC)
    assert not mute.streams.tells("alice", BTC)
    assert stage.venue.made == mute.venue.made == []


async def test_a_stream_whose_socket_does_not_open_is_never_calm_and_ends_when_told(stage: Stage) -> None:
    stage.watched = [BTC]
    stage.streams.open("alice", "tea")
    await settle()
    assert not stage.streams.tells("alice", BTC)
    stage.streams.close("alice", "tea")
    await stage.streams.stop()
    assert not stage.streams.tells("alice", BTC)
    assert stage.venue.made == [["BTC-USD"]]


async def test_no_log_tells_what_a_plugin_quotes(stage: Stage) -> None:
    gossip = Stage(Gossip())
    with capture_logs() as logs:
        gossip.streams.open("alice", "tea")
        stage.streams.open("alice", "tea")
        await settle()
    assert [line["error"] for line in logs if line["event"] == "no_account_stream"] == ["KeyError"]
    assert [line["reason"] for line in logs if line["event"] == "account_stream_gap"] == ["shut for ***"]
    assert KEY not in repr(logs)


class Prolific(Tea):
    """A venue that knows every order, partly filled."""

    def query(self, order: OrderId, now: Nanos) -> Flow[OrderReport]:
        """Tell that a part has traded."""
        yield from ()
        return OrderReport(
            client_id=order.client_id, venue_id="", venue_symbol="", side=Side.BUY, state=OrderState.PARTIAL,
            qty=Qty(2), filled=Qty(1),
        )  # fmt: skip

    def fills(self, instrument: Instrument, since: Nanos, now: Nanos) -> Flow[list[Fill]]:
        """List nothing."""
        yield from ()
        return []


async def test_fills_are_remembered_of_so_many_orders_only() -> None:
    async def run(make: Callable[[], Flow[object]]) -> object:
        return await drive(make(), lambda _: asyncio.sleep(0, Response(200)))

    desk = LiveDesk(Prolific(), run, VirtualClock(0).now)
    for number in range(KNOWN_MOST + 5):
        await desk.find(OrderId(BTC, f"order-{number}"), Nanos(0))
    assert len(desk._known) == KNOWN_MOST


def test_a_clock_that_was_set_back_does_not_end_the_reading_of_an_account() -> None:
    account = Account("alice", "tea", asked=Nanos(3600 * NANOS_PER_S))
    assert account.is_due(Nanos(0))
    assert not account.is_due(Nanos(3590 * NANOS_PER_S))
