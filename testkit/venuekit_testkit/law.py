"""A law: one conformance test with an id for life, the level it counts for, and what a venue must have to be asked.

Used by `suite/`, which states the laws, and by whatever runs, lists or explains them. What must stay true: an id is
never given twice and never given again; a law is gated by what a venue declares, never by its name.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from venuekit.capability import Feature, Op

if TYPE_CHECKING:
    from venuekit_testkit.bench.bench import Bench

SUITES: Final = {
    "ID": "identity and metadata",
    "SE": "security",
    "IN": "instruments and units",
    "MD": "market data",
    "CA": "cassettes",
    "SG": "signing",
    "EX": "execution",
    "RL": "rate limits",
    "LC": "lifecycle truth",
    "VS": "venue specials",
    "ST": "stress",
}
SUITE: Final = 1  # the version of the suite; a plugin names the one that it was written for
ID: Final = re.compile(r"[A-Z]{2}-\d{3}")
Check: TypeAlias = "Callable[[Bench], None]"
Need: TypeAlias = Op | Feature


class Level(IntEnum):
    """How far a plugin may be trusted; computed from the laws that hold, never claimed."""

    IMPORTABLE = 0
    MARKET_DATA = 1
    TRADING = 2
    LIFECYCLE = 3
    SPECIALS = 4
    STRESS = 5


class Setting(Enum):
    """Where a law is tried."""

    NOWHERE = "nowhere"  # the plugin alone: nothing answers
    MARKET = "market"  # market data, from a simulator or from cassettes
    EXCHANGE = "exchange"  # a simulator that takes orders
    CASSETTES = "cassettes"  # what was kept of the wire


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a law besides its check. `incidents` are URLs of what went wrong elsewhere."""

    id: str
    level: Level
    needs: tuple[Need, ...] = ()
    core: bool = False  # a level cannot be had while what it needs is only planned
    setting: Setting = Setting.EXCHANGE
    incidents: tuple[str, ...] = ()
    title: str = ""  # the first sentence of the docstring
    told: str = ""  # the whole of it

    @property
    def suite(self) -> str:
        """The two letters of the suite that it belongs to."""
        return self.id[:2]


LAWS: dict[str, tuple[Law, Check]] = {}


def law(
    id: str,
    level: Level,
    *needs: Need,
    core: bool = False,
    setting: Setting = Setting.EXCHANGE,
    incidents: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """State a law. The docstring of the check says what is wrong when it fails, and begins with the id.

    Raises: ValueError for an id that is taken, an id of the wrong shape, or a check that does not explain itself.
    """

    def state(check: Check) -> Check:
        told = inspect.getdoc(check) or ""
        if not ID.fullmatch(id) or not told.startswith(f"{id}. "):
            raise ValueError(f"{check.__name__}: its docstring must begin with {id!r} and a full stop")
        if id in LAWS and LAWS[id][1].__qualname__ != check.__qualname__:
            raise ValueError(f"{id} is taken by {LAWS[id][1].__name__}")
        text = " ".join(told.removeprefix(f"{id}. ").split())
        title = text.partition(". ")[0].rstrip(".")
        known = Law(
            id=id, level=level, needs=needs, core=core, setting=setting, incidents=incidents, title=title, told=text
        )
        LAWS[id] = (known, check)
        return check

    return state


def laws() -> Mapping[str, tuple[Law, Check]]:
    """Give every law by its id, in the order of the ids."""
    import venuekit_testkit.suite  # noqa: F401 - its modules state the laws

    return dict(sorted(LAWS.items()))
