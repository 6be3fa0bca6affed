"""What must be true after a night: what the engine says of its orders and money is what the venue has, to the digit.

Used by `test_chaos.py`. What must stay true: the venue's side is its own `Decimal` sums, which share no code with the
engine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tests.live.chaos import Chaos
from tests.live.rig import ALICE, Rig, scaled
from venuekit.graph.event import decode_event
from venuekit.graph.reducer import check, replay
from venuekit.graph.run import Leg
from venuekit.lifecycle import OrderState
from venuekit.units import PX_SCALE
from venuekit_engine.runtime.graphs import every_leg
from venuekit_testkit.simulate.exchange.order import Order, Status

QUIET_S: Final = 240  # of the clock, within which everything must be found out
ASSETS: Final = ("BTC", "USDT")
STILL_OPEN: Final = (OrderState.ACCEPTED, OrderState.PARTIAL)


async def wait_quiet(rig: Rig) -> None:
    """Let time pass until nothing is left to find out."""
    end = rig.clock.now() + QUIET_S * PX_SCALE
    while told := differences(rig):
        assert rig.clock.now() < end, f"not found out: {told}"
        await rig.exchange.ping()
        await rig.pass_time(1)
    await rig.engine.store.settled()


def differences(rig: Rig) -> list[str]:
    """Tell what the engine still doubts, or believes otherwise than the venue."""
    runtime, live = rig.engine.runtime, rig.engine.graphs.legs()
    told = [f"in doubt: {name}" for name in runtime.doubts]
    told += [f"state {leg}" for _, leg in live if leg.state not in STILL_OPEN]
    told += [f"to be cancelled: {leg}" for run, leg in live if run.nodes[leg.intent.node_id].cancel_asked]
    ours = {leg.intent.client_id: leg.filled for _, leg in live}
    theirs = {name: scaled(order.filled) for name, order in sent(rig).items() if order.is_live}
    told += [f"live here {ours}, at the venue {theirs}"] if ours != theirs else []
    for asset in ASSETS:
        held = rig.exchange.account.assets[asset]
        here = rig.held(asset), rig.locked(asset)
        told += (
            [f"{asset} here {here}, at the venue {held}"] if here != (scaled(held.total), scaled(held.locked)) else []
        )
    return told


def sent(rig: Rig) -> Mapping[str, Order]:
    """List the orders of the engine by the name that it gave them; others trade with the same keys."""
    named = {order.facts.get("ours", order.client_id): order for order in rig.exchange.orders}
    return {name: order for name, order in named.items() if not name.startswith("web-")}


async def prove(chaos: Chaos, before: Mapping[str, Decimal]) -> None:
    """Hold everything against the venue. Raises: AssertionError with what differs."""
    rig, orders = chaos.rig, sent(chaos.rig)
    legs: dict[str, Leg] = {}
    for graph_id in chaos.graphs:
        run = replay(decode_event(each.body) for each in await rig.engine.store.events(graph_id))
        check(run)
        legs |= {leg.intent.client_id: leg for leg in every_leg(run)}
    assert max(chaos.posts.values(), default=0) <= 1, "an order was sent twice"
    assert orders.keys() <= legs.keys(), "an order at the venue is unknown to us"
    for name, leg in legs.items():
        prove_leg(leg, orders.get(name))
    await prove_fills(rig, orders)
    await prove_ends(chaos)
    prove_money(rig, before)


def prove_leg(leg: Leg, order: Order | None) -> None:
    """Hold one child order against the venue's."""
    if order is None:
        assert not leg.is_live, f"live here, never at the venue: {leg}"
        assert not leg.filled, f"filled here, never at the venue: {leg}"
        return
    assert leg.state is not OrderState.REJECTED, f"the venue took what we hold for refused: {order}"
    assert leg.is_live == order.is_live, f"{leg} against {order}"
    assert leg.filled == scaled(order.filled), f"{leg} against {order}"
    assert sorted(leg.trades) == sorted(str(each.id) for each in order.executions)
    assert (leg.state is OrderState.FILLED) == (leg.filled == leg.intent.qty)
    assert leg.is_live or order.status is not Status.OPEN


async def prove_fills(rig: Rig, orders: Mapping[str, Order]) -> None:
    """Hold every fill that is written down against the venue's executions."""
    theirs = [
        (str(one.id), order.side, scaled(one.qty), money(one.px), money(one.fee), one.fee_asset)
        for order in orders.values()
        for one in order.executions
    ]
    ours: list[tuple[Any, ...]] = [
        (row.fill_id.split(":")[2], row.side.lower(), row.qty_1e8, row.px_1e9, row.fee_1e9, row.fee_asset)
        for row in await rig.fills()
    ]
    assert sorted(ours) == sorted(theirs)


async def prove_ends(chaos: Chaos) -> None:
    """See that what had ended stands as it ended, and that a graph shows what its order does."""
    for graph_id, ended in chaos.over.items():
        order = await chaos.rig.order(graph_id)
        assert (order.status, order.filled_qty_1e8) == ended, f"{graph_id} moved after its end"
        assert (await chaos.rig.engine.trade.graph(ALICE, graph_id)).status not in ("active", "partial_fill")


def prove_money(rig: Rig, before: Mapping[str, Decimal]) -> None:
    """See that the venue's own sums add up, so that what equals them is right."""
    after = dict(before)
    for order in rig.exchange.orders:
        sign = 1 if order.side == "buy" else -1
        for one in order.executions:
            after["BTC"] += sign * one.qty
            after["USDT"] -= sign * one.qty * one.px
            after[one.fee_asset] -= one.fee
    for asset, total in after.items():
        assert rig.held(asset) == scaled(total) == rig.venue_held(asset)


def money(amount: Decimal) -> int:
    """Write an amount × 10⁹."""
    return int(amount * PX_SCALE)
