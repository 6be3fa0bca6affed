"""One client's socket at a simulator, without the socket.

Used by faces, which subclass it, and by what carries frames: `server.py` and the bench. What must stay true: faults
strike frames as they leave, after the venue has numbered them, so that a lost one shows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from venuekit.units import Nanos
from venuekit.wire import Frame
from venuekit_testkit.simulate.fault import Fault, Faults


class Session(ABC):
    """One connection. `closed` is the code and reason once the venue hung up; `wake` is told when frames are due."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.closed: tuple[int, str] | None = None
        self.wake: Callable[[], None] = lambda: None
        self._out: list[Frame] = []
        self._held: list[Frame] = []

    @abstractmethod
    def receive(self, frame: Frame, now: Nanos) -> None:
        """Take a frame of the client."""

    def beat(self, now: Nanos) -> None:
        """Do what is due with time. The carrier calls it about once a second."""
        return

    def left(self) -> None:
        """Let go of everything: the client is gone."""
        return

    def push(self, frame: Frame, kind: str) -> None:
        """Send a frame; `kind` names it for faults: "book", "trade", "order", "fill", "balance" or "other"."""
        if self.closed or self.faults.take(Fault.GAP, kind):
            return
        if self.faults.take(Fault.REORDER, kind):
            self._held.append(frame)
            return
        times = 2 if self.faults.take(Fault.DUPLICATE, kind) else 1
        self._out += [*[frame] * times, *self._held]
        self._held.clear()
        self.wake()

    def take(self) -> list[Frame]:
        """Take what is to be sent to the client."""
        out, self._out = self._out, []
        return out

    def hang_up(self, code: int = 1001, reason: str = "going away") -> None:
        """Close the connection from the venue's side."""
        if self.closed is None:
            self.closed = code, reason
            self.wake()
