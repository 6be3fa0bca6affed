"""What the runtime needs of the market."""

from __future__ import annotations

from typing import Protocol

from venuekit_engine.market.candidates import Listings


class Market(Listings, Protocol):
    """Who lists what, the books, and which symbol is meant."""

    def resolve(self, text: str) -> str:
        """Give the canonical symbol that a client means. Raises: NotFound."""
        ...
