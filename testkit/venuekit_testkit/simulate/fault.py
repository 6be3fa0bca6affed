"""What can go wrong at a venue, by name: the misbehaviour that a simulator shows on request.

Used by simulators, which ask whether a fault is due, and by laws and tests, which plan them. Each line says what the
venue does, and what an adapter must not conclude from it.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum


class Fault(Enum):
    """One way to misbehave."""

    LOSE_REQUEST = "lose_request"  # the call never arrives, and no answer comes
    DROP_ACK = "drop_ack"  # the work is done, and no answer comes
    ACK_AFTER_FILL = "ack_after_fill"  # the order is filled before its "accepted" arrives
    ERROR_BEFORE = "error_before"  # 5xx, nothing done
    ERROR_AFTER = "error_after"  # 5xx, and yet the work is done
    GARBLE = "garble"  # 200 with a body that cannot be read, the work done
    TRUNCATE = "truncate"  # 200 with half a body, the work done
    RATE_LIMIT = "rate_limit"  # 429, nothing done
    STALE_READ = "stale_read"  # a read that does not know the newest trade yet
    PARTIAL_THEN_CANCEL = "partial_then_cancel"  # half of the rest trades before the cancel gets there
    FILL_THEN_CANCEL = "fill_then_cancel"  # all of it trades before the cancel gets there
    DUPLICATE = "duplicate"  # a frame of the stream comes twice
    REORDER = "reorder"  # a frame of the stream comes after the next one
    GAP = "gap"  # a frame of the stream is lost
    BAD_CHECKSUM = "bad_checksum"  # the venue's proof of its book is wrong


ANY = "*"
FRAMES = ("book", "trade", "order", "fill", "balance", "other")  # the kinds of frame that `Session.push` is told


class Faults:
    """What is planned, by fault and by what it strikes: the name of an `Op`, a kind of frame, or anything."""

    def __init__(self) -> None:
        self._due: Counter[tuple[Fault, str]] = Counter()

    def plan(self, fault: Fault, on: str = ANY, times: int = 1) -> None:
        """Let the next `times` occasions go wrong."""
        self._due[fault, on] += times

    def take(self, fault: Fault, on: str) -> bool:
        """Tell whether a fault strikes now, and count it."""
        for where in (on, ANY):
            if self._due[fault, where] > 0:
                self._due[fault, where] -= 1
                return True
        return False

    def clear(self) -> None:
        """Forget every plan."""
        self._due.clear()

    @property
    def left(self) -> list[tuple[Fault, str]]:
        """What was planned and did not happen."""
        return [plan for plan, times in self._due.items() if times > 0]
