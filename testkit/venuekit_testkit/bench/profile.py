"""What the suite needs to know of one plugin: `conformance.toml` of its package, read without importing it.

Used by whatever builds a bench. What must stay true: what is wrong with the file is said in one sentence, with what to
do about it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec

from venuekit_testkit.law import ID, SUITE

FILE: Final = "conformance.toml"


class Unusable(Exception):
    """A plugin that cannot be tried, in one sentence that says what to do."""


class Trade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is traded in laws: the canonical symbol, and how many smallest orders one order is."""

    symbol: str
    size: int = 4


class PracticeVenue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where `--record live` goes, by host name, and the most that one order may be worth, in quote units."""

    hosts: Mapping[str, str]
    notional: str = "20"


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `conformance.toml`. `simulator` is "module:class"; without one, market data comes from cassettes.

    `cassettes` is a folder beside the file; without it, that of this project. `xfail` is by the id of a law.
    """

    suite: int
    trade: Trade
    simulator: str = ""
    cassettes: str = ""
    keys: Mapping[str, str] = {}  # test keys for cassettes where there is no simulator
    testnet: PracticeVenue | None = None
    xfail: Mapping[str, str] = {}


def read_profile(package: str) -> Profile:
    """Read the profile of a plugin's package. Raises: Unusable."""
    try:
        profile = msgspec.convert(read_table(package, FILE), Profile)
    except msgspec.ValidationError as error:
        raise Unusable(f"{package}/{FILE} cannot be read: {error}") from None
    if profile.suite != SUITE:
        raise Unusable(
            f"{package}/{FILE} was written for suite {profile.suite} and this is suite {SUITE}: "
            f"{'update venuekit' if profile.suite > SUITE else f'read docs/conformance and set suite = {SUITE}'}"
        )
    if odd := [id for id, why in profile.xfail.items() if not ID.fullmatch(id) or not why.strip()]:
        raise Unusable(f"{package}/{FILE}: each xfail is an id like EX-310 with a reason, these are not: {odd}")
    return profile


def read_table(package: str, name: str) -> dict[str, Any]:
    """Read a TOML file beside a package's `__init__.py`. Raises: Unusable."""
    try:
        return tomllib.loads((folder_of(package) / name).read_text())
    except FileNotFoundError:
        raise Unusable(f"{package} has no {name}: add one beside its __init__.py, see docs/conformance") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{package}/{name} cannot be read: {error}") from None


def folder_of(package: str) -> Path:
    """Find a package's folder without importing it. Raises: Unusable."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Unusable(f"the package {package} is not installed here")
    return Path(spec.origin).parent
