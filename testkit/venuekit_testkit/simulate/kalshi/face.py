"""Kalshi, simulated: the venue as a whole.

Used by the bench, by `sequence simulate` and by tests. It speaks the Trade API V2 (`ROUTES`) and its WebSocket over the
shared exchange, proves signatures of both kinds of keys, keeps budgets of tokens, and settles what is resolved. What
must stay true: it was written from the venue's documents, not from our adapter.
Sources: OpenAPI 3.34.0, AsyncAPI Oct 2026 and https://docs.kalshi.com, read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import msgspec

from venuekit.units import Nanos
from venuekit_testkit.simulate.call import Call, Reply
from venuekit_testkit.simulate.exchange.events import Event, Resolved
from venuekit_testkit.simulate.exchange.exchange import Exchange
from venuekit_testkit.simulate.exchange.market import Market
from venuekit_testkit.simulate.exchange.rules import Rejected, Why
from venuekit_testkit.simulate.kalshi import frames
from venuekit_testkit.simulate.kalshi.ask import Ask
from venuekit_testkit.simulate.kalshi.budget import COST, Budget
from venuekit_testkit.simulate.kalshi.errors import Refusal, refusal_of, too_many
from venuekit_testkit.simulate.kalshi.groups import Groups
from venuekit_testkit.simulate.kalshi.keys import ED25519_ID, ED25519_PEM, RSA_ID, RSA_PEM
from venuekit_testkit.simulate.kalshi.listing import make_exchange
from venuekit_testkit.simulate.kalshi.routes import ROOT, ROUTES, Route, find_route, op_of
from venuekit_testkit.simulate.kalshi.settlement import Settlements
from venuekit_testkit.simulate.kalshi.signature import is_signed, prove, public_key
from venuekit_testkit.simulate.kalshi.stream import KalshiSession
from venuekit_testkit.simulate.session import Session
from venuekit_testkit.simulate.simulator import Simulator

SOCKET: Final = "/trade-api/ws/v2"
LIFE: Final = "market_lifecycle_v2"


class KalshiSimulator(Simulator):
    """The venue. `spent` are client ids that are used up though no order bears them."""

    id: ClassVar[str] = "kalshi"
    keys: ClassVar[Mapping[str, str]] = {"api_key": ED25519_ID, "api_secret": ED25519_PEM}
    rsa_keys: ClassVar[Mapping[str, str]] = {"api_key": RSA_ID, "api_secret": RSA_PEM}
    tier: ClassVar[str] = "prime"  # wide enough for whatever is not a test of budgets

    def __init__(self) -> None:
        super().__init__()
        self.known = {each["api_key"]: public_key(each["api_secret"]) for each in (self.keys, self.rsa_keys)}
        self.budget = Budget(self.tier)
        self.groups, self.settlements = Groups(self.exchange), Settlements(self.exchange)
        self.spent: set[str] = set()
        self.trading_active = True
        self._named = 0
        self.exchange.heard += [self.groups.hear, self._hear]

    def open_exchange(self) -> Exchange:
        """Open the markets of `listing.py`."""
        return make_exchange(self.faults)

    def called(self, asset: str) -> str:
        """Call the cash of every shard dollars."""
        return "USD" if asset.startswith("USD") else asset

    def op_of(self, call: Call) -> str:
        """Tell which verb a call is."""
        return op_of(call)

    def unproven(self, call: Call, now: Nanos) -> Reply | None:
        """Refuse a call that is not signed as it must be; public reads need no key, but a bad one is refused."""
        found = find_route(call)
        try:
            if is_signed(call) or call.path == SOCKET or (found and found[0].key):
                prove(call, self.known, now)
        except Refusal as no:
            return no.reply()
        return None

    def answer(self, call: Call, now: Nanos) -> Reply:
        """Do what a call asks."""
        self.pass_time(now)
        if refused := self.unproven(call, now):
            return refused
        try:
            return self._do(call, now)
        except Refusal as no:
            return no.reply()
        finally:
            self.pass_time(now)

    def open_session(self, call: Call, now: Nanos) -> Session | Reply:
        """Take a socket that is signed, also for public channels."""
        if call.path != SOCKET:
            return Refusal("not_found").reply()
        return self.unproven(call, now) or KalshiSession(self)

    def busy(self, call: Call) -> Reply:
        """Say that the budget is spent."""
        return too_many()

    def broken(self, call: Call) -> Reply:
        """Say that the service is away."""
        return Refusal("service_unavailable").reply()

    # ── what its modules use ──

    def pass_time(self, now: Nanos) -> None:
        """Do what is due: orders that expire, groups that are triggered, markets that settle."""
        with self.exchange.at(now):
            for order in self.exchange.open_orders():
                if 0 < order.facts.get("expires_ns", 0) <= self.exchange.now:
                    self.exchange.cancel(order, "expired")
            self.groups.run()
            for market in self.settlements.run():
                self._tell_life(market, frames.settled)

    def pause(self) -> None:
        """Stop trading: orders that asked for it are taken off, the others stay."""
        self.trading_active = False
        for order in self.exchange.open_orders():
            if order.facts.get("on_pause"):
                self.exchange.cancel(order, "paused")

    def refuse_used(self, client_id: str) -> None:
        """Refuse a client id that was ever used. Raises: Refusal."""
        if client_id in self.spent or any(each.client_id == client_id for each in self.exchange.mine()):
            raise refusal_of(Rejected(Why.DUPLICATE_ID))

    def make_client_id(self) -> str:
        """Name an order that its client did not name."""
        self._named += 1
        return f"unnamed-{self._named}"

    def costs_told(self) -> list[dict[str, Any]]:
        """Tell the calls that do not cost what is usual."""
        return [
            {"method": each.method, "path": ROOT + each.path, "cost": each.each or each.cost}
            for each in ROUTES
            if (each.each or each.cost) != COST and each.bucket != "balance"
        ]

    # ── inside ──

    def _do(self, call: Call, now: Nanos) -> Reply:
        found = find_route(call)
        if found is None:
            raise Refusal("not_found")
        route, parts = found
        if call.params.get("subaccount", "0") not in ("", "0"):
            raise Refusal("invalid_parameters", "unknown subaccount")
        cost = self._cost(route, call)
        if not self.budget.buckets[route.bucket].take(cost, now):
            return too_many()
        self.taken[route.bucket.upper()] += cost
        if not self.trading_active and route.op in ("submit", "batch", "amend"):
            raise Refusal("service_unavailable", "trading is paused")
        return route.answer(self, Ask(call, now, parts))

    def _cost(self, route: Route, call: Call) -> int:
        return route.each * max(1, _items(call.body)) if route.each else route.cost

    def _hear(self, event: Event) -> None:
        for session in list(self.sessions):
            if isinstance(session, KalshiSession):
                session.hear(event)
        if isinstance(event, Resolved):
            market = self.settlements.determine(event)
            self._tell_life(market, frames.determined)
            for market in self.settlements.run():
                self._tell_life(market, frames.settled)

    def _tell_life(self, market: Market, make: Callable[[Market], dict[str, Any]]) -> None:
        for session in list(self.sessions):
            if isinstance(session, KalshiSession):
                session.tell(LIFE, LIFE, market.symbol, lambda: make(market), "other")


def _items(body: bytes) -> int:
    """Count the items of a batch; what cannot be read is one."""
    try:
        orders = msgspec.json.decode(body)["orders"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return 1
    return len(orders) if isinstance(orders, list) else 1
