"""The transport on loopback: what may be retried, what may not, and what each failure proves."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NoReturn

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from tests.run_loopback import START, Local
from venuekit.errors import NotSent, OutcomeUnknown, RateLimited
from venuekit.run.clock import VirtualClock
from venuekit.run.drive import drive
from venuekit.run.http import HttpTransport, Timeouts
from venuekit.run.retry import Patience, pause_of
from venuekit.units import NANOS_PER_S, Nanos
from venuekit.wire import Flow, Limit, Request, Response

SECRET = "s1gn-of-mine"


class Scripted:
    """An HTTP server that answers each path as told, and counts what it heard."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.requests: list[tuple[str, Mapping[str, str], bytes]] = []
        self.answers: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.cut: set[str] = set()  # paths whose connection is cut once the request was read
        self.hung: set[str] = set()
        self.release = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}/{path}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path.lstrip("/")
        self.heard[path] += 1
        self.requests.append((request.raw_path, request.headers, await request.read()))
        if path in self.cut:
            assert request.transport is not None
            request.transport.abort()
        if path in self.hung:
            await self.release.wait()
        script = self.answers.get(path, [])
        status, headers = script.pop(0) if script else (200, {})
        return web.Response(status=status, headers=headers, text=f"answer {self.heard[path]}")


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    server = Scripted()
    await server.server.start_server()
    yield server
    server.release.set()
    await server.server.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
async def transport(clock: VirtualClock) -> AsyncIterator[HttpTransport]:
    made = HttpTransport(clock, Timeouts(connect_s=1, total_s=0.3), Patience(attempts=3))
    made.admit(Local([Limit("calls", 5, 1.0), Limit("other", 5, 1.0)]))
    yield made
    await made.close()


