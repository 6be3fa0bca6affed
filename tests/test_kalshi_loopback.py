"""Kalshi over real sockets on this machine: what the plugin signs is what arrives, and a lost book comes back.

The simulator checks each signature over the raw path, and that of the socket's opening request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Final

import msgspec
import pytest

from tests.run_loopback import PATIENCE_S, Seen
from venuekit.book.book import BookState
from venuekit.capability import Mode
from venuekit.credential import Credentials
from venuekit.errors import Refused, RejectReason
from venuekit.instrument import Instrument
from venuekit.order import Cancelled, NewOrder, OpenOrder, OrderId
from venuekit.run.clock import RealClock
from venuekit.run.drive import Sender, drive
from venuekit.run.http import HttpTransport
from venuekit.run.pace import AT_ONCE
from venuekit.run.stream import FeedRunner
from venuekit.side import Side
from venuekit.units import parse_px, parse_qty
from venuekit_kalshi.venue import Kalshi
from venuekit_testkit.simulate.kalshi.face import KalshiSimulator
from venuekit_testkit.simulate.server import Server

CLOCK: Final = RealClock()
ON_ANOTHER_SHARD: Final = "KXBTCD-27DEC2417-T99999.99"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server(KalshiSimulator()) as server:
        yield server


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    transport = HttpTransport(CLOCK)
    yield transport
    await transport.close()


def venue_at(server: Server, keys: Mapping[str, str] = KalshiSimulator.keys) -> Kalshi:
    return Kalshi(msgspec.convert(dict(keys), Credentials), server.urls)


async def list_markets(venue: Kalshi, send: Sender, ticker: str = ON_ANOTHER_SHARD) -> tuple[Instrument, Instrument]:
    listed = {each.symbol: each for each in await drive(venue.instruments(), send)}
    return listed[f"{ticker}:YES"], listed[f"{ticker}:NO"]


def order(instrument: Instrument, client_id: str, px: str) -> NewOrder:
    return NewOrder(client_id=client_id, instrument=instrument, side=Side.BUY, qty=parse_qty("3"), px=parse_px(px))


@pytest.mark.parametrize("keys", [KalshiSimulator.keys, KalshiSimulator.rsa_keys], ids=["ed25519", "rsa"])
async def test_what_is_signed_is_what_arrives(
    server: Server, transport: HttpTransport, keys: Mapping[str, str]
) -> None:
    venue = venue_at(server, keys)
    send = transport.admit(venue)
    yes, no = await list_markets(venue, send)
    placed = await drive(venue.batch([order(yes, "a", "0.02"), order(no, "b", "0.03")], CLOCK.now()), send)
    ids = [OrderId(yes, "a", placed[0].venue_id), OrderId(no, "b")]  # type: ignore[union-attr]
    mine = await drive(venue.query(ids[1], CLOCK.now()), send)
    assert (mine.side, mine.px, mine.qty) == (Side.BUY, parse_px("0.03"), parse_qty("3"))
    resting = OpenOrder(OrderId(no, "b", mine.venue_id), order(no, "b", "0.03"))
    moved = await drive(venue.amend(resting, order(no, "c", "0.04"), CLOCK.now()), send)
    assert (moved.mode, moved.venue_id, moved.client_id) == (Mode.NATIVE, mine.venue_id, "c")
    told = await drive(venue.open_orders(None, CLOCK.now()), send)
    assert sorted((report.client_id, report.side, report.px) for report in told if report.client_id in "abc") == [
        ("a", Side.BUY, parse_px("0.02")),
        ("c", Side.SELL, parse_px("0.96")),
    ]
    # A cancel of several is a DELETE with a body, which some senders would drop.
    gone = await drive(venue.cancel_batch([ids[0], OrderId(no, "c")], CLOCK.now()), send)
    assert [type(each) for each in gone] == [Cancelled, Cancelled]


async def test_a_key_that_the_venue_does_not_know_is_refused(server: Server, transport: HttpTransport) -> None:
    venue = venue_at(server, {**KalshiSimulator.keys, "api_key": "another"})
    send = transport.admit(venue)
    with pytest.raises(Refused) as caught:
        await drive(venue.balances(CLOCK.now()), send)
    assert caught.value.reason is RejectReason.AUTH


async def test_a_book_lost_to_a_closed_socket_comes_back(server: Server, transport: HttpTransport) -> None:
    venue, seen = venue_at(server), Seen()
    send = transport.admit(venue)
    markets = await list_markets(venue, send)
    runner = FeedRunner(
        venue.feed(markets),
        "kalshi",
        transport,
        CLOCK,
        on_books=seen.on_books,
        on_trades=seen.on_trades,
        backoff=AT_ONCE,
    )
    yes, no = (runner.keeper.books[each.symbol] for each in markets)
    running = asyncio.create_task(runner.run())
    try:
        await seen.until(lambda: yes.state is no.state is BookState.LIVE)
        await drive(venue.submit(order(markets[0], "a", "0.02"), CLOCK.now()), send)
        await seen.until(lambda: (parse_px("0.02"), parse_qty("3")) in yes.bids.levels(99))
        assert (parse_px("0.98"), parse_qty("3")) in no.asks.levels(99)
        server.simulator.hang_up()
        await seen.until(lambda: runner.intake.counts["open"] == 2 and yes.state is no.state is BookState.LIVE)
        assert (parse_px("0.02"), parse_qty("3")) in yes.bids.levels(99)
    finally:
        running.cancel()
        await asyncio.wait([running], timeout=PATIENCE_S)
