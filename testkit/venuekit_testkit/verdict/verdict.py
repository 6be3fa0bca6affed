"""What became of one law for one venue.

Used by the runner, which gives it, and by reports. What must stay true: whatever is not proven says why.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from venuekit.capability import Capability, Feature, Op, Support
from venuekit.venue import Venue
from venuekit_testkit.bench.build import Subject
from venuekit_testkit.law import Law, Need, Setting


class Verdict(Enum):
    """How a law ended."""

    HELD = "held"
    BROKE = "broke"
    XFAILED = "xfailed"  # broke, and the plugin says why
    XPASSED = "xpassed"  # held, although the plugin says that it cannot: the excuse must go
    ABSENT = "absent"  # the venue has no such thing, so the law does not apply
    PLANNED = "planned"  # the venue has it, and the plugin does not yet
    UNPROVEN = "unproven"  # nothing stands in for the venue here


FAULTS: Final = frozenset((Verdict.BROKE, Verdict.XPASSED))
LACKS: Final = {
    Setting.EXCHANGE: "nothing takes its orders here: name its simulator in conformance.toml",
    Setting.MARKET: "nothing tells its markets here: name its simulator in conformance.toml, or keep cassettes of it",
    Setting.CASSETTES: "there are no cassettes of it here: `sequence conform --record` makes them",
}
BARS: Final = FAULTS | {Verdict.XFAILED}  # what keeps a level away, whatever the law


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One law tried, or the reason why it was not."""

    law: Law
    verdict: Verdict
    why: str = ""
    seconds: float = 0.0
    rests_on: str = ""  # the id of the law that broke before this one could be tried


def exempt(law: Law, subject: Subject, venue: Venue) -> Outcome | None:
    """Tell why a law is not tried; None where it must be."""
    for need in law.needs:
        found = declared(venue, need)
        if found is None or found.support is Support.ABSENT:
            why = found.reason if found is not None else "not in its table"
            return Outcome(law=law, verdict=Verdict.ABSENT, why=f"{need.value}: {why}")
    for need in law.needs:
        found = declared(venue, need)
        if found is not None and found.support is Support.PLANNED:
            return Outcome(law=law, verdict=Verdict.PLANNED, why=f"{need.value}: {found.reason}")
    missing = {Setting.EXCHANGE: not subject.trades, Setting.MARKET: not subject.tells}
    missing[Setting.CASSETTES] = subject.cassettes is None
    return Outcome(law=law, verdict=Verdict.UNPROVEN, why=LACKS[law.setting]) if missing.get(law.setting) else None


def declared(venue: Venue, need: Need) -> Capability | None:
    """Give what a venue's tables say of a verb or a feature, for the first kind that it trades."""
    kind = next(iter(venue.capabilities))
    if isinstance(need, Op):
        return venue.capabilities[kind].get(need)
    assert isinstance(need, Feature)
    return venue.features.get(kind, {}).get(need)
