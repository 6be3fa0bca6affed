"""ID: what a plugin says of itself, in its manifest, in its hook and in its class, and that the three agree.

Run before anything else: whoever lists, loads or documents plugins reads these and nothing more.
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any, cast

from venuekit.credential import Credentials
from venuekit.plugin import VenueOffer, load
from venuekit.venue import Venue
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.manifest import read_manifest
from venuekit_testkit.law import Level, Setting, law


@law("ID-100", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id100_a_manifest_says_what_can_be_known_without_importing(bench: Bench) -> None:
    """ID-100. The plugin's `venue.toml` is missing or says too little.

    It names the id, the name, the kinds, the documentation's URL, the owners and the hosts, so that a plugin can be
    listed and judged without running any of its code.
    """
    told = read_manifest(bench.package)
    assert told.id.lower().isidentifier(), f"the id is one word, was {told.id!r}"
    assert told.id == told.id.lower(), f"the id is lower case, was {told.id!r}"
    assert told.name.strip(), "the manifest gives no name"
    assert told.docs.startswith("https://"), f"docs is the https URL of the venue's documentation, was {told.docs!r}"
    assert any(each.strip() for each in told.owners), "name who answers for the plugin in `owners`"


@law("ID-110", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id110_manifest_and_class_name_the_same_venue(bench: Bench) -> None:
    """ID-110. The id in `venue.toml` is not the `id` of the venue's class.

    Orders are journalled under the one and plugins are found under the other.
    """
    told = read_manifest(bench.package)
    assert told.id == bench.venue.id, f"venue.toml says {told.id!r}, the class says {bench.venue.id!r}"


@law("ID-120", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id120_the_hook_offers_this_venue_at_once(bench: Bench) -> None:
    """ID-120. The hook `venuekit_offer_venues` is missing, async, or does not offer what the manifest names.

    Hooks are plain functions which return offers. One that has to be awaited offers nothing.
    """
    offer = offer_of(bench)
    assert offer.factory.count(":") == 1, f"a factory is 'module:callable', was {offer.factory!r}"


@law("ID-130", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id130_the_offered_factory_makes_the_venue(bench: Bench) -> None:
    """ID-130. What the hook names as factory cannot be imported, or does not make a venue of that id.

    It takes `credentials`, which may be None, and `hosts`, which may be None.
    """
    offer = offer_of(bench)
    venue = cast("Venue", load(offer.factory)(credentials=None, hosts=None))
    assert venue.id == offer.id, f"the factory of {offer.id!r} makes a venue of the id {venue.id!r}"


@law("ID-140", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id140_it_is_built_without_keys(bench: Bench) -> None:
    """ID-140. The venue cannot be made without keys, or says other things of itself then.

    Market data needs none, and the docs read the tables of a venue that nobody has an account at.
    """
    bare, full = bench.build(None), bench.venue
    assert (bare.id, bare.capabilities, bare.features) == (full.id, full.capabilities, full.features)
    empty = bench.build(Credentials())
    assert empty.id == full.id, "credentials with nothing in them are no keys, and no fault either"


@law("ID-150", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id150_a_host_name_that_it_does_not_have_is_a_mistake(bench: Bench) -> None:
    """ID-150. The factory swallowed a base URL under a name that the plugin does not have.

    Who misspells `rest` means a simulator or a testnet; to go to the real venue instead spends real money.
    """
    factory = load(offer_of(bench).factory)
    try:
        factory(credentials=None, hosts={"no-such-name": "http://127.0.0.1:1"})
    except ValueError:
        return
    raise AssertionError("hosts={'no-such-name': ...} was taken; raise ValueError, as `resolve_addresses` does")


@law("ID-160", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id160_manifest_and_class_declare_the_same_hosts(bench: Bench) -> None:
    """ID-160. The hosts in `venue.toml` are not those of the class.

    An operator opens the firewall by the one, the transport refuses by the other. They are names, without scheme, port
    or path.
    """
    told, has = list(read_manifest(bench.package).hosts), list(bench.venue.hosts)
    odd = [host for host in told if not host or set(host) & set(":/@*? ") or host != host.lower()]
    assert not odd, f"hosts are plain lower-case names, these are not: {odd}"
    assert sorted(told) == sorted(set(has)), f"venue.toml declares {sorted(told)}, the class {sorted(set(has))}"


@law("ID-170", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id170_manifest_and_tables_name_the_same_kinds(bench: Bench) -> None:
    """ID-170. The kinds in `venue.toml` are not those of the tables of capabilities and features."""
    told = read_manifest(bench.package).kind
    verbs = [kind.value for kind in bench.venue.capabilities]
    features = [kind.value for kind in bench.venue.features]
    assert told == verbs, f"venue.toml says {told}, the table of verbs {verbs}"
    assert verbs == features, f"the table of verbs has the kinds {verbs}, that of features {features}"


@law("ID-180", Level.IMPORTABLE, setting=Setting.NOWHERE)
def test_id180_limits_are_declared(bench: Bench) -> None:
    """ID-180. The venue declares no limits, two of one name, or one that gives nothing.

    A venue without buckets is asked as fast as we can, and bans us.
    """
    limits = list(bench.venue.limits)
    assert limits, "declare the venue's budgets as `limits`, or one of our own where it publishes none"
    names = [limit.name for limit in limits]
    assert len(set(names)) == len(names), f"two limits have one name: {names}"
    odd = [limit for limit in limits if not limit.name or limit.capacity <= 0 or limit.period_s <= 0]
    assert not odd, f"a limit has a name, a capacity and a period above 0, these do not: {odd}"


def offer_of(bench: Bench) -> VenueOffer:
    """Ask the plugin's hook for the offer of its manifest's id. Raises: AssertionError."""
    module = importlib.import_module(bench.package)
    hook = getattr(module, "venuekit_offer_venues", None)
    assert callable(hook), f"{bench.package} has no function venuekit_offer_venues, marked with @hookimpl"
    assert getattr(hook, "venuekit_impl", None) is not None, "venuekit_offer_venues is not marked with @hookimpl"
    assert not inspect.iscoroutinefunction(hook), "venuekit_offer_venues is async: hooks are plain functions"
    offers: Any = hook()
    assert isinstance(offers, list), f"venuekit_offer_venues returns a list, was {type(offers).__name__}"
    wanted = read_manifest(bench.package).id
    found = [each for each in offers if isinstance(each, VenueOffer) and each.id == wanted]
    assert found, f"the hook offers {[getattr(each, 'id', each) for each in offers]}, and venue.toml is of {wanted!r}"
    return found[0]
