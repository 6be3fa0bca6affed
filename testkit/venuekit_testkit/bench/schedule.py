"""Random lives of orders: places, changes, takes off, trades and fails in any order, and believes what it is told.

Run by the laws of schedules, under hypothesis. What must stay true after each step, whatever was silent or late: no
more is believed to have traded than did; what is believed over does not live; nothing is refused without proof; no
amend lets more trade than its total. At the end, by asking, belief and exchange are one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar, cast

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import booleans, integers, sampled_from

from venuekit.capability import Op
from venuekit.errors import OrderGone, OutcomeUnknown, TradeError
from venuekit.lifecycle import OrderState
from venuekit.order import Accepted, NewOrder, OpenOrder, OrderId, OrderReport
from venuekit.side import Side
from venuekit.units import Px, Qty
from venuekit.wire import Flow
from venuekit_testkit.bench.belief import Belief
from venuekit_testkit.bench.bench import Bench
from venuekit_testkit.bench.chain import Chain
from venuekit_testkit.bench.line import AccountLine
from venuekit_testkit.bench.truth import Known
from venuekit_testkit.simulate.fault import Fault

T = TypeVar("T")

SILENT: Final = (
    Fault.LOSE_REQUEST, Fault.DROP_ACK, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.GARBLE, Fault.TRUNCATE,
)  # fmt: skip
SILENCE: Final = sampled_from((*[None] * 6, *SILENT))
RACES: Final = sampled_from((*[None] * 4, *SILENT, Fault.PARTIAL_THEN_CANCEL, Fault.FILL_THEN_CANCEL))
FRAMES: Final = sampled_from((Fault.DUPLICATE, Fault.REORDER, Fault.GAP))
BUDGET: Final = settings(
    max_examples=50,
    stateful_step_count=14,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


class Schedule(RuleBasedStateMachine):
    """One run. `story` is what was done, for whoever reads why it broke."""

    def __init__(self, bench: Bench, *, streams: bool) -> None:
        super().__init__()
        self.bench = bench.again()
        self.bench.crowd.fund(self.bench.instrument)
        self.line: AccountLine | None = self.bench.account_line() if streams else None
        self.chains: list[Chain] = []
        self.story: list[str] = []

    @initialize()
    def listen(self) -> None:
        """Open the stream, where there is one, and let two orders rest."""
        if self.line is not None:
            self.line.open()
        for side in Side:
            self.place(side, 3, False, None)

    # ── what may happen ──

    @rule(side=sampled_from(Side), lots=integers(1, 3), takes=booleans(), fault=SILENCE)
    def place(self, side: Side, lots: int, takes: bool, fault: Fault | None) -> None:
        """Place an order."""
        px = self.bench.px_through(side) if takes else self.bench.px_away(side)
        order = self.bench.order(side, px, Qty(lots * self.bench.qty))
        chain = Chain(Belief(order, self.bench.venue))
        self.chains.append(chain)
        told = self._ask(self.bench.venue.submit(order, self.bench.now()), fault)
        self._note(f"place {order.client_id} {side.value} {lots}", fault, told)
        chain.now.answer(told)

    @precondition(lambda self: self._live)
    @rule(which=integers(0, 20), fault=RACES)
    def cancel(self, which: int, fault: Fault | None) -> None:
        """Take off an order that is believed to rest."""
        chain = self._pick(which)
        belief = chain.now
        told = self._ask(self.bench.venue.cancel(belief.id, self.bench.now()), fault)
        self._note(f"cancel {belief.terms.client_id}", fault, told)
        if not isinstance(told, OutcomeUnknown):
            belief.answer(told)
        if isinstance(told, TradeError):
            self._look(chain)

    @precondition(lambda self: self._live and self.bench.supports(Op.AMEND))
    @rule(which=integers(0, 20), lots=integers(1, 4), late=booleans(), fault=SILENCE)
    def amend(self, which: int, lots: int, late: bool, fault: Fault | None) -> None:
        """Change the price and the total of an order that rests; a trade may get there that we do not know of."""
        chain = self._pick(which)
        order = self._open(chain)
        if order is None or lots * self.bench.qty <= order.filled:
            return
        to = msgspec.structs.replace(
            order.terms, client_id=self.bench.client_id(), px=self._worse(order), qty=Qty(lots * self.bench.qty)
        )
        if late:
            self._trade(chain.known(self.bench.truth.resting)[0], False)
        most = chain.most_after(to.qty, self.bench.truth.orders)
        told = self._ask(self.bench.venue.amend(order, to, self.bench.now()), fault)
        self._note(f"amend {order.id.client_id} to {to.client_id} {lots}", fault, told)
        self._amended(chain, to, told, most)

    @precondition(lambda self: self.bench.truth.resting)
    @rule(which=integers(0, 20), whole=booleans())
    def trade(self, which: int, whole: bool) -> None:
        """Let somebody take an order of ours that rests, or half of it."""
        resting = self.bench.truth.resting
        self._trade(resting[which % len(resting)], whole)

    @precondition(lambda self: self.chains)
    @rule(which=integers(0, 20), late=booleans())
    def look(self, which: int, late: bool) -> None:
        """Ask for an order and its trades; the venue's answer may lag."""
        if late:
            for op in (Op.QUERY, Op.FILLS):
                self.bench.simulator.faults.plan(Fault.STALE_READ, op.value)
        self.story.append(f"look{' late' * late}")
        self._look(self.chains[which % len(self.chains)])
        self.bench.simulator.faults.clear()

    @rule(luck=integers(0, 11))
    def restart(self, luck: int) -> None:
        """Restart the venue, or the plugin, now and then."""
        if luck == 0:
            self.story.append("the venue restarts")
            self.bench.simulator.restart()
        elif luck == 1:
            self.story.append("the plugin restarts")
            self.bench.venue = self.bench.build(self.bench.keys)

    @precondition(lambda self: self.line is not None)
    @rule(fault=FRAMES, times=integers(1, 3))
    def spoil(self, fault: Fault, times: int) -> None:
        """Let frames of the stream go wrong."""
        self.story.append(f"{fault.value} × {times}")
        self.bench.simulator.faults.plan(fault, times=times)

    # ── what must hold ──

    @invariant()
    def nothing_is_believed_that_is_not_so(self) -> None:
        """Hold every belief against the exchange."""
        self._hear()
        orders = self.bench.truth.orders
        for chain in self.chains:
            had = chain.known(orders)
            traded, rests = sum(each.filled for each in had), sum(each.left for each in had if each.is_live)
            assert chain.filled <= traded, f"{traded} traded and {chain.filled} is believed, after {self.story}"
            assert traded + rests <= chain.most, f"{chain.most} at most, {traded + rests} may trade, after {self.story}"
            over = not any(each.is_live for each in chain.beliefs)
            assert not (over and rests), f"believed over, and it lives: {had}, after {self.story}"
            lied = chain.refused_in_vain(orders)
            assert not lied, f"believed refused, and it was not: {lied}, after {self.story}"

    def teardown(self) -> None:
        """Ask for everything: belief and exchange are one."""
        self.bench.simulator.faults.clear()
        for chain in self.chains:
            self._look(chain)
            had = chain.known(self.bench.truth.orders)
            traded, lives = sum(each.filled for each in had), any(each.is_live for each in had)
            assert chain.filled == traded, f"{traded} traded, found was {chain.filled}, after {self.story}"
            believed = any(each.is_live for each in chain.beliefs)
            assert believed is lives, f"it {'rests' if lives else 'is over'}, believed is otherwise, after {self.story}"
            odd = chain.ended_otherwise(self.bench.truth.orders)
            assert not odd, f"it ended otherwise than is believed: {odd}, after {self.story}"
        self._check_position()

    # ── inside ──

    @property
    def _live(self) -> list[Chain]:
        return [each for each in self.chains if each.now.is_live and each.now.venue_ids]

    def _pick(self, which: int) -> Chain:
        return self._live[which % len(self._live)]

    def _ask(self, flow: Flow[T], fault: Fault | None) -> T | TradeError:
        if fault in (None, *SILENT):
            return self.bench.struck(flow, fault) if fault else self.bench.outcome(flow)
        self.bench.simulator.faults.plan(fault, "cancel")
        return self.bench.outcome(flow)

    def _note(self, what: str, fault: Fault | None, told: object) -> None:
        self.story.append(f"{what}{f' {fault.value}' if fault else ''}: {type(told).__name__}")

    def _open(self, chain: Chain) -> OpenOrder | None:
        """Give the order that a chain believes to rest, with its terms as a query tells them."""
        belief = chain.now
        told = self.bench.outcome(self.bench.venue.query(belief.id, self.bench.now()))
        if not isinstance(told, OrderReport) or told.state not in (OrderState.ACCEPTED, OrderState.PARTIAL):
            return None
        named = OrderId(belief.terms.instrument, told.client_id, told.venue_id)
        terms = msgspec.structs.replace(belief.terms, client_id=told.client_id, px=told.px, qty=told.qty)
        return OpenOrder(named, terms, told.filled)

    def _worse(self, order: OpenOrder) -> Px:
        grid, px = self.bench.instrument, order.terms.px
        assert px is not None, "what rests has a price"
        return grid.floor_px(Px(px - 1)) if order.terms.side.buys else grid.ceil_px(Px(px + 1))

    def _trade(self, order: Known, whole: bool) -> None:
        lot = self.bench.instrument.lot
        qty = order.left if whole else Qty(max(lot, order.left // 2 // lot * lot))
        self.story.append(f"trade {order.client_id} {qty}")
        self.bench.crowd.take(order.client_id, qty)

    def _amended(self, chain: Chain, to: NewOrder, told: Accepted | TradeError, most: Qty) -> None:
        if isinstance(told, TradeError) and not isinstance(told, OutcomeUnknown):
            self._look(chain)
            return
        chain.most = Qty(max(chain.most, most)) if isinstance(told, OutcomeUnknown) else most
        chain.beliefs.append(Belief(to, self.bench.venue))
        chain.now.answer(told)
        self._look(chain)

    def _look(self, chain: Chain) -> None:
        for belief in chain.beliefs:
            told = self.bench.outcome(self.bench.venue.query(belief.id, self.bench.now()))
            if isinstance(told, OrderGone):
                belief.gone()
            elif isinstance(told, OrderReport):
                belief.hear([msgspec.structs.replace(told, client_id=belief.terms.client_id)])
        listed = self.bench.fills()
        for belief in chain.beliefs:
            belief.hear(listed)

    def _hear(self) -> None:
        if self.line is not None:
            self.line.pump()
            for belief in (each for chain in self.chains for each in chain.beliefs):
                belief.hear(self.line.events)

    def _check_position(self) -> None:
        fills = [fill for chain in self.chains for fill in chain.fills.values()]
        believed = sum(fill.side.sign * fill.qty for fill in fills)
        if self.bench.supports(Op.POSITIONS):
            told = self.bench.run(self.bench.venue.positions(self.bench.now()))
            held = sum(each.qty for each in told if each.venue_symbol == self.bench.instrument.venue_symbol)
            assert held == believed, f"the trades add up to {believed}, the position is {held}, after {self.story}"


def run_schedules(bench: Bench, *, streams: bool) -> None:
    """Try so many random runs, the same each time. Raises: AssertionError with the story of the one that broke."""
    make: Callable[[], Schedule] = partial(Schedule, bench, streams=streams)
    run_state_machine_as_test(cast("type[Schedule]", make), settings=BUDGET)
