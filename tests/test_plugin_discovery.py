"""Discovery, over real entry points of distributions made in temporary folders."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from types import SimpleNamespace

import pytest

from venuekit.credential import Credentials
from venuekit.plugin import GROUP, ONLY, discover

Install = Callable[..., None]

INIT = """
from venuekit.plugin import VenueOffer, hookimpl

@hookimpl
def venuekit_offer_venues():
    return [VenueOffer(id="{id}", factory="{module}.venue:make")]
"""
VENUE = """
from types import SimpleNamespace

def make(credentials, hosts):
    return SimpleNamespace(id="{id}", credentials=credentials, hosts=hosts)
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv(ONLY, raising=False)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("stranger")]:
        del sys.modules[name]


@pytest.fixture
def install(site: Path) -> Install:
    def write(name: str, venue: str, *, version: str = "1.0", init: str = INIT) -> None:
        module = f"stranger_{name}"
        (site / module).mkdir()
        (site / module / "__init__.py").write_text(init.format(id=venue, module=module))
        (site / module / "venue.py").write_text(VENUE.format(id=venue))
        info = site / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: stranger-{name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{venue} = {module}\n")

    return write


def points(site: Path) -> list[EntryPoint]:
    found = [point for dist in distributions(path=[str(site)]) for point in dist.entry_points]
    return sorted((point for point in found if point.group == GROUP), key=lambda point: point.value)


def test_a_stranger_beside_us_is_found_with_its_name_and_version(site: Path, install: Install) -> None:
    install("acme", "acme", version="2.1")
    found = discover()
    assert found.sources["acme"] == "stranger-acme 2.1"
    assert not [refusal for refusal in found.refused if refusal.id == "acme"]


def test_a_venue_is_imported_when_it_is_built_and_not_before(site: Path, install: Install) -> None:
    install("acme", "acme")
    found = discover(points(site))
    assert "stranger_acme" in sys.modules
    assert "stranger_acme.venue" not in sys.modules
    keys = Credentials(api_key="k")
    built = found.build("acme", keys, {"rest": "http://127.0.0.1:1"})
    assert isinstance(built, SimpleNamespace)
    assert (built.id, built.credentials, built.hosts) == ("acme", keys, {"rest": "http://127.0.0.1:1"})


BREAK = {
    "raises on import": ("raise RuntimeError('no luck')", "RuntimeError: no luck"),
    "lacks a library": ("raise ImportError('no such library')", "ImportError: no such library"),
    "exits on import": ("raise SystemExit(3)", "SystemExit: 3"),
    "is no Python": ("def (", "SyntaxError"),
    "offers what there is no hook for": (
        "from venuekit.plugin import hookimpl\n@hookimpl\ndef venuekit_offer_moon():\n    return []",
        "unknown hook 'venuekit_offer_moon'",
    ),
    "raises in its hook": (
        "from venuekit.plugin import hookimpl\n@hookimpl\ndef venuekit_offer_venues():\n    return 1 // 0",
        "ZeroDivisionError",
    ),
    "offers no list": (
        "from venuekit.plugin import hookimpl\n@hookimpl\ndef venuekit_offer_venues():\n    return 7",
        "TypeError",
    ),
    "offers what is no venue": (
        "from venuekit.plugin import hookimpl\n@hookimpl\ndef venuekit_offer_venues():\n    return ['acme']",
        "expected VenueOffer, found 'acme'",
    ),
    "offers a cost that is none": (
        "from venuekit.plugin import hookimpl\n@hookimpl\ndef venuekit_offer_costs():\n    return ['toxicity']",
        "expected CostOffer, found 'toxicity'",
    ),
}


@pytest.mark.parametrize("name", BREAK)
def test_one_broken_plugin_is_reported_and_the_others_load(site: Path, install: Install, name: str) -> None:
    code, words = BREAK[name]
    install("broken", "broken", init=code)
    install("whole", "whole")
    found = discover(points(site))
    assert list(found.venues) == ["whole"]
    assert [words in refusal.reason for refusal in found.refused] == [True]
    assert found.refused[0].plugin == "stranger-broken 1.0"


def test_two_distributions_that_claim_one_id_are_both_refused_by_name_and_version(site: Path, install: Install) -> None:
    install("one", "acme", version="1.0")
    install("two", "acme", version="2.0")
    install("other", "other")
    found = discover(points(site))
    assert list(found.venues) == ["other"]
    assert {refusal.plugin for refusal in found.refused} == {"stranger-one 1.0", "stranger-two 2.0"}
    assert all("stranger-one 1.0" in each.reason and "stranger-two 2.0" in each.reason for each in found.refused)


def test_a_plugin_cannot_claim_the_id_of_another_under_a_name_of_its_own(site: Path, install: Install) -> None:
    install("honest", "acme")
    thief = INIT.replace('id="{id}"', 'id="acme"')
    install("thief", "harmless", init=thief)
    found = discover(points(site))
    assert not found.venues
    assert {refusal.plugin for refusal in found.refused} == {"stranger-honest 1.0", "stranger-thief 1.0"}


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_a_restriction_leaves_the_others_unimported(
    site: Path, install: Install, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    install("one", "one")
    install("two", "two")
    if how == "environment":
        monkeypatch.setenv(ONLY, "two,three")
    found = discover(points(site), only="two" if how == "argument" else None)
    assert list(found.venues) == ["two"]
    assert "stranger_one" not in sys.modules


def test_an_id_that_no_plugin_offers_is_refused_with_what_there_is(site: Path, install: Install) -> None:
    install("acme", "acme")
    with pytest.raises(LookupError, match="no plugin offers the venue 'moon'; there are: acme"):
        discover(points(site)).build("moon")


def test_other_offers_are_collected(site: Path, install: Install) -> None:
    init = INIT + (
        "\nfrom venuekit.plugin import CostOffer\n"
        "@hookimpl\ndef venuekit_offer_costs():\n    return [CostOffer('toxicity', 'stranger_acme.cost:toxicity')]\n"
    )
    install("acme", "acme", init=init)
    assert [offer.id for offer in discover(points(site)).costs] == ["toxicity"]
