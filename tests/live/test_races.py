"""A cancel that meets a fill, in every order of events: what traded counts, and what is over is over."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.live.fault import Hold
from tests.live.rig import ALICE, REST, Rig
from venuekit.units import NANOS_PER_S, parse_qty
from venuekit_testkit.simulate.exchange.order import Status
from venuekit_testkit.simulate.fault import Fault


async def cancel(rig: Rig, graph_id: str) -> None:
    await rig.engine.trade.cancel_graph(ALICE, graph_id)


async def test_a_fill_before_the_cancel_arrives_wins(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    hold = Hold(worked=False)
    rig.exchange.spoil("DELETE order", hold)
    await cancel(rig, graph_id)
    await hold.wait()
    rig.exchange.fill(rig.exchange.orders[0], "1")
    hold.release()
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=0.1)
    assert (shown.filled_qty_1e8, (await rig.graph(graph_id)).status) == (parse_qty("1"), "completed")
    assert len(await rig.fills()) == 1


async def test_a_part_filled_before_the_cancel_arrives_counts_and_the_rest_is_cancelled(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    hold = Hold(worked=False)
    rig.exchange.spoil("DELETE order", hold)
    await cancel(rig, graph_id)
    await hold.wait()
    rig.exchange.fill(rig.exchange.orders[0], "0.4")
    hold.release()
    shown = await rig.until_order(graph_id, "CANCELLED", passing_s=0.1)
    assert (shown.filled_qty_1e8, (await rig.node(graph_id)).status) == (parse_qty("0.4"), "partial_fill")
    assert (await rig.graph(graph_id)).status == "cancelled"
    assert rig.exchange.orders[0].status is Status.CANCELLED


async def test_a_fill_after_the_cancel_was_taken_is_impossible_and_none_is_booked(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    rig.exchange.fill(rig.exchange.orders[0], "0.4")
    hold = Hold(worked=True)
    rig.exchange.spoil("DELETE order", hold)
    await cancel(rig, graph_id)
    await hold.wait()
    assert (await rig.order(graph_id)).status in ("ACCEPTED", "PARTIAL"), "not over before the venue says so"
    hold.release()
    shown = await rig.until_order(graph_id, "CANCELLED", passing_s=0.1)
    assert (shown.filled_qty_1e8, len(await rig.fills())) == (parse_qty("0.4"), 1)


async def test_an_order_is_over_only_when_every_fill_that_the_venue_counts_is_listed(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    rig.exchange.fill(rig.exchange.orders[0], "0.4")
    rig.exchange.venue.faults.plan(Fault.STALE_READ, "fills", 3)
    await cancel(rig, graph_id)
    await rig.until(lambda: rig.exchange.orders[0].status is Status.CANCELLED)
    shown = await rig.until_order(graph_id, "CANCELLED", passing_s=1)
    assert (shown.filled_qty_1e8, len(await rig.fills())) == (parse_qty("0.4"), 1)
    assert rig.exchange.venue.faults.left == []


async def test_a_filled_order_whose_fills_are_listed_late_completes_with_all_of_them(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    rig.exchange.fill(rig.exchange.orders[0], "0.4")
    rig.exchange.fill(rig.exchange.orders[0], "0.6")
    rig.exchange.venue.faults.plan(Fault.STALE_READ, "fills", 2)
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert (shown.filled_qty_1e8, len(await rig.fills())) == (parse_qty("1"), 2)


async def test_a_trade_that_the_venue_dates_before_our_order_still_counts(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    order = rig.exchange.fill(rig.exchange.orders[0], "1")
    (one,) = order.executions
    order.executions[0] = replace(one, ts_ns=one.ts_ns - 2 * NANOS_PER_S)  # its clock is two seconds behind ours
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert shown.filled_qty_1e8 == parse_qty("1")


async def test_an_order_that_somebody_makes_smaller_at_the_venue_ends_when_that_has_traded(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    (order,) = rig.exchange.orders
    rig.exchange.shrink(order, Decimal("0.4"), "by-hand")
    rig.exchange.fill(order, "0.4")
    shown = await rig.until_order(graph_id, "CANCELLED", passing_s=1)
    assert (shown.filled_qty_1e8, (await rig.node(graph_id)).status) == (parse_qty("0.4"), "partial_fill")
    assert rig.locked("USDT") == 0


async def test_a_cancel_whose_answer_was_lost_is_found_out(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    rig.exchange.spoil("DELETE order", Fault.DROP_ACK)
    await cancel(rig, graph_id)
    await rig.until_order(graph_id, "CANCELLED", passing_s=1)
    assert rig.exchange.asked["DELETE order"] == 1


async def test_a_cancel_that_did_not_arrive_is_asked_for_again(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    rig.exchange.spoil("DELETE order", Fault.ERROR_BEFORE)
    await cancel(rig, graph_id)
    await rig.until_order(graph_id, "CANCELLED", passing_s=1)
    assert (rig.exchange.orders[0].status, rig.exchange.asked["DELETE order"]) == (Status.CANCELLED, 2)


async def test_an_order_cancelled_on_its_way_is_cancelled_when_it_arrives(rig: Rig) -> None:
    await rig.start()
    hold = Hold(worked=True)
    rig.exchange.spoil("POST order", hold)
    graph_id = await rig.submit(REST)
    await hold.wait()
    await cancel(rig, graph_id)
    assert rig.exchange.asked["DELETE order"] == 0
    hold.release()
    await rig.until_order(graph_id, "CANCELLED", passing_s=0.1)
    assert rig.exchange.orders[0].status is Status.CANCELLED
    assert rig.exchange.account.assets["USDT"].locked == 0
