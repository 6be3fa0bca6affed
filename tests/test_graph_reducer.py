"""The laws of the reducer, over random interleavings of reports, losses, cancels and duplicates."""

from __future__ import annotations

from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from venuekit.errors import RejectReason
from venuekit.fill import Fill
from venuekit.graph.command import CancelLeg, Command, PlaceLeg, ReconcileLeg, RouteNode, SettleFill
from venuekit.graph.event import (
    CancelAsked,
    Event,
    Intent,
    Lost,
    NodeRejected,
    Reported,
    Routed,
    Submitted,
    decode_event,
    encode_event,
)
from venuekit.graph.model import Graph, Node
from venuekit.graph.reducer import Impossible, begin, check, replay, step
from venuekit.graph.run import GraphRun
from venuekit.instrument import Kind
from venuekit.lifecycle import GraphState, NodeState, OrderState
from venuekit.order import OrderType, TimeInForce
from venuekit.side import Side
from venuekit.units import Nanos, Px, Qty, Usd

TOTAL = Qty(100)
NODE = Node(node_id="order", symbol="BTC-USD", kind=Kind.SPOT, side=Side.BUY, type=OrderType.MARKET, qty=TOTAL)
GRAPH = Graph(graph_id="graph_1", client_id="client_1", sandbox=True, nodes=(NODE,))
PX = Px(50_000_000_000_000)


def intent(name: str, qty: int) -> Intent:
    return Intent(
        client_id=name, node_id="order", venue="alpha", symbol="BTC-USD", venue_symbol="BTCUSD", side=Side.BUY,
        qty=Qty(qty), type=OrderType.LIMIT, px=PX, tif=TimeInForce.GTC,
    )  # fmt: skip


def routed(*qtys: int, ts: int = 2) -> Routed:
    legs = tuple(intent(f"leg{index}", qty) for index, qty in enumerate(qtys))
    return Routed(
        node_id="order", seq=1, target=TOTAL, legs=legs, residual=Qty(TOTAL - sum(qtys)), reason="", digest="d",
        bid=PX, ask=PX, cost_1e8=0, excluded={}, ts=Nanos(ts),
    )  # fmt: skip


def fill(leg: str, qty: int, trade: str) -> Fill:
    return Fill(
        trade_id=trade, client_id=leg, venue_id="v", venue_symbol="BTCUSD", side=Side.BUY, px=PX, qty=Qty(qty),
        fee=Usd(0), fee_asset="USD",
    )  # fmt: skip


def reported(leg: str, state: OrderState, *fills: Fill) -> Reported:
    return Reported(leg=leg, state=state, fills=fills, ts=Nanos(3))


def start(*qtys: int) -> GraphRun:
    run, commands = begin(Submitted(GRAPH, Nanos(1)))
    assert commands == [RouteNode("order")]
    return step(run, routed(*qtys))[0]


def take(run: GraphRun, *events: Event) -> tuple[GraphRun, list[Command]]:
    commands: list[Command] = []
    for event in events:
        run, commands = step(run, event)
        check(run)
    return run, commands


def test_a_decision_places_every_leg_once() -> None:
    run, commands = step(begin(Submitted(GRAPH, Nanos(1)))[0], routed(60, 40))
    assert [type(command) for command in commands] == [PlaceLeg, PlaceLeg]
    assert run.nodes["order"].state is NodeState.EXECUTING


def test_fills_of_all_legs_complete_the_graph() -> None:
    run, _ = take(
        start(60, 40),
        reported("leg0", OrderState.FILLED, fill("leg0", 60, "a")),
        reported("leg1", OrderState.FILLED, fill("leg1", 40, "b")),
    )
    node = run.nodes["order"]
    assert (run.state, node.state, node.filled, node.avg_px, node.fill_count) == (
        GraphState.COMPLETED, NodeState.FILLED, 100, PX, 2,
    )  # fmt: skip


def test_a_fill_that_comes_twice_counts_once() -> None:
    same = reported("leg0", OrderState.PARTIAL, fill("leg0", 30, "a"))
    run, commands = take(start(100), same, same)
    assert run.nodes["order"].filled == 30
    assert not any(isinstance(command, SettleFill) for command in commands)


