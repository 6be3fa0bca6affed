"""Try a venue against every law, without pytest.

Used by `sequence conform`, the docs and the tests of mutants. What must stay true: each law has a bench of its own, the
network is refused, and one law's fault never stops the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.build import Subject, make_venue
from venuekit_testkit.bench.cause import Groundless, describe, locate
from venuekit_testkit.bench.profile import Unusable
from venuekit_testkit.law import Check, Law, laws
from venuekit_testkit.verdict.isolation import offline
from venuekit_testkit.verdict.verdict import Outcome, Verdict, exempt

Tell = Callable[[Outcome], None]


def run_suite(subject: Subject, tell: Tell = lambda outcome: None, only: Iterable[str] = ()) -> list[Outcome]:
    """Try every law, or those whose ids or suites are named. Raises: Unusable for a plugin that cannot be tried."""
    known = pick(laws(), only)
    require_known(subject, laws())
    venue = make_venue(subject.build, subject.keys)
    outcomes: list[Outcome] = []
    with offline():
        for law, check in known.values():
            outcomes.append(exempt(law, subject, venue) or try_law(law, check, subject.bench, subject.profile.xfail))
            tell(outcomes[-1])
    return outcomes


def try_law(law: Law, check: Check, make: Callable[[], Bench], excuses: Mapping[str, str]) -> Outcome:
    """Try one law on a new bench."""
    excuse, began = excuses.get(law.id, ""), time.perf_counter()
    why, rests_on = _break(check, make)
    verdict = {
        (False, False): Verdict.HELD,
        (True, False): Verdict.BROKE,
        (True, True): Verdict.XFAILED,
        (False, True): Verdict.XPASSED,
    }[bool(why), bool(excuse)]
    told = {Verdict.XFAILED: excuse, Verdict.XPASSED: f"it holds now: take the xfail away ({excuse})"}.get(verdict, why)
    return Outcome(law=law, verdict=verdict, why=told, seconds=time.perf_counter() - began, rests_on=rests_on)


def pick(known: Mapping[str, tuple[Law, Check]], only: Iterable[str]) -> dict[str, tuple[Law, Check]]:
    """Choose laws by id ("EX-120") or by suite ("EX"). Raises: Unusable for a name that is none."""
    wanted = [name.upper() for name in only]
    suites = {law.suite for law, _ in known.values()}
    if unknown := [name for name in wanted if name not in known and name not in suites]:
        raise Unusable(f"there is no law and no suite {', '.join(unknown)}; the suites are {', '.join(sorted(suites))}")
    return {id: each for id, each in known.items() if not wanted or id in wanted or each[0].suite in wanted}


def require_known(subject: Subject, known: Mapping[str, object]) -> None:
    """Refuse an excuse for a law that does not exist. Raises: Unusable."""
    if unknown := sorted(set(subject.profile.xfail) - set(known)):
        raise Unusable(
            f"{subject.package}/conformance.toml excuses {', '.join(unknown)}, which this suite does not have"
        )


def _break(check: Check, make: Callable[[], Bench]) -> tuple[str, str]:
    """Run a check; say how it broke, or "", and which law it rests on."""
    try:
        check(make())
    except Groundless as error:
        return str(error), error.rests_on
    except AssertionError as error:
        return str(error) or locate(error.__traceback__), ""
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever an adapter raises where it must not: broken
        return describe(error), ""
    return "", ""
