"""What an order would cost, without sending it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from venuekit.route.candidate import Candidate, select
from venuekit.route.cost import CostParams
from venuekit.route.intent import Intent
from venuekit.route.plan import Route, route
from venuekit.units import Rate


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a preview, × 10⁻⁸ of the price.

    `best_venue` is where the whole order alone would cost least, "" without candidates. `worst_fee` is the highest
    that any candidate charges.
    """

    venues: tuple[str, ...]
    best_venue: str
    fee: Rate
    worst_fee: Rate
    slippage: Rate
    total: Rate
    route: Route


def preview(intent: Intent, candidates: Sequence[Candidate], params: CostParams | None = None) -> Preview:
    """Route an order and each venue alone, and sum up what they cost."""
    fit, _ = select(intent, candidates)
    chosen = route(intent, candidates, params)
    # Each is measured from the same reference, or the venue with the worst mid would look best.
    fixed = msgspec.structs.replace(intent, reference=chosen.reference)
    alone = {each.venue: route(fixed, [each], params) for each in fit}
    return Preview(
        venues=tuple(sorted(alone)),
        best_venue=min(alone, key=lambda name: (-alone[name].filled, alone[name].cost.total, name), default=""),
        fee=chosen.cost.fee,
        worst_fee=max((only.cost.fee for only in alone.values()), default=Rate(0)),
        slippage=chosen.cost.slippage,
        total=chosen.cost.total,
        route=chosen,
    )
