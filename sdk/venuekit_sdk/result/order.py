"""Orders and fills, flat: one row each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec

from venuekit_sdk.fixed import px_of, qty_of

ENDED: Final = frozenset({"FILLED", "COMPLETED", "CANCELLED", "REJECTED", "FAILED"})


class Order(msgspec.Struct, frozen=True):
    """One node order."""

    node_order_id: str
    side: str
    symbol: str
    qty_1e8: int
    filled_qty_1e8: int
    status: str
    client_id: str = ""
    constraints: dict[str, Any] | None = None
    created_unix_ns: int | None = None
    updated_unix_ns: int | None = None
    failure_reason: str | None = None
    avg_fill_price_1e9: int = 0
    client_order_id: str | None = None

    @property
    def qty(self) -> Decimal:
        """What was asked for."""
        return qty_of(self.qty_1e8)

    @property
    def filled_qty(self) -> Decimal:
        """What is filled."""
        return qty_of(self.filled_qty_1e8)

    @property
    def avg_px(self) -> Decimal:
        """The average price of its fills; 0 where there are none."""
        return px_of(self.avg_fill_price_1e9)

    @property
    def fill_pct(self) -> float:
        """How much is filled, 0 to 100."""
        return 100.0 * self.filled_qty_1e8 / self.qty_1e8 if self.qty_1e8 else 0.0

    @property
    def is_terminal(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.status.upper() in ENDED


class Orders(msgspec.Struct, frozen=True):
    """One page of orders, newest first."""

    orders: list[Order]
    total: int = 0
    limit: int = 0
    offset: int = 0
    has_more: bool = False


class Fill(msgspec.Struct, frozen=True):
    """One fill. `fee_1e9` is in `fee_asset`."""

    fill_id: str
    node_order_id: str
    symbol: str
    side: str
    qty_1e8: int
    price_1e9: int
    venue: str
    fee_1e9: int
    timestamp_ns: int
    fee_asset: str = ""
    liquidity: str = ""

    @property
    def qty(self) -> Decimal:
        """The quantity that changed hands."""
        return qty_of(self.qty_1e8)

    @property
    def px(self) -> Decimal:
        """The price."""
        return px_of(self.price_1e9)

    @property
    def fee(self) -> Decimal:
        """The fee, in `fee_asset`."""
        return px_of(self.fee_1e9)


class Fills(msgspec.Struct, frozen=True):
    """One page of fills, newest first."""

    fills: list[Fill]
    total: int = 0
    limit: int = 0
    offset: int = 0
    has_more: bool = False
