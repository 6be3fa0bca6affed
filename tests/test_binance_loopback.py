"""Binance over real sockets on this machine: what the plugin signs is what arrives, and a lost book comes back.

The simulator knows the secret and checks each signature over the raw query.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest

from tests.live.exchange import KEY, SECRET, BinanceAtHand
from tests.run_loopback import PATIENCE_S, Seen
from venuekit.book.book import BookState
from venuekit.capability import Mode
from venuekit.credential import Credentials
from venuekit.errors import OutcomeUnknown, Refused
from venuekit.instrument import Instrument, Kind
from venuekit.lifecycle import OrderState
from venuekit.order import NewOrder, OpenOrder, OrderId
from venuekit.run.clock import RealClock
from venuekit.run.drive import drive
from venuekit.run.http import HttpTransport
from venuekit.run.pace import AT_ONCE
from venuekit.run.stream import FeedRunner
from venuekit.side import Side
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit_binance.venue import Binance
from venuekit_testkit.simulate.exchange.order import Status
from venuekit_testkit.simulate.fault import Fault

CREDENTIALS: Final = Credentials(api_key=KEY, api_secret=SECRET)
BTC: Final = Instrument(
    symbol="BTC-USDT",
    kind=Kind.SPOT,
    venue="binance",
    venue_symbol="BTCUSDT",
    base="BTC",
    quote="USDT",
    tick=parse_px("0.01"),
    lot=parse_qty("0.00001"),
)
ORDER: Final = NewOrder(client_id="loop-1", instrument=BTC, side=Side.BUY, qty=parse_qty("1"), px=parse_px("100"))


@pytest.fixture
async def exchange() -> AsyncIterator[BinanceAtHand]:
    exchange = BinanceAtHand(now=lambda: 1)
    await exchange.start()
    yield exchange
    await exchange.stop()


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    transport = HttpTransport(RealClock())
    yield transport
    await transport.close()


def venue_at(exchange: BinanceAtHand, credentials: Credentials = CREDENTIALS) -> Binance:
    return Binance(credentials, exchange.hosts["binance"])


async def test_what_is_signed_is_what_arrives(exchange: BinanceAtHand, transport: HttpTransport) -> None:
    venue = venue_at(exchange)
    send = transport.admit(venue)
    accepted = await drive(venue.submit(ORDER, Nanos(1)), send)
    assert accepted.state is OrderState.ACCEPTED
    resting = OpenOrder(OrderId(BTC, "loop-1", accepted.venue_id), ORDER)
    moved = await drive(venue.amend(resting, _at("100.25"), Nanos(2)), send)
    assert moved.mode is Mode.CANCEL_REPLACE
    assert [(order.status, str(order.px)) for order in exchange.orders] == [
        (Status.CANCELLED, "100"),
        (Status.OPEN, "100.25"),
    ]


async def test_a_decrease_keeps_the_order_and_cancel_all_ends_it(
    exchange: BinanceAtHand, transport: HttpTransport
) -> None:
    venue = venue_at(exchange)
    send = transport.admit(venue)
    accepted = await drive(venue.submit(ORDER, Nanos(1)), send)
    resting = OpenOrder(OrderId(BTC, "loop-1", accepted.venue_id), ORDER)
    shrunk = await drive(venue.decrease(resting, parse_qty("0.4"), Nanos(2)), send)
    assert (shrunk.mode, shrunk.venue_id) == (Mode.NATIVE_ATOMIC, accepted.venue_id)
    (open_order,) = await drive(venue.open_orders(BTC, Nanos(3)), send)
    assert (open_order.qty, open_order.client_id) == (parse_qty("0.4"), "loop-1")
    (cancelled,) = await drive(venue.cancel_all(BTC, Nanos(4)), send)
    assert cancelled.client_id == "loop-1"
    assert await drive(venue.cancel_all(BTC, Nanos(5)), send) == []
    assert exchange.account.assets["USDT"].locked == 0


async def test_a_wrong_secret_is_refused_and_a_server_that_fails_proves_nothing(
    exchange: BinanceAtHand, transport: HttpTransport
) -> None:
    venue = venue_at(exchange, Credentials(api_key=KEY, api_secret="another"))
    send = transport.admit(venue)
    with pytest.raises(Refused, match="not valid"):
        await drive(venue.submit(ORDER, Nanos(1)), send)
    exchange.spoil("POST order", Fault.ERROR_BEFORE)
    venue = venue_at(exchange)
    with pytest.raises(OutcomeUnknown):
        await drive(venue.submit(ORDER, Nanos(2)), send)


async def test_a_book_lost_to_a_gap_or_a_closed_socket_comes_back(
    exchange: BinanceAtHand, transport: HttpTransport
) -> None:
    venue, seen = venue_at(exchange), Seen()
    transport.admit(venue)
    runner = FeedRunner(
        venue.feed([BTC]),
        "binance",
        transport,
        RealClock(),
        on_books=seen.on_books,
        on_trades=seen.on_trades,
        backoff=AT_ONCE,
    )
    book = runner.keeper.books["BTC-USDT"]
    running = asyncio.create_task(runner.run())
    try:
        await seen.until(lambda: book.state is BookState.LIVE)
        assert exchange.streams == [["btcusdt@depth@100ms", "btcusdt@trade"]]
        exchange.change("BTCUSDT", [("99.75", "1")], [])
        await seen.until(lambda: book.bids.px == parse_px("99.75"))
        exchange.change("BTCUSDT", [("98", "1")], [], skip=3)
        await seen.until(lambda: exchange.asked["GET depth"] == 2 and book.state is BookState.LIVE)
        assert (book.seq, runner.keeper.counts["broken"]) == (exchange.seq, 1)
        exchange.hang_up_markets()
        await seen.until(lambda: exchange.asked["GET depth"] == 3 and book.state is BookState.LIVE)
        assert runner.intake.counts["open"] == 2
    finally:
        running.cancel()
        await asyncio.wait([running], timeout=PATIENCE_S)


def _at(px: str) -> NewOrder:
    return NewOrder(client_id="loop-2", instrument=BTC, side=Side.BUY, qty=ORDER.qty, px=parse_px(px))
