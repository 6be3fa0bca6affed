"""The reference venue on the wire: a made-up venue that does everything, for the suite, its mutants and the tutorial.

Used by the bench and by the simulator's server. What must stay true: it is what
docs/conformance/reference-protocol.md says, which a stranger can write a plugin against.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import msgspec

from venuekit.capability import Op
from venuekit.units import Nanos
from venuekit_testkit.simulate.call import Call, Reply, reply_json
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.rules import Rejected
from venuekit_testkit.simulate.reference.denials import CODES, Denied, denial
from venuekit_testkit.simulate.reference.listing import FundsByMarket, make_exchange
from venuekit_testkit.simulate.reference.proof import KEY, SECRET, Doorkeeper
from venuekit_testkit.simulate.reference.stream import AccountSession, MarketSession
from venuekit_testkit.simulate.reference.telling import Window
from venuekit_testkit.simulate.reference.trading import Desk
from venuekit_testkit.simulate.session import Session
from venuekit_testkit.simulate.simulator import Simulator

NAME: Final = r"/v1/orders/(by-client/[A-Za-z0-9_-]{1,36}|\d{1,18})"


class Route(msgspec.Struct, frozen=True):
    """One call. `where` matches the whole path; its group is handed on."""

    method: str
    where: str
    op: Op
    do: Callable[..., Any]
    private: bool = True


class ReferenceSimulator(Simulator):
    """The venue."""

    id = "reference"
    keys: ClassVar[Mapping[str, str]] = {"api_key": KEY, "api_secret": SECRET}
    desk_type: ClassVar[type[Desk]] = Desk

    def __init__(self) -> None:
        self.funds = FundsByMarket()
        super().__init__()
        self.doorkeeper = Doorkeeper()
        self.desk = self.desk_type(self.exchange)
        self.window = Window(self.exchange, self.desk, self.funds, self.faults)
        self.routes = routes_of(self.desk, self.window)

    def open_exchange(self) -> Exchange:
        """Make the exchange."""
        return make_exchange(self.faults, self.funds)

    def op_of(self, call: Call) -> str:
        """Look the call up."""
        found = self._find(call)
        return found[0].op.value if found else ""

    def answer(self, call: Call, now: Nanos) -> Reply:
        """Do what a call asks."""
        found = self._find(call)
        try:
            if found is None:
                raise Denied("not_found")
            route, names = found
            if route.private:
                self.doorkeeper.admit(call)
            self.count(route, call)
            return self._done(route, route.do(call, *names))
        except Rejected as no:
            return denial(CODES[no.why])
        except Denied as no:
            return denial(no.code)

    def count(self, route: Route, call: Call) -> None:
        """Count what a call takes from the limits."""
        self.taken["reads" if route.method == "GET" else "orders"] += _items(call)

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket on one of the two paths."""
        kind = {"/v1/stream": MarketSession, "/v1/account": AccountSession}.get(call.path)
        return denial("not_found") if kind is None else kind(self, now)

    def unproven(self, call: Call, now: Nanos) -> Reply | None:
        """Prove a private call."""
        found = self._find(call)
        try:
            if found and found[0].private:
                self.doorkeeper.admit(call)
        except Denied as no:
            return denial(no.code)
        return None

    def busy(self, call: Call) -> Reply:
        """Answer 429; nothing was done."""
        return denial("too_many_requests", **{"retry-after": "2"})

    def broken(self, call: Call) -> Reply:
        """Answer 503; it may have been done."""
        return denial("internal")

    def restart(self) -> None:
        """Come back with books numbered afresh."""
        super().restart()
        for book in self.exchange.books.values():
            book.seq = 0

    def _done(self, route: Route, told: Any) -> Reply:
        if route.op is Op.REDEEM:
            for session in self.sessions:
                if isinstance(session, AccountSession):
                    session.tell_balances()
        return reply_json(told)

    def _find(self, call: Call) -> tuple[Route, tuple[str, ...]] | None:
        for route in self.routes:
            match = re.fullmatch(route.where, call.path) if route.method == call.method else None
            if match:
                return route, match.groups()
        return None


def _items(call: Call) -> int:
    """Count the items of a batch; every other call, and one that cannot be read, is one."""
    try:
        orders = msgspec.json.decode(call.body)["orders"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return 1
    return len(orders) if isinstance(orders, list) else 1


def routes_of(desk: Desk, window: Window) -> tuple[Route, ...]:
    """List every call."""
    return (
        Route("GET", "/v1/markets", Op.INSTRUMENTS, window.markets, private=False),
        Route("GET", "/v1/book", Op.BOOK, window.book, private=False),
        Route("GET", "/v1/trades", Op.TRADES, window.trades, private=False),
        Route("GET", "/v1/fees", Op.FEES, window.fees),
        Route("POST", "/v1/orders", Op.SUBMIT, desk.submit),
        Route("POST", "/v1/orders/batch", Op.BATCH, desk.batch),
        Route("POST", "/v1/orders/batch-cancel", Op.CANCEL_BATCH, desk.cancel_batch),
        Route("GET", "/v1/orders", Op.OPEN_ORDERS, window.open_orders),
        Route("DELETE", "/v1/orders", Op.CANCEL_ALL, desk.cancel_all),
        Route("GET", NAME, Op.QUERY, window.order),
        Route("DELETE", NAME, Op.CANCEL, desk.cancel),
        Route("PATCH", NAME, Op.AMEND, desk.amend),
        Route("POST", f"{NAME}/decrease", Op.DECREASE, desk.decrease),
        Route("GET", "/v1/fills", Op.FILLS, window.fills),
        Route("GET", "/v1/balances", Op.BALANCES, window.balances),
        Route("GET", "/v1/positions", Op.POSITIONS, window.positions),
        Route("GET", "/v1/settlements", Op.SETTLEMENTS, window.settlements),
        Route("POST", "/v1/redeem", Op.REDEEM, window.redeem),
    )
