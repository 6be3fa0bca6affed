"""Who asks: one API key's identity, passed to everything that belongs to a client."""

from __future__ import annotations

import msgspec


class Caller(msgspec.Struct, frozen=True):
    """One authenticated key. `sandbox` keys trade on paper only; `admin` is the first key ever made."""

    client_id: str
    key_id: str
    sandbox: bool
    admin: bool = False
