"""What a cassette says of itself: where it comes from, when it was made, and what is to be played on it.

Used by whatever reads or makes one. What must stay true: provenance is stated and never guessed; a payload that was
made up is never called recorded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from venuekit.capture import Provenance
from venuekit_testkit.bench.profile import Unusable

KEY: Final = "metadata"  # vcrpy keeps what stands under it


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of a cassette. `source` is the URL that was read, for `documented`; `made_on` is a date.

    `scenario` names what is played, `symbol` what is traded, `ids` how our client ids begin, `start_ns` when.
    """

    venue: str
    scenario: str
    provenance: Provenance
    made_on: str
    made_by: str
    api: str
    symbol: str
    source: str = ""
    ids: str = "vk"
    start_ns: int

    def __post_init__(self) -> None:
        if not self.api:
            raise ValueError("it names the version of the venue's API, which venue.toml tells as `api`")
        if self.provenance is Provenance.DOCUMENTED and not self.source.startswith("https://"):
            raise ValueError("what is documented names the page that it was read on, as source: https://…")


def read_header(path: Path) -> Header:
    """Read the head of a cassette. Raises: Unusable."""
    try:
        told: Any = yaml.safe_load(path.read_text())
        return msgspec.convert(told[KEY], Header)
    except (OSError, yaml.YAMLError, KeyError, TypeError, msgspec.ValidationError) as error:
        raise Unusable(f"the cassette {path.name} has no head that can be read: {error!s:.200}") from None
