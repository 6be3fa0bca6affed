"""The suite under pytest: the option `--venue`, the fixture `bench`, and no way around a law.

Loaded by pytest wherever venuekit is installed, so it imports the kit only when a law is collected. What must stay
true: a law that is collected is the testkit's own; a plugin may excuse one in its `conformance.toml`, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from venuekit_testkit.bench.bench import Bench
    from venuekit_testkit.bench.build import Subject

LAW_NAME: Final = re.compile(r"test_([a-z]{2})(\d{3})_")
SUITE: Final = "venuekit_testkit.suite"
EVASIONS: Final = ("skip", "skipif", "xfail")
MANIFESTS: Final = ("venue.toml", "*/venue.toml", "conformance.toml", "*/conformance.toml")

pytest.register_assert_rewrite(SUITE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--venue`."""
    told = "a venue whose plugin is tried against the conformance suite; may be given more than once"
    parser.addoption("--venue", action="append", default=[], metavar="ID", help=told)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each law every venue that it is to be tried on."""
    if _law_id(metafunc.function) and "bench" in metafunc.fixturenames:
        metafunc.parametrize("bench", _venues(metafunc), indirect=True, scope="function")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse laws that were replaced, deleted or skipped; mark those that are excused. Raises: UsageError."""
    mine = [item for item in items if isinstance(item, pytest.Function) and _law_id(item.function)]
    for module in {item.module for item in mine}:
        _require_whole(module)
    for item in mine:
        _require_unmarked(item)
        _excuse(item)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """One adapter on the bench; skips, with the reason, a law that does not apply to it."""
    from venuekit_testkit.bench.build import make_venue
    from venuekit_testkit.law import laws
    from venuekit_testkit.verdict.isolation import offline
    from venuekit_testkit.verdict.verdict import exempt

    subject = _subject(request.config, request.param)
    law, _ = laws()[_law_id(request.function)]
    with offline():
        outcome = exempt(law, subject, make_venue(subject.build, subject.keys))
        if outcome is not None:
            pytest.skip(f"{outcome.verdict.value}: {outcome.why}")
        yield subject.bench()


def _venues(metafunc: pytest.Metafunc) -> list[str]:
    chosen: list[str] = metafunc.config.getoption("--venue")
    own = _own_venue(Path(str(metafunc.module.__file__)))
    if own is not None and chosen and own not in chosen:
        return []
    if own is not None or chosen:
        return [own] if own is not None else chosen
    raise pytest.UsageError("which venue is to be tried? Name it: --venue binance")


def _own_venue(path: Path) -> str | None:
    """Give the venue whose plugin a test file lies in; None for the testkit's own file."""
    import tomllib

    if "venuekit_testkit" in path.parts:
        return None
    for folder in list(path.parents)[1:3]:
        for pattern in MANIFESTS[:2]:
            for manifest in sorted(folder.glob(pattern)):
                return str(tomllib.loads(manifest.read_text())["id"])
    return None


def _subject(config: pytest.Config, venue: str) -> Subject:
    from venuekit.plugin import discover
    from venuekit_testkit.bench.build import find_subject
    from venuekit_testkit.bench.profile import Unusable

    known: dict[str, Any] = config.__dict__.setdefault("_venuekit_subjects", {})
    if venue not in known:
        try:
            known[venue] = find_subject(venue, discover(only=""))
        except Unusable as error:
            pytest.exit(str(error), returncode=2)
    subject: Subject = known[venue]
    return subject


def _require_whole(module: Any) -> None:
    from venuekit_testkit.law import laws

    for law, check in laws().values():
        found = vars(module).get(check.__name__)
        if found is not check:
            what = "was replaced in" if found is not None else "is missing from"
            raise pytest.UsageError(
                f"{law.id} {what} {module.__file__}: a law of the suite cannot be overridden or deleted; "
                f'excuse it in conformance.toml: [xfail] "{law.id}" = "why, with a URL"'
            )


def _require_unmarked(item: pytest.Function) -> None:
    if evasion := next((mark.name for mark in item.iter_markers() if mark.name in EVASIONS), None):
        raise pytest.UsageError(f"{_law_id(item.function)} is marked {evasion}: excuse it in conformance.toml instead")


def _excuse(item: pytest.Function) -> None:
    venue = str(item.callspec.params["bench"]) if hasattr(item, "callspec") else ""
    reason = _subject(item.config, venue).profile.xfail.get(_law_id(item.function)) if venue else None
    if reason:
        item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def _law_id(function: Any) -> str:
    """Give the id in a law's name, or "" for any other test."""
    found = LAW_NAME.match(getattr(function, "__name__", ""))
    return f"{found[1].upper()}-{found[2]}" if found else ""
