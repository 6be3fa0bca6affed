"""New graph ids: the time first, so that the journal's indexes grow at their end and a commit touches few pages."""

from __future__ import annotations

from collections.abc import Callable

from venuekit.units import Nanos


def minter(now: Callable[[], Nanos], draw: Callable[[int], int]) -> Callable[[], str]:
    """Make what makes ids: 16 hex digits of the time, 16 of chance. `draw` gives so many random bits.

    An id is a name, not a secret: who may see a graph is decided by its client.
    """
    return lambda: f"graph_{now():016x}{draw(64):016x}"
