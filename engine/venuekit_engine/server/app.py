"""Put the server together: the routes on Litestar, the gate around them.

Used by the composition root and by tests. The answer is an ASGI app; `serve.py` listens with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Litestar, MediaType, Request, Response
from litestar.types import ASGIApp

from venuekit_engine.server.docs import describe_api, document_routes
from venuekit_engine.server.fault import Internal, describe, envelop, headers_of
from venuekit_engine.server.gate import Gate
from venuekit_engine.server.log import Log
from venuekit_engine.server.meters import Meters
from venuekit_engine.server.request import REQUEST_ID, Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.server.routes.credentials import credential_routes
from venuekit_engine.server.routes.fills import fill_routes
from venuekit_engine.server.routes.graphs import graph_routes
from venuekit_engine.server.routes.health import health_routes
from venuekit_engine.server.routes.keys import key_routes
from venuekit_engine.server.routes.orders import order_routes
from venuekit_engine.server.routes.platform import platform_routes
from venuekit_engine.server.routes.positions import position_routes
from venuekit_engine.server.routes.quotes import quote_routes
from venuekit_engine.server.routes.symbols import symbol_routes
from venuekit_engine.server.settings import ServerSettings
from venuekit_engine.service import Services

FaultHandler = Callable[[Request[Any, Any, Any], Exception], Response[bytes]]


def build_app(services: Services, settings: ServerSettings | None = None) -> ASGIApp:
    """Build the whole server over the engine's doors."""
    chosen = settings or ServerSettings()
    meters = Meters(chosen.registry)
    routes = list_routes(services, chosen, meters)
    router = Litestar(
        route_handlers=[*routes, *document_routes(describe_api(routes, chosen.version))],
        request_class=Ask,
        openapi_config=None,
        exception_handlers={Exception: answer_faults(chosen.log)},
        # Ours count bytes themselves (`request.py`); a second count would only cost.
        request_max_body_size=None,
        logging_config=None,
        debug=False,
    )
    return Gate(router, services.keys, meters, chosen)


def list_routes(services: Services, settings: ServerSettings, meters: Meters) -> Handlers:
    """List every endpoint of the API."""
    market, trade = services.market, services.trade
    return [
        *health_routes(market, settings.version),
        *key_routes(services.keys),
        *credential_routes(services.credentials),
        *quote_routes(market),
        *symbol_routes(market),
        *order_routes(trade, market, meters),
        *graph_routes(trade),
        *fill_routes(trade),
        *position_routes(trade),
        *platform_routes(market, meters, settings),
    ]


def answer_faults(log: Log) -> FaultHandler:
    """Build what turns a handler's exception into the envelope; the unforeseen is logged with its request id."""

    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        request_id: str = request.scope[REQUEST_ID]  # type: ignore[typeddict-item]
        refusal = describe(error, request.method, request.scope["path"])
        if isinstance(refusal, Internal):
            log.error("unexpected", request_id=request_id, exc_info=error)
        return Response(
            envelop(refusal, request_id),
            status_code=refusal.status,
            headers=headers_of(refusal),
            media_type=MediaType.JSON,
        )

    return answer
