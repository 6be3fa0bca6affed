"""Try generated mutants: on the laws that reach what was changed, then on the plugin's own tests.

Used by `python -m venuekit_testkit.mutants.generated` and by its tests. What must stay true: only laws that the whole
plugin keeps are asked; a mutant is tried in a process of its own, and the first law that breaks ends its trial; the
order of laws follows from the seed and the source alone, never from a clock.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import FrameType
from typing import Any, Final, TypeAlias

import msgspec

from venuekit_testkit.bench.build import Subject, make_venue
from venuekit_testkit.bench.profile import Unusable, folder_of
from venuekit_testkit.law import Check, Law, laws
from venuekit_testkit.mutants.generated.child import LAW_S, limited, run_forked
from venuekit_testkit.mutants.generated.generate import Generated, Module
from venuekit_testkit.mutants.generated.load import forget, install
from venuekit_testkit.verdict.isolation import offline
from venuekit_testkit.verdict.run import pick, try_law
from venuekit_testkit.verdict.verdict import Verdict, exempt

Laws: TypeAlias = Mapping[str, tuple[Law, Check]]

ELSEWHERE: Final = frozenset(("SE-200", "SE-210"))  # read the plugin from the disk, where it is no mutant
LONG: Final = 4_000  # calls of the plugin; laws that make more, and those of stress, are asked last
ON_IMPORT: Final = "import"  # of a mutant that no law can be tried on
SUITE: Final = "venuekit_testkit.suite"
DIED: Final = "a child that died or had to be ended"


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"  # by the suite
    TESTED = "tested"  # killed by the plugin's own tests only
    EQUIVALENT = "equivalent"  # by the plugin's list, with a reason
    SURVIVED = "survived"


class Reach(msgspec.Struct, frozen=True):
    """What a law calls of a plugin: how often, and which functions, as "file:qualified name"."""

    calls: int
    scopes: frozenset[str]


class Trial(msgspec.Struct, frozen=True):
    """One mutant tried. `by` is what noticed it, and `why` what it said."""

    mutant: Generated
    fate: Fate
    by: str = ""
    why: str = ""


class Proving:
    """A plugin whose mutants are tried. `make` makes its subject anew."""

    def __init__(
        self, package: str, make: Callable[[], Subject], equivalents: Mapping[str, str], only: Sequence[str] = ()
    ) -> None:
        """Try the plugin as it is, on every law or those whose ids or suites are named.

        Raises: Unusable where that cannot be done.
        """
        self.package, self._make, self._equivalents = package, make, equivalents
        self._kills: Counter[str] = Counter()
        known = pick(laws(), only)
        make()  # so that what it imports is there before a child needs it
        measured = run_forked(lambda: _measure(package, make, known), dict[str, Reach])
        if not measured:
            raise Unusable(f"{package}: no law holds for it as it is")
        self.reach = measured

    def attempt(self, mutant: Generated, own: bool = False) -> Trial:
        """Try one mutant; `own` asks the plugin's own tests about what the suite leaves."""
        short, long = self._order(mutant)
        if found := self._ask(mutant, short):
            return found
        if mutant.key in self._equivalents:
            return Trial(mutant, Fate.EQUIVALENT, why=self._equivalents[mutant.key])
        if own and run_forked(lambda: _test(self.package, _mutated(mutant)), int) != 0:
            return Trial(mutant, Fate.TESTED, "its own tests")
        return self._ask(mutant, long) or Trial(mutant, Fate.SURVIVED, why=f"{len(short) + len(long)} laws ran it")

    def _ask(self, mutant: Generated, order: Sequence[str]) -> Trial | None:
        broke = run_forked(lambda: _break(self.package, _mutated(mutant), self._make, order), tuple[str, str])
        by, why = (DIED, "") if broke is None else broke
        self._kills[by] += 1
        return Trial(mutant, Fate.KILLED, by, why) if by else None

    def _order(self, mutant: Generated) -> tuple[list[str], list[str]]:
        """List the laws that run what was changed, short ones and long ones.

        Those that caught most come first, then those that call least.
        """
        place = f"{mutant.module.path}:{mutant.scope}"
        reaching = [id for id, reach in self.reach.items() if not mutant.scope or place in reach.scopes]
        order = sorted(reaching, key=lambda id: (-self._kills[id], self.reach[id].calls, id))
        long = [id for id in order if id.startswith("ST") or self.reach[id].calls > LONG]
        return [id for id in order if id not in long], long


def count(trials: Sequence[Trial]) -> Mapping[Fate, int]:
    """Count fates."""
    found = Counter(each.fate for each in trials)
    return {fate: found[fate] for fate in Fate}


def _mutated(mutant: Generated) -> Module:
    return Module(mutant.module.name, mutant.module.path, mutant.source)


def _measure(package: str, make: Callable[[], Subject], known: Laws) -> dict[str, Reach]:
    """Run laws on the plugin as it is, and note what each calls of it."""
    forget(package)
    subject, folder = make(), str(folder_of(package))
    venue = make_venue(subject.build, subject.keys)
    found: dict[str, Reach] = {}
    with offline():
        for id, (law, check) in known.items():
            if id in ELSEWHERE or exempt(law, subject, venue):
                continue
            called: Counter[str] = Counter()
            sys.setprofile(_watch(folder, called))
            verdict = try_law(law, check, subject.bench, subject.profile.xfail).verdict
            sys.setprofile(None)
            if verdict is Verdict.HELD:
                found[id] = Reach(sum(called.values()), frozenset(called))
    return found


def _watch(folder: str, called: Counter[str]) -> Callable[[FrameType, str, Any], None]:
    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(folder):
            name = code.co_qualname
            while name:  # what a function is made of is a part of it
                called[f"{code.co_filename}:{name}"] += 1
                name = name.rpartition(".<locals>.")[0]

    return note


def _break(package: str, module: Module, make: Callable[[], Subject], order: Sequence[str]) -> tuple[str, str]:
    """Run laws until one breaks; give its id and what it said, or nothing."""
    install(package, module)
    try:
        subject = make()
        venue = make_venue(subject.build, subject.keys)
    except Exception as error:  # noqa: BLE001 - whatever a mutant raises, nobody can use it
        return ON_IMPORT, f"{type(error).__name__}: {error}"
    with offline():
        for id in order:
            law, check = laws()[id]
            if exempt(law, subject, venue):
                continue
            with limited(LAW_S):
                outcome = try_law(law, check, subject.bench, subject.profile.xfail)
            if outcome.verdict is Verdict.BROKE:
                return id, outcome.why
    return "", ""


def _test(package: str, module: Module) -> int:
    """Run the plugin's own tests until one fails, those aside that are the suite; give pytest's exit code."""
    import pytest  # needs the extra `testkit`

    install(package, module)
    folder = folder_of(package) / "tests"
    laws_again = [f"--ignore={path}" for path in folder.glob("test_*.py") if SUITE in path.read_text()]
    return int(pytest.main([str(folder), "-x", "-q", "-p", "no:cacheprovider", *laws_again]))
