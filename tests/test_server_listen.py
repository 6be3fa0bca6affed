"""Taking the port, serving, and letting go of it: over real sockets of this machine."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from typing import Any

import pytest

from tests.fakes import LIVE_KEY, SYMBOL
from tests.server_stage import PATIENCE_S, Stage, listening
from venuekit_engine.server.listener import PortInUse, base_url, bind
from venuekit_engine.server.serve import serve, serve_on


def connect(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").rsplit(":", 1)
    return socket.create_connection((host, int(port)), PATIENCE_S)


def read_all(line: socket.socket) -> bytes:
    """Read until the server closes."""
    parts = []
    while part := line.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def head(method: str, path: str, *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: engine", f"Authorization: Bearer {LIVE_KEY}", *more, "", ""]
    return "\r\n".join(lines).encode()


def test_a_port_in_use_is_told_before_anything_starts() -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port} on 127.0.0.1 is in use"):
            bind("127.0.0.1", port)


def test_a_port_that_was_let_go_can_be_taken_again() -> None:
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    with bind("127.0.0.1", port) as again:
        assert base_url(again) == f"http://127.0.0.1:{port}"


def test_an_address_that_is_not_ours_is_an_error_that_names_it() -> None:
    with pytest.raises(OSError, match=r"192\.0\.2\.1:0"):
        bind("192.0.2.1", 0)


def test_a_listener_on_all_addresses_names_one_that_can_be_reached() -> None:
    with bind("0.0.0.0", 0) as listener:
        assert base_url(listener).startswith("http://127.0.0.1:")


def test_answers_on_a_kept_connection_do_not_wait_for_acknowledgements() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_path_travels_raw_through_a_real_socket() -> None:
    stage = Stage()
    with listening(stage) as url, connect(url) as line:
        line.sendall(head("GET", "/v1/quotes/BTC%2FUSD?depth=1", "Connection: close"))
        assert read_all(line).startswith(b"HTTP/1.1 200")
    assert stage.services.market.calls == [("quote", "BTC/USD", 1, False)]


def test_a_body_over_the_limit_is_refused_without_reading_it_all() -> None:
    stage = Stage()
    with listening(stage) as url, connect(url) as line:
        line.sendall(head("POST", "/v1/orders", "Content-Length: 99999999999"))
        sent, chunk = 0, b"x" * 65_536
        try:
            while sent < 256 << 20:
                sent += line.send(chunk)
        except OSError:
            pass
        assert sent < 64 << 20
    assert stage.services.trade.calls == []


def test_a_client_that_sends_a_body_a_little_too_large_reads_the_refusal() -> None:
    stage = Stage()
    body = b'{"symbol": "' + b"x" * (2 << 20) + b'"}'
    with listening(stage) as url, connect(url) as line:
        line.sendall(head("POST", "/v1/orders", f"Content-Length: {len(body)}", "Connection: close") + body)
        answer = read_all(line)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"the body is over 1048576 bytes" in answer


def test_a_chunked_body_is_counted_as_it_comes() -> None:
    stage = Stage(max_body_bytes=100)
    with listening(stage) as url, connect(url) as line:
        line.sendall(head("POST", "/v1/orders", "Transfer-Encoding: chunked"))
        for _ in range(3):
            line.sendall(b"28\r\n" + b"x" * 40 + b"\r\n")
        line.sendall(b"0\r\n\r\n")
        assert read_all(line).startswith(b"HTTP/1.1 413")


class Slow:
    """Holds back the answer to a submit until it is let go."""

    def __init__(self, stage: Stage) -> None:
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()
        self._submit = stage.services.trade.submit
        stage.services.trade.submit = self.submit  # type: ignore[method-assign]

    async def submit(self, caller: Any, payload: dict[str, Any]) -> Any:
        self.asked.set()
        await self.let_go.wait()
        return await self._submit(caller, payload)


async def test_a_request_under_way_is_answered_before_the_server_stops() -> None:
    stage, stop = Stage(), asyncio.Event()
    slow, listener = Slow(stage), bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    running = asyncio.create_task(serve_on(stage.app, listener, lambda url: None, stop))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = f'{{"symbol": "{SYMBOL}"}}'.encode()
    writer.write(head("POST", "/v1/orders", f"Content-Length: {len(body)}") + body)
    await asyncio.wait_for(slow.asked.wait(), PATIENCE_S)
    stop.set()
    slow.let_go.set()
    answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
    await asyncio.wait_for(running, PATIENCE_S)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b'"status":"active"' in answer
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


@pytest.mark.skipif(sys.platform == "win32", reason="the loop takes no signals on Windows")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_serving_without_ending_the_process(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    serving = serve(Stage().app, "127.0.0.1", 0, lambda url: os.kill(os.getpid(), number))
    await asyncio.wait_for(serving, PATIENCE_S)
    assert signal.getsignal(number) == before
