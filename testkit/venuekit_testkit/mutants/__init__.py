"""Mutants: the reference adapter broken in one way each, to prove that the suite notices.

`python -m venuekit_testkit.mutants` tries each against its law and prints the score.
"""

from venuekit_testkit.mutants import (
    amends,
    asking,
    batches,
    burdens,
    cancels,
    claims,
    counting,
    feeds,
    frames,
    habits,
    keys,
    lists,
    markets,
    memory,
    payouts,
    placing,
    recovery,
    refusals,
    silence,
    sources,
    streams,
    tables,
    telling,
)
from venuekit_testkit.mutants.mutant import MUTANTS, Mutant

__all__ = ["MUTANTS", "Mutant"]

KINDS = (
    silence,
    asking,
    placing,
    telling,
    lists,
    cancels,
    amends,
    batches,
    refusals,
    recovery,
    memory,
    claims,
    tables,
    sources,
    keys,
    habits,
    markets,
    feeds,
    frames,
    counting,
    burdens,
    streams,
    payouts,
)  # in the order of the docs