def test_a_late_fill_counts_after_the_end_and_revives_nothing() -> None:
    run, commands = take(
        start(100),
        reported("leg0", OrderState.CANCELLED),
        reported("leg0", OrderState.ACCEPTED, fill("leg0", 10, "late")),
    )
    assert (run.state, run.nodes["order"].legs[0].state) == (GraphState.CANCELLED, OrderState.CANCELLED)
    assert run.nodes["order"].filled == 10
    assert [type(command) for command in commands] == [SettleFill]


def test_filled_without_its_fills_is_not_believed() -> None:
    run, commands = take(start(100), reported("leg0", OrderState.FILLED, fill("leg0", 60, "a")))
    assert run.nodes["order"].legs[0].state is OrderState.PARTIAL
    assert isinstance(commands[-1], ReconcileLeg)
    run, _ = take(run, reported("leg0", OrderState.FILLED, fill("leg0", 60, "a"), fill("leg0", 40, "b")))
    assert run.state is GraphState.COMPLETED


def test_silence_keeps_the_graph_open_and_asks() -> None:
    run, commands = take(start(100), Lost("leg0", "timeout", Nanos(3)))
    assert run.is_live
    assert run.nodes["order"].legs[0].state is OrderState.UNKNOWN
    assert isinstance(commands[0], ReconcileLeg)


def test_a_refused_leg_leaves_what_the_other_traded() -> None:
    run, _ = take(
        start(60, 40),
        Reported(leg="leg0", state=OrderState.REJECTED, reason=RejectReason.EXCHANGE_REJECT, message="no", ts=Nanos(3)),
        reported("leg1", OrderState.FILLED, fill("leg1", 40, "b")),
    )
    assert (run.state, run.nodes["order"].state) == (GraphState.COMPLETED, NodeState.PARTIAL_FILL)


def test_a_refusal_after_a_fill_ends_the_order_with_what_it_traded() -> None:
    half = reported("leg0", OrderState.PARTIAL, fill("leg0", 60, "a"))
    run, _ = take(start(100), half, reported("leg0", OrderState.REJECTED))
    assert (run.state, run.nodes["order"].legs[0].state) == (GraphState.COMPLETED, OrderState.CANCELLED)
    assert run.nodes["order"].state is NodeState.PARTIAL_FILL


def test_all_legs_refused_fails_the_graph_with_the_reason() -> None:
    no = Reported(leg="leg0", state=OrderState.REJECTED, reason=RejectReason.STALE_VENUE, message="old", ts=Nanos(3))
    run, _ = take(start(100), no)
    assert (run.state, run.nodes["order"].state) == (GraphState.FAILED, NodeState.REJECTED)
    assert run.nodes["order"].reason is RejectReason.STALE_VENUE


def test_a_cancel_waits_for_an_order_that_is_still_on_its_way() -> None:
    run, commands = take(start(100), CancelAsked("", Nanos(3)))
    assert commands == []
    run, commands = take(run, reported("leg0", OrderState.ACCEPTED))
    assert [type(command) for command in commands] == [CancelLeg]
    run, _ = take(run, reported("leg0", OrderState.CANCELLED))
    assert run.state is GraphState.CANCELLED


def test_only_what_is_live_is_cancelled_and_only_once() -> None:
    run, _ = take(start(60, 40), reported("leg0", OrderState.ACCEPTED), reported("leg1", OrderState.CANCELLED))
    run, commands = take(run, CancelAsked("", Nanos(3)))
    assert [command.leg.intent.client_id for command in commands if isinstance(command, CancelLeg)] == ["leg0"]
    run, commands = take(run, CancelAsked("order", Nanos(4)))
    assert commands == []
    run, commands = take(run, reported("leg0", OrderState.CANCELLED))
    assert commands == []


def test_what_ended_is_neither_lost_nor_asked_about() -> None:
    ended, _ = take(start(60, 40), reported("leg0", OrderState.CANCELLED))
    run, commands = take(ended, Lost("leg0", "timeout", Nanos(4)))
    assert (commands, run.nodes) == ([], ended.nodes)


