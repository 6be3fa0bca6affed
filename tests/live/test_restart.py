"""A live engine that is killed: what may be live at the venue is found again, and nothing is sent twice."""

from __future__ import annotations

from tests.live.fault import Hold
from tests.live.rig import ALICE, REST, Rig
from venuekit.units import parse_qty
from venuekit_testkit.simulate.exchange.order import Status


async def test_a_resting_order_is_found_again_and_what_traded_meanwhile_is_booked_once(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    (order,) = rig.exchange.orders
    rig.exchange.fill(order, "0.3")
    await rig.until_order(graph_id, "PARTIAL", passing_s=1)
    await rig.crash()
    rig.exchange.fill(order, "0.2")
    await rig.start(keys=False)
    await rig.until(lambda: rig.legs(graph_id)[0].filled == parse_qty("0.5"), passing_s=1)
    rig.exchange.fill(order, "0.5")
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert (shown.filled_qty_1e8, rig.exchange.submissions) == (parse_qty("1"), 1)
    assert sorted(fill.qty_1e8 for fill in await rig.fills()) == [parse_qty(qty) for qty in ("0.2", "0.3", "0.5")]
    await rig.until(lambda: rig.held("BTC") == rig.venue_held("BTC"), passing_s=1)
    assert rig.held("USDT") == rig.venue_held("USDT")


async def test_an_order_killed_before_its_answer_came_is_found_by_its_name(rig: Rig) -> None:
    await rig.start()
    hold = Hold(worked=True)
    rig.exchange.spoil("POST order", hold)
    graph_id = await rig.submit(REST)
    await hold.wait()
    await rig.crash()
    hold.release()
    await rig.start(keys=False)
    await rig.until(lambda: bool(rig.legs(graph_id)[0].venue_id), passing_s=1)
    (order,) = rig.exchange.orders
    assert (order.status, rig.exchange.submissions) == (Status.OPEN, 1)
    await rig.engine.trade.cancel_graph(ALICE, graph_id)
    await rig.until_order(graph_id, "CANCELLED", passing_s=1)
    assert order.status is Status.CANCELLED


async def test_an_order_that_filled_while_we_were_down_completes_and_counts_once(rig: Rig) -> None:
    await rig.start()
    hold = Hold(worked=True)
    rig.exchange.spoil("POST order", hold)
    graph_id = await rig.submit(REST)
    await hold.wait()
    await rig.crash()
    hold.release()
    rig.exchange.fill(rig.exchange.orders[0], "1")
    await rig.start(keys=False)
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert (shown.filled_qty_1e8, len(await rig.fills()), rig.exchange.submissions) == (parse_qty("1"), 1, 1)
    await rig.until(lambda: rig.held("BTC") == rig.venue_held("BTC"), passing_s=1)


async def test_an_order_that_never_arrived_is_given_up_after_the_settling_time_and_never_sent(rig: Rig) -> None:
    await rig.start()
    hold = Hold(worked=False)
    rig.exchange.spoil("POST order", hold)
    graph_id = await rig.submit(REST)
    await hold.wait()
    await rig.crash()
    await rig.start(keys=False)
    shown = await rig.until_order(graph_id, "CANCELLED", passing_s=1)
    assert (shown.filled_qty_1e8, rig.exchange.submissions, rig.exchange.orders) == (0, 1, [])


async def test_a_wish_to_cancel_survives(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    hold = Hold(worked=False)
    rig.exchange.spoil("DELETE order", hold)
    await rig.engine.trade.cancel_graph(ALICE, graph_id)
    await hold.wait()
    await rig.crash()
    await rig.start(keys=False)
    await rig.until_order(graph_id, "CANCELLED", passing_s=1)
    assert rig.exchange.orders[0].status is Status.CANCELLED


async def test_an_order_that_rests_as_it_did_is_asked_about_on_and_on(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    await rig.crash()
    await rig.start(keys=False)
    asked = rig.exchange.asked["GET order"]
    await rig.until(lambda: rig.exchange.asked["GET order"] > asked + 2 and not rig.engine.runtime.doubts, passing_s=1)
    rig.exchange.fill(rig.exchange.orders[0], "1")
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert (shown.filled_qty_1e8, len(await rig.fills())) == (parse_qty("1"), 1)
