"""What a plugin says of mutants that change nothing: `tests/equivalent.toml` of its package, a reason for each.

Used by `python -m venuekit_testkit.mutants.generated`. What must stay true: an entry names one mutant by its key
("module:function: before -> after"), and says why nobody could tell the difference.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Final

import msgspec

from venuekit_testkit.bench.profile import Unusable, folder_of

FILE: Final = "equivalent.toml"


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some mutants that change nothing, for one reason."""

    why: str
    mutants: tuple[str, ...]


def read_equivalents(package: str) -> Mapping[str, str]:
    """Read a plugin's list, a reason by key; one that has none has an empty list. Raises: Unusable."""
    path = folder_of(package) / "tests" / FILE
    if not path.is_file():
        return {}
    try:
        groups = msgspec.convert(tomllib.loads(path.read_text()), dict[str, list[Group]]).get("equivalent", [])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Unusable(f"{package}/tests/{FILE} cannot be read: {error}") from None
    if any(not group.why.strip() for group in groups):
        raise Unusable(f"{package}/tests/{FILE}: give a reason for each group")
    return {key: group.why for group in groups for key in group.mutants}
