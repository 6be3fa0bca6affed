"""What a route should cost, in parts that can be printed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.route.leg import Leg
from venuekit.route.sweep import Take
from venuekit.side import Side
from venuekit.units import RATE_SCALE, Px, Qty, Rate, notional


class CostParts(msgspec.Struct, frozen=True, gc=False):
    """The expected cost against the reference, × 10⁻⁸ of what was routed; a negative part is a gain."""

    slippage: Rate = Rate(0)
    fee: Rate = Rate(0)
    latency: Rate = Rate(0)
    freshness: Rate = Rate(0)
    extra: Rate = Rate(0)

    @property
    def total(self) -> Rate:
        """The sum of the parts."""
        return Rate(self.slippage + self.fee + self.latency + self.freshness + self.extra)


def estimate(side: Side, takes: Sequence[Take], legs: Sequence[Leg], reference: Px) -> CostParts:
    """Weigh the parts by what each venue gives. `legs` are those of `takes`."""
    total = value = fee = latency = freshness = extra = 0
    for take, leg in zip(takes, legs, strict=True):
        cost, qty = take.lane.cost, take.qty
        total += qty
        value += take.value
        fee += leg.fee
        latency += qty * cost.latency
        freshness += qty * cost.freshness
        extra += qty * cost.extra
    worth = notional(reference, Qty(total))
    if not worth:
        return CostParts()
    slippage, charged = Rate(side.sign * (value - worth) * RATE_SCALE // worth), Rate(fee * RATE_SCALE // worth)
    if not (latency or freshness or extra):
        return CostParts(slippage, charged)
    return CostParts(slippage, charged, Rate(latency // total), Rate(freshness // total), Rate(extra // total))
