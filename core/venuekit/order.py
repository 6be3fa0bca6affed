"""Orders as we speak of them: what is asked, how it is named, and what a venue answered."""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from venuekit.capability import Mode
from venuekit.fill import Fill
from venuekit.instrument import Instrument
from venuekit.lifecycle import OrderState
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty


class OrderType(Enum):
    """How a price binds."""

    MARKET = "market"
    LIMIT = "limit"


class TimeInForce(Enum):
    """How long an order may rest."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


_LIMIT: Final = OrderType.LIMIT  # a name of its own: looked up for every order


class NewOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One order for one venue. Refuses nonsense at birth, so no function checks again.

    Raises: ValueError for a quantity or price that is not > 0, a limit without a price, a market with one.
    """

    client_id: str
    instrument: Instrument
    side: Side
    qty: Qty
    type: OrderType = OrderType.LIMIT
    px: Px | None = None
    tif: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False

    def __post_init__(self) -> None:
        if self.qty <= 0:
            raise ValueError(f"quantity must be > 0, was {self.qty}")
        if self.type is _LIMIT:
            if self.px is None or self.px <= 0:
                raise ValueError(f"a limit order needs a price > 0, was {self.px}")
        elif self.px is not None or self.post_only:
            raise ValueError("a market order has no price and cannot be post-only")
        if self.post_only and self.tif is not TimeInForce.GTC:
            raise ValueError(f"a post-only order rests, so its time in force is GTC, was {self.tif.value}")


class OrderId(msgspec.Struct, frozen=True, gc=False):
    """How to name one live order to its venue. `venue_id` is "" while only our own id is known."""

    instrument: Instrument
    client_id: str
    venue_id: str = ""


class OpenOrder(msgspec.Struct, frozen=True):
    """An order that we believe rests, with its terms: what amend and decrease start from."""

    id: OrderId
    terms: NewOrder
    filled: Qty = Qty(0)


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The venue took the order. `fills` are those that came with the answer."""

    client_id: str
    venue_id: str
    state: OrderState
    filled: Qty = Qty(0)
    fills: tuple[Fill, ...] = ()
    mode: Mode = Mode.NATIVE
    ts: Nanos = Nanos(0)


class Cancelled(msgspec.Struct, frozen=True, kw_only=True):
    """The venue took the order off. `filled` is what it had traded by then, None where the venue does not say."""

    client_id: str
    venue_id: str
    filled: Qty | None = None
    mode: Mode = Mode.NATIVE


class OrderReport(msgspec.Struct, frozen=True, kw_only=True):
    """One order as the venue tells it. `avg_px` is None while nothing traded or where the venue does not say."""

    client_id: str
    venue_id: str
    venue_symbol: str
    side: Side
    state: OrderState
    qty: Qty
    filled: Qty
    px: Px | None = None
    avg_px: Px | None = None
    ts: Nanos = Nanos(0)
    reason: str = ""


class Balance(msgspec.Struct, frozen=True):
    """What an account holds of one asset."""

    asset: str
    free: Qty
    locked: Qty = Qty(0)


class Redeemed(msgspec.Struct, frozen=True):
    """What redeeming a resolved market did."""

    mode: Mode
    note: str = ""


def unchanged(order: OpenOrder) -> Accepted:
    """Answer an amend that asks for what already rests: nothing was sent."""
    return Accepted(
        client_id=order.id.client_id,
        venue_id=order.id.venue_id,
        state=OrderState.PARTIAL if order.filled else OrderState.ACCEPTED,
        filled=order.filled,
        mode=Mode.NOOP,
    )
