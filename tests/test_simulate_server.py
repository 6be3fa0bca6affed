"""A simulator on loopback: what reaches it, what silence is, how sockets end, and the strings from outside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.simulate_call import BID, LIMIT, NOW, SYMBOL, signed_call
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.binance.face import BinanceSimulator
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.server import HOST, Server
from venuekit_testkit.simulate.session import Session

D = Decimal
DEPTH = "/ws/btcusdt@depth@100ms"
PATIENCE_S = 5.0


class Keen(BinanceSimulator):
    """A simulator that keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def handle(self, call: Call, now: Nanos) -> Reply | None:
        """Answer a call, and keep it."""
        self.calls.append(call)
        return super().handle(call, now)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server(Keen(), now=lambda: NOW) as server:
        yield server


@pytest.fixture
async def http(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.http, timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as session:
        yield session


async def pull(http: aiohttp.ClientSession, name: str, **told: Any) -> tuple[int, Any]:
    """Pull a string."""
    async with http.post(f"/_simulator/{name}", json=told) as answer:
        return answer.status, await answer.json()


async def state(http: aiohttp.ClientSession) -> Any:
    async with http.get("/_simulator/state") as answer:
        return await answer.json()


async def submit(http: aiohttp.ClientSession, client_id: str = "one") -> int:
    call = signed_call("POST", "order", {**LIMIT, "newClientOrderId": client_id}, in_body=True)
    async with http.post(call.path, data=call.body, headers=dict(call.headers)) as answer:
        return answer.status


# ── HTTP ──


async def test_a_call_arrives_as_it_was_sent(server: Server) -> None:
    assert isinstance(server.simulator, Keen)
    reader, writer = await asyncio.open_connection(HOST, server.port)
    target = b"/api/v3/depth?symbol=%42TC%2bUSDT&b=1%202&&a=%C3%A4"
    writer.write(b"POST " + target + b" HTTP/1.1\r\nHost: x\r\nX-Odd: Yes\r\nContent-Length: 3\r\n\r\na=b")
    await reader.readline()
    writer.close()
    (call,) = server.simulator.calls
    assert (call.method, call.path, call.query) == ("POST", *target.decode().split("?"))
    assert (call.headers["x-odd"], call.body) == ("Yes", b"a=b")


async def test_status_headers_and_body_come_back(http: aiohttp.ClientSession) -> None:
    async with http.get("/api/v3/time") as answer:
        assert (answer.status, await answer.json()) == (200, {"serverTime": NOW // 1_000_000})
        assert answer.headers["x-mbx-used-weight-1m"] == "1"
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize(("fault", "orders"), [(Fault.DROP_ACK, 1), (Fault.LOSE_REQUEST, 0)])
async def test_silence_is_a_connection_that_is_cut(
    server: Server, http: aiohttp.ClientSession, fault: Fault, orders: int
) -> None:
    server.simulator.faults.plan(fault, "submit")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await submit(http)
    assert len(server.simulator.exchange.mine()) == orders
    assert await submit(http, "two") == 200


async def test_it_listens_on_loopback_only(server: Server) -> None:
    assert server.urls == {
        "rest": f"http://127.0.0.1:{server.port}",
        "stream": f"ws://127.0.0.1:{server.port}",
        "account": f"ws://127.0.0.1:{server.port}",
    }
    with pytest.raises(OSError, match=r"refused|failed"):
        await asyncio.open_connection("127.0.0.2", server.port)


async def test_it_comes_back_on_its_port_with_what_it_had(server: Server) -> None:
    async with aiohttp.ClientSession(server.http) as http:
        await submit(http)
    port = server.port
    await server.stop()
    with pytest.raises(OSError):
        await asyncio.open_connection(HOST, port)
    await server.start()
    assert server.port == port
    assert [order.client_id for order in server.simulator.exchange.open_orders()] == ["one"]


async def test_a_call_may_be_kept_waiting_by_a_subclass() -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Server):
        async def serve(self, call: Call) -> Reply | None:
            arrived.set()
            await go_on.wait()
            return await super().serve(call)

    async with Slow(BinanceSimulator(), now=lambda: NOW) as server, aiohttp.ClientSession(server.http) as http:
        asking = asyncio.create_task(submit(http))
        await asyncio.wait_for(arrived.wait(), PATIENCE_S)
        assert server.simulator.exchange.mine() == []
        go_on.set()
        assert await asking == 200


# ── sockets ──


async def test_frames_leave_when_they_are_due(server: Server, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(DEPTH) as socket:
        server.simulator.exchange.stir(SYMBOL)
        assert (await socket.receive_json(timeout=PATIENCE_S))["e"] == "depthUpdate"
        await socket.send_str('{"method": "LIST_SUBSCRIPTIONS", "id": 1}')
        assert (await socket.receive_json(timeout=PATIENCE_S))["result"] == ["btcusdt@depth@100ms"]


async def test_the_venue_closes_with_its_code_and_its_last_words(server: Server, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(DEPTH) as socket:
        server.simulator.exchange.stir(SYMBOL)
        server.simulator.sessions[0].hang_up(1008, "enough")
        assert (await socket.receive(PATIENCE_S)).type is aiohttp.WSMsgType.TEXT, "what was due before is sent"
        closed = await socket.receive(PATIENCE_S)
        assert (closed.type, closed.data, closed.extra) == (aiohttp.WSMsgType.CLOSE, 1008, "enough")


async def test_a_socket_may_be_refused(http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
        await http.ws_connect("/other")


async def test_who_leaves_is_forgotten(server: Server, http: aiohttp.ClientSession) -> None:
    heard = len(server.simulator.exchange.heard)
    async with http.ws_connect(DEPTH):
        assert len(server.simulator.exchange.heard) == heard + 1
    await until(lambda: not server.simulator.sessions)
    assert len(server.simulator.exchange.heard) == heard


async def test_a_restart_closes_sockets_and_keeps_orders(server: Server, http: aiohttp.ClientSession) -> None:
    await submit(http)
    async with http.ws_connect(DEPTH) as socket:
        assert (await pull(http, "restart"))[0] == 200
        assert (await socket.receive(PATIENCE_S)).type is aiohttp.WSMsgType.CLOSE
    assert [order["status"] for order in (await state(http))["orders"]] == ["open"]


async def test_shutting_down_waits_for_nobody(server: Server, http: aiohttp.ClientSession) -> None:
    sockets = [await http.ws_connect(DEPTH) for _ in range(3)]
    before = time.monotonic()
    await server.stop()
    assert time.monotonic() - before < 1.5
    assert {(await socket.receive(PATIENCE_S)).data for socket in sockets} == {1001}


async def test_the_carrier_beats_once_a_second() -> None:
    beats: list[Nanos] = []

    class Ticking(Session):
        def receive(self, frame: Frame, now: Nanos) -> None:
            raise AssertionError(frame)

        def beat(self, now: Nanos) -> None:
            beats.append(now)

    class Clock(BinanceSimulator):
        def open_session(self, call: Call, now: Nanos) -> Session:
            return Ticking(self.faults)

    async with (
        Server(Clock(), now=lambda: NOW) as server,
        aiohttp.ClientSession(server.http) as http,
        http.ws_connect("/any"),
    ):
        await until(lambda: bool(beats))
    assert beats[0] == NOW


async def until(holds: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            ticked = asyncio.Event()
            asyncio.get_running_loop().call_later(0.01, ticked.set)
            await ticked.wait()


# ── strings ──


async def test_faults_are_planned_and_told(server: Server, http: aiohttp.ClientSession) -> None:
    assert (await pull(http, "faults", fault="error_before", on="submit"))[0] == 200
    assert (await state(http))["planned"] == [["error_before", "submit"]]
    assert [await submit(http) for _ in range(2)] == [503, 200]
    told = await state(http)
    assert (told["planned"], told["asked"]["submit"], told["venue"]) == ([], 2, "binance")


async def test_orders_are_filled(server: Server, http: aiohttp.ClientSession) -> None:
    await submit(http)
    status, order = await pull(http, "fill", client_id="one", qty="0.004")
    assert (status, order["filled"], order["status"]) == (200, "0.004", "open")
    status, order = await pull(http, "fill", order_id=order["order_id"])
    assert (order["status"], order["px"]) == ("filled", BID)
    held = (await state(http))["balances"]["BTC"]
    assert D(held["free"]) == D(10) + D("0.01") * D("0.999")


async def test_markets_are_stirred_and_ended_and_the_clock_is_moved(
    server: Server, http: aiohttp.ClientSession
) -> None:
    before = server.simulator.exchange.books[SYMBOL].seq
    await pull(http, "stir", symbol=SYMBOL)
    assert server.simulator.exchange.books[SYMBOL].seq == before + 1
    await pull(http, "skew", ms=-7000)
    assert server.simulator.skew_ns == -7 * NANOS_PER_S
    assert await submit(http) == 400
    await pull(http, "resolve", symbol=SYMBOL, result="over", pays="0")
    assert not server.simulator.exchange.markets[SYMBOL].is_open


@pytest.mark.parametrize(
    ("name", "told", "says"),
    [
        ("faults", {"fault": "sulk"}, "there is no fault 'sulk'; there are lose_request, drop_ack"),
        ("faults", {"fault": "gap", "on": "boook"}, "there is no occasion 'boook'; there are *, book, trade"),
        ("faults", {}, "fault"),
        ("fill", {"client_id": "nobody"}, "unknown_order"),
        ("fill", {"client_id": "one", "qty": "5"}, "5 of it cannot trade"),
        ("fill", {"client_id": "one", "qty": "-1"}, "-1 of it cannot trade"),
        ("stir", {"symbol": "NOSUCH"}, "there is no market 'NOSUCH'"),
        ("stir", {"symbol": SYMBOL, "more": 1}, "more"),
        ("dance", {}, "POST one of"),
    ],
)
async def test_what_cannot_be_done_is_said(http: aiohttp.ClientSession, name: str, told: Any, says: str) -> None:
    await submit(http)
    status, answer = await pull(http, name, **told)
    assert status == 400
    assert says in answer["error"]


async def test_a_body_that_is_no_json_is_said(http: aiohttp.ClientSession) -> None:
    async with http.post("/_simulator/faults", data=b"{") as answer:
        assert (answer.status, set(await answer.json())) == (400, {"error"})


def test_a_plugin_is_given_every_place_that_it_talks_to() -> None:
    names = set(BinanceSimulator.places)
    server = Server(BinanceSimulator(), port=9100)
    assert {urlsplit(url).port for url in server.urls.values()} == {9100}
    assert names == set(server.urls)
