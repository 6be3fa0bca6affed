"""What an event makes of a graph: `step(run, event) -> (run, commands)`.

Pure: the same events give the same state and the same commands, so a journal is the whole truth. Invariants, checked
by `check`: a fill counts once; terminal stays terminal; a node never trades more than its child orders; a child order
of unknown outcome keeps its node open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from msgspec.structs import replace

from venuekit.fill import Fill
from venuekit.graph.command import CancelLeg, Command, PlaceLeg, ReconcileLeg, RouteNode, SettleFill
from venuekit.graph.event import CancelAsked, Event, Lost, NodeRejected, Reported, Routed, Submitted
from venuekit.graph.run import GraphRun, Leg, NodeRun
from venuekit.lifecycle import GRAPHS, NODE_LIVE, NODES, ORDERS, GraphState, NodeState, OrderState, advance
from venuekit.units import Nanos, Qty, Usd, notional

Step = tuple[GraphRun, list[Command]]


class Impossible(Exception):
    """An event that cannot belong to this graph: the journal or the caller is at fault."""


def begin(event: Submitted) -> Step:
    """Start a graph."""
    nodes = {node.node_id: NodeRun(node, updated=event.ts) for node in event.graph.nodes}
    run = GraphRun(event.graph, GraphState.ACTIVE, nodes, created=event.ts, updated=event.ts)
    return run, [RouteNode(node_id) for node_id in nodes]


def step(run: GraphRun, event: Event) -> Step:
    """Take one event. Raises: Impossible for an event of another graph's node or child order."""
    taken = _TAKE.get(type(event))
    if taken is None:
        raise Impossible(f"{type(event).__name__} cannot follow in {run.graph.graph_id}")
    changed, commands = taken(run, event)
    nodes = {**run.nodes, **changed}
    cancelled = run.cancelled or (isinstance(event, CancelAsked) and not event.node_id)
    state = _graph_state(run.state, nodes.values(), cancelled)
    events = run.events + 1
    return replace(run, nodes=nodes, state=state, cancelled=cancelled, updated=event.ts, events=events), commands


def replay(events: Iterable[Event]) -> GraphRun:
    """Rebuild a graph from its journal. Raises: Impossible for a journal that does not begin with `Submitted`."""
    steps = iter(events)
    first = next(steps, None)
    if not isinstance(first, Submitted):
        raise Impossible(f"a journal begins with submitted, found {type(first).__name__}")
    run, _ = begin(first)
    for event in steps:
        run, _ = step(run, event)
    return run


def check(run: GraphRun) -> None:
    """State the invariants. Raises: AssertionError with the one that does not hold."""
    for node in run.nodes.values():
        for leg in node.legs:
            assert len(set(leg.trades)) == len(leg.trades), f"{leg.intent.client_id}: a fill counted twice"
            assert leg.state is not OrderState.FILLED or leg.filled >= leg.intent.qty, "filled without its fills"
        planned = sum(leg.intent.qty for leg in node.legs)
        assert planned + node.residual == node.target, f"{node.node.node_id}: child orders do not add up"
        assert node.is_live or not any(leg.is_live for leg in node.legs), "a live child order under an ended node"
    assert run.is_live or not any(node.is_live for node in run.nodes.values()), "a live node under an ended graph"


TRADED: Final = frozenset((NodeState.FILLED, NodeState.PARTIAL_FILL))
# Names of their own, because to look a member up in its class costs as much as a call (CPython 3.11).
_INTENT: Final = OrderState.INTENT
_UNKNOWN: Final = OrderState.UNKNOWN
_ACCEPTED: Final = OrderState.ACCEPTED
_PARTIAL: Final = OrderState.PARTIAL
_FILLED: Final = OrderState.FILLED
_CANCELLED: Final = OrderState.CANCELLED
_REJECTED: Final = OrderState.REJECTED
Taken = tuple[dict[str, NodeRun], list[Command]]


def _take_routed(run: GraphRun, event: Routed) -> Taken:
    node = _node(run, event.node_id)
    if not node.is_live:  # as after a cancel before the decision
        return {}, []
    legs = tuple(Leg(intent) for intent in event.legs)
    node = replace(
        node,
        state=advance(NODES, node.state, NodeState.EXECUTING),
        seq=event.seq,
        target=event.target,
        residual=event.residual,
        message=event.reason,
        legs=legs,
        updated=event.ts,
    )
    return {event.node_id: _settle_state(node)}, [PlaceLeg(leg) for leg in legs]


def _take_rejected(run: GraphRun, event: NodeRejected) -> Taken:
    node = _node(run, event.node_id)
    state = advance(NODES, node.state, NodeState.REJECTED)
    if state is node.state:
        return {}, []
    changed = replace(node, state=state, reason=event.reason, message=event.message, updated=event.ts)
    return {event.node_id: changed}, []


