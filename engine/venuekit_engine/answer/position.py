"""What a client holds."""

from __future__ import annotations

from typing import Any, Final

import msgspec

POSITION_KINDS: Final = ("fiat", "crypto", "perp", "event_contract")


class PositionView(msgspec.Struct, frozen=True):
    """One holding. `instrument` is tagged by `kind`, `lifecycle` by `state`. All money is in US dollars."""

    id: int
    venue: str
    instrument: dict[str, Any]
    qty_1e8: int
    locked_qty_1e8: int
    available_qty_1e8: int
    entry_price_usd_1e9: int
    current_price_usd_1e9: int
    current_value_usd_1e9: int
    unrealized_pnl_usd_1e9: int
    realized_pnl_usd_1e9: int
    fees_usd_1e9: int
    lifecycle: dict[str, Any]
    transferable: bool
    settled: bool
    settled_mark_usd_1e9: int | None


class Totals(msgspec.Struct, frozen=True):
    """Sums over positions, in US dollars."""

    nav_usd_1e9: int
    cash_usd_1e9: int
    unrealized_pnl_usd_1e9: int
    realized_pnl_usd_1e9: int
    fees_usd_1e9: int
    num_positions: int


class Positions(msgspec.Struct, frozen=True):
    """`GET /v1/positions` and `/v1/positions/unified`."""

    positions: list[PositionView]
    totals: Totals
    as_of_ns: int
