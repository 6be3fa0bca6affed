"""What each plugin of this project says of itself, held by the testkit's laws of identity and of security."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from venuekit.plugin import discover
from venuekit_testkit.bench.build import find_subject
from venuekit_testkit.bench.manifest import read_rules
from venuekit_testkit.law import Level
from venuekit_testkit.quality import RULES
from venuekit_testkit.verdict.run import run_suite
from venuekit_testkit.verdict.verdict import FAULTS

ROOT: Final = Path(__file__).parents[1]
VENUES: Final = sorted(path.parent.name.removeprefix("venuekit_") for path in ROOT.glob("plugins/*/venue.toml"))


@pytest.mark.parametrize("venue", VENUES)
def test_every_plugin_is_what_it_says(venue: str) -> None:
    outcomes = run_suite(find_subject(venue, discover(only=venue)), only=["ID", "SE"])
    broken = [f"{each.law.id}: {each.why}" for each in outcomes if each.verdict in FAULTS]
    assert not broken
    assert sum(each.law.level is Level.IMPORTABLE for each in outcomes) > 20


@pytest.mark.parametrize("venue", VENUES)
def test_the_rules_stand_in_one_order_everywhere(venue: str) -> None:
    assert list(read_rules(f"venuekit_{venue}")) == list(RULES)
