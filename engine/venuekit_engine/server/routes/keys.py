"""API keys: create, list, rotate, revoke. A raw key is shown once, in the answer that makes it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from venuekit_engine.answer import ApiKey, ApiKeys
from venuekit_engine.server.request import Ask
from venuekit_engine.server.routes import Handlers
from venuekit_engine.service import KeyService

GRACE_MAX_S = 7 * 24 * 3600
PRINTABLE = r"^(?![\s\S]*[\x00-\x1f\x7f-\x9f])"  # no control characters: a label is shown in terminals


class KeyRequest(msgspec.Struct, frozen=True):
    """What to call a new key. A sandbox key trades on paper only."""

    label: Annotated[str, msgspec.Meta(max_length=128, pattern=PRINTABLE)] = ""
    sandbox: bool = False


class RotateRequest(msgspec.Struct, frozen=True):
    """How long the old key still works."""

    grace_secs: Annotated[float, msgspec.Meta(ge=0, le=GRACE_MAX_S)] = 0


class KeyRevoked(msgspec.Struct, frozen=True):
    """`DELETE /v1/api_keys/{key_id}`."""

    key_id: str
    revoked: bool = True


def key_routes(keys: KeyService) -> Handlers:
    """Build the API key endpoints."""

    @post("/v1/api_keys", tags=["keys"], status_code=200)
    async def create_key(request: Ask, data: JSONBody[KeyRequest | None] = None) -> ApiKey:
        """Make a key; `key` is in this answer and never again."""
        wanted = data or KeyRequest()
        return await keys.create(request.user, wanted.label, sandbox=wanted.sandbox)

    @get("/v1/api_keys", tags=["keys"])
    async def list_keys(request: Ask) -> ApiKeys:
        """List the keys, without the keys themselves."""
        return await keys.list(request.user)

    @post("/v1/api_keys/{key_id:str}/rotate", tags=["keys"], status_code=200)
    async def rotate_key(request: Ask, key_id: FromPath[str], data: JSONBody[RotateRequest | None] = None) -> ApiKey:
        """Replace a key; the old one dies at once, or after `grace_secs`."""
        return await keys.rotate(request.user, key_id, (data or RotateRequest()).grace_secs)

    @delete("/v1/api_keys/{key_id:str}", tags=["keys"], status_code=200)
    async def revoke_key(request: Ask, key_id: FromPath[str]) -> KeyRevoked:
        """Revoke a key."""
        await keys.revoke(request.user, key_id)
        return KeyRevoked(key_id)

    return [create_key, list_keys, rotate_key, revoke_key]
