"""Query parameters: their bounds, and lists between commas.

Used by the routes. A list arrives as one text, `a,b`; an empty one means "no filter".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Final

from litestar.params import QueryParameter

from venuekit_engine.refusal import Detail, InvalidParams

MAX_DEPTH: Final = 100
DEFAULT_DEPTH: Final = 10
DEFAULT_LIMIT: Final = 50
MAX_OFFSET: Final = 2**53

Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Rows of one page.")]
Offset = Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET, description="Rows to skip.")]
Depth = Annotated[int, QueryParameter(description=f"Book levels a side, clamped to 1 to {MAX_DEPTH}.")]
Listed = Annotated[str, QueryParameter(description="Values between commas; empty means all.")]


def clamp_depth(depth: int) -> int:
    """Move a depth into its bounds, as the official client does."""
    return max(1, min(depth, MAX_DEPTH))


def split_list(text: str) -> Sequence[str] | None:
    """Part a comma list; None where it holds nothing."""
    return [part for part in map(str.strip, text.split(",")) if part] or None


def require_members(name: str, values: Sequence[str] | None, allowed: Collection[str]) -> None:
    """Refuse values that are not in a closed list. Raises: InvalidParams."""
    strange = [value for value in values or () if value not in allowed]
    if strange:
        message = f"expected some of {', '.join(sorted(allowed))}; found {', '.join(strange)[:100]}"
        raise InvalidParams(f"{name}: {message}", [Detail(name, message)])