def test_a_report_of_filled_on_an_ended_order_is_not_asked_about() -> None:
    whole = reported("leg0", OrderState.FILLED, fill("leg0", 100, "a"))
    _, commands = take(start(100), whole, whole)
    assert commands == []


def test_the_venues_name_of_an_order_is_kept() -> None:
    first = Reported(leg="leg0", state=OrderState.ACCEPTED, venue_id="v7", ts=Nanos(3))
    run, _ = take(start(100), first, reported("leg0", OrderState.PARTIAL, fill("leg0", 1, "a")))
    assert run.nodes["order"].legs[0].venue_id == "v7"


def test_a_cancel_before_the_decision_places_nothing() -> None:
    run, _ = take(begin(Submitted(GRAPH, Nanos(1)))[0], CancelAsked("", Nanos(2)))
    assert run.state is GraphState.CANCELLED
    again, commands = take(run, routed(60, 40))
    assert (commands, again.nodes) == ([], run.nodes)


def test_a_second_decision_about_an_ended_node_changes_nothing() -> None:
    ended, _ = take(start(100), reported("leg0", OrderState.FILLED, fill("leg0", 100, "a")))
    run, commands = take(ended, routed(60, 40))
    assert (commands, run.nodes) == ([], ended.nodes)
    run, _ = take(ended, NodeRejected("order", RejectReason.RISK, "late", Nanos(9)))
    assert run.nodes == ended.nodes


def test_a_decision_that_places_nothing_ends_the_node() -> None:
    run, commands = take(begin(Submitted(GRAPH, Nanos(1)))[0], routed())
    assert (commands, run.state, run.nodes["order"].state) == ([], GraphState.CANCELLED, NodeState.CANCELLED)


def test_a_refused_and_a_cancelled_child_order_make_no_refusal() -> None:
    run, _ = take(start(60, 40), reported("leg0", OrderState.REJECTED), reported("leg1", OrderState.CANCELLED))
    assert (run.state, run.nodes["order"].state) == (GraphState.CANCELLED, NodeState.CANCELLED)


def test_what_filled_before_its_cancel_is_completed() -> None:
    asked = CancelAsked("", Nanos(3))
    run, _ = take(start(100), asked, reported("leg0", OrderState.FILLED, fill("leg0", 100, "a")))
    assert run.state is GraphState.COMPLETED


def test_a_cancelled_graph_that_had_traded_is_cancelled_and_a_cancelled_node_is_not() -> None:
    half = reported("leg0", OrderState.CANCELLED, fill("leg0", 50, "a"))
    graph, _ = take(start(100), CancelAsked("", Nanos(3)), half)
    node, _ = take(start(100), CancelAsked("order", Nanos(3)), half)
    assert (graph.state, node.state) == (GraphState.CANCELLED, GraphState.COMPLETED)


def test_the_average_price_is_rounded_and_fills_are_counted_not_orders() -> None:
    dear = replace(fill("leg0", 2, "b"), px=Px(PX + 10**8))
    run, _ = take(start(100), reported("leg0", OrderState.PARTIAL, fill("leg0", 1, "a"), dear))
    node = run.nodes["order"]
    assert node.fill_count == 2
    exact = Fraction(PX + 2 * (PX + 10**8), 3)
    assert node.avg_px == round(exact) > exact


def test_events_are_counted_as_the_journal_numbers_them() -> None:
    run, _ = take(start(100), reported("leg0", OrderState.ACCEPTED), CancelAsked("", Nanos(3)))
    assert run.events == 4


def test_a_node_that_was_refused_before_routing_fails_the_graph() -> None:
    run, _ = begin(Submitted(GRAPH, Nanos(1)))
    run, commands = take(run, NodeRejected("order", RejectReason.STALE_VENUE, "no book", Nanos(2)))
    assert (run.state, commands) == (GraphState.FAILED, [])


def test_an_event_of_another_graph_is_impossible() -> None:
    with pytest.raises(Impossible, match="leg9"):
        step(start(100), reported("leg9", OrderState.ACCEPTED))


def test_a_journal_must_begin_with_its_submission() -> None:
    with pytest.raises(Impossible, match="begins with submitted"):
        replay([routed(100)])


