"""Who asks, with which keys, and which venues are connected."""

from __future__ import annotations

from typing import Any

import msgspec


class ConnectedVenue(msgspec.Struct, frozen=True):
    """One venue that the engine holds a key for."""

    venue: str
    connected: bool
    last_heartbeat_ns: int | None = None
    error: str | None = None


class EdgeRow(msgspec.Struct, frozen=True):
    """One desk and the state of its market data."""

    edge_id: str
    venue: str = ""
    instrument_type: str = ""
    region: str = ""
    remote: bool = False
    status: str = ""
    last_heartbeat_ns: int | None = None
    symbols: int = 0
    reason: str = ""


class Edges(msgspec.Struct, frozen=True):
    """All desks."""

    edges: list[EdgeRow]


class Account(msgspec.Struct, frozen=True):
    """One client: its budget of requests and what it may do."""

    client_id: str
    tier: str = ""
    rate_limit_qps: float = 0.0
    burst: float = 0.0
    features: dict[str, bool] = {}
    is_sandbox: bool = False


class ApiKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """One API key. `key` is there once, when it is made or rotated, and in no repr."""

    key_id: str
    label: str = ""
    prefix: str = ""
    sandbox: bool = False
    created_at_ns: int = 0
    admin: bool = False
    last_used_ns: int | None = None
    revoked: bool = False
    key: str | None = None

    def __repr__(self) -> str:
        return f"ApiKey({self.key_id!r}, label={self.label!r}, sandbox={self.sandbox})"

    __str__ = __repr__

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("key_id", self.key_id), ("label", self.label), ("sandbox", self.sandbox)]


class ApiKeys(msgspec.Struct, frozen=True):
    """All keys of one client, without their secrets."""

    api_keys: list[ApiKey]
