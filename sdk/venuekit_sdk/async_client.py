"""The client for asyncio. `client.py` is the same for plain programs; both hold the same verbs."""

from __future__ import annotations

import asyncio
import functools
import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from venuekit_sdk.address import DEFAULT_URL, address, is_sent, reply_of
from venuekit_sdk.call import Call, Done, Lost, Pause, Reply, Script, Send, resume
from venuekit_sdk.errors import ApiError
from venuekit_sdk.exchange import perform
from venuekit_sdk.ids import graph_id_from
from venuekit_sdk.verb import connect, see, trade

P = ParamSpec("P")
T = TypeVar("T")


def _verb(
    describe: Callable[P, Call[T] | Script[T]],
) -> Callable[Concatenate[AsyncSequence, P], Coroutine[Any, Any, T]]:
    @functools.wraps(describe)
    async def run(self: AsyncSequence, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.run(describe(*args, **kwargs))

    return run


class AsyncSequence:
    """A connection to one engine, kept alive between calls, for one event loop.

    `max_retries` counts the attempts after the first. Every verb raises `ApiError`s, or `ValueError` when nothing was
    sent.
    """

    def __init__(
        self, api_key: str, base_url: str = DEFAULT_URL, *, max_retries: int = 3, transport: Any = None
    ) -> None:
        self._address = address(api_key, base_url)
        self._retries = max(0, max_retries)
        self._http = httpx.AsyncClient(
            headers=self._address.headers, transport=transport, trust_env=not self._address.is_loopback
        )

    health = _verb(connect.health)
    connect_venue = _verb(connect.connect_venue)
    disconnect_venue = _verb(connect.disconnect_venue)
    venues = _verb(connect.venues)
    account = _verb(connect.account)
    api_keys = _verb(connect.api_keys)
    create_api_key = _verb(connect.create_api_key)
    rotate_api_key = _verb(connect.rotate_api_key)
    revoke_api_key = _verb(connect.revoke_api_key)
    quote = _verb(see.quote)
    quotes = _verb(see.quotes)
    quotes_batch = _verb(see.quotes_batch)
    symbols = _verb(see.symbols)
    fees = _verb(see.fees)
    preview = _verb(see.preview)
    positions = _verb(see.positions)
    edges = _verb(see.edges)
    buy = _verb(trade.buy)
    sell = _verb(trade.sell)
    order = _verb(trade.order)
    orders = _verb(trade.orders)
    fills = _verb(trade.fills)
    cancel = _verb(trade.cancel)
    graph_status = _verb(trade.graph_status)
    wait = _verb(trade.wait)

    async def run(self, task: Call[T] | Script[T]) -> T:
        """Carry out a call or a script of several. Raises: ApiError."""
        script = perform(task, graph_id_from(uuid.uuid4()), self._retries) if isinstance(task, Call) else task
        step = resume(script)
        while not isinstance(step, Done):
            step = resume(script, await self._do(step))
        return step.value

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncSequence:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncSequence({self._address.base_url!r})"

    async def _do(self, step: Call[Any] | Send | Pause) -> Any:
        if isinstance(step, Send):
            return await self._send(step)
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return time.monotonic()
        try:
            return await self.run(step)
        except ApiError as error:
            return error  # thrown into the script, which may know what to do

    async def _send(self, send: Send) -> Reply | Lost:
        url = self._address.base_url + send.target
        try:
            return reply_of(await self._http.request(send.method, url, content=send.body, timeout=send.timeout_s))
        except httpx.RequestError as error:
            return Lost(f"{self._address.base_url}: {error or type(error).__name__}", is_sent(error))
