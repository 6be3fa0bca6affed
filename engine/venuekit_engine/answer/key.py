"""API keys, without the keys."""

from __future__ import annotations

import msgspec


class ApiKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """One API key. `key` is there once, when it is made or rotated."""

    key_id: str
    label: str
    prefix: str
    sandbox: bool
    created_at_ns: int
    admin: bool = False
    last_used_ns: int | None = None
    revoked: bool = False
    key: str | None = None


class ApiKeys(msgspec.Struct, frozen=True):
    """`GET /v1/api_keys`."""

    api_keys: list[ApiKey]
