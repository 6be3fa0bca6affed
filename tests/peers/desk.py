"""Somebody else's client at a simulator: what a test here holds.

Used by tests of this folder. The simulator runs in the test's own loop, so a test may look at its exchange and pull its
strings between two calls of the client.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final, Self

import pytest

from tests.peers.peer import Answer, Peer
from venuekit_testkit.simulate.exchange.account import Account
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.fault import Fault
from venuekit_testkit.simulate.server import HOST, Server

PATIENCE: Final = 5.0


def only(venue: str, *clients: str) -> pytest.MarkDecorator:
    """Leave a test to the clients of a venue that can."""
    return pytest.mark.parametrize(venue, clients, indirect=True)


class Desk(ABC):
    """A client and the venue it talks to, connected while it is entered."""

    def __init__(self, peer: Peer, server: Server) -> None:
        self.peer, self.server = peer, server
        self.do, self.ask, self.refused = peer.do, peer.ask, peer.refused

    async def __aenter__(self) -> Self:
        await self.do("connect", **self.connection())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.ask("disconnect")

    @abstractmethod
    def connection(self, **other: str) -> dict[str, str]:
        """Say where the venue is and who asks, as the driver takes it."""

    async def reconnect(self, **other: str) -> None:
        """Begin again as somebody else."""
        await self.do("disconnect")
        await self.do("connect", **self.connection(**other))

    @property
    def exchange(self) -> Exchange:
        """The exchange behind the simulator."""
        return self.server.simulator.exchange

    @property
    def account(self) -> Account:
        """What the client's account really holds."""
        return self.exchange.accounts[ME]

    @property
    def at(self) -> dict[str, str]:
        """Where the client finds the simulator."""
        return {"rest": f"http://{HOST}:{self.server.port}", "stream": f"ws://{HOST}:{self.server.port}"}

    def really(self, client_id: str) -> Order:
        """Give an order as the exchange has it."""
        return self.exchange.find_client(client_id)

    def plan(self, fault: Fault, on: str) -> None:
        """Let the next call of a kind go wrong."""
        self.server.simulator.faults.plan(fault, on)

    async def silent(self, action: str, **given: Any) -> Answer:
        """Have the client do one thing and hear no answer."""
        answer = await self.ask(action, **given)
        assert answer.error is not None, f"{self.peer.name} {action} heard {answer.ok}"
        return answer

    async def until(self, stream: str, is_it: Callable[[list[Any]], bool], *, may_warn: bool = False) -> list[Any]:
        """Collect events of a stream until they are what was waited for. Raises: AssertionError after a while."""
        events: list[Any] = []
        while not is_it(events):
            answer = await self.ask("collect", stream=stream, count=1, seconds=PATIENCE)
            assert answer.ok, f"{self.peer.name} heard no more of {stream} after {events}: {answer}"
            assert may_warn or not answer.warned, answer.warned
            events += answer.ok
        return events
