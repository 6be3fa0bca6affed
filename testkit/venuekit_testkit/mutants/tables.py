"""Mutants that say of themselves what is not so: in their tables, their hosts, their limits."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from venuekit.capability import Feature, Op
from venuekit.credential import Credentials
from venuekit.instrument import Kind
from venuekit.wire import Limit
from venuekit_testkit.mutants.mutant import mutant
from venuekit_testkit.reference.capability import CAPABILITIES, FEATURES, NATIVE
from venuekit_testkit.reference.endpoints import LIMITS, READS
from venuekit_testkit.reference.venue import ReferenceVenue


@mutant("ID-110")
class GoesByAnotherName(ReferenceVenue):
    """Has an id in its class that its manifest does not."""

    id = "another"


@mutant("ID-140")
class WantsKeysToBeBuilt(ReferenceVenue):
    """Cannot be made without keys."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        if credentials is None:
            raise ValueError("give keys")
        super().__init__(credentials, hosts)


@mutant("ID-160", "https://github.com/freqtrade/freqtrade/issues/847")
class HasAHostToItself(ReferenceVenue):
    """Has a host in its class that its manifest does not declare."""

    def __init__(self, credentials: Credentials | None = None, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(credentials, hosts)
        self.hosts = (*self.hosts, "collect.example")


@mutant("ID-170")
class TradesWhatItsManifestDoesNot(ReferenceVenue):
    """Has a table for a kind that its manifest does not name."""

    capabilities = {**CAPABILITIES, Kind.PERP: CAPABILITIES[Kind.SPOT]}


@mutant("ID-180")
class LimitsNothing(ReferenceVenue):
    """Declares no limits."""

    limits: tuple[Limit, ...] = ()


@mutant("ID-180")
class LimitsTwiceByOneName(ReferenceVenue):
    """Declares two limits of one name."""

    limits = (*LIMITS, READS)


@mutant("ID-200")
class ForgetsAVerb(ReferenceVenue):
    """Says nothing of settlements."""

    capabilities = {
        kind: {op: found for op, found in table.items() if op is not Op.SETTLEMENTS}
        for kind, table in CAPABILITIES.items()
    }


@mutant("ID-210")
class ForgetsAFeature(ReferenceVenue):
    """Says nothing of post-only."""

    features = {
        kind: {feature: found for feature, found in table.items() if feature is not Feature.POST_ONLY}
        for kind, table in FEATURES.items()
    }


@mutant("ID-250")
class LimitsBelowNothing(ReferenceVenue):
    """Has minus one for "as many as you like"."""

    capabilities = {
        **CAPABILITIES,
        Kind.PREDICTION: {**CAPABILITIES[Kind.PREDICTION], Op.TRADES: msgspec.structs.replace(NATIVE, limit=-1)},
    }
