"""What the runtime needs of the market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from venuekit.book.consolidated import Consolidated
from venuekit.instrument import Instrument


class Market(Protocol):
    """Who lists what, and the books."""

    def resolve(self, text: str) -> str:
        """Give the canonical symbol that a client means. Raises: NotFound."""
        ...

    def listings(self, symbol: str) -> Mapping[str, Instrument]:
        """Give the instruments of a canonical symbol by venue."""
        ...

    def consolidated(self, symbol: str) -> Consolidated | None: ...
