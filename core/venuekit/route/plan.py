"""The route: the legs of an order, what they should cost, what is left and why, and a digest of what it was made from.

Used by the engine for every order, by preview and by forecasts. Pure: the same inputs in any order give the same route.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec

from venuekit.route.bound import bound_of, mid_of
from venuekit.route.candidate import Candidate, Excluded, select
from venuekit.route.cost import CostParams, venue_cost
from venuekit.route.digest import Inputs, digest_of, inputs_of
from venuekit.route.estimate import CostParts, estimate
from venuekit.route.intent import Intent
from venuekit.route.lane import MAX_LANES, Lane, lane_of
from venuekit.route.leg import Leg, leg_of
from venuekit.route.minimum import allot
from venuekit.route.rest import rest_on
from venuekit.units import Px, Qty


class Residual(Enum):
    """Why a part of the target was not routed."""

    NONE = "none"
    NO_VENUE = "no venue can serve"
    BOUND = "the limit or the slippage cap leaves no more levels"
    DEPTH = "the books hold no more"
    MINIMUM = "what is left is under a minimum or a lot"
    POST_ONLY = "a post-only order takes nothing"


class Route(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What to send, and how that was decided. `rest` waits at the limit; it is part of the residual."""

    legs: tuple[Leg, ...]
    filled: Qty
    residual: Qty
    why: Residual
    cost: CostParts
    reference: Px | None
    excluded: tuple[Excluded, ...]
    dropped: tuple[str, ...]
    rest: Leg | None
    inputs: Inputs

    @property
    def digest(self) -> str:
        """A short name for everything that the decision was made from."""
        return digest_of(self.inputs)


def route(intent: Intent, candidates: Sequence[Candidate], params: CostParams | None = None) -> Route:
    """Decide where an order goes."""
    params = params or CostParams()
    fit, excluded = select(intent, candidates)
    reference = intent.reference or mid_of(fit, intent.side)
    bound = bound_of(intent, reference)
    lanes = [] if reference is None or intent.post_only else make_lanes(intent, fit, params, reference, bound)
    takes, dropped = allot(lanes, intent.qty)
    legs = tuple([leg_of(take, intent.side) for take in takes])
    filled = Qty(sum([take.qty for take in takes]))
    residual = Qty(intent.qty - filled)
    return Route(
        legs=legs,
        filled=filled,
        residual=residual,
        why=_explain(intent, residual, lanes, dropped) if residual else Residual.NONE,
        cost=estimate(intent.side, takes, legs, reference or Px(0)),
        reference=reference,
        excluded=tuple(excluded),
        dropped=tuple([lane.candidate.venue for lane in dropped]),
        rest=rest_on(intent, candidates, residual, bound, legs) if intent.rests and residual else None,
        inputs=inputs_of(intent, params, reference, lanes, takes, excluded),
    )


def make_lanes(
    intent: Intent, fit: Iterable[Candidate], params: CostParams, reference: Px, bound: Px | None
) -> list[Lane]:
    """Rank the venues for ties (lower fee, then fresher, then by name) and read what each offers.

    Raises: ValueError for more venues than a rank can tell apart.
    """
    ranked = sorted(fit, key=_precedence)
    if len(ranked) > MAX_LANES:
        raise ValueError(f"expected at most {MAX_LANES} venues, found {len(ranked)}")
    return [
        lane_of(intent, each, rank, venue_cost(intent, each, params), reference, bound)
        for rank, each in enumerate(ranked)
    ]


def _precedence(candidate: Candidate) -> tuple[int, int, str]:
    fees = candidate.instrument.fees
    return (fees.taker or 0) if fees else 0, candidate.quote.age_ns, candidate.venue


def _explain(intent: Intent, residual: Qty, lanes: Sequence[Lane], dropped: Sequence[Lane]) -> Residual:
    rules = (
        (intent.post_only, Residual.POST_ONLY),
        (not lanes, Residual.NO_VENUE),
        (bool(dropped) or residual < min((lane.lot for lane in lanes), default=0), Residual.MINIMUM),
        (any(lane.is_cut for lane in lanes), Residual.BOUND),
    )
    return next((why for holds, why in rules if holds), Residual.DEPTH)
