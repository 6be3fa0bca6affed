"""A venue on the wire: calls in, replies out, no socket, no clock of its own.

One class a venue (a *face*) subclasses `Simulator` and speaks the venue's protocol over the shared exchange. What must
stay true: a face is written from the venue's documentation, not from our adapter; it proves signatures itself; time is
an argument, so that a run repeats.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from typing import ClassVar, Final

from venuekit.units import Nanos
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.fault import Fault, Faults
from venuekit_testkit.simulate.session import Session

GARBAGE: Final = b"<html>502 Bad Gateway</html>"


class Simulator(ABC):
    """One venue. `keys` are the test credentials of the trading account, as fields of `Credentials`;
    `more_keys` are those of other kinds for the same account, by the name of the kind.

    `places` are the base URLs that its plugin may be given as `hosts`, with `{http}` and `{ws}` for where we listen.
    `skew_ns` sets the venue's clock apart from the caller's. `asked` counts calls by the name of their `Op`, and by
    "METHOD path" for what has none. `taken` counts what calls took from each of the venue's limits, by the name that
    the plugin gives the limit; a simulator that counts nothing leaves it empty.
    """

    id: ClassVar[str]
    keys: ClassVar[Mapping[str, str]]
    more_keys: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    places: ClassVar[Mapping[str, str]] = {"rest": "{http}", "stream": "{ws}"}

    def __init__(self) -> None:
        self.faults = Faults()
        self.exchange: Exchange = self.open_exchange()
        self.sessions: list[Session] = []
        self.asked: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.skew_ns = 0

    @abstractmethod
    def open_exchange(self) -> Exchange:
        """Make the exchange with its markets, its books and the money of the trading account."""

    @abstractmethod
    def op_of(self, call: Call) -> str:
        """Tell which `Op` a call is, by its value; "" for one that is none."""

    @abstractmethod
    def answer(self, call: Call, now: Nanos) -> Reply:
        """Do what a call asks, honestly."""

    @abstractmethod
    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket, or refuse it as the venue does."""

    @abstractmethod
    def unproven(self, call: Call, now: Nanos) -> Reply | None:
        """Give the refusal of a call that is not signed as it must be; None for one that is, or needs no proof.

        Nothing else of the call is done. Cassettes are played with it: what is sent is proven, not compared.
        """

    @abstractmethod
    def busy(self, call: Call) -> Reply:
        """Say "too many requests" as the venue does."""

    @abstractmethod
    def broken(self, call: Call) -> Reply:
        """Answer 5xx as the venue does."""

    def called(self, asset: str) -> str:
        """Tell what the venue calls an asset of the exchange."""
        return asset

    def handle(self, call: Call, now: Nanos) -> Reply | None:
        """Answer a call, or misbehave as planned; None is silence."""
        op = self.op_of(call)
        self.asked[op or f"{call.method} {call.path}"] += 1
        at = Nanos(now + self.skew_ns)
        if self.faults.take(Fault.LOSE_REQUEST, op):
            return None
        if self.faults.take(Fault.RATE_LIMIT, op):
            return self.busy(call)
        if self.faults.take(Fault.ERROR_BEFORE, op):
            return self.broken(call)
        with self.exchange.at(at):
            return self._spoil(call, op, self.answer(call, at))

    def connect(self, call: Call, now: Nanos) -> Session | Reply:
        """Open a socket; the venue may refuse."""
        at = Nanos(now + self.skew_ns)
        with self.exchange.at(at):
            session = self.open_session(call, at)
        if isinstance(session, Session):
            self.sessions.append(session)
        return session

    def hang_up(self) -> None:
        """Close every socket."""
        for session in self.sessions:
            session.hang_up()
        self.sessions.clear()

    def restart(self) -> None:
        """Come back after a restart: orders and money are kept, sockets and their numbering are not."""
        self.hang_up()

    def _spoil(self, call: Call, op: str, reply: Reply) -> Reply | None:
        faults = self.faults
        if faults.take(Fault.ACK_AFTER_FILL, op):
            self.exchange.fill_newest()
        if faults.take(Fault.DROP_ACK, op):
            return None
        if faults.take(Fault.ERROR_AFTER, op):
            return self.broken(call)
        if faults.take(Fault.GARBLE, op):
            return Reply(200, GARBAGE, {"content-type": "text/html"})
        if faults.take(Fault.TRUNCATE, op):
            return Reply(200, reply.body[: len(reply.body) // 2], reply.headers)
        return reply
