"""Binance over real sockets on this machine: what the plugin signs is what arrives, and a lost book comes back.

The venue here is hand-made after its documentation; it knows the secret and checks each signature over the raw query.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

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

SECRET: Final = b"loopback-secret"
CREDENTIALS: Final = Credentials(api_key="loopback-key", api_secret=SECRET.decode())
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


class Exchange:
    """A little Binance: orders that rest, a depth endpoint, a combined stream."""

    def __init__(self) -> None:
        self.seq = 100
        self.sockets: list[web.WebSocketResponse] = []
        self.snapshots = 0
        self.is_down = False
        self.orders: dict[str, str] = {}
        app = web.Application()
        app.router.add_get("/stream", self._stream)
        app.router.add_get("/api/v3/depth", self._depth)
        app.router.add_post("/api/v3/order", self._order)
        app.router.add_post("/api/v3/order/cancelReplace", self._replace)
        self.server = TestServer(app)

    async def tell(self, bid: str, skip: int = 0) -> None:
        """Send one change of the best bid to every socket; `skip` updates before it are lost."""
        first = self.seq + 1 + skip
        self.seq = first
        data = {"e": "depthUpdate", "E": 1, "s": "BTCUSDT", "U": first, "u": first, "b": [[bid, "1"]], "a": []}
        for socket in self.sockets:
            await socket.send_str(json.dumps({"stream": "btcusdt@depth@100ms", "data": data}))

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        assert request.raw_path == "/stream?streams=btcusdt@depth@100ms/btcusdt@trade"
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for _ in socket:
            pass
        self.sockets.remove(socket)
        return socket

    async def _depth(self, request: web.Request) -> web.Response:
        assert request.raw_path == "/api/v3/depth?symbol=BTCUSDT&limit=1000"
        self.snapshots += 1
        return web.json_response({"lastUpdateId": self.seq, "bids": [["99", "1"]], "asks": [["101", "1"]]})

    async def _order(self, request: web.Request) -> web.Response:
        return self._signed(request) or web.json_response(self._place(request))

    async def _replace(self, request: web.Request) -> web.Response:
        refusal = self._signed(request)
        if refusal is not None:
            return refusal
        del self.orders[request.query["cancelOrderId"]]
        both = {"cancelResult": "SUCCESS", "newOrderResult": "SUCCESS"}
        placed = self._place(request)
        return web.json_response({**both, "cancelResponse": placed, "newOrderResponse": placed})

    def _place(self, request: web.Request) -> dict[str, object]:
        asked = request.query
        order_id = len(self.orders) + 28
        self.orders[str(order_id)] = asked["price"]
        return {
            "symbol": asked["symbol"],
            "orderId": order_id,
            "clientOrderId": asked["newClientOrderId"],
            "transactTime": 1507725176595,
            "price": asked["price"],
            "origQty": asked["quantity"],
            "executedQty": "0.00000000",
            "status": "NEW",
            "side": asked["side"],
            "fills": [],
        }

    def _signed(self, request: web.Request) -> web.Response | None:
        if self.is_down:
            return web.Response(status=503, text="Service Unavailable")
        payload, _, proof = request.rel_url.raw_query_string.rpartition("&signature=")
        wanted = hmac.digest(SECRET, payload.encode(), "sha256").hex()
        if proof == wanted and request.headers["X-MBX-APIKEY"] == "loopback-key":
            return None
        return web.json_response({"code": -1022, "msg": "Signature for this request is not valid."}, status=400)


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    exchange = Exchange()
    await exchange.server.start_server()
    yield exchange
    await exchange.server.close()


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    transport = HttpTransport(RealClock())
    yield transport
    await transport.close()


def venue_at(exchange: Exchange, credentials: Credentials = CREDENTIALS) -> Binance:
    rest = str(exchange.server.make_url("")).rstrip("/")
    return Binance(credentials, {"rest": rest, "stream": rest.replace("http", "ws", 1)})


async def test_what_is_signed_is_what_arrives(exchange: Exchange, transport: HttpTransport) -> None:
    venue = venue_at(exchange)
    send = transport.admit(venue)
    accepted = await drive(venue.submit(ORDER, Nanos(1)), send)
    assert (accepted.venue_id, accepted.state) == ("28", OrderState.ACCEPTED)
    resting = OpenOrder(OrderId(BTC, "loop-1", "28"), ORDER)
    moved = await drive(venue.amend(resting, _at("101.5"), Nanos(2)), send)
    assert moved.mode is Mode.CANCEL_REPLACE
    assert list(exchange.orders.values()) == ["101.5"]


async def test_a_wrong_secret_is_refused_and_a_server_that_fails_proves_nothing(
    exchange: Exchange, transport: HttpTransport
) -> None:
    venue = venue_at(exchange, Credentials(api_key="loopback-key", api_secret="another"))
    send = transport.admit(venue)
    with pytest.raises(Refused, match="not valid"):
        await drive(venue.submit(ORDER, Nanos(1)), send)
    exchange.is_down = True
    with pytest.raises(OutcomeUnknown):
        await drive(venue.submit(ORDER, Nanos(2)), send)


async def test_a_book_lost_to_a_gap_or_a_closed_socket_comes_back(exchange: Exchange, transport: HttpTransport) -> None:
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
        await exchange.tell("99.5")
        await seen.until(lambda: book.bids.px == parse_px("99.5"))
        await exchange.tell("98", skip=3)
        await seen.until(lambda: exchange.snapshots == 2 and book.state is BookState.LIVE)
        assert (book.seq, runner.keeper.counts["broken"]) == (exchange.seq, 1)
        await exchange.sockets[0].close()
        await seen.until(lambda: exchange.snapshots == 3 and book.state is BookState.LIVE)
        assert runner.intake.counts["open"] == 2
    finally:
        running.cancel()
        await asyncio.wait([running], timeout=PATIENCE_S)


def _at(px: str) -> NewOrder:
    return NewOrder(client_id="loop-2", instrument=BTC, side=Side.BUY, qty=ORDER.qty, px=parse_px(px))
