"""What one account holds at a simulated exchange: free and locked of each asset, and contracts by market.

It counts in `Decimal` and shares no code with the engine, so that sums which agree prove something. What must stay
true: nothing is locked that is not there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ZERO = Decimal(0)
ME: Final = "me"
CROWD: Final = "crowd"


@dataclass
class Holding:
    """One asset."""

    free: Decimal = ZERO
    locked: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All that is there."""
        return self.free + self.locked


class Account:
    """The holdings of one account. `positions` are contracts by market, negative when short."""

    def __init__(self, name: str, *, endless: bool = False, **holdings: str) -> None:
        self.name, self.endless = name, endless
        self.assets: dict[str, Holding] = defaultdict(Holding)
        self.positions: dict[str, Decimal] = defaultdict(Decimal)
        for asset, amount in holdings.items():
            self.assets[asset].free = Decimal(amount)

    def lock(self, asset: str, amount: Decimal) -> bool:
        """Set aside what an order may spend; tell whether it was there."""
        held = self.assets[asset]
        if held.free < amount and not self.endless:
            return False
        held.free, held.locked = held.free - amount, held.locked + amount
        return True

    def unlock(self, asset: str, amount: Decimal) -> None:
        """Give back what was set aside."""
        held = self.assets[asset]
        held.free, held.locked = held.free + amount, held.locked - amount

    def add(self, asset: str, amount: Decimal) -> None:
        """Add to what is free; take from it where the amount is negative."""
        self.assets[asset].free += amount
