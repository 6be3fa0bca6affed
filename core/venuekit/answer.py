"""Read what a venue answered, or say that it proves nothing.

Used by every plugin's REST side, after it has judged the status. What must stay true: a body that cannot be read, that
makes no sense, or that says a word we do not know leaves the outcome open. Nothing of it is guessed, and nothing else
than a `TradeError` comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from venuekit.errors import OutcomeUnknown
from venuekit.wire import Response

T = TypeVar("T")


def understand(venue: str, response: Response, read: Callable[[bytes], T]) -> T:
    """Decode and convert a body. Raises: OutcomeUnknown where `read` raises ValueError; what else, as it is."""
    try:
        return read(response.body)
    except (ValueError, RecursionError) as error:  # msgspec raises the latter for what is nested too deeply
        code = str(response.status)
        raise OutcomeUnknown(f"the answer cannot be read: {error}", venue=venue, code=code) from error


def translate(venue: str, table: Mapping[str, T], word: str, what: str) -> T:
    """Translate a word of the venue. Raises: OutcomeUnknown for one that the table lacks, rather than guess."""
    try:
        return table[word]
    except KeyError:
        raise OutcomeUnknown(f"unknown {what} {word!r}", venue=venue) from None
