"""A short name for everything that a decision was made from, for the journal.

Each book is named by its version (sequence and times) and by what the sweep read of it: a hash of every level would
cost more than the decision, and levels that were not reached did not decide. Same inputs in any order, same digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from venuekit.route.candidate import Excluded
from venuekit.route.cost import CostParams
from venuekit.route.intent import Intent
from venuekit.route.lane import Lane
from venuekit.route.sweep import Take
from venuekit.units import Px


class Inputs(msgspec.Struct, frozen=True, gc=False):
    """What a decision was made from. Books move on, so their versions are noted; all else that is read stands still."""

    intent: Intent
    params: CostParams
    reference: Px | None
    lanes: Sequence[Lane]
    versions: Sequence[tuple[object, ...]]
    takes: Sequence[Take]
    excluded: Sequence[Excluded]


def inputs_of(
    intent: Intent,
    params: CostParams,
    reference: Px | None,
    lanes: Sequence[Lane],
    takes: Sequence[Take],
    excluded: Sequence[Excluded],
) -> Inputs:
    """Note what a decision was made from, before the books move on."""
    books = [lane.candidate.book for lane in lanes]
    versions = [(book.seq, book.ts, book.received) for book in books]
    return Inputs(intent, params, reference, lanes, versions, takes, excluded)


def digest_of(inputs: Inputs) -> str:
    """Compute 128 bits of BLAKE2b over the inputs' JSON, as hex."""
    told = (
        inputs.intent,
        _weights(inputs.params),
        inputs.reference,
        [_lane(lane, version) for lane, version in zip(inputs.lanes, inputs.versions, strict=True)],
        [(take.lane.rank, take.qty, take.value, take.worst) for take in inputs.takes],
        [(each.venue, each.reason.value, each.detail) for each in inputs.excluded],
    )
    return blake2b(msgspec.json.encode(told), digest_size=16).hexdigest()


def _weights(params: CostParams) -> tuple[object, ...]:
    fresh = (params.fresh_per_s, params.fresh_grace_ns, params.fresh_cap)
    names = [name for name, _ in params.terms]
    return (params.urgency.value, params.sigma, params.latency_factor, *fresh, names)


def _lane(lane: Lane, version: tuple[object, ...]) -> tuple[object, ...]:
    candidate, instrument = lane.candidate, lane.candidate.instrument
    rules = (lane.fee, lane.lot, instrument.min_qty, instrument.min_notional, candidate.free)
    return (candidate.venue, *version, candidate.quote.age_ns, lane.count, *lane.cost, rules)