@given(st.integers(1, 99))
def test_events_survive_the_journal(qty: int) -> None:
    for event in (
        Submitted(GRAPH, Nanos(1)),
        routed(qty),
        reported("leg0", OrderState.PARTIAL, fill("leg0", qty, "t")),
        Lost("leg0", "m", Nanos(4)),
        CancelAsked("order", Nanos(5)),
        NodeRejected("order", RejectReason.RISK, "m", Nanos(6)),
    ):
        assert decode_event(encode_event(event)) == event


class Interleavings(RuleBasedStateMachine):
    """Two legs, and whatever a venue and a network can do to them, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.run_ = begin(Submitted(GRAPH, Nanos(1)))[0]
        self.events: list[Event] = [Submitted(GRAPH, Nanos(1))]
        self.true: dict[str, dict[str, int]] = {"leg0": {}, "leg1": {}}  # what the venue really traded
        self.settled: list[str] = []
        self.ended: set[str] = set()
        self.trades = count()

    def take(self, event: Event) -> None:
        was_live = self.run_.is_live
        state = self.run_.state
        self.run_, commands = step(self.run_, event)
        self.events.append(event)
        self.settled += [command.fill.trade_id for command in commands if isinstance(command, SettleFill)]
        assert was_live or self.run_.state is state

    @initialize(split=st.integers(1, 99), short=st.integers(0, 30))
    def decide(self, split: int, short: int) -> None:
        self.caps = {"leg0": split, "leg1": max(1, 100 - split - short)}
        self.take(routed(self.caps["leg0"], self.caps["leg1"]))

    legs = st.sampled_from(["leg0", "leg1"])

    def known(self, leg: str) -> list[Fill]:
        return [fill(leg, qty, trade) for trade, qty in self.true[leg].items()]

    @rule(leg=legs, share=st.floats(0.1, 1.0))
    def trade(self, leg: str, share: float) -> None:
        left = self.caps[leg] - sum(self.true[leg].values())
        if left and leg not in self.ended:
            self.true[leg][f"t{next(self.trades)}"] = max(1, int(left * share))

    @rule(leg=legs, state=st.sampled_from([OrderState.ACCEPTED, OrderState.PARTIAL]), some=st.booleans())
    def report(self, leg: str, state: OrderState, some: bool) -> None:
        fills = self.known(leg)
        self.take(reported(leg, state, *(fills[:1] if some else fills)))

    @rule(leg=legs)
    def lose(self, leg: str) -> None:
        self.take(Lost(leg, "timeout", Nanos(4)))

    @rule(node=st.sampled_from(["", "order"]))
    def cancel(self, node: str) -> None:
        self.take(CancelAsked(node, Nanos(5)))

    @rule(leg=legs, state=st.sampled_from([OrderState.CANCELLED, OrderState.FILLED, OrderState.REJECTED]))
    def end(self, leg: str, state: OrderState) -> None:
        self.ended.add(leg)
        self.take(reported(leg, state, *self.known(leg)))

    @precondition(lambda self: len(self.events) > 2)
    @rule(data=st.data())
    def repeat_an_old_report(self, data: st.DataObject) -> None:
        old = [event for event in self.events if isinstance(event, Reported)]
        if old:
            self.take(data.draw(st.sampled_from(old)))

    @invariant()
    def laws_hold(self) -> None:
        check(self.run_)
        assert len(self.settled) == len(set(self.settled)), "a fill was settled twice"
        assert replay(self.events) == self.run_, "the journal tells another story"
        for leg in self.run_.nodes["order"].legs:
            assert leg.filled <= leg.intent.qty
            assert leg.filled == sum(self.true[leg.intent.client_id].get(trade, 0) for trade in leg.trades)

    def teardown(self) -> None:
        """Whatever happened, telling the truth about every leg ends the graph."""
        if len(self.events) > 1:
            for leg in ("leg0", "leg1"):
                self.ended.add(leg)
                self.take(reported(leg, OrderState.CANCELLED, *self.known(leg)))
            assert not self.run_.is_live
            assert set(self.settled) == {trade for trades in self.true.values() for trade in trades}


Interleavings.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestInterleavings = Interleavings.TestCase
