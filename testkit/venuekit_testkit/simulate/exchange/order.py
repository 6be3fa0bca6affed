"""Orders and trades of a simulated exchange.

Used by the exchange and every face. What must stay true: what has traded is the sum of the executions and is kept
nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from venuekit_testkit.simulate.exchange.account import ZERO


class Status(Enum):
    """Where an order stands. How a venue spells it is its face's affair."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # the venue took it off: IOC, FOK, self-trade


@dataclass(frozen=True)
class Execution:
    """One side of one trade. `id` is of the trade; both sides share it."""

    id: int
    px: Decimal
    qty: Decimal
    fee: Decimal
    fee_asset: str
    is_maker: bool
    ts_ns: int


@dataclass
class Order:
    """One order. `px` is None for a market order."""

    id: int
    account: str
    client_id: str
    symbol: str
    side: str  # "buy" or "sell"
    qty: Decimal
    px: Decimal | None
    tif: str  # "GTC", "IOC", "FOK"
    ts_ns: int
    post_only: bool = False
    reduce_only: bool = False
    status: Status = Status.OPEN
    why: str = ""  # what ended it, where the venue did
    updated_ns: int = 0
    lock_asset: str = ""
    locked: Decimal = ZERO
    place: int = 0  # in the queue: less is earlier
    executions: list[Execution] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)  # what else a face was told of it

    @property
    def filled(self) -> Decimal:
        """What traded."""
        return sum((each.qty for each in self.executions), ZERO)

    @property
    def paid(self) -> Decimal:
        """What traded, in the quote asset."""
        return sum((each.qty * each.px for each in self.executions), ZERO)

    @property
    def left(self) -> Decimal:
        """What has not traded."""
        return self.qty - self.filled

    @property
    def is_live(self) -> bool:
        """Tell whether it rests."""
        return self.status is Status.OPEN

    def before_newest(self) -> Order:
        """Give it as it was before its newest execution: what a read that lags tells."""
        if not self.executions:
            return self
        return replace(self, executions=self.executions[:-1], status=Status.OPEN)
