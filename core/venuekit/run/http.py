"""HTTP and sockets to venues, over one aiohttp session: the only place where bytes leave.

Used by the engine's composition root, which admits venues and hands their senders out. What must stay true: a plugin
reaches only the hosts it declares; a request that changes something is sent once at most; a failure is `NotSent` only
where no connection was had, and `OutcomeUnknown` from then on. aiohttp's errors print URLs with their signed queries,
so they are named in ours and never chained.
Source: https://docs.aiohttp.org/en/stable/tracing_reference.html, and aiohttp 3.14.5 `client.py` for what it sends
again unasked; read 2026-11-21.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

import aiohttp
import msgspec
from yarl import URL

from venuekit import __version__
from venuekit.errors import NotSent, OutcomeUnknown, TradeError
from venuekit.run.clock import Clock
from venuekit.run.drive import Sender
from venuekit.run.limit import Budget
from venuekit.run.retry import BANNED, Patience, pause_of, retrying
from venuekit.secrecy import scrub_url
from venuekit.units import Nanos
from venuekit.venue import Venue
from venuekit.wire import Request, Response

FAULTS: Final = (aiohttp.ClientError, OSError, ValueError)  # a timeout is an OSError
AGENT: Final = {"User-Agent": f"venuekit/{__version__}"}


class Timeouts(msgspec.Struct, frozen=True):
    """How long to wait for a connection, the pool included, and for the whole exchange."""

    connect_s: float = 4.0
    total_s: float = 15.0


class Gate(msgspec.Struct):
    """What one venue may do: the hosts it declared and its budget."""

    venue: str
    hosts: set[str]
    budget: Budget


class HttpTransport:
    """Sends requests of the venues that were admitted. Close it when done."""

    def __init__(self, clock: Clock, timeouts: Timeouts | None = None, patience: Patience | None = None) -> None:
        self._clock = clock
        self._timeouts = timeouts or Timeouts()
        self._patience = patience or Patience()
        self._gates: dict[str, Gate] = {}
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    def admit(self, venue: Venue) -> Sender:
        """Let a venue out to its hosts; give what sends its requests. A second admission shares the first's budget."""
        gate = self._gates.setdefault(venue.id, Gate(venue.id, set(), Budget(venue.id, venue.limits)))
        gate.hosts.update(venue.hosts)
        return lambda request: self.send(request, gate.venue)

    async def send(self, request: Request, venue: str) -> Response:
        """Send one request; try a safe one again while that may help.

        Raises: NotSent when nothing left us (RateLimited: our budget is spent); OutcomeUnknown when something may have.
        """
        gate = self._gate(venue, request.target)
        if not request.safe:
            return await self._attempt(gate, request)
        return await retrying(self._patience, self._clock)(self._attempt, gate, request)

    async def open_socket(
        self, url: str, venue: str, headers: tuple[tuple[str, str], ...] = ()
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket of any message size. Raises: NotSent."""
        self._gate(venue, url)
        try:
            return await self._open().ws_connect(
                URL(url, encoded=True),
                headers=headers,
                max_msg_size=0,
                autoping=False,  # the venue's pings count as signs of life, so the connection answers them
                timeout=aiohttp.ClientWSTimeout(ws_close=self._timeouts.connect_s),
            )
        except (*FAULTS, AssertionError) as fault:  # aiohttp asserts that what answered is still there
            raise NotSent(_tell(fault, "WS", url), venue=venue) from None

    async def close(self) -> None:
        """Close every connection; later requests are refused."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def _attempt(self, gate: Gate, request: Request) -> Response:
        gate.budget.take(request.cost, self._clock.now())
        try:
            response = await self._exchange(gate.venue, request)
        except NotSent:
            gate.budget.give_back(request.cost)  # the venue counted nothing
            raise
        now = self._clock.now()
        pause = pause_of(response, now)
        if pause is not None:
            # A ban is of our address, whatever bucket the call took from.
            gate.budget.pause(() if response.status == BANNED else request.cost, Nanos(now + pause))
        return response

    async def _exchange(self, venue: str, request: Request) -> Response:
        once = _Once(request.safe)
        try:
            async with self._open().request(
                request.method,
                URL(request.target, encoded=True),
                data=request.body or None,
                headers=request.headers,
                allow_redirects=False,
                trace_request_ctx=once,
            ) as reply:
                body = await reply.read()
                return Response(reply.status, body, {name.lower(): value for name, value in reply.headers.items()})
        except FAULTS as fault:
            kind: type[TradeError] = OutcomeUnknown if once.left else NotSent
            raise kind(_tell(fault, request.method, request.url), venue=venue) from None

    def _gate(self, venue: str, url: str) -> Gate:
        gate = self._gates.get(venue)
        if gate is None:
            raise NotSent("was not admitted to the transport", venue=venue)
        if not (url.isascii() and url.isprintable()) or " " in url:
            raise NotSent("a URL must be percent-encoded", venue=venue)
        host = _host(url)
        if host not in gate.hosts:
            raise NotSent(f"does not declare the host {host!r}, only {sorted(gate.hosts)}", venue=venue)
        if self._closed:
            raise NotSent("the transport is closed", venue=venue)
        return gate

    def _open(self) -> aiohttp.ClientSession:
        # Here and not at birth, because a session belongs to the loop that runs.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),  # sockets count too, and the budgets hold us back
                timeout=aiohttp.ClientTimeout(total=self._timeouts.total_s, connect=self._timeouts.connect_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=AGENT,
                skip_auto_headers=("Content-Type",),
                trace_configs=[_trace()],
                trust_env=False,
            )
        return self._session


class _Once:
    """Whether a request may have left, and the refusal to let one out twice.

    aiohttp sends PUT and DELETE anew, unasked, when a kept connection proves dead: by then a cancel may have arrived.
    """

    def __init__(self, safe: bool) -> None:
        self.left = False
        self._safe = safe

    def connect(self) -> None:
        if self.left and not self._safe:
            raise aiohttp.ClientConnectionError("the connection was lost; not sent again")

    def leave(self) -> None:
        self.connect()
        self.left = True


def _trace() -> aiohttp.TraceConfig:
    async def connect(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        if context.trace_request_ctx is not None:  # a socket has none
            context.trace_request_ctx.connect()

    async def leave(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        if context.trace_request_ctx is not None:
            context.trace_request_ctx.leave()

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_start.append(connect)
    trace.on_connection_create_end.append(leave)
    trace.on_connection_reuseconn.append(leave)
    return trace


def _host(url: str) -> str:
    try:
        return URL(url, encoded=True).host or ""
    except ValueError:
        return ""


def _tell(fault: Exception, method: str, url: str) -> str:
    return f"{type(fault).__name__} at {method} {scrub_url(url)}"
