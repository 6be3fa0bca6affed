"""One order and those that replaced it, as they are believed.

Used by `schedule.py`. What must stay true: however often it was replaced, no more than the last total trades.
"""

from __future__ import annotations

from collections.abc import Sequence

from venuekit.fill import Fill
from venuekit.lifecycle import OrderState
from venuekit.units import Qty
from venuekit_testkit.bench.belief import Belief
from venuekit_testkit.bench.truth import Known


class Chain:
    """One order and those that replaced it. `most` is all that may ever trade of it."""

    def __init__(self, belief: Belief) -> None:
        self.beliefs = [belief]
        self.most = belief.terms.qty

    @property
    def now(self) -> Belief:
        """The order that is believed to stand for the chain: the newest that may live, or the newest."""
        return next((each for each in reversed(self.beliefs) if each.is_live), self.beliefs[-1])

    @property
    def ids(self) -> set[str]:
        """Every client id that it had."""
        return {each.terms.client_id for each in self.beliefs}

    @property
    def fills(self) -> dict[str, Fill]:
        """What is believed to have traded, by trade id."""
        return {trade_id: fill for each in self.beliefs for trade_id, fill in each.fills.items()}

    @property
    def filled(self) -> Qty:
        """The sum of it."""
        return Qty(sum(fill.qty for fill in self.fills.values()))

    def most_after(self, total: Qty, orders: Sequence[Known]) -> Qty:
        """Tell what may trade in all once the order that rests is amended to a total, of what the exchange has now."""
        had = self.known(orders)
        over = sum(each.filled for each in had if not each.is_live)
        return Qty(max(over + total, sum(each.filled for each in had)))

    def refused_in_vain(self, orders: Sequence[Known]) -> list[Known]:
        """List what is believed to have been refused, and traded or lives."""
        refused = {each.terms.client_id for each in self.beliefs if each.state is OrderState.REJECTED}
        return [each for each in orders if each.client_id in refused and (each.filled or each.is_live)]

    def ended_otherwise(self, orders: Sequence[Known]) -> list[tuple[OrderState, Known]]:
        """List what is over, with the end that is believed, where that is another."""
        ends = {each.terms.client_id: each.state for each in self.beliefs}
        over = [(ends[each.client_id], each) for each in self.known(orders) if not each.is_live]
        fits = {True: OrderState.CANCELLED, False: OrderState.FILLED}
        return [(state, each) for state, each in over if state is not fits[bool(each.left)]]

    def known(self, orders: Sequence[Known]) -> list[Known]:
        """Pick what the exchange has of it."""
        return [each for each in orders if each.client_id in self.ids]
