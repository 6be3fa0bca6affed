"""One venue's result: everything that a reader needs in order to trust it or to try it again.

Used by every renderer of this package. What must stay true: whatever was not proven stands here with its reason, and
what the result rests on (versions, fixtures) can be compared byte by byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from venuekit import __version__
from venuekit_testkit.bench.build import Subject
from venuekit_testkit.bench.profile import FILE, folder_of
from venuekit_testkit.cassette.shelf import read_provenance
from venuekit_testkit.law import SUITE, Level
from venuekit_testkit.verdict.level import compute_level
from venuekit_testkit.verdict.verdict import Outcome

FIXTURES: Final = (FILE, "venue.toml", "quality.toml", "vectors.json")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One venue tried. `fixtures` are SHA-256 by file name, `provenance` counts cassettes by how they were made."""

    venue: str
    source: str
    suite: int
    venuekit: str
    level: Level | None
    fixtures: Mapping[str, str]
    provenance: Mapping[str, int]
    outcomes: Sequence[Outcome]
    is_whole: bool = True  # every law was tried; a part of the suite gives no level


def make_report(subject: Subject, outcomes: Sequence[Outcome], *, is_whole: bool = True) -> Report:
    """Put a result together. Raises: Unusable for a cassette that does not say how it was made."""
    return Report(
        venue=subject.id,
        source=subject.source,
        suite=SUITE,
        venuekit=__version__,
        level=compute_level(outcomes) if is_whole else None,
        fixtures=hash_fixtures(subject),
        provenance=read_provenance(subject.cassettes),
        outcomes=outcomes,
        is_whole=is_whole,
    )


def hash_fixtures(subject: Subject) -> dict[str, str]:
    """Hash what the result rests on besides code."""
    folder = folder_of(subject.package)
    files = [folder / name for name in FIXTURES]
    cassettes = sorted(subject.cassettes.rglob("*.*")) if subject.cassettes else []
    named = [(path.name, path) for path in files if path.is_file()]
    named += [(f"cassettes/{path.name}", path) for path in cassettes]
    return {name: _hash(path) for name, path in named}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
