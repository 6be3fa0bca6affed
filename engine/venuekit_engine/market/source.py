"""Where the market comes from: the `Source` that fills the hub, and how a user names one.

`demo.py`, `live.py` and `replay.py` implement it; the composition root starts and stops it.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Final, Protocol

import msgspec

from venuekit_engine.market.hub import MarketHub

EXPECTED: Final = "a market is demo, live or replay:PATH"


class Source(Protocol):
    """Fills a hub until it is stopped."""

    name: str

    async def start(self, hub: MarketHub) -> None:
        """Put the first books up, or begin to; a venue that cannot be reached is reported and stops nothing."""
        ...

    async def stop(self) -> None:
        """End every task and close every connection."""
        ...

    async def want(self, symbol: str, wait_s: float) -> None:
        """Begin to serve a listed symbol; come back when it is served, cannot be, or the wait is over."""
        ...


class MarketKind(Enum):
    """The sources that a user can choose."""

    DEMO = "demo"
    LIVE = "live"
    REPLAY = "replay"


class MarketChoice(msgspec.Struct, frozen=True):
    """What `--market` asked for. `path` is the capture of a replay."""

    kind: MarketKind
    path: Path | None = None


def parse_market(text: str) -> MarketChoice:
    """Read `demo`, `live` or `replay:PATH`. Raises: ValueError that says what is wrong."""
    word, mark, rest = text.strip().partition(":")
    if word not in {kind.value for kind in MarketKind}:
        raise ValueError(f"{EXPECTED}; found {text!r}")
    kind = MarketKind(word)
    if kind is MarketKind.REPLAY:
        return MarketChoice(kind, _capture(rest))
    if mark:
        raise ValueError(f"{word} takes no path; found {text!r}")
    return MarketChoice(kind)


def _capture(text: str) -> Path:
    if not text:
        raise ValueError("replay needs the path of a capture: replay:PATH")
    path = Path(text).expanduser()
    if not path.exists():
        raise ValueError(f"there is no capture at {path}")
    if not path.is_file():
        raise ValueError(f"the capture {path} is not a file")
    return path
