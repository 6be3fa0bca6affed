"""What is held, in US dollars."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec

from venuekit_sdk.fixed import px_of, qty_of

_NAMED_BY: Final = ("symbol", "code", "market_slug")


class Position(msgspec.Struct, frozen=True):
    """One holding at one venue. `instrument` is tagged by `kind`, `lifecycle` by `state`."""

    venue: str
    instrument: dict[str, Any]
    qty_1e8: int
    current_price_usd_1e9: int
    current_value_usd_1e9: int
    id: int = 0
    locked_qty_1e8: int = 0
    available_qty_1e8: int = 0
    entry_price_usd_1e9: int = 0
    unrealized_pnl_usd_1e9: int = 0
    realized_pnl_usd_1e9: int = 0
    fees_usd_1e9: int = 0
    lifecycle: dict[str, Any] = {}
    transferable: bool = False
    settled: bool = False
    settled_mark_usd_1e9: int | None = None

    @property
    def kind(self) -> str:
        """fiat, crypto, perp or event_contract."""
        return str(self.instrument.get("kind", ""))

    @property
    def name(self) -> str:
        """The asset, or the market with its outcome."""
        name = next((str(self.instrument[key]) for key in _NAMED_BY if key in self.instrument), "")
        outcome = self.instrument.get("outcome")
        return f"{name}:{outcome}" if outcome else name

    @property
    def qty(self) -> Decimal:
        """How much; negative where short."""
        return qty_of(self.qty_1e8)

    @property
    def locked_qty(self) -> Decimal:
        """How much of it open orders hold."""
        return qty_of(self.locked_qty_1e8)

    @property
    def px(self) -> Decimal:
        """The current price."""
        return px_of(self.current_price_usd_1e9)

    @property
    def value(self) -> Decimal:
        """The current value."""
        return px_of(self.current_value_usd_1e9)

    @property
    def unrealized_pnl(self) -> Decimal:
        """What a sale at the current price would gain."""
        return px_of(self.unrealized_pnl_usd_1e9)


class Totals(msgspec.Struct, frozen=True):
    """Sums over the positions."""

    nav_usd_1e9: int
    cash_usd_1e9: int
    num_positions: int
    unrealized_pnl_usd_1e9: int = 0
    realized_pnl_usd_1e9: int = 0
    fees_usd_1e9: int = 0

    @property
    def nav(self) -> Decimal:
        """Everything at its current value."""
        return px_of(self.nav_usd_1e9)

    @property
    def cash(self) -> Decimal:
        """Dollars and dollar stablecoins."""
        return px_of(self.cash_usd_1e9)

    @property
    def fees(self) -> Decimal:
        """All fees paid."""
        return px_of(self.fees_usd_1e9)


class Positions(msgspec.Struct, frozen=True):
    """All holdings at one instant."""

    positions: list[Position]
    totals: Totals
    as_of_ns: int
