"""Mutants are generated the same way each time, change what runs and nothing else, and the suite notices."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from venuekit_testkit.bench.profile import Unusable
from venuekit_testkit.mutants.generated import operators
from venuekit_testkit.mutants.generated.__main__ import make_reference
from venuekit_testkit.mutants.generated.child import Endless, limited, run_forked
from venuekit_testkit.mutants.generated.equivalent import read_equivalents
from venuekit_testkit.mutants.generated.generate import Generated, generate, sample
from venuekit_testkit.mutants.generated.operators import OPERATORS, Operator
from venuekit_testkit.mutants.generated.trial import Fate, Proving
from venuekit_testkit.reference.subject import PACKAGE

SHORT: Final = ("EX", "IN", "RL-190")  # suites that are quick, and see what is asked and answered
DRAWN: Final = 12
DECISIVE: Final = frozenset((  # functions of which no such mutant means the same, under the suites above
    "judge", "_ended", "check", "fetch_all", "cancel_all", "to_ts", "to_instrument", "Nonces.next",
    "ReferenceSigner.sign", "ReferenceVenue.amend", "ReferenceVenue.fees", "ReferenceVenue.fills",
))  # fmt: skip
SEED: Final = 3

CHANGES: Final[list[tuple[Operator, str, set[str]]]] = [
    (operators.flip_comparison, "a < b", {"a <= b"}),
    (operators.flip_comparison, "a not in b", {"a in b"}),
    (operators.flip_comparison, "a < b < c", set()),
    (operators.flip_arithmetic, "a + b", {"a - b"}),
    (operators.flip_arithmetic, "a | b", set()),
    (operators.swap_and_or, "a and b and c", {"a or b or c"}),
    (operators.negate, "if not a: pass", {"a"}),
    (operators.negate, "[a for a in b if a]", {"not a"}),
    (operators.change_number, "f(9, True, 'text')", {"10"}),
    (operators.flip_truth, "f(True, 1)", {"False"}),
    (operators.change_entry, "{'a': 1, 'b': 1, 'c': 2}", {"2", "1"}),
    (operators.change_entry, "{'a': 1, 'b': 1}", set()),
    (operators.drop_statement, "self.a = 1", {"pass"}),
    (operators.drop_statement, "a = 1", set()),
    (operators.drop_statement, "'a docstring'", set()),
    (operators.swap_arguments, "f(a, b, c)", {"f(b, a, c)"}),
    (operators.swap_arguments, "f(a, a, c)", set()),
    (operators.swap_result, "return a, b, c", {"(b, a, c)"}),
]


@pytest.fixture(scope="module")
def every() -> list[Generated]:
    return generate(PACKAGE)


@pytest.fixture(scope="module")
def proving() -> Proving:
    return Proving(PACKAGE, make_reference, {}, SHORT)


@pytest.mark.parametrize(("operator", "text", "given"), CHANGES)
def test_an_operator_gives_what_could_stand_there_instead(operator: Operator, text: str, given: set[str]) -> None:
    known = {"f": ["int", "int", "str"]}
    nodes = ast.walk(ast.parse(text))
    assert {ast.unparse(other) for node in nodes for _, other in operator(node, known)} == given


def test_every_operator_is_tried() -> None:
    assert {operator for operator, _, given in CHANGES if given} == set(OPERATORS)


def test_a_seed_draws_the_same_mutants_each_time() -> None:
    first, again, other = (sample(PACKAGE, 30, seed) for seed in (1, 1, 2))
    assert [each.key for each in first] == [each.key for each in again]
    assert [each.key for each in first] != [each.key for each in other]
    assert len(first) == 30


def test_a_sample_can_be_of_one_module() -> None:
    assert {each.module.path.name for each in sample(PACKAGE, 0, 1, "codes:")} == {"codes.py"}


def test_a_mutant_compiles_and_is_another_program(every: list[Generated]) -> None:
    for each in every:
        assert ast.dump(ast.parse(each.source)) != ast.dump(ast.parse(each.module.text)), each.key
        compile(each.source, each.key, "exec")


def test_what_only_people_read_is_left_alone(every: list[Generated]) -> None:
    for each in every:
        assert _read_by_people(each.source) == _read_by_people(each.module.text), each.key


def test_mutants_of_the_reference_adapter_are_killed(proving: Proving, every: list[Generated]) -> None:
    plain = [each for each in every if each.operator in ("flip arithmetic", "negate") and each.scope in DECISIVE]
    drawn = random.Random(SEED).sample(plain, DRAWN)
    fates = {each.key: proving.attempt(each).fate for each in drawn}
    assert [key for key, fate in fates.items() if fate is not Fate.KILLED] == []


def test_a_change_that_changes_nothing_survives_or_is_listed_as_equivalent(proving: Proving) -> None:
    [same] = [each for each in sample(PACKAGE, 0, 1, "parse:") if each.scope][:1]
    whole = _unchanged(same)
    assert proving.attempt(whole).fate is Fate.SURVIVED
    listed = Proving(PACKAGE, make_reference, {whole.key: "it is as it was"}, ("EX-010",))
    trial = listed.attempt(whole)
    assert (trial.fate, trial.why) == (Fate.EQUIVALENT, "it is as it was")


def test_a_mutant_that_cannot_be_imported_is_killed(proving: Proving) -> None:
    broken = _unchanged(sample(PACKAGE, 0, 1, "codes:")[0], "raise RuntimeError('no')\n")
    trial = proving.attempt(broken)
    assert (trial.fate, trial.by) == (Fate.KILLED, "import")


@pytest.mark.parametrize("task", [lambda: 1 // 0, lambda: exit_now()])
def test_a_child_that_dies_gives_nothing_and_harms_nobody(task: Callable[[], int]) -> None:
    assert run_forked(task, int) is None
    assert run_forked(lambda: 7, int) == 7


def test_what_does_not_end_is_ended() -> None:
    with pytest.raises(Endless), limited(0.05):
        spin()


def test_equivalents_are_read_with_their_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outside" / "tests").mkdir(parents=True)
    (tmp_path / "outside" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert read_equivalents("outside") == {}
    listed = tmp_path / "outside" / "tests" / "equivalent.toml"
    listed.write_text('[[equivalent]]\nwhy = "a reason"\nmutants = ["feed:-: 1 -> 2"]\n')
    assert read_equivalents("outside") == {"feed:-: 1 -> 2": "a reason"}
    listed.write_text('[[equivalent]]\nwhy = ""\nmutants = ["feed:-: 1 -> 2"]\n')
    with pytest.raises(Unusable, match="reason"):
        read_equivalents("outside")


def spin() -> None:
    while True:
        pass


def exit_now() -> int:
    raise SystemExit(3)


def _unchanged(mutant: Generated, before: str = "") -> Generated:
    return Generated(mutant.module, mutant.scope, 1, "nothing", "a", "a", before or mutant.module.text)


def _read_by_people(source: str) -> list[str]:
    """Collect docstrings and annotations."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)]
    return docs + [ast.unparse(node.annotation) for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)]
