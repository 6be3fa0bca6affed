"""What a plugin says of itself in files that need no import: `venue.toml` and `quality.toml` of its package.

Used by the laws of identity. What must stay true: what is wrong with a file is said in one sentence, with what to do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from venuekit_testkit.bench.profile import folder_of

MANIFEST: Final = "venue.toml"
QUALITY: Final = "quality.toml"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `venue.toml`. `hosts` are names without scheme or port, `requires` what else is to be installed."""

    id: str
    name: str
    kind: list[str]
    docs: str
    owners: list[str]
    hosts: list[str]
    requires: list[str] = []


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
    path: Path = folder_of(package) / name
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise AssertionError(f"{package} has no {name}: add one beside its __init__.py") from None
    except tomllib.TOMLDecodeError as error:
        raise AssertionError(f"{package}/{name} is no TOML: {error}") from None
