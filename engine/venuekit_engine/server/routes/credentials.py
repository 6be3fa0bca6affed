"""Keys to venues: store, list what is connected, forget. Secrets go in and never come out."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import HttpMethod, delete, get, route
from litestar.params import FromPath, JSONBody

from venuekit.credential import Credentials
from venuekit_engine.answer import ConnectedVenue
from venuekit_engine.refusal import Detail, Unprocessable
from venuekit_engine.server.request import Ask, decode_payload
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import CredentialService


class CredentialRequest(msgspec.Struct, frozen=True):
    """Which fields a venue needs stands in its plugin's README. `extra_json` is an object, or one as text."""

    api_key: str = ""
    api_secret: str = ""
    passphrase: str | None = None
    extra_json: dict[str, Any] | str | None = None

    def __repr__(self) -> str:
        return "CredentialRequest(***)"


def credential_routes(credentials: CredentialService) -> Handlers:
    """Build the credential endpoints."""

    @route(
        "/v1/credentials/{venue:str}",
        http_method=[HttpMethod.POST, HttpMethod.PUT],
        tags=["credentials"],
        status_code=200,
    )
    async def connect(request: Ask, venue: FromPath[str], data: JSONBody[CredentialRequest]) -> ConnectedVenue:
        """Store credentials for a venue, over any that were there."""
        await credentials.connect(request.user, venue, read_credentials(data))
        return find_venue(venue, await credentials.list(request.user))

    @get(["/v1/credentials", "/v1/venues"], tags=["credentials"])
    async def venues(request: Ask) -> list[ConnectedVenue]:
        """List the venues that have credentials, and whether they answer."""
        return await credentials.list(request.user)

    @delete("/v1/credentials/{venue:str}", tags=["credentials"], status_code=200)
    async def disconnect(request: Ask, venue: FromPath[str]) -> ConnectedVenue:
        """Forget a venue's credentials."""
        await credentials.disconnect(request.user, venue)
        return ConnectedVenue(venue, connected=False)

    return [connect, venues, disconnect]


def read_credentials(data: CredentialRequest) -> Credentials:
    """Translate the wire's shape. Raises: Unprocessable if `extra_json` is no object."""
    extra = data.extra_json or {}
    if isinstance(extra, str):
        extra = decode_payload(extra.encode())
    if not isinstance(extra, dict):
        raise Unprocessable("extra_json: expected an object", [Detail("extra_json", "expected an object")])
    return Credentials(data.api_key, data.api_secret, data.passphrase or "", extra)


def find_venue(venue: str, rows: list[ConnectedVenue]) -> ConnectedVenue:
    """Pick one venue's row; a venue that has not answered yet is not connected."""
    return next((row for row in rows if row.venue == venue), ConnectedVenue(venue, connected=False))
