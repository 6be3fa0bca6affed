"""The gate: everything that happens to a request before and after its route.

Used by `app.py` as the outermost ASGI layer, because it must see the path before the router does. In order: request id,
who asks, how much budget is left, the raw path, the route, the count. Invariants: what is not named in `OPEN` needs a
key (the gate fails closed), every answer carries the request id, and every failure is the public envelope.
"""

from __future__ import annotations

from typing import Any, Final

from litestar.types import ASGIApp, Receive, Send

from venuekit.units import NANOS_PER_S
from venuekit_engine.refusal import Refusal
from venuekit_engine.server.budget import Budget
from venuekit_engine.server.fault import describe
from venuekit_engine.server.head import Head, bearer, is_local, read_head
from venuekit_engine.server.meters import Meters
from venuekit_engine.server.path import use_raw_path
from venuekit_engine.server.reply import Reply
from venuekit_engine.server.request import BODY_LIMIT, REQUEST_ID
from venuekit_engine.server.settings import ServerSettings
from venuekit_engine.service import KeyService

OPEN: Final = frozenset({"/", "/docs", "/openapi.json", "/v1/health/live"})
LOCAL: Final = frozenset({"/metrics"})
UNMATCHED: Final = "unmatched"


class Gate:
    """An ASGI app around the router."""

    def __init__(self, app: ASGIApp, keys: KeyService, meters: Meters, settings: ServerSettings) -> None:
        self._app, self._keys, self._meters, self._settings = app, keys, meters, settings
        self._budget = Budget(settings.rate_qps)
        self._clock_ns = settings.clock_ns

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_ns, head = self._clock_ns(), read_head(scope["headers"])
        reply = Reply(receive, send, head.request_id or self._settings.request_id())
        try:
            self._prepare(scope, reply)
            self._admit(scope, head, reply, began_ns)
            await self._app(scope, reply.receive, reply)
        except Exception as error:  # noqa: BLE001 - the last net: nothing may reach the client unenveloped
            await self._fail(error, scope, reply)
        finally:
            self._count(scope, reply, began_ns)

    def _prepare(self, scope: Any, reply: Reply) -> None:
        scope[REQUEST_ID], scope[BODY_LIMIT] = reply.request_id, self._settings.max_body_bytes
        use_raw_path(scope)

    def _admit(self, scope: Any, head: Head, reply: Reply, now_ns: int) -> None:
        path = scope["path"]
        if path in OPEN or (path in LOCAL and is_local(scope, head)):
            return
        caller = self._keys.authenticate(bearer(head, scope["query_string"]))
        reply.add(b"x-ratelimit-limit", self._budget.burst)
        reply.add(b"x-ratelimit-remaining", self._budget.spend(caller.client_id, now_ns))
        scope["user"] = caller

    async def _fail(self, error: Exception, scope: Any, reply: Reply) -> None:
        if not isinstance(error, Refusal):
            self._settings.log.error("unexpected", request_id=reply.request_id, exc_info=error)
        if not reply.status:
            await reply.refuse(describe(error, scope["method"], scope["path"]))

    def _count(self, scope: Any, reply: Reply, began_ns: int) -> None:
        seconds = (self._clock_ns() - began_ns) / NANOS_PER_S
        self._meters.count(scope["method"], scope.get("path_template", UNMATCHED), reply.status, seconds)
