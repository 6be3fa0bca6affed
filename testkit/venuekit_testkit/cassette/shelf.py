"""The cassettes of one venue on disk: HTTP as `.yaml`, sockets as `.jsonl`, and how each was made.

Used by the laws of cassettes and by reports.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from venuekit.capture import read
from venuekit_testkit.bench.profile import Unusable
from venuekit_testkit.cassette.header import read_header


def list_http(folder: Path | None) -> list[Path]:
    """List the cassettes of HTTP, by name."""
    return sorted(folder.glob("*.yaml")) if folder else []


def list_captures(folder: Path | None, kind: str = "") -> list[Path]:
    """List the captures of sockets whose names begin with a kind: "feed" or "account"."""
    return sorted(folder.glob(f"{kind}*.jsonl")) if folder else []


def read_provenance(folder: Path | None) -> dict[str, int]:
    """Count cassettes by how they were made. Raises: Unusable for one that does not say."""
    made = [read_header(path).provenance.value for path in list_http(folder)]
    made += [_made(path) for path in list_captures(folder)]
    return dict(sorted(Counter(made).items()))


def _made(path: Path) -> str:
    reading = read(path.read_text().splitlines())
    for _ in reading:
        break
    if reading.header is None:
        raise Unusable(f"the capture {path.name} does not begin with a header that says how it was made")
    return reading.header.provenance.value
