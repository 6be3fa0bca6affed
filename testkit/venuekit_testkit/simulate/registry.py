"""Which venues can be simulated here: what the installed plugins name, and the reference.

Used by `sequence simulate` and by tests. What must stay true: looking contacts nothing and imports no plugin; a plugin
that cannot be read stops no other.
"""

from __future__ import annotations

from typing import Final

import msgspec

from venuekit.plugin import Plugins
from venuekit_testkit.bench.build import load_face
from venuekit_testkit.bench.profile import Unusable, read_profile
from venuekit_testkit.simulate.simulator import Simulator

REFERENCE: Final = "reference"
REFERENCE_PACKAGE: Final = "venuekit_testkit.reference"


class Known(msgspec.Struct, frozen=True):
    """One venue: the path of its simulator, or why it has none."""

    venue: str
    simulator: str = ""
    why: str = ""


def list_simulators(plugins: Plugins) -> list[Known]:
    """List every venue that a plugin here offers, and the reference."""
    packages = {venue: offer.factory.partition(":")[0].partition(".")[0] for venue, offer in plugins.venues.items()}
    return [_know(venue, package) for venue, package in sorted({**packages, REFERENCE: REFERENCE_PACKAGE}.items())]


def make_simulator(venue: str, plugins: Plugins) -> Simulator:
    """Make a venue's simulator. Raises: Unusable, with what there is."""
    known = {each.venue: each for each in list_simulators(plugins)}
    found = known.get(venue)
    if found is None:
        can = ", ".join(each.venue for each in known.values() if each.simulator)
        raise Unusable(f"no plugin here offers the venue {venue!r}; there are simulators of: {can}")
    if not found.simulator:
        raise Unusable(found.why)
    return load_face(found.simulator)()


def _know(venue: str, package: str) -> Known:
    try:
        simulator = read_profile(package).simulator
    except Unusable as error:
        return Known(venue, why=f"{venue} cannot be simulated: {error}")
    why = "" if simulator else f"{venue} has no simulator: {package}/conformance.toml names none"
    return Known(venue, simulator, why)
