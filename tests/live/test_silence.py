"""What the venue did not say: an order of unknown outcome is found out by its name, and never sent again."""

from __future__ import annotations

import pytest

from tests.live.fault import Hold, fail, refuse
from tests.live.rig import BUY, REST, Rig
from venuekit.units import parse_qty
from venuekit_testkit.simulate.exchange.order import Status
from venuekit_testkit.simulate.fault import Fault


@pytest.mark.parametrize("fault", [Fault.DROP_ACK, Fault.ERROR_AFTER])
async def test_an_order_whose_answer_was_lost_is_found_by_its_name(rig: Rig, fault: Fault) -> None:
    await rig.start()
    rig.exchange.spoil("POST order", fault)
    graph_id = await rig.submit(REST)
    await rig.until(lambda: '"unknown"' in rig.journal().decode() or bool(rig.engine.runtime.doubts))
    await rig.until_order(graph_id, "ACCEPTED", passing_s=1)
    await rig.until(lambda: not rig.engine.runtime.doubts, passing_s=1)
    (order,) = rig.exchange.orders
    assert (order.status, rig.exchange.submissions) == (Status.OPEN, 1)
    rig.exchange.fill(order, "1")
    assert (await rig.until_order(graph_id, "COMPLETED", passing_s=1)).filled_qty_1e8 == parse_qty("1")


async def test_a_market_order_whose_answer_was_lost_is_booked_from_history(rig: Rig) -> None:
    await rig.start()
    rig.exchange.spoil("POST order", Fault.DROP_ACK)
    graph_id = await rig.submit(BUY)
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert (shown.filled_qty_1e8, len(await rig.fills()), rig.exchange.submissions) == (parse_qty("1"), 1, 1)


async def test_never_heard_of_it_is_believed_after_the_settling_time_and_nothing_is_sent_again(rig: Rig) -> None:
    await rig.start()
    rig.exchange.spoil("POST order", Fault.ERROR_BEFORE)
    graph_id = await rig.submit(REST)
    await rig.until(lambda: rig.exchange.asked["GET order"] > 0, passing_s=1)
    await rig.pass_time(5)
    assert (await rig.order(graph_id)).status == "ACCEPTED", "still open: the venue might yet take it"
    await rig.until_order(graph_id, "CANCELLED", passing_s=1)
    assert (rig.exchange.submissions, rig.exchange.orders) == (1, [])
    assert b"the venue does not know it" in rig.journal()
    assert rig.locked("USDT") == 0


async def test_a_venue_that_is_too_busy_refuses_and_the_order_is_not_sent_again(rig: Rig) -> None:
    await rig.start()
    rig.exchange.spoil("POST order", Fault.RATE_LIMIT)
    graph_id = await rig.submit(REST)
    shown = await rig.until_order(graph_id, "FAILED")
    await rig.pass_time(15)
    assert (shown.failure_reason, rig.exchange.submissions, rig.exchange.orders) == ("RATE_LIMIT", 1, [])


async def test_a_late_answer_is_waited_for(rig: Rig) -> None:
    await rig.start()
    hold = Hold(worked=True)
    rig.exchange.spoil("POST order", hold)
    graph_id = await rig.submit(BUY)
    await hold.wait()
    await rig.pass_time(20)
    assert (await rig.order(graph_id)).filled_qty_1e8 == 0
    hold.release()
    await rig.until_order(graph_id, "COMPLETED")
    assert (len(await rig.fills()), rig.exchange.submissions) == (1, 1)


async def test_a_question_that_fails_leaves_the_order_as_it_is(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    rig.exchange.always["GET order"] = fail
    asked = rig.exchange.asked["GET order"]
    await rig.until(lambda: rig.exchange.asked["GET order"] >= asked + 4, passing_s=1)
    assert (await rig.order(graph_id)).status == "ACCEPTED"
    del rig.exchange.always["GET order"]
    rig.exchange.fill(rig.exchange.orders[0], "1")
    await rig.until_order(graph_id, "COMPLETED", passing_s=1)


async def test_an_order_that_waits_for_an_answer_keeps_no_other_from_being_asked_about(rig: Rig) -> None:
    rig.exchange.always["GET account"] = refuse(-1003, "not today")  # reading an account asks about its orders too
    await rig.start()
    slow = await rig.rest()
    hold = Hold(worked=False)
    rig.exchange.spoil("GET order", hold)
    await rig.until(hold.arrived.is_set, passing_s=1)
    quick = await rig.rest({**REST, "price": "99.70"})
    rig.exchange.fill(rig.exchange.orders[1], "1")
    await rig.until_order(quick, "COMPLETED", passing_s=1)
    assert (await rig.order(slow)).status == "ACCEPTED"
    hold.release()
