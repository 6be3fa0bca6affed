"""A client that sends without end, or not at all, is let go; one that we keep waiting is not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.fakes import SYMBOL
from tests.server_stage import PATIENCE_S, Stage
from tests.test_server_listen import Slow, head
from venuekit_engine.server.listener import bind
from venuekit_engine.server.patience import HEAD_MOST
from venuekit_engine.server.serve import serve_on

BODY = f'{{"symbol": "{SYMBOL}"}}'.encode()
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
ASKED = head("POST", "/v1/orders", f"Content-Length: {len(BODY)}")


@contextlib.asynccontextmanager
async def served(stage: Stage, patience_s: float) -> AsyncIterator[int]:
    """Serve with this much patience; give the port."""
    listener, stop = bind("127.0.0.1", 0), asyncio.Event()
    running = asyncio.create_task(serve_on(stage.app, listener, lambda url: None, stop, patience_s))
    yield listener.getsockname()[1]
    stop.set()
    await asyncio.wait_for(running, PATIENCE_S)


@contextlib.asynccontextmanager
async def lines(stage: Stage, patience_s: float) -> AsyncIterator[Line]:
    """Serve with this much patience; give one connection."""
    async with served(stage, patience_s) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield reader, writer
        writer.close()


async def end_of(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.read(), PATIENCE_S)


async def test_a_head_without_an_end_is_cut_before_it_takes_memory() -> None:
    for start in (b"GET /v1/health HTTP/1.1\r\nX-Long: ", b"GET /", head("GET", "/v1/health")[:-2] + b"X-Long: "):
        async with lines(Stage(), 1_000) as (reader, writer):
            writer.write(start + b"a" * HEAD_MOST)
            assert (await end_of(reader)).startswith(b"HTTP/1.1 431")


async def test_heads_of_many_requests_on_one_connection_are_not_added_up() -> None:
    async with lines(Stage(), 1_000) as (reader, writer):
        for _ in range(4):
            padded = head("GET", "/v1/health/live", f"X-Long: {'a' * (HEAD_MOST // 2)}")
            writer.write(padded[:1_000])
            await writer.drain()
            writer.write(padded[1_000:])
            answer = await asyncio.wait_for(reader.readuntil(b"}"), PATIENCE_S)
            assert answer.startswith(b"HTTP/1.1 200")


async def test_a_client_that_owes_bytes_is_let_go_after_a_while() -> None:
    stage = Stage()
    for sent in (ASKED, ASKED + BODY[:-1], b"", ASKED[:20]):
        async with lines(stage, 0) as (reader, writer):
            writer.write(sent)
            assert (await end_of(reader)).startswith(b"HTTP/1.1 408")
    assert stage.services.trade.calls == []


async def test_a_client_that_we_keep_waiting_is_not_let_go() -> None:
    stage = Stage()
    slow = Slow(stage)
    async with served(stage, 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASKED + BODY)
        await asyncio.wait_for(slow.asked.wait(), PATIENCE_S)
        idler, idle = await asyncio.open_connection("127.0.0.1", port)
        assert (await end_of(idler)).startswith(b"HTTP/1.1 408")  # so the server has looked at both
        slow.let_go.set()
        assert (await asyncio.wait_for(reader.readuntil(b"}"), PATIENCE_S)).startswith(b"HTTP/1.1 200")
        for each in (writer, idle):
            each.close()
