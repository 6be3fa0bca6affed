"""Kraken and Coinbase over real sockets on this machine: a book that is lost comes back, and is the exchange's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Final, NamedTuple

import pytest

from tests.run_loopback import PATIENCE_S, Seen
from venuekit.book.book import Book, BookState
from venuekit.instrument import Instrument
from venuekit.run.clock import RealClock
from venuekit.run.drive import drive
from venuekit.run.http import HttpTransport
from venuekit.run.pace import AT_ONCE
from venuekit.run.stream import FeedRunner
from venuekit.units import parse_px, parse_qty
from venuekit.venue import Venue
from venuekit_coinbase.venue import Coinbase
from venuekit_kraken.venue import Kraken
from venuekit_testkit.simulate.coinbase.face import CoinbaseSimulator
from venuekit_testkit.simulate.exchange.exchange import CROWD
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.kraken.face import KrakenSimulator
from venuekit_testkit.simulate.server import Server

VENUES: Final = {"coinbase": (Coinbase, CoinbaseSimulator), "kraken": (Kraken, KrakenSimulator)}


class Place(NamedTuple):
    """A venue's plugin, the server that stands in for it, and the market that is read."""

    venue: Venue
    server: Server
    transport: HttpTransport
    btc: Instrument

    def quote(self, px: str) -> None:
        """Let somebody quote a bid near the best."""
        exchange = self.server.simulator.exchange
        exchange.place(self.btc.venue_symbol, "buy", Decimal("0.5"), Decimal(px), account=CROWD)

    def is_same(self, book: Book) -> bool:
        """Tell whether a kept book may be used and is the exchange's, as deep as both are."""
        true = self.server.simulator.exchange.books[self.btc.venue_symbol]
        sides = ((book.bids, true.levels("buy")), (book.asks, true.levels("sell")))
        return book.state is BookState.LIVE and all(
            kept.levels(50) == [(parse_px(str(px)), parse_qty(str(qty))) for px, qty in levels[:50]]
            for kept, levels in sides
        )


@pytest.fixture(params=sorted(VENUES))
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    make, simulate = VENUES[request.param]
    transport = HttpTransport(RealClock())
    async with Server(simulate()) as server:
        venue = make(None, server.urls)
        listed = await drive(venue.instruments(), transport.admit(venue))
        yield Place(venue, server, transport, next(each for each in listed if each.symbol == "BTC-USD"))
        await transport.close()


async def test_a_book_lost_to_a_lost_frame_or_a_closed_socket_comes_back(place: Place) -> None:
    seen = Seen()
    runner = FeedRunner(
        place.venue.feed([place.btc]),
        place.venue.id,
        place.transport,
        RealClock(),
        on_books=seen.on_books,
        on_trades=seen.on_trades,
        backoff=AT_ONCE,
    )
    book = runner.keeper.books["BTC-USD"]
    running = asyncio.create_task(runner.run())
    try:
        await seen.until(lambda: place.is_same(book))
        place.quote("63999.6")
        await seen.until(lambda: place.is_same(book))
        place.server.simulator.faults.plan(Fault.GAP, "book")
        place.quote("63999.7")
        place.quote("63999.8")
        await seen.until(lambda: runner.keeper.counts["broken"] > 0 and place.is_same(book))
        opened = runner.intake.counts["open"]
        place.server.simulator.hang_up()
        await seen.until(lambda: runner.intake.counts["open"] > opened and place.is_same(book))
    finally:
        running.cancel()
        await asyncio.wait([running], timeout=PATIENCE_S)
