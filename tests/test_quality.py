"""What each plugin says of itself in `quality.toml`: the same rules for all, and no more than is true."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from venuekit.capability import Op, Support
from venuekit.plugin import discover
from venuekit.venue import Venue

ROOT: Final = Path(__file__).parents[1]
PLUGINS: Final = sorted(path.parent for path in ROOT.glob("plugins/venuekit_*/venue.toml"))

plugins = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)


def rules_of(plugin: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((plugin / "quality.toml").read_text())["rules"]
    return found


def build(plugin: Path) -> Venue:
    return discover(only=plugin.name.removeprefix("venuekit_")).build(plugin.name.removeprefix("venuekit_"))


def supports(venue: Venue, *ops: Op) -> set[Support]:
    return {table[op].support for table in venue.capabilities.values() for op in ops}


@plugins
def test_every_plugin_answers_the_same_rules(plugin: Path) -> None:
    assert list(rules_of(plugin)) == list(rules_of(PLUGINS[0]))


@plugins
def test_a_rule_is_done_or_to_do_or_exempt_for_a_reason(plugin: Path) -> None:
    for name, answer in rules_of(plugin).items():
        assert answer in ("done", "todo") or answer.get("exempt"), name


@plugins
def test_trading_is_done_when_nothing_of_it_is_planned(plugin: Path) -> None:
    verbs = [op for op in Op if op is not Op.ACCOUNT_FEED]
    planned = Support.PLANNED in supports(build(plugin), *verbs)
    assert (rules_of(plugin)["trading-verbs"] == "done") is not planned


@plugins
def test_the_user_stream_is_done_when_it_is_not_planned(plugin: Path) -> None:
    planned = Support.PLANNED in supports(build(plugin), Op.ACCOUNT_FEED)
    assert (rules_of(plugin)["user-stream"] == "done") is not planned


@plugins
def test_redeeming_is_exempt_where_the_venue_lacks_it(plugin: Path) -> None:
    lacks = supports(build(plugin), Op.REDEEM) == {Support.ABSENT}
    assert ("exempt" in rules_of(plugin)["redeem"]) is lacks


@plugins
def test_hosts_are_declared_where_no_import_is_needed(plugin: Path) -> None:
    manifest = tomllib.loads((plugin / "venue.toml").read_text())
    assert manifest["hosts"] == list(build(plugin).hosts)


@plugins
def test_limits_are_declared_and_their_names_differ(plugin: Path) -> None:
    names = [limit.name for limit in build(plugin).limits]
    assert names
    assert len(set(names)) == len(names)


@plugins
def test_capabilities_are_complete_and_say_why(plugin: Path) -> None:
    for table in build(plugin).capabilities.values():
        assert set(table) == set(Op)
        assert all(each.reason or each.support is Support.NATIVE for each in table.values())


@plugins
def test_vectors_stand_where_the_signer_is_said_to_match_them(plugin: Path) -> None:
    has_vectors = any((plugin / "tests" / "samples").glob("vectors*.json"))
    assert (rules_of(plugin)["signer-matches-vectors"] == "done") is has_vectors
