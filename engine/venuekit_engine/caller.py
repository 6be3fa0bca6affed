"""Who asks: one API key's identity, passed to everything that belongs to a client."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace


class Caller(msgspec.Struct, frozen=True):
    """One authenticated key. `sandbox` keys trade on paper only; `admin` is the first key ever made."""

    client_id: str
    key_id: str
    sandbox: bool
    admin: bool = False

    def on_paper(self, paper: bool) -> Caller:
        """Give the same client as it is seen on the paper side, where that is asked for."""
        return replace(self, sandbox=True) if paper else self
