"""Keys to one venue, kept out of every repr."""

from __future__ import annotations

from typing import Any

import msgspec


class Credentials(msgspec.Struct, frozen=True):
    """What a user gives to let us trade; which fields a venue needs stands in its README."""

    api_key: str = ""
    api_secret: str = ""
    passphrase: str = ""
    extra: dict[str, Any] = {}

    def __repr__(self) -> str:
        return "Credentials(***)"

    __str__ = __repr__
