"""What happens at a simulated exchange, told to its face's sockets in the order in which it happened.

Told by `matching.py` and `exchange.py`; faces write them as their venue does. What must stay true: an event is told
after what it tells has happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from venuekit_testkit.simulate.exchange.order import Execution, Order


@dataclass(frozen=True)
class LevelChanged:
    """The total of one price is now `qty`, after a change of `by`."""

    symbol: str
    side: str  # "buy": a bid
    px: Decimal
    qty: Decimal
    by: Decimal
    seq: int  # of the market, one more each time
    order: Order  # whose quantity it is


@dataclass(frozen=True)
class OrderChanged:
    """An order was taken, traded, changed or ended. `order` is the live thing: render it at once."""

    order: Order
    what: str  # "new", "trade", "amend", "end"
    execution: Execution | None = None


@dataclass(frozen=True)
class Traded:
    """A public trade; `taker` is "buy" or "sell"."""

    symbol: str
    execution: Execution
    taker: str


@dataclass(frozen=True)
class Resolved:
    """A market ended. `pays` is what one contract is worth."""

    symbol: str
    result: str
    pays: Decimal


Event: TypeAlias = LevelChanged | OrderChanged | Traded | Resolved