def _take_reported(run: GraphRun, event: Reported) -> Taken:
    node, leg = _leg(run, event.leg)
    node_id = node.node.node_id
    commands: list[Command] = []
    for fill in event.fills:
        if fill.trade_id not in leg.trades:
            leg = _count(leg, fill)
            commands.append(SettleFill(node_id, leg, fill))
    leg = _report(leg, event)
    if event.state is _FILLED and leg.is_live:
        commands.append(ReconcileLeg(leg))  # the venue counts fills that we have not seen
    elif node.cancel_asked and leg.is_live:
        commands.append(CancelLeg(leg))
    return {node_id: _settle_state(_with_leg(node, leg, event.ts))}, commands


def _take_lost(run: GraphRun, event: Lost) -> Taken:
    node, leg = _leg(run, event.leg)
    if not leg.is_live:
        return {}, []
    leg = replace(leg, state=advance(ORDERS, leg.state, _UNKNOWN), message=event.message)
    return {node.node.node_id: _with_leg(node, leg, event.ts)}, [ReconcileLeg(leg)]


def _take_cancel(run: GraphRun, event: CancelAsked) -> Taken:
    asked = [run.nodes[event.node_id]] if event.node_id in run.nodes else list(run.nodes.values())
    if event.node_id and event.node_id not in run.nodes:
        raise Impossible(f"no node {event.node_id} in {run.graph.graph_id}")
    nodes: dict[str, NodeRun] = {}
    commands: list[Command] = []
    for node in asked:
        if node.is_live and not node.cancel_asked:
            nodes[node.node.node_id] = _settle_state(replace(node, cancel_asked=True, updated=event.ts))
            # An order still on its way is cancelled when its answer comes, which asks again.
            commands += [CancelLeg(leg) for leg in node.legs if leg.is_live and leg.state is not _INTENT]
    return nodes, commands


_TAKE: Final[dict[type[Any], Callable[[GraphRun, Any], Taken]]] = {
    Routed: _take_routed,
    NodeRejected: _take_rejected,
    Reported: _take_reported,
    Lost: _take_lost,
    CancelAsked: _take_cancel,
}


def _count(leg: Leg, fill: Fill) -> Leg:
    return replace(
        leg,
        filled=Qty(leg.filled + fill.qty),
        value=Usd(leg.value + notional(fill.px, fill.qty)),
        trades=(*leg.trades, fill.trade_id),
    )


def _report(leg: Leg, event: Reported) -> Leg:
    """Move the child order on. It is filled when its fills say so, never by a word alone."""
    told = event.state
    if leg.filled >= leg.intent.qty:
        told = _FILLED
    elif told is _FILLED:
        told = _PARTIAL if leg.filled else _ACCEPTED
    elif told is _ACCEPTED and leg.filled:
        told = _PARTIAL
    elif told is _REJECTED and leg.filled:
        told = _CANCELLED  # what traded was not refused; the rest is over
    return replace(
        leg,
        state=advance(ORDERS, leg.state, told),
        venue_id=event.venue_id or leg.venue_id,
        reason=event.reason or leg.reason,
        message=event.message or leg.message,
    )


def _settle_state(node: NodeRun) -> NodeRun:
    """End a node whose child orders have all ended."""
    if any(leg.is_live for leg in node.legs) or (not node.legs and not node.cancel_asked and not node.residual):
        return node
    refused = [leg for leg in node.legs if leg.state is _REJECTED]
    if node.legs and node.filled >= node.target:
        state = NodeState.FILLED
    elif node.filled:
        state = NodeState.PARTIAL_FILL
    elif refused and len(refused) == len(node.legs):
        state = NodeState.REJECTED
    else:
        state = NodeState.CANCELLED
    reason = node.reason or (refused[0].reason if refused else None)
    message = node.message or (refused[0].message if refused else "")
    return replace(node, state=advance(NODES, node.state, state), reason=reason, message=message)


def _graph_state(state: GraphState, nodes: Collection[NodeRun], cancelled: bool) -> GraphState:
    states = {node.state for node in nodes}
    filled = not TRADED.isdisjoint(states) or any(node.filled for node in nodes)
    if not NODE_LIVE.isdisjoint(states):
        to = GraphState.PARTIAL_FILL if filled else state
    elif cancelled and states != {NodeState.FILLED}:
        to = GraphState.CANCELLED
    elif filled:
        to = GraphState.COMPLETED
    else:
        to = GraphState.FAILED if states == {NodeState.REJECTED} else GraphState.CANCELLED
    return advance(GRAPHS, state, to)


def _with_leg(node: NodeRun, leg: Leg, ts: Nanos) -> NodeRun:
    name = leg.intent.client_id
    legs = tuple([leg if old.intent.client_id == name else old for old in node.legs])
    return replace(node, legs=legs, updated=ts)


def _node(run: GraphRun, node_id: str) -> NodeRun:
    node = run.nodes.get(node_id)
    if node is None:
        raise Impossible(f"no node {node_id} in {run.graph.graph_id}")
    return node


def _leg(run: GraphRun, client_id: str) -> tuple[NodeRun, Leg]:
    for node in run.nodes.values():
        for leg in node.legs:
            if leg.intent.client_id == client_id:
                return node, leg
    raise Impossible(f"no child order {client_id} in {run.graph.graph_id}")
