"""The steps and limits that a venue sets to the orders of one instrument, or why they do not fit our scale.

Used by plugins while they list instruments. What must stay true: one odd market never hides the others; it is listed
with the reason, and no number of it is rounded to fit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from venuekit.units import Inexact, Px, Qty, Usd


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """As the fields of `Instrument`. `misfit` says why there is none, or ""."""

    tick: Px = Px(0)
    lot: Qty = Qty(0)
    min_qty: Qty = Qty(0)
    max_qty: Qty = Qty(0)
    min_notional: Usd = Usd(0)
    misfit: str = ""


NO_STEP: Final = "the venue gives no step above 0 for its price or its quantity"


def read_grid(read: Callable[[], Grid]) -> Grid:
    """Give the grid that `read` makes, or one of zeros whose `misfit` says what is wrong with it."""
    try:
        grid = read()
    except Inexact as error:
        return Grid(misfit=f"its grid does not fit our scale: {error}")
    return grid if grid.tick > 0 and grid.lot > 0 else Grid(misfit=NO_STEP)
