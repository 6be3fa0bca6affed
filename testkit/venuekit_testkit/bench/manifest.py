"""What a plugin says of itself in files that need no import: `venue.toml` and `quality.toml` of its package.

Used by the laws of identity and, before any law, by `build.py`. What must stay true: what is wrong with a file is said
in one sentence, with what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from venuekit_testkit.bench.profile import Unusable, read_table

MANIFEST: Final = "venue.toml"
QUALITY: Final = "quality.toml"
TOLD: Final = ("id", "name", "kind", "docs", "owners", "hosts")  # without which no law is tried


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `venue.toml`. `hosts` are names without scheme or port, `requires` what else is to be installed."""

    id: str
    name: str
    kind: list[str]
    docs: str
    owners: list[str]
    hosts: list[str]
    requires: list[str] = []
    api: str = ""  # the version of the venue's API that the plugin speaks; cassettes carry it


def require_manifest(package: str, venue: str) -> None:
    """Refuse a plugin whose manifest does not tell what must be known of it. Raises: Unusable."""
    told = read_table(package, MANIFEST)
    if missing := [name for name in TOLD if not told.get(name)]:
        raise Unusable(f"{package}/{MANIFEST} does not tell {', '.join(missing)}: add it")
    if told["id"] != venue:
        raise Unusable(f"{package}/{MANIFEST} says id = {told['id']!r} and the plugin offers {venue!r}: make them one")


def read_manifest(package: str) -> Manifest:
    """Read a plugin's manifest. Raises: AssertionError with what to mend."""
    try:
        return msgspec.convert(_read(package, MANIFEST), Manifest)
    except msgspec.ValidationError as error:
        raise AssertionError(f"{package}/{MANIFEST}: {error}") from None


def read_rules(package: str) -> Mapping[str, Any]:
    """Read what a plugin answers to each rule of quality. Raises: AssertionError."""
    rules = _read(package, QUALITY).get("rules")
    assert isinstance(rules, dict), f"{package}/{QUALITY} has no table [rules]"
    return rules


def _read(package: str, name: str) -> dict[str, Any]:
    try:
        return read_table(package, name)
    except Unusable as error:
        raise AssertionError(str(error)) from None
