"""How the engine and its venues are."""

from __future__ import annotations

import msgspec


class ConnectedVenue(msgspec.Struct, frozen=True):
    """`GET /v1/credentials`, a plain array of these."""

    venue: str
    connected: bool
    last_heartbeat_ns: int | None = None
    error: str | None = None


class EdgeRow(msgspec.Struct, frozen=True):
    """One desk and the state of its market data."""

    edge_id: str
    venue: str
    instrument_type: str
    region: str
    remote: bool
    status: str
    last_heartbeat_ns: int | None
    symbols: int
    reason: str = ""


class Edges(msgspec.Struct, frozen=True):
    """`GET /v1/edges`."""

    edges: list[EdgeRow]


class Account(msgspec.Struct, frozen=True):
    """`GET /v1/account`."""

    client_id: str
    tier: str
    rate_limit_qps: float
    burst: float
    features: dict[str, bool]
    is_sandbox: bool
