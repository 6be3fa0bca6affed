"""What an account holds of a contract, and what a market paid when it ended.

Used by plugins, which read them from a venue's words, and by whoever asks a venue for them. What must stay true: a sign
is the side, never a flag beside the quantity.
"""

from __future__ import annotations

import msgspec

from venuekit.units import Nanos, Px, Qty, Usd


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """One position. `qty` is signed: negative is short, or the other outcome. `entry_px` is None where not told."""

    venue_symbol: str
    qty: Qty
    entry_px: Px | None = None
    realized: Usd = Usd(0)
    fees: Usd = Usd(0)


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What one resolved market paid us. `result` is the venue's word; `qty` is signed, as a position's."""

    venue_symbol: str
    result: str
    qty: Qty
    paid: Usd
    fee: Usd = Usd(0)
    ts: Nanos = Nanos(0)
