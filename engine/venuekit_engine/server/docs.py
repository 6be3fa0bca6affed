"""The API's own description: OpenAPI 3.1 at `/openapi.json`, and a page that shows it at `/docs`.

Used by `app.py`. Invariants: every route under `/v1` is in it, every operation names the error envelope, and the page
loads nothing from any other host, so it works where there is no network.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import msgspec
from litestar import Litestar, MediaType, Response, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from venuekit_engine.answer import Quote, QuoteFault, QuotesBatch
from venuekit_engine.server.fault import Envelope
from venuekit_engine.server.gate import OPEN
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers

REFERENCE: Final = "#/components/schemas/{name}"
POLICY: Final = "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
SCHEME: Final = "bearer"
DESCRIPTION: Final = (
    "Fixed point: `_1e9` is money or a price × 10⁹, `_1e8` a quantity × 10⁸, `_ns` Unix nanoseconds. "
    "Errors are always the envelope. Path parameters are percent-encoded, `/` included."
)
FAULT: Final[dict[str, Any]] = {
    "description": "An error, in the envelope that every error has.",
    "content": {"application/json": {"schema": {"$ref": REFERENCE.format(name=Envelope.__name__)}}},
}
VERBS: Final = frozenset({"get", "put", "post", "delete", "patch"})


def openapi_config(version: str) -> OpenAPIConfig:
    """Describe the API as a whole."""
    scheme = SecurityScheme(type="http", scheme="bearer", description="`seq_live_...` or `seq_test_...`")
    return OpenAPIConfig(
        title="venuekit",
        version=version,
        description=DESCRIPTION,
        components=Components(security_schemes={SCHEME: scheme}),
        security=[{SCHEME: []}],
        use_handler_docstrings=True,
    )


def describe_api(routes: Handlers, version: str) -> bytes:
    """Make the OpenAPI document of some routes.

    An app of its own makes it and is thrown away, because an app that serves its description also serves pages that
    load their scripts from elsewhere.
    """
    app = Litestar(routes, openapi_config=openapi_config(version), request_class=Ask, logging_config=None)
    return msgspec.json.encode(complete(app.openapi_schema.to_schema()))


def document_routes(document: bytes) -> Handlers:
    """Build the two documents' endpoints."""
    page = files(__package__).joinpath("docs.html").read_bytes()

    @get("/openapi.json", include_in_schema=False, sync_to_thread=False)
    def openapi() -> Response[bytes]:
        """Give the OpenAPI document."""
        return Response(document, media_type=MediaType.JSON)

    @get(["/docs", "/"], include_in_schema=False, sync_to_thread=False)
    def docs() -> Response[bytes]:
        """Give the page."""
        return Response(page, media_type=MediaType.HTML, headers={"content-security-policy": POLICY})

    return [openapi, docs]


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """Put our error envelope in place of the framework's errors, and describe what it cannot: a union of two shapes."""
    (_, *alternatives), components = msgspec.json.schema_components(
        [Envelope, Quote, QuoteFault], ref_template=REFERENCE
    )
    shapes = schema["components"]["schemas"]
    shapes.update(components)
    shapes[QuotesBatch.__name__]["properties"]["quotes"]["items"] = {"oneOf": alternatives}
    for path, item in schema["paths"].items():
        for verb in VERBS & item.keys():
            item[verb]["responses"] = with_fault(item[verb]["responses"])
            if path in OPEN:
                item[verb]["security"] = []
    return schema


def with_fault(responses: dict[str, Any]) -> dict[str, Any]:
    """Keep the good answers of one operation, and describe all others as the envelope."""
    return {status: answer for status, answer in responses.items() if status < "400"} | {"default": FAULT}
