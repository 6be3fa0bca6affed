"""What went wrong in somebody else's code, in one line for its author: what was raised, where, after which request.

Used by the runner and by whatever builds a bench. What must stay true: the place that is named is the plugin's own,
where it has a part in it, and nothing of a request but its method and its address is told.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType
from typing import Final

OURS: Final = ("venuekit", "venuekit_testkit")  # packages whose faults they are not, as a rule
FOREIGN: Final = "venuekit_"  # what every plugin's package begins with


class Groundless(AssertionError):
    """A law could not be tried, because what another law asks is not so. `rests_on` is the id of that law."""

    def __init__(self, message: str, rests_on: str) -> None:
        super().__init__(message)
        self.rests_on = rests_on


def describe(error: BaseException) -> str:
    """Say what was raised, what is known of it besides, and where."""
    notes = "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {error}{notes} ({locate(error.__traceback__)})"


def locate(trace: TracebackType | None) -> str:
    """Name the newest line of a plugin, or the newest of all: "venuekit_acme/feed.py:32: told['type']"."""
    frames = traceback.extract_tb(trace)
    theirs = [frame for frame in frames if _is_foreign(Path(frame.filename).parent.name)]
    if not frames:
        return "nowhere"
    frame = (theirs or frames)[-1]
    path = Path(frame.filename)
    return f"{path.parent.name}/{path.name}:{frame.lineno}: {frame.line}"


def _is_foreign(folder: str) -> bool:
    return folder.startswith(FOREIGN) and folder not in OURS
