"""The suite notices: the reference adapter keeps every law, and each way to break it breaks the law that it aims at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from venuekit_testkit.law import laws
from venuekit_testkit.mutants import MUTANTS, mutant
from venuekit_testkit.mutants.score import Trial, find_unaimed, line_of, try_mutant, try_mutants
from venuekit_testkit.reference.subject import make_reference
from venuekit_testkit.verdict.run import run_suite
from venuekit_testkit.verdict.verdict import Verdict

LEAST = 40  # mutants, of the issue that asks for them


def test_the_reference_adapter_keeps_every_law() -> None:
    outcomes = run_suite(make_reference())
    assert {each.law.id: each.why for each in outcomes if each.verdict not in (Verdict.HELD, Verdict.UNPROVEN)} == {}
    assert {each.law.suite for each in outcomes if each.verdict is Verdict.UNPROVEN} <= {"CA"}, "only cassettes lack"


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_mutant_is_caught_by_its_law(name: str) -> None:
    trial = try_mutant(MUTANTS[name], [MUTANTS[name].law])
    assert trial.is_caught, f"{MUTANTS[name].broken} {line_of(trial)}"
    assert trial.why, "a law that breaks says why"


def test_the_score_counts_every_mutant(capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[Trial] = []
    trials = try_mutants(False, lines.append)
    caught = sum(trial.is_caught for trial in trials)
    with capsys.disabled():
        aimed = len(laws()) - len(find_unaimed())
        sys.stdout.write(f"\n{caught} of {len(trials)} mutants caught; {aimed} of {len(laws())} laws are aimed at\n")
    assert lines == trials
    assert caught == len(MUTANTS) >= LEAST


def test_a_mutant_that_breaks_nothing_is_called_alive() -> None:
    whole = mutant.Mutant(name="whole", broken="Breaks nothing.", law="EX-120")
    trial = try_mutant(whole, ["EX-120"])
    assert not trial.is_caught
    assert line_of(trial).split() == ["whole", "survived", "EX-120"]


def test_mutants_aim_at_laws_that_there_are() -> None:
    assert {each.law for each in MUTANTS.values()} <= set(laws())


def test_every_mutant_is_in_the_docs() -> None:
    page = (Path(__file__).parents[1] / "docs/conformance/mutants.md").read_text()
    assert [name for name in MUTANTS if f"`{name}`" not in page] == []
