"""What the runtime writes and holds back beside the events: holdings, locks, fills, and what leaves memory when."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.parts.desks import fill_of, told
from tests.parts.stage import Stage
from venuekit.graph.event import decode_event
from venuekit.graph.run import GraphRun
from venuekit.lifecycle import OrderState
from venuekit.run.clock import settle
from venuekit.units import Nanos, Qty, parse_px, parse_qty
from venuekit_engine.ledger.holding import Holding
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.runtime import Runtime

TEN = {"symbol": "BTC-USD", "side": "buy", "qty": "10", "price": "100"}
PX = parse_px("100")


@pytest.fixture
async def stage() -> Stage:
    """A stage with one order that rests: ten at a hundred, with a tenth of a percent of fee."""
    stage = Stage()
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(TEN)
    return stage


def cash(stage: Stage) -> Holding:
    return stage.ledger.holding("client_1", False, "alpha", "USD", Nanos(0))


def fill(stage: Stage, qty: str, trade: str, state: OrderState = OrderState.PARTIAL) -> None:
    order = stage.desk.placed[0]
    stage.runtime.told(order.client_id, told(state, fill_of(order, PX, parse_qty(qty), trade)))


async def test_an_open_order_holds_back_its_price_and_fee(stage: Stage) -> None:
    assert cash(stage).locked == parse_qty("1001")


async def test_what_was_filled_is_no_longer_held_back(stage: Stage) -> None:
    fill(stage, "4", "a")
    assert cash(stage).locked == parse_qty("600.6")


async def test_an_ended_order_holds_back_nothing_although_its_end_is_not_durable(stage: Stage) -> None:
    stage.journal.held = True
    stage.runtime.told(stage.desk.placed[0].client_id, told(OrderState.CANCELLED))
    assert cash(stage).locked == 0


async def test_an_ended_graph_is_found_until_its_end_is_durable(stage: Stage) -> None:
    stage.journal.held = True
    fill(stage, "10", "a", OrderState.FILLED)
    await settle()
    assert stage.now() is not None
    stage.journal.release()
    await settle()
    assert stage.now() is None
    assert stage.graphs.of_leg(stage.desk.placed[0].client_id) is None


async def test_a_fill_is_written_with_the_holdings_that_it_moved(stage: Stage) -> None:
    fill(stage, "4", "a")
    batch = stage.journal.batches[-1]
    held = {row.asset: row.qty_1e8 for row in batch.positions}
    assert held == {"BTC": parse_qty("4"), "USD": -parse_qty("400")}
    assert [(row.qty_1e8, row.px_1e9) for row in batch.fills] == [(parse_qty("4"), PX)]


async def test_a_fill_keeps_the_time_that_the_venue_gave_it(stage: Stage) -> None:
    order, at = stage.desk.placed[0], Nanos(stage.market.clock.now() - 5)
    one = replace(fill_of(order, PX, parse_qty("4")), ts=at)
    stage.runtime.told(order.client_id, told(OrderState.PARTIAL, one))
    assert stage.ledger.holding("client_1", False, "alpha", "BTC", Nanos(0)).updated == at


async def test_the_lock_of_a_new_order_is_written_with_it() -> None:
    stage = Stage()
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(TEN)
    assert [row.asset for row in stage.journal.batches[0].positions] == ["USD"]


async def test_a_restored_order_holds_back_what_is_left_of_it(stage: Stage) -> None:
    fill(stage, "4", "a")
    run = stage.now()
    assert run is not None
    again = Stage()
    again.runtime.restore(run, "d")
    assert cash(again).locked == parse_qty("600.6")


async def test_the_end_of_a_child_order_lets_go_of_its_own_money_only() -> None:
    stage = Stage()
    stage.market.put([("99.98", "1")], [("100.02", "5")], venue="beta")
    desks = Desks(lambda _: None, lambda *_: stage.desk)
    stage.runtime = Runtime(stage.market.hub, desks, stage.ledger, stage.graphs, stage.market.clock.now)
    stage.desk.placing += [told(OrderState.ACCEPTED), told(OrderState.ACCEPTED)]
    await stage.submit(TEN | {"price": "100.02"})  # five are to be taken at each of two venues
    first, second = stage.desk.placed
    assert (first.qty, second.qty) == (parse_qty("5"), parse_qty("5"))
    held = [stage.ledger.holding("client_1", False, venue, "USD", Nanos(0)) for venue in ("alpha", "beta")]
    assert [each.locked for each in held] == [parse_qty("500.6001"), parse_qty("500.6001")]
    stage.runtime.told(first.client_id, told(OrderState.CANCELLED))
    assert sorted(each.locked for each in held) == [0, parse_qty("500.6001")]


async def test_events_of_a_graph_are_numbered_without_holes(stage: Stage) -> None:
    fill(stage, "4", "a")
    stage.desk.cancelling.append(told(OrderState.CANCELLED))
    await stage.runtime.cancel("graph_1")
    await settle()
    rows = [row for batch in stage.journal.batches for row in batch.events]
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == 6
    assert all(decode_event(row.body) for row in rows)


async def test_an_ended_order_is_neither_doubted_nor_polled(stage: Stage) -> None:
    name = stage.desk.placed[0].client_id
    stage.runtime.doubts[name] = Nanos(0)
    stage.runtime.polled.add(name)
    stage.journal.held = True
    stage.runtime.told(name, told(OrderState.CANCELLED))
    stage.runtime.doubts[name] = Nanos(0)  # an answer that was on its way told of a doubt after the end
    stage.runtime.polled.add(name)
    await stage.reconciler.round()
    assert (stage.runtime.doubts, stage.runtime.polled, stage.desk.found) == ({}, set(), [])


async def test_a_resting_order_is_polled_every_two_seconds(stage: Stage) -> None:
    stage.desk.finding += [told(OrderState.ACCEPTED), told(OrderState.ACCEPTED)]
    await stage.reconciler.round()
    await stage.market.clock.advance(1.9)
    await stage.reconciler.round()
    assert len(stage.desk.found) == 1
    await stage.market.clock.advance(0.1)
    await stage.reconciler.round()
    assert len(stage.desk.found) == 2


async def test_a_poll_that_tells_a_new_fill_in_the_same_state_is_news(stage: Stage) -> None:
    order = stage.desk.placed[0]
    fill(stage, "1", "a")
    both = [fill_of(order, PX, parse_qty("1"), trade) for trade in ("a", "b")]
    stage.desk.finding.append(told(OrderState.PARTIAL, *both))
    await stage.reconciler.round()
    run = stage.now()
    assert isinstance(run, GraphRun)
    assert run.nodes["order"].filled == Qty(2 * 10**8)


async def test_an_order_that_traded_a_part_says_so(stage: Stage) -> None:
    fill(stage, "4", "a")
    assert [row.status for row in stage.journal.batches[-1].orders] == ["PARTIAL"]


async def test_both_sides_of_a_trade_with_oneself_are_kept(stage: Stage) -> None:
    fill(stage, "4", "a")
    assert stage.journal.fills == ["alpha:BTCUSD:a:buy"]
