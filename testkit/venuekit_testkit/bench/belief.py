"""One order as somebody believes it who has only what an adapter tells: what the engine does, in a few lines.

Used by laws of the lifecycle. What must stay true: states advance by the core's table alone, a trade counts once by its
id, and silence is believed to be nothing but silence.
"""

from __future__ import annotations

from collections.abc import Iterable

from venuekit.errors import OrderGone, OutcomeUnknown, Refused, TradeError
from venuekit.fill import Fill
from venuekit.lifecycle import ORDER_LIVE, ORDERS, OrderState, advance
from venuekit.order import Accepted, Cancelled, NewOrder, OrderId, OrderReport
from venuekit.units import Qty
from venuekit.venue import AccountEvent, CancelItem, Venue

Answer = Accepted | CancelItem | TradeError


class Belief:
    """What is believed of one order. `passed` are the states that it went through, first to last."""

    def __init__(self, order: NewOrder, venue: Venue) -> None:
        self.terms, self._venue = order, venue
        self.fills: dict[str, Fill] = {}
        self.venue_ids: set[str] = set()
        self.passed = [OrderState.INTENT]

    @property
    def state(self) -> OrderState:
        """Where it stands."""
        return self.passed[-1]

    @property
    def is_live(self) -> bool:
        """Tell whether it may still trade."""
        return self.state in ORDER_LIVE

    @property
    def filled(self) -> Qty:
        """What its trades add up to."""
        return Qty(sum(fill.qty for fill in self.fills.values()))

    @property
    def id(self) -> OrderId:
        """How to name it, as far as is known."""
        return OrderId(self.terms.instrument, self.terms.client_id, next(iter(self.venue_ids), ""))

    def answer(self, told: Answer) -> None:
        """Take what came of placing it or of taking it off."""
        if isinstance(told, Accepted):
            self._name(told.venue_id)
            self._advance(told.state)
            self.hear(told.fills)
        elif isinstance(told, OutcomeUnknown):
            self._advance(OrderState.UNKNOWN)
        elif isinstance(told, Cancelled):
            self._advance(OrderState.CANCELLED)
        elif isinstance(told, Refused) and not isinstance(told, OrderGone):
            self._advance(OrderState.REJECTED)

    def gone(self) -> None:
        """Take that the venue knows no such order: the proof that one without an answer never arrived."""
        if self.state is OrderState.UNKNOWN:
            self._advance(OrderState.REJECTED)

    def hear(self, events: Iterable[AccountEvent]) -> None:
        """Take what a stream, a query or a list tells, of this order and of others, in any order and however often."""
        for event in events:
            if isinstance(event, OrderReport) and self._is_mine(event):
                self._name(event.venue_id)
                self._advance(self._venue.restate(event, self.terms.instrument).state)
            elif isinstance(event, Fill) and self._is_mine(event):
                self._count(self._venue.restate(event, self.terms.instrument))

    def _count(self, fill: Fill) -> None:
        before = self.fills.setdefault(fill.trade_id, fill)
        same = (before.px, before.qty, before.side, before.fee) == (fill.px, fill.qty, fill.side, fill.fee)
        assert same, f"one trade id, two trades: {before} and {fill}"

    def _advance(self, to: OrderState) -> None:
        state = advance(ORDERS, self.state, to)
        if state is not self.state:
            self.passed.append(state)

    def _is_mine(self, told: OrderReport | Fill) -> bool:
        return told.client_id == self.terms.client_id or told.venue_id in self.venue_ids

    def _name(self, venue_id: str) -> None:
        if venue_id:
            self.venue_ids.add(venue_id)
