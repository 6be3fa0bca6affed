"""The Python client of a Sequence engine: `Sequence` and `AsyncSequence`, with typed results.

Speaks HTTP only and imports neither the engine nor the core. Names are imported when first used, so the command line
starts without an HTTP stack.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from venuekit_sdk.async_client import AsyncSequence
    from venuekit_sdk.client import Sequence
    from venuekit_sdk.errors import (
        ApiError,
        Conflict,
        Forbidden,
        Invalid,
        NotFound,
        OutcomeUnknown,
        RateLimited,
        Refused,
        Unauthorized,
        Unavailable,
        Unreachable,
        Unreadable,
    )

__all__ = [
    "ApiError",
    "AsyncSequence",
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotFound",
    "OutcomeUnknown",
    "RateLimited",
    "Refused",
    "Sequence",
    "Unauthorized",
    "Unavailable",
    "Unreachable",
    "Unreadable",
]


_HOMES: Final = dict.fromkeys(__all__, "errors") | {"Sequence": "client", "AsyncSequence": "async_client"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
