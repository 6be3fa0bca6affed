"""A session that tells what happens at the exchange, from when it is made until it is left.

Used by faces, which subclass it. What must stay true: a session that is over hears nothing more.
"""

from __future__ import annotations

from abc import abstractmethod

from venuekit_testkit.simulate.exchange.events import Event
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.fault import Faults
from venuekit_testkit.simulate.session import Session


class Listener(Session):
    """One connection whose client is told of the exchange."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        super().__init__(faults)
        self.exchange = exchange
        exchange.heard.append(self.hear)

    @abstractmethod
    def hear(self, event: Event) -> None:
        """Tell the client what happened, where it asked for that."""

    def left(self) -> None:
        """Hear no more."""
        if self.hear in self.exchange.heard:
            self.exchange.heard.remove(self.hear)

    def hang_up(self, code: int = 1001, reason: str = "going away") -> None:
        """Close, and hear no more."""
        super().hang_up(code, reason)
        self.left()
