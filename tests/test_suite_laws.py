"""The conformance suite as a text: every law explains itself, is found under its id, and knows no venue by name."""

from __future__ import annotations

import inspect
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

import venuekit_testkit.suite as suite
from venuekit_testkit.law import ID, Check, Law, Level, laws

ROOT: Final = Path(__file__).parents[1]
LAWS: Final = laws()
VENUES: Final = frozenset(
    {tomllib.loads(path.read_text())["id"] for path in ROOT.glob("plugins/*/venue.toml")}
    | {"binance", "bitget", "bybit", "coinbase", "hyperliquid", "kalshi", "kraken", "okx", "polymarket"}
)
URL: Final = re.compile(r"https://\S+")
SHORTEST: Final = 40  # letters of an explanation
# Which levels the laws of a suite may count for.
LEVELS: Final = {
    "ID": {Level.IMPORTABLE},
    "ST": {Level.STRESS},
}

each_law = pytest.mark.parametrize(("law", "check"), LAWS.values(), ids=list(LAWS))


@each_law
def test_a_law_explains_what_is_wrong_when_it_fails(law: Law, check: Check) -> None:
    assert len(law.told) >= SHORTEST, f"{law.id} says too little: {law.told}"
    assert law.title
    assert law.told.endswith((".", "?")), law.id
    assert len(law.title) <= 200, f"{law.id}: begin with a shorter sentence"


@each_law
def test_a_law_is_found_under_its_id(law: Law, check: Check) -> None:
    assert ID.fullmatch(law.id)
    wanted = f"test_{law.id.replace('-', '').lower()}_"
    assert check.__name__.startswith(wanted), check.__name__
    assert len(check.__name__.split("_")) > 4, "the name is a sentence"
    assert list(inspect.signature(check).parameters) == ["bench"]


@each_law
def test_what_went_wrong_elsewhere_is_a_page(law: Law, check: Check) -> None:
    assert all(URL.fullmatch(each) for each in law.incidents), law.incidents
    assert len(set(law.incidents)) == len(law.incidents)


@each_law
def test_a_suite_counts_for_its_level(law: Law, check: Check) -> None:
    assert law.level in LEVELS.get(law.suite, set(Level))


def test_the_suite_gives_every_law_and_nothing_else() -> None:
    assert sorted(suite.__all__) == sorted(check.__name__ for _, check in LAWS.values())
    assert all(getattr(suite, check.__name__) is check for _, check in LAWS.values())


def test_no_two_laws_have_one_title() -> None:
    titles = [law.title for law, _ in LAWS.values()]
    assert len(set(titles)) == len(titles), sorted(title for title in titles if titles.count(title) > 1)


@pytest.mark.parametrize("module", sorted({check.__module__ for _, check in LAWS.values()}))
def test_laws_stand_in_the_order_of_their_ids(module: str) -> None:
    mine = [(law.id, check) for law, check in LAWS.values() if check.__module__ == module]
    lines = [inspect.getsourcelines(check)[1] for _, check in mine]
    for (one, _), (other, _), (line, below) in zip(mine, mine[1:], pairwise(lines), strict=False):
        assert line < below, f"{other} stands before {one}"


@pytest.mark.parametrize("path", sorted(Path(suite.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_no_law_names_a_venue(path: Path) -> None:
    words = set(re.findall(r"[a-z]+", URL.sub("", path.read_text()).lower()))
    assert not words & VENUES, f"{path.name} names {words & VENUES}: gate by capability"
