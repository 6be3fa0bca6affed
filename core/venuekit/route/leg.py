"""One order of a route."""

from __future__ import annotations

import msgspec

from venuekit.instrument import FeeModel, Instrument
from venuekit.route.cost import trade_fee
from venuekit.route.sweep import Take
from venuekit.side import Side
from venuekit.units import QTY_SCALE, Px, Qty, Usd, fee_of


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One order at one venue. `px` is its limit, the worst level that it counts on.

    `value` is what it should trade for, `fee` what that should cost, both in the quote asset.
    """

    venue: str
    instrument: Instrument
    side: Side
    qty: Qty
    px: Px
    value: Usd
    fee: Usd


def leg_of(take: Take, side: Side) -> Leg:
    """Make the order that takes an allotment; its fee is that of the average price."""
    lane = take.lane
    if lane.fees.model is FeeModel.NOTIONAL:
        fee = fee_of(take.value, lane.fee)
    else:
        fee = trade_fee(lane.fees, lane.fee, take.value, Px(take.value * QTY_SCALE // take.qty))
    return Leg(lane.candidate.venue, lane.candidate.instrument, side, take.qty, take.worst, take.value, fee)
