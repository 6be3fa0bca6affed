"""Kalshi: order groups, the venue's own brake.

Used by `routes.py` and `face.py`. A group whose orders traded more contracts within 15 seconds than its limit is
triggered: its orders are taken off, and it takes none until it is reset.
Sources: https://docs.kalshi.com/api-reference/order-groups and OpenAPI 3.34.0, read 2026-11-21.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from venuekit.units import NANOS_PER_S
from venuekit_testkit.simulate.call import Reply, reply_json
from venuekit_testkit.simulate.exchange.account import ZERO
from venuekit_testkit.simulate.exchange.events import Event, OrderChanged
from venuekit_testkit.simulate.exchange.exchange import ME, Exchange
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.exchange.rules import Rejected
from venuekit_testkit.simulate.kalshi import wanted as body
from venuekit_testkit.simulate.kalshi.ask import Ask, read_fixed
from venuekit_testkit.simulate.kalshi.errors import Refusal
from venuekit_testkit.simulate.kalshi.shape import count, ident

if TYPE_CHECKING:
    from venuekit_testkit.simulate.kalshi.face import KalshiSimulator

WINDOW_NS: Final = 15 * NANOS_PER_S


@dataclass
class Group:
    """One group. `matched` are times and counts of its newest trades."""

    id: str
    limit: Decimal
    shard: int
    triggered: bool = False
    matched: list[tuple[int, Decimal]] = field(default_factory=list)

    def match(self, qty: Decimal, now: int) -> None:
        """Count a trade; too many within the window trigger the group."""
        self.matched = [each for each in self.matched if each[0] > now - WINDOW_NS] + [(now, qty)]
        self.triggered |= sum((each for _, each in self.matched), ZERO) > self.limit


class Groups:
    """The groups of the account."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.by_id: dict[str, Group] = {}
        self._made = 0

    def make(self, limit: Decimal, shard: int) -> Group:
        """Open a group."""
        self._made += 1
        group = Group(ident("group", self._made), limit, shard)
        self.by_id[group.id] = group
        return group

    def has(self, name: str) -> bool:
        """Tell whether there is such a group."""
        return name in self.by_id

    def find(self, name: str) -> Group:
        """Find a group. Raises: Refusal."""
        if name not in self.by_id:
            raise Refusal("not_found")
        return self.by_id[name]

    def refuse_triggered(self, name: str) -> None:
        """Refuse an order of a group that was triggered. Raises: Refusal."""
        if self.by_id[name].triggered:
            raise Refusal("order_group_triggered")

    def hear(self, event: Event) -> None:
        """Count the trades of groups' orders."""
        if not isinstance(event, OrderChanged) or not event.execution or event.order.account != ME:
            return
        if group := self.by_id.get(event.order.facts.get("group", "")):
            group.match(event.execution.qty, self.exchange.now)

    def run(self) -> None:
        """Take the orders of triggered groups off."""
        for group in self.by_id.values():
            if group.triggered:
                self.clear(group)

    def clear(self, group: Group) -> None:
        """Take a group's orders off."""
        for order in self.orders(group):
            with suppress(Rejected):
                self.exchange.cancel(order, "order group")

    def orders(self, group: Group) -> list[Order]:
        """List a group's orders that rest."""
        return [each for each in self.exchange.open_orders() if each.facts.get("group") == group.id]


def create(face: KalshiSimulator, ask: Ask) -> Reply:
    """Open a group."""
    told = ask.body(body.Group)
    group = face.groups.make(_limit(told), told.exchange_index or 0)
    return reply_json({"order_group_id": group.id, "subaccount": 0, "exchange_index": group.shard}, 201)


def listing(face: KalshiSimulator, ask: Ask) -> Reply:
    """List the groups."""
    return reply_json({"order_groups": [{"id": each.id, **_told(each)} for each in face.groups.by_id.values()]})


def one(face: KalshiSimulator, ask: Ask) -> Reply:
    """Give one group with the ids of its orders."""
    group = face.groups.find(ask.parts["group"])
    return reply_json({**_told(group), "orders": [ident("order", each.id) for each in face.groups.orders(group)]})


def delete(face: KalshiSimulator, ask: Ask) -> Reply:
    """Close a group and take its orders off."""
    group = face.groups.find(ask.parts["group"])
    face.groups.clear(group)
    del face.groups.by_id[group.id]
    return reply_json({})


def reset(face: KalshiSimulator, ask: Ask) -> Reply:
    """Let a group trade again, from nothing."""
    group = face.groups.find(ask.parts["group"])
    group.triggered = False
    group.matched.clear()
    return reply_json({})


def trigger(face: KalshiSimulator, ask: Ask) -> Reply:
    """Stop a group by hand."""
    group = face.groups.find(ask.parts["group"])
    group.triggered = True
    face.groups.run()
    return reply_json({})


def limit(face: KalshiSimulator, ask: Ask) -> Reply:
    """Change a group's limit."""
    face.groups.find(ask.parts["group"]).limit = _limit(ask.body(body.Group))
    return reply_json({})


def _limit(told: body.Group) -> Decimal:
    text = told.contracts_limit_fp or str(told.contracts_limit or "")
    value = read_fixed(text, "contracts_limit", 2) if text else ZERO
    if value < 1 or (told.contracts_limit is not None and value != told.contracts_limit):
        raise Refusal("invalid_parameters", "contracts_limit must be 1 or more")
    return value


def _told(group: Group) -> dict[str, Any]:
    limit_told = count(group.limit)
    return {"contracts_limit_fp": limit_told, "is_auto_cancel_enabled": True, "exchange_index": group.shard}
