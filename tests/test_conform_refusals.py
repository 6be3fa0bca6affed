"""What cannot be tried: one sentence that says what to do, exit code 2, and the others are tried all the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from venuekit.plugin import GROUP, discover
from venuekit_testkit.conform import UNUSABLE, Found, conform
from venuekit_testkit.scaffold.scaffold import write_plugin

ONLY = ("ID",)  # laws that need nothing, so that the other plugin is tried quickly
CASSETTE = """metadata: {venue: odd, scenario: markets, provenance: documented, made_on: '2026-11-21', made_by: hand,
  api: v1, symbol: BTC-USD, source: 'https://docs.odd.example', start_ns: 1}
interactions:
- request: {method: GET, uri: 'https://api.odd.example/markets', body: null, headers: {}}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: '{"apiKey":"abc"}'}}
version: 1
"""


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the package of a plugin that was begun, importable, to be spoilt by the test."""
    write_plugin("odd", tmp_path, standalone=True)
    monkeypatch.syspath_prepend(tmp_path / "venuekit-odd")
    yield tmp_path / "venuekit-odd" / "venuekit_odd"
    for name in [name for name in sys.modules if name.startswith("venuekit_odd")]:
        del sys.modules[name]


def try_both(*points: EntryPoint) -> Found:
    """Try the odd one and a good one."""
    good = EntryPoint("kraken", "venuekit_kraken", GROUP)
    return conform(["odd", "kraken"], discover([*(points or [point()]), good], only=""), only=ONLY)


def point(value: str = "venuekit_odd") -> EntryPoint:
    return EntryPoint("odd", value, GROUP)


def require_refused(found: Found, *words: str) -> None:
    """Assert that the odd one was refused in one sentence of these words, and the other one tried."""
    assert found.code == UNUSABLE
    (venue, why), *others = found.unusable
    assert (venue, others) == ("odd", [])
    assert "\n" not in why
    for word in words:
        assert word in why, why
    assert [report.venue for report in found.reports] == ["kraken"]


def test_what_was_begun_can_be_tried(odd: Path) -> None:
    assert [report.venue for report in try_both().reports] == ["odd", "kraken"]


def test_a_manifest_that_is_no_toml(odd: Path) -> None:
    (odd / "venue.toml").write_text("id = odd")
    require_refused(try_both(), "venuekit_odd/venue.toml cannot be read")


def test_a_manifest_without_hosts(odd: Path) -> None:
    manifest = odd / "venue.toml"
    manifest.write_text("\n".join(line for line in manifest.read_text().splitlines() if "hosts" not in line))
    require_refused(try_both(), "does not tell hosts: add it")


def test_a_manifest_of_another_venue(odd: Path) -> None:
    manifest = odd / "venue.toml"
    manifest.write_text(manifest.read_text().replace('id = "odd"', 'id = "even"'))
    require_refused(try_both(), "'even'", "'odd'", "make them one")


def test_an_id_that_two_plugins_claim(odd: Path) -> None:
    (odd.parent / "venuekit_twin.py").write_text((odd / "__init__.py").read_text())
    require_refused(try_both(point(), point("venuekit_twin")), "both claim the venue 'odd'", "uninstall one")


def test_a_hook_that_is_async(odd: Path) -> None:
    hook = odd / "__init__.py"
    hook.write_text(hook.read_text().replace("def venuekit_offer_venues", "async def venuekit_offer_venues"))
    require_refused(try_both(), "venuekit_offer_venues is async", "write it with def")


def test_a_cassette_with_a_secret_in_it(odd: Path) -> None:
    (odd / "cassettes").mkdir()
    (odd / "cassettes" / "markets.yaml").write_text(CASSETTE)
    require_refused(try_both(), "the cassette markets.yaml holds the name of a key or a signature", "scrub it")


def test_a_cassette_that_does_not_say_how_it_was_made(odd: Path) -> None:
    (odd / "cassettes").mkdir()
    (odd / "cassettes" / "markets.yaml").write_text("interactions: []\nversion: 1\n")
    require_refused(try_both(), "the cassette markets.yaml has no head")


def test_a_capability_that_does_not_exist(odd: Path) -> None:
    table = odd / "capability.py"
    table.write_text(
        table.read_text().replace("Op.INSTRUMENTS: NATIVE,", 'Op.INSTRUMENTS: NATIVE, "teleport": NATIVE,')
    )
    require_refused(try_both(), "teleport", "choose from INSTRUMENTS")


def test_a_suite_that_is_not_known_yet(odd: Path) -> None:
    profile = odd / "conformance.toml"
    profile.write_text(profile.read_text().replace("suite = 1", "suite = 99"))
    require_refused(try_both(), "written for suite 99", "update venuekit")


def test_an_excuse_for_a_law_that_does_not_exist(odd: Path) -> None:
    profile = odd / "conformance.toml"
    profile.write_text(profile.read_text() + '\n[xfail]\n"ZZ-999" = "why"\n')
    require_refused(try_both(), "excuses ZZ-999")


def test_an_excuse_without_a_reason(odd: Path) -> None:
    profile = odd / "conformance.toml"
    profile.write_text(profile.read_text() + '\n[xfail]\n"EX-310" = " "\n')
    require_refused(try_both(), "each xfail is an id like EX-310 with a reason")


def test_a_venue_that_cannot_be_made(odd: Path) -> None:
    module = odd / "venue.py"
    module.write_text(
        module.read_text().replace('"""Take the addresses', 'raise KeyError("gone")\n        """Take the')
    )
    require_refused(try_both(), "the venue cannot be made: KeyError")


def test_a_simulator_that_is_not_there(odd: Path) -> None:
    profile = odd / "conformance.toml"
    profile.write_text('simulator = "venuekit_odd.face:Face"\n' + profile.read_text())
    require_refused(try_both(), "the simulator 'venuekit_odd.face:Face' cannot be imported")


def test_a_venue_that_nobody_offers() -> None:
    found = conform(["nobody"], discover([], only=""))
    assert found.code == UNUSABLE
    assert "no plugin offers the venue 'nobody'" in found.unusable[0][1]
