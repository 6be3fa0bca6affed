"""Where a venue is reached: its own base URLs, or those that a caller puts in their place.

Used by every plugin. Simulators, testnets and tests pass other URLs under the same names; an unknown name is a mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec


class Addresses(msgspec.Struct, frozen=True):
    """The base URLs of a venue by name, such as `rest` and `stream`."""

    urls: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.urls[name]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts behind the URLs: all that the plugin may talk to."""
        return tuple(urlsplit(url).hostname or "" for url in self.urls.values())


def resolve_addresses(venue: str, own: Mapping[str, str], given: Mapping[str, str] | None) -> Addresses:
    """Put what a caller gives in the place of a venue's own URLs. Raises: ValueError for a name it does not have."""
    if unknown := set(given or {}) - set(own):
        raise ValueError(f"{venue} has the hosts {sorted(own)}, was given {sorted(unknown)}")
    return Addresses({**own, **(given or {})})
