"""Build a bench for one venue: its plugin, its profile, and the world that stands in for the outside.

Used by the runner, by pytest's fixture and by tests of the kit, which put another adapter on the bench of a venue.
What must stay true: building contacts nothing, and what is wrong with a plugin is said in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import msgspec

from venuekit.capability import Feature, Op
from venuekit.credential import Credentials
from venuekit.plugin import Plugins, load
from venuekit.venue import Venue
from venuekit_testkit.bench.bench import Bench, Build
from venuekit_testkit.bench.cause import describe
from venuekit_testkit.bench.manifest import require_manifest
from venuekit_testkit.bench.profile import Profile, Unusable, folder_of, read_profile
from venuekit_testkit.bench.world import EmptyWorld, SimulatedWorld, World
from venuekit_testkit.simulate.simulator import Simulator

HERE: Final = Path(__file__).resolve().parent


class Subject(msgspec.Struct, frozen=True):
    """What is tried: a venue's id, its package, its profile, and how an adapter and a world are made anew."""

    id: str
    package: str
    profile: Profile
    build: Build
    keys: Credentials
    make_world: Callable[[], World]
    make_simulator: Callable[[], Simulator] | None = None
    source: str = ""  # the distribution that it came from, with its version
    cassettes: Path | None = None  # where they are, if there are any

    @property
    def trades(self) -> bool:
        """Tell whether a simulator stands for the venue."""
        return self.make_simulator is not None

    @property
    def tells(self) -> bool:
        """Tell whether anything stands for the venue's market data."""
        return self.trades or self.cassettes is not None

    def bench(self) -> Bench:
        """Make a bench on which nothing has happened yet."""
        made = Bench(self.build, self.make_world(), self.profile, self.keys, package=self.package)
        made.make_simulator, made.cassettes = self.make_simulator, self.cassettes
        return made


def find_subject(venue: str, plugins: Plugins) -> Subject:
    """Find what is to be tried. Raises: Unusable."""
    refusals = [f"{each.plugin}: {each.reason}" for each in plugins.refused if each.id == venue]
    if refusals:
        raise Unusable(f"the plugin of {venue!r} was not loaded: {'; '.join(refusals)}")
    offer = plugins.venues.get(venue)
    if offer is None:
        raise Unusable(
            f"no plugin offers the venue {venue!r}; installed are: {', '.join(sorted(plugins.venues)) or 'none'}"
        )
    package = offer.factory.partition(":")[0].partition(".")[0]
    return make_subject(venue, package, lambda keys: plugins.build(venue, keys), plugins.sources[venue])


def make_subject(venue: str, package: str, build: Build, source: str = "") -> Subject:
    """Make a subject of a package with a profile. Raises: Unusable."""
    require_manifest(package, venue)
    profile = read_profile(package)
    cassettes = find_cassettes(venue, package, profile)
    _require_clean(cassettes)
    if profile.simulator:
        face = load_face(profile.simulator)
        keys = msgspec.convert(dict(face.keys), Credentials)
        return Subject(venue, package, profile, build, keys, lambda: SimulatedWorld(face()), face, source, cassettes)
    keys = msgspec.convert(dict(profile.keys), Credentials)
    return Subject(venue, package, profile, build, keys, lambda: _make_world(venue, cassettes), None, source, cassettes)


def _make_world(venue: str, cassettes: Path | None) -> World:
    if cassettes is None:
        return EmptyWorld(venue)
    from venuekit_testkit.cassette.market import CassetteWorld  # needs the extra `testkit`

    return CassetteWorld(venue, cassettes)


def load_face(path: str) -> type[Simulator]:
    """Import a simulator's class from "module:class". Raises: Unusable."""
    try:
        return cast("type[Simulator]", load(path))
    except (ImportError, AttributeError) as error:
        raise Unusable(f"the simulator {path!r} cannot be imported: {error}") from error


def find_cassettes(venue: str, package: str, profile: Profile) -> Path | None:
    """Find the folder of a venue's cassettes: the plugin's own, that of this checkout, or that of this wheel."""
    own = [folder_of(package) / profile.cassettes] if profile.cassettes else []
    ours = [HERE.parents[2] / "cassettes" / venue, HERE.parent / "cassettes" / venue]
    return next((path for path in own + ours if path.is_dir()), None)


def make_venue(build: Build, keys: Credentials | None) -> Venue:
    """Make an adapter. Raises: Unusable where its factory fails, or its tables name what does not exist."""
    try:
        venue = build(keys)
    except Exception as error:
        raise Unusable(f"the venue cannot be made: {describe(error)}") from error
    _require_tables(venue)
    return venue


def _require_tables(venue: Venue) -> None:
    for name, kind in (("capabilities", Op), ("features", Feature)):
        tables = getattr(venue, name, None)
        if not tables:
            raise Unusable(f"{venue.id} has no {name}: give a table for each kind that it trades, see capability.py")
        odd = sorted(str(each) for table in tables.values() for each in table if not isinstance(each, kind))
        if odd:
            known = ", ".join(each.name for each in kind)
            raise Unusable(
                f"{venue.id}: {name} name {', '.join(odd)}, which is no {kind.__name__}: choose from {known}"
            )


def _require_clean(cassettes: Path | None) -> None:
    """Refuse a folder in which a secret lies. Raises: Unusable."""
    if cassettes is not None and any(cassettes.glob("*.yaml")):
        from venuekit_testkit.cassette.tape import require_clean  # needs the extra `testkit`

        for path in sorted(cassettes.glob("*.yaml")):
            require_clean(path)