async def _send(transport: HttpTransport, clock: VirtualClock, request: Request) -> Response:
    """Send, and advance the clock whenever the transport waits."""
    sending = asyncio.create_task(transport.send(request, "seq"))
    while not sending.done():
        waits = asyncio.create_task(clock.wait_sleeper(Nanos(clock.now() + 3600 * NANOS_PER_S)))
        await asyncio.wait({sending, waits}, return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        due = clock.next_due()
        if due is not None:
            await clock.advance_to(due)
    return await sending


async def test_what_the_plugin_says_is_what_leaves(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    request = Request(
        method="POST",
        url=scripted.url("order"),
        query="a=%2B%20b&symbol=A%2FB",
        headers=(("Content-Type", "application/json"), ("X-SIGN", SECRET)),
        body=b'{"n": 1}',
    )
    assert (await _send(transport, clock, request)).body == b"answer 1"
    path, headers, body = scripted.requests[0]
    assert path == "/order?a=%2B%20b&symbol=A%2FB"
    assert headers["X-SIGN"] == SECRET
    assert body == b'{"n": 1}'
    assert headers["User-Agent"].startswith("venuekit/")


@pytest.mark.parametrize("safe", [True, False])
async def test_a_connection_that_is_cut_after_the_request_leaves_the_outcome_unknown(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock, safe: bool
) -> None:
    scripted.cut.add("order")
    with pytest.raises(OutcomeUnknown):
        await _send(transport, clock, Request(method="POST", url=scripted.url("order"), safe=safe))
    assert scripted.heard["order"] == (3 if safe else 1)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_kept_connection_that_dies_never_sends_a_change_twice(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock, method: str
) -> None:
    await _send(transport, clock, Request(method="GET", url=scripted.url("time"), safe=True))
    scripted.cut.add("order")
    with pytest.raises(OutcomeUnknown):
        await _send(transport, clock, Request(method=method, url=scripted.url("order")))
    assert scripted.heard["order"] == 1


async def test_a_host_that_refuses_the_connection_got_nothing(transport: HttpTransport, clock: VirtualClock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/order"
        with pytest.raises(NotSent, match="ClientConnectorError"):
            await _send(transport, clock, Request(method="POST", url=url))
    assert clock.now() == START, "an unsafe request is not tried again, so nothing waits"


async def test_silence_after_the_request_leaves_the_outcome_unknown(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    scripted.hung.add("order")
    with pytest.raises(OutcomeUnknown, match="TimeoutError"):
        await _send(transport, clock, Request(method="POST", url=scripted.url("order")))
    assert scripted.heard["order"] == 1


async def test_a_safe_request_outlives_two_server_errors_and_waits_longer_each_time(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    scripted.answers["time"] = [(502, {}), (503, {})]
    response = await _send(transport, clock, Request(method="GET", url=scripted.url("time"), safe=True))
    assert (response.status, response.body) == (200, b"answer 3")
    assert clock.now() - START == round(0.75 * NANOS_PER_S)


async def test_a_safe_request_gives_up_with_the_last_answer(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    scripted.answers["time"] = [(500, {})] * 9
    assert (await _send(transport, clock, Request(method="GET", url=scripted.url("time"), safe=True))).status == 500
    assert scripted.heard["time"] == 3


@pytest.mark.parametrize("status", [302, 429, 500, 503])
async def test_the_answer_to_an_unsafe_request_is_the_plugins_to_judge(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock, status: int
) -> None:
    scripted.answers["order"] = [(status, {"Location": "/elsewhere", "X-Trace": "7"})]
    response = await _send(transport, clock, Request(method="POST", url=scripted.url("order")))
    assert (response.status, response.headers["x-trace"]) == (status, "7")
    assert scripted.heard == {"order": 1}


async def test_too_many_requests_pauses_the_bucket_for_as_long_as_the_venue_says(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    scripted.answers["order"] = [(429, {"Retry-After": "7"})]
    order = Request(method="POST", url=scripted.url("order"), cost=(("calls", 1),))
    await _send(transport, clock, order)
    with pytest.raises(RateLimited) as caught:
        await _send(transport, clock, order)
    assert caught.value.retry_after == 7 * NANOS_PER_S
    await _send(transport, clock, Request(method="POST", url=scripted.url("order"), cost=(("other", 1),)))
    await clock.advance(7)
    await _send(transport, clock, order)
    assert scripted.heard["order"] == 3


async def test_a_date_in_retry_after_counts_from_now(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    date = format_datetime(datetime.fromtimestamp(START // NANOS_PER_S + 9, UTC), usegmt=True)
    scripted.answers["order"] = [(429, {"Retry-After": date})]
    order = Request(method="POST", url=scripted.url("order"), cost=(("calls", 1),))
    await _send(transport, clock, order)
    with pytest.raises(RateLimited) as caught:
        await _send(transport, clock, order)
    assert caught.value.retry_after == 9 * NANOS_PER_S


async def test_a_safe_request_waits_out_a_short_retry_after(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    scripted.answers["time"] = [(429, {"Retry-After": "2"})]
    request = Request(method="GET", url=scripted.url("time"), safe=True, cost=(("calls", 1),))
    assert (await _send(transport, clock, request)).status == 200
    assert clock.now() - START == 2 * NANOS_PER_S


async def test_a_safe_request_does_not_wait_out_a_long_retry_after(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    scripted.answers["time"] = [(429, {"Retry-After": "600"})]
    assert (await _send(transport, clock, Request(method="GET", url=scripted.url("time"), safe=True))).status == 429
    assert clock.now() == START


async def test_a_ban_closes_the_whole_venue(scripted: Scripted, transport: HttpTransport, clock: VirtualClock) -> None:
    scripted.answers["time"] = [(418, {"Retry-After": "60"})]
    await _send(transport, clock, Request(method="GET", url=scripted.url("time"), safe=True, cost=(("calls", 1),)))
    with pytest.raises(RateLimited):
        await _send(transport, clock, Request(method="GET", url=scripted.url("x"), safe=True, cost=(("other", 1),)))
    assert scripted.heard == {"time": 1}


async def test_a_spent_budget_sends_nothing(scripted: Scripted, transport: HttpTransport, clock: VirtualClock) -> None:
    order = Request(method="POST", url=scripted.url("order"), cost=(("calls", 5),))
    await _send(transport, clock, order)
    with pytest.raises(RateLimited) as caught:
        await _send(transport, clock, order)
    assert caught.value.retry_after == NANOS_PER_S
    assert scripted.heard["order"] == 1


@pytest.mark.parametrize(
    "url", ["https://evil.example/order", "http://127.0.0.1@evil.example/", "http://[bad", "order"]
)
async def test_a_host_that_the_venue_does_not_declare_is_refused(
    transport: HttpTransport, clock: VirtualClock, url: str
) -> None:
    with pytest.raises(NotSent, match="does not declare"):
        await _send(transport, clock, Request(method="GET", url=url, safe=True))
    with pytest.raises(NotSent, match="does not declare"):
        await transport.open_socket(url, "seq")


async def test_a_socket_that_is_lost_while_it_opens_was_not_had(
    scripted: Scripted, transport: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(*_: object, **__: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr("aiohttp.ClientSession.ws_connect", lose)
    with pytest.raises(NotSent, match="AssertionError at WS"):
        await transport.open_socket(scripted.url("socket"), "seq")


@pytest.mark.parametrize("query", ["a=b c", "a=1\r\nX-Evil: 1", "a=é", "a=\x00"])
async def test_a_query_that_is_not_encoded_does_not_leave(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock, query: str
) -> None:
    with pytest.raises(NotSent, match="percent-encoded"):
        await _send(transport, clock, Request(method="GET", url=scripted.url("time"), query=query, safe=True))
    assert not scripted.heard


@given(st.text(max_size=40) | st.integers(0, 10**6).map(str) | st.just("9" * 5000))
def test_no_retry_after_is_too_strange_to_read(text: str) -> None:
    pause = pause_of(Response(429, b"", {"retry-after": text}), Nanos(START))
    assert pause is not None
    assert pause >= 0


async def test_a_venue_that_was_not_admitted_is_refused(transport: HttpTransport) -> None:
    with pytest.raises(NotSent, match="admitted"):
        await transport.send(Request(method="GET", url="http://127.0.0.1/", safe=True), "stranger")


async def test_a_closed_transport_refuses(scripted: Scripted, transport: HttpTransport) -> None:
    await transport.close()
    with pytest.raises(NotSent, match="closed"):
        await transport.send(Request(method="GET", url=scripted.url("time"), safe=True), "seq")


async def test_no_signature_shows_in_an_error(
    scripted: Scripted, transport: HttpTransport, clock: VirtualClock
) -> None:
    scripted.cut.add("order")
    request = Request(
        method="POST", url=scripted.url("order"), query=f"signature={SECRET}", headers=(("X-SIGN", SECRET),)
    )
    with pytest.raises(OutcomeUnknown) as caught:
        await _send(transport, clock, request)
    error: BaseException | None = caught.value
    assert SECRET not in str(error)
    assert error is not None
    assert error.__cause__ is None
    assert error.__suppress_context__


async def test_a_header_that_cannot_be_sent_names_no_secret(transport: HttpTransport, scripted: Scripted) -> None:
    request = Request(method="POST", url=scripted.url("order"), headers=(("X-SIGN", SECRET + "\r\nX: y"),))
    with pytest.raises((NotSent, OutcomeUnknown)) as caught:
        await transport.send(request, "seq")
    assert SECRET not in str(caught.value)
    assert scripted.heard["order"] == 0


def _ask_twice(first: Request, second: Request) -> Flow[str]:
    try:
        yield first
    except NotSent as error:
        response = yield second
        return f"{type(error).__name__}, then {response.body.decode()}"
    return "answered"


async def test_a_flow_hears_of_an_error_where_it_asked(scripted: Scripted, transport: HttpTransport) -> None:
    send = transport.admit(Local())
    lost = Request(method="POST", url="https://evil.example/")
    found = Request(method="GET", url=scripted.url("time"), safe=True)
    assert await drive(_ask_twice(lost, found), send) == "NotSent, then answer 1"
    with pytest.raises(NotSent):
        await drive(_ask_twice(lost, lost), send)
    assert await drive(_ask_twice(found, lost), send) == "answered"
