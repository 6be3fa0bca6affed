"""Variants of what is traded: another kind of market stands first, or alone."""

from __future__ import annotations

from typing import Final

from venuekit.instrument import Kind
from venuekit_testkit.mutants.mutant import Edit
from venuekit_testkit.reference.capability import CAPABILITIES, FEATURES
from venuekit_testkit.reference.venue import ReferenceVenue
from venuekit_testkit.variants.variant import variant

SPOT_PAIR: Final = "BTC-USD"


@variant(symbol=SPOT_PAIR, edits=(Edit("venue.toml", '"prediction", "spot"', '"spot", "prediction"'),))
class SpotFirst(ReferenceVenue):
    """The venue is one of spot: balances and no positions, fees in what is bought, and nothing to redeem."""

    capabilities = {kind: CAPABILITIES[kind] for kind in (Kind.SPOT, Kind.PREDICTION)}
    features = {kind: FEATURES[kind] for kind in (Kind.SPOT, Kind.PREDICTION)}
