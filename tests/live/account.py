"""What one account holds at the stand-in: free and locked of each asset, its orders and its trades.

Used by `matching.py`. It counts in `Decimal` and shares no code with the engine, so that sums which agree prove
something. What must stay true: nothing is spent that is not there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass
class Holding:
    """One asset."""

    free: Decimal = ZERO
    locked: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All that is there."""
        return self.free + self.locked


@dataclass
class Trade:
    """One execution of one order of ours."""

    id: int
    px: Decimal
    qty: Decimal
    fee: Decimal
    fee_asset: str
    is_maker: bool
    time: int


@dataclass
class Order:
    """One order, in the venue's words."""

    id: int
    client_id: str
    symbol: str
    side: str
    type: str
    tif: str
    qty: Decimal
    px: Decimal
    time: int
    status: str = "NEW"
    trades: list[Trade] = field(default_factory=list)

    @property
    def filled(self) -> Decimal:
        """What traded."""
        return sum((trade.qty for trade in self.trades), ZERO)

    @property
    def paid(self) -> Decimal:
        """What traded, in the quote asset."""
        return sum((trade.qty * trade.px for trade in self.trades), ZERO)

    @property
    def left(self) -> Decimal:
        """What has not traded."""
        return self.qty - self.filled

    @property
    def is_live(self) -> bool:
        """Tell whether it rests."""
        return self.status in ("NEW", "PARTIALLY_FILLED")


class Account:
    """The holdings of one account by asset."""

    def __init__(self, **holdings: str) -> None:
        self.assets: dict[str, Holding] = defaultdict(Holding)
        for asset, amount in holdings.items():
            self.assets[asset].free = Decimal(amount)

    def lock(self, asset: str, amount: Decimal) -> bool:
        """Set aside what an order may spend; tell whether it was there."""
        held = self.assets[asset]
        if held.free < amount:
            return False
        held.free, held.locked = held.free - amount, held.locked + amount
        return True

    def unlock(self, asset: str, amount: Decimal) -> None:
        """Give back what an order did not spend."""
        held = self.assets[asset]
        held.free, held.locked = held.free + amount, held.locked - amount

    def spend(self, asset: str, amount: Decimal) -> None:
        """Take what was set aside."""
        self.assets[asset].locked -= amount

    def gain(self, asset: str, amount: Decimal) -> None:
        """Add what was bought."""
        self.assets[asset].free += amount
