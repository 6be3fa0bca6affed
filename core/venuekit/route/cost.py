"""What a level costs beyond its price: fee, latency, freshness and what plugins add, as integers × 10⁻⁸ of the price.

Used by `sweep.py`, `plan.py` and `preview.py`. Slippage is the price itself against the reference; the other terms are
one number for each venue, so a venue's own levels stay in the order of their price.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isqrt
from typing import Final, NamedTuple, Protocol

import msgspec

from venuekit.instrument import FeeModel, FeeSchedule
from venuekit.route.candidate import Candidate
from venuekit.route.intent import Intent, Urgency
from venuekit.units import NANOS_PER_MS, NANOS_PER_S, PX_SCALE, RATE_PER_BPS, RATE_SCALE, Nanos, Px, Rate, Usd, fee_of

# How much a moving price counts while the order is on its way.
LATENCY_WEIGHTS: Final[Mapping[Urgency, Rate]] = {
    Urgency.LOW: Rate(RATE_SCALE // 2),
    Urgency.MEDIUM: Rate(RATE_SCALE),
    Urgency.HIGH: Rate(RATE_SCALE * 2),
}


class CostTerm(Protocol):
    """One more term, such as a venue's toxicity or its refusals: pure, and the same for all levels of a venue."""

    def __call__(self, intent: Intent, candidate: Candidate, /) -> Rate: ...


class CostParams(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The weights of the terms.

    `sigma` is how far the price moves in one second (one standard deviation). A quote is charged `fresh_per_s` for
    each second that it is older than `fresh_grace_ns`, at most `fresh_cap`. `terms` are added under their names.
    """

    urgency: Urgency = Urgency.MEDIUM
    sigma: Rate = Rate(0)
    latency_factor: Rate = Rate(RATE_SCALE)
    fresh_per_s: Rate = Rate(RATE_PER_BPS)
    fresh_grace_ns: Nanos = Nanos(500 * NANOS_PER_MS)
    fresh_cap: Rate = Rate(5 * RATE_PER_BPS)
    terms: tuple[tuple[str, CostTerm], ...] = ()


class TermFailed(Exception):
    """A term raised, or gave no integer. `name` says which; its cause is what it raised."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class VenueCost(NamedTuple):
    """The terms of one venue beside its fee."""

    latency: Rate
    freshness: Rate
    extra: Rate


NO_COST: Final = VenueCost(Rate(0), Rate(0), Rate(0))


def venue_cost(intent: Intent, candidate: Candidate, params: CostParams) -> VenueCost:
    """Compute the terms that are one number for a venue. Raises: TermFailed."""
    if not params.sigma and not params.terms and candidate.quote.age_ns <= params.fresh_grace_ns:
        return NO_COST
    return VenueCost(
        latency_cost(candidate.latency_ns, params) if params.sigma else Rate(0),
        freshness_cost(candidate.quote.age_ns, params),
        _extra(intent, candidate, params.terms) if params.terms else Rate(0),
    )


def _extra(intent: Intent, candidate: Candidate, terms: Iterable[tuple[str, CostTerm]]) -> Rate:
    total = 0
    for name, term in terms:
        try:
            charged = term(intent, candidate)
        except Exception as error:
            raise TermFailed(name, f"{type(error).__name__}: {error}") from error
        if type(charged) is not int:  # a stranger's code is not type-checked, and no float touches money
            raise TermFailed(name, f"expected an integer, found {charged!r}")
        total += charged
    return Rate(total)


def latency_cost(latency_ns: Nanos, params: CostParams) -> Rate:
    """Charge factor × weight × σ × √(seconds)."""
    root = isqrt(latency_ns * (RATE_SCALE * RATE_SCALE // NANOS_PER_S))  # √seconds, × 10⁸
    weight = params.latency_factor * LATENCY_WEIGHTS[params.urgency]
    return Rate(weight * params.sigma * root // RATE_SCALE**3)


def freshness_cost(age_ns: Nanos, params: CostParams) -> Rate:
    """Charge a quote for its age beyond the grace."""
    late = age_ns - params.fresh_grace_ns
    return Rate(min(params.fresh_cap, params.fresh_per_s * late // NANOS_PER_S)) if late > 0 else Rate(0)


def trade_fee(fees: FeeSchedule, rate: Rate, value: Usd, px: Px) -> Usd:
    """Compute the fee of a trade worth `value` at a price. Under PROBABILITY it is rate × value × (1 − p)."""
    if fees.model is FeeModel.PROBABILITY:
        return fee_of(Usd(value * max(PX_SCALE - px, 0) // PX_SCALE), rate)
    return fee_of(value, rate)
