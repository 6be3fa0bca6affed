"""Kalshi: what both streams do alike on their sockets: open it with a proof, and send commands.

Used by `feed.py` and `account.py`. What must stay true: the numbers of the commands start afresh on each connection.
Source: https://docs.kalshi.com/getting_started/quick_start_websockets and AsyncAPI 2026-10
(https://docs.kalshi.com/asyncapi.yaml), read 2026-11-21.
"""

from __future__ import annotations

from typing import Final

import msgspec

from venuekit.venue import Outbound, Reconnect, Send

SILENCE_S: Final = 30.0  # the venue pings every 10 s
# Errors after which a subscription is dead: it lacks a key, its channel failed, or its buffer ran over.
TERMINAL: Final = frozenset((9, 10, 25))
# Errors after which the same command may be sent again: it took too long, or there were too many.
PASSING: Final = frozenset((18, 27))


class Line:
    """The way out of one socket."""

    __slots__ = ("_count", "_outbound")

    def __init__(self) -> None:
        self.reopen()

    def reopen(self) -> None:
        """Forget what was not sent on the connection before."""
        self._count = 0
        self._outbound: list[Outbound] = []

    def command(self, word: str, **params: object) -> None:
        """Queue a command."""
        self._count += 1
        frame = msgspec.json.encode({"id": self._count, "cmd": word, "params": params}).decode()
        self._outbound.append(Send(frame))

    def reconnect(self, reason: str) -> None:
        """Queue that the socket is to be opened anew; what else waits is of no use then."""
        self._outbound = [Reconnect(reason)]

    def take(self) -> list[Outbound]:
        """Take what is queued."""
        taken, self._outbound = self._outbound, []
        return taken
