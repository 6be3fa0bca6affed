"""What stands in for the outside: it answers requests and takes sockets, in process.

Used by the bench. Two kinds: a simulator, which trades, and cassettes, which tell market data (`cassette` package).
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from venuekit.errors import NotSent, OutcomeUnknown
from venuekit.units import Nanos
from venuekit.wire import Request, Response
from venuekit_testkit.simulate.call import Call, to_call, to_response
from venuekit_testkit.simulate.session import Session
from venuekit_testkit.simulate.simulator import Simulator


class World(Protocol):
    """All that an adapter can reach."""

    def answer(self, request: Request, now: Nanos) -> Response:
        """Answer a request. Raises: OutcomeUnknown where nothing comes back."""
        ...

    def connect(self, url: str, headers: tuple[tuple[str, str], ...], now: Nanos) -> Session:
        """Take a socket. Raises: NotSent where it is refused."""
        ...

    def stir(self, symbol: str) -> None:
        """Let the book of a venue's symbol change once."""
        ...


class EmptyWorld:
    """Nothing at all: for a plugin whose venue nothing stands in for yet."""

    def __init__(self, venue: str) -> None:
        self._venue = venue

    def answer(self, request: Request, now: Nanos) -> Response:
        """Be silent. Raises: OutcomeUnknown."""
        raise OutcomeUnknown(
            "nothing stands in for this venue: it has no simulator and no cassettes", venue=self._venue
        )

    def connect(self, url: str, headers: tuple[tuple[str, str], ...], now: Nanos) -> Session:
        """Refuse. Raises: NotSent."""
        raise NotSent("nothing stands in for this venue: it has no simulator and no cassettes", venue=self._venue)

    def stir(self, symbol: str) -> None:
        """Do nothing."""


class SimulatedWorld:
    """A simulator, and nothing else."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def answer(self, request: Request, now: Nanos) -> Response:
        """Answer a request. Raises: OutcomeUnknown where the simulator is silent."""
        reply = self.simulator.handle(to_call(request), now)
        if reply is None:
            raise OutcomeUnknown("no answer came", venue=self.simulator.id)
        return to_response(reply)

    def connect(self, url: str, headers: tuple[tuple[str, str], ...], now: Nanos) -> Session:
        """Take a socket. Raises: NotSent where it is refused."""
        parts = urlsplit(url)
        lower = {name.lower(): value for name, value in headers}
        call = Call(method="GET", path=parts.path, query=parts.query, headers=lower)
        session = self.simulator.connect(call, now)
        if not isinstance(session, Session):
            raise NotSent(f"the socket was refused: {session.status}", venue=self.simulator.id)
        return session

    def stir(self, symbol: str) -> None:
        """Let the crowd change the book once."""
        self.simulator.exchange.stir(symbol)
