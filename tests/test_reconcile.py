"""What became of child orders: who is asked, how often, and what is believed."""

from __future__ import annotations

import asyncio

import pytest

from tests.parts.desks import fill_of, told
from tests.parts.stage import LIMIT, MARKET, PX, Stage
from venuekit.errors import OutcomeUnknown
from venuekit.graph.event import decode_event
from venuekit.graph.reducer import replay
from venuekit.lifecycle import GraphState, OrderState
from venuekit.run.clock import settle
from venuekit.units import NANOS_PER_S, Nanos, parse_qty
from venuekit_engine.runtime.reconcile import Reconciler


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("fault", [OutcomeUnknown("timeout", venue="alpha"), RuntimeError("a bug of the plugin")])
async def test_silence_is_asked_about_and_never_a_refusal(stage: Stage, fault: Exception) -> None:
    stage.desk.placing.append(fault)
    run = await stage.submit(LIMIT)
    assert (run.is_live, stage.leg_state()) == (True, OrderState.UNKNOWN)
    stage.desk.finding.append(told(OrderState.ACCEPTED))
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.ACCEPTED
    assert stage.runtime.doubts == {}


async def test_never_heard_of_it_is_believed_only_when_it_can_be(stage: Stage) -> None:
    stage.desk.placing.append(OutcomeUnknown("timeout", venue="alpha"))
    await stage.submit(LIMIT)
    stage.desk.finding += [None, None]
    await stage.market.clock.advance(5)
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.UNKNOWN
    await stage.market.clock.advance(6)
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.CANCELLED


async def test_a_failed_question_changes_nothing(stage: Stage) -> None:
    stage.desk.placing.append(OutcomeUnknown("timeout", venue="alpha"))
    await stage.submit(LIMIT)
    stage.desk.finding.append(OutcomeUnknown("503", venue="alpha"))
    await stage.market.clock.advance(60)
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.UNKNOWN
    assert stage.runtime.doubts


async def test_a_resting_order_of_a_silent_desk_is_polled(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    written = len(stage.journal.batches)
    stage.desk.finding.append(told(OrderState.ACCEPTED))
    await stage.reconciler.round()
    assert len(stage.journal.batches) == written, "no news, nothing written"
    await stage.reconciler.round()
    assert len(stage.desk.found) == 1, "not asked again at once"
    await stage.market.clock.advance(3)
    stage.desk.finding.append(told(OrderState.FILLED, fill_of(stage.desk.placed[0], PX, parse_qty("1"))))
    await stage.reconciler.round()
    assert stage.journalled().state is GraphState.COMPLETED


async def test_a_failed_cancel_is_asked_about(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    stage.desk.cancelling.append(OutcomeUnknown("timeout", venue="alpha"))
    await stage.runtime.cancel("graph_1")
    await settle()
    assert list(stage.runtime.doubts) == [stage.desk.placed[0].client_id]
    stage.desk.finding.append(told(OrderState.CANCELLED))
    await stage.reconciler.round()
    assert stage.journalled().state is GraphState.CANCELLED


async def test_a_restart_asks_about_what_may_be_live_and_sends_nothing(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    run = await stage.submit(LIMIT)
    again = Stage()
    again.runtime.restore(
        replay(decode_event(row.body) for batch in stage.journal.batches for row in batch.events), "d"
    )
    assert again.now() == run
    await settle()
    assert again.desk.placed == []
    again.desk.finding += [told(OrderState.ACCEPTED), told(OrderState.CANCELLED)]
    await again.reconciler.round()
    assert again.now() == run
    await again.market.clock.advance(3)
    await again.reconciler.round()
    assert again.now() is None


async def test_an_intent_without_an_answer_is_never_sent_again(stage: Stage) -> None:
    stage.journal.held = True
    task = asyncio.create_task(stage.runtime.submit(stage.graph(MARKET), "digest"))
    await settle()
    again = Stage()
    again.runtime.restore(
        replay(decode_event(row.body) for batch in stage.journal.batches for row in batch.events), "d"
    )
    again.desk.finding.append(None)
    await again.market.clock.advance(11)
    await again.reconciler.round()
    assert again.desk.placed == []
    assert again.now() is None
    task.cancel()


async def test_orders_of_a_desk_that_tells_are_not_asked_about(stage: Stage) -> None:
    stage.desk.tells = True
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    await stage.market.clock.advance(60)
    await stage.reconciler.round()
    assert (stage.desk.found, stage.runtime.polled) == ([], set())


async def test_an_ended_order_is_asked_about_no_more(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    assert stage.runtime.polled == {stage.desk.placed[0].client_id}
    stage.runtime.told(stage.desk.placed[0].client_id, told(OrderState.CANCELLED))
    await settle()
    assert stage.runtime.polled == set()


async def test_a_fault_of_a_plugin_ends_no_asking(stage: Stage) -> None:
    stage.desk.placing.append(OutcomeUnknown("timeout", venue="alpha"))
    await stage.submit(LIMIT)
    stage.desk.finding += [KeyError("a bug of the plugin"), told(OrderState.ACCEPTED)]
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.UNKNOWN
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.ACCEPTED


async def test_an_order_that_a_venue_had_taken_is_not_gone_because_it_once_says_so(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    await stage.market.clock.advance(3600)
    stage.desk.finding += [None, told(OrderState.ACCEPTED), None, None]
    await stage.reconciler.round()
    await stage.reconciler.round()
    assert (stage.leg_state(), stage.runtime.doubts) == (OrderState.ACCEPTED, {})
    await stage.market.clock.advance(3)
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.ACCEPTED
    await stage.market.clock.advance(10)
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.CANCELLED


async def test_what_was_long_in_doubt_for_another_reason_is_not_gone_because_it_once_says_so(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    stage.desk.cancelling.append(OutcomeUnknown("503", venue="alpha"))
    await stage.runtime.cancel("graph_1")
    await settle()
    stage.desk.finding += [OutcomeUnknown("503", venue="alpha"), None]
    for _ in range(2):
        await stage.market.clock.advance(30)
        await stage.reconciler.round()
    assert (stage.leg_state(), len(stage.desk.found)) == (OrderState.ACCEPTED, 2)


async def test_an_order_taken_while_the_keys_were_gone_is_asked_about_when_they_are_back(stage: Stage) -> None:
    stage.desk.going = asyncio.Event()
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    stage.desk.venue = "keys are gone"
    stage.desk.going.set()
    await settle()
    assert stage.leg_state() is OrderState.ACCEPTED
    stage.desk.venue = "alpha"
    stage.desk.finding.append(told(OrderState.ACCEPTED))
    await stage.reconciler.round()
    assert len(stage.desk.found) == 1


async def test_after_a_restart_too_it_must_say_so_for_a_while(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    run = await stage.submit(LIMIT)
    again = Stage()
    await again.market.clock.advance(3600)
    again.runtime.restore(run, "d")
    again.desk.finding.append(None)
    await again.reconciler.round()
    assert again.now() == run


async def test_a_cancel_that_did_nothing_is_repeated_once_a_round(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    stage.desk.cancelling += [told(OrderState.ACCEPTED), told(OrderState.ACCEPTED), told(OrderState.CANCELLED)]
    stage.desk.finding += [told(OrderState.ACCEPTED), told(OrderState.ACCEPTED)]
    await stage.runtime.cancel("graph_1")
    await settle()
    written = len(stage.journal.batches)
    assert len(stage.desk.cancelled) == 1
    await stage.reconciler.round()
    await settle()
    assert (len(stage.desk.cancelled), len(stage.journal.batches)) == (2, written)
    await stage.reconciler.round()
    await settle()
    assert stage.journalled().state is GraphState.CANCELLED


async def test_only_one_cancel_of_an_order_is_on_its_way(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    stage.desk.cancelling.append(told(OrderState.CANCELLED))
    stage.desk.going = asyncio.Event()
    await stage.runtime.cancel("graph_1")
    await settle()
    stage.desk.finding.append(told(OrderState.ACCEPTED))
    await stage.market.clock.advance(3)
    await stage.reconciler.round()
    await settle()
    assert len(stage.desk.cancelled) == 1
    stage.desk.going.set()
    await settle()
    assert stage.journalled().state is GraphState.CANCELLED


async def test_filled_by_word_alone_is_asked_about_and_not_written_again(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.FILLED))
    await stage.submit(LIMIT)
    written = len(stage.journal.batches)
    stage.desk.finding += [told(OrderState.FILLED), told(OrderState.FILLED)]
    await stage.reconciler.round()
    assert (len(stage.journal.batches), len(stage.runtime.doubts)) == (written, 1)
    stage.desk.finding.pop()
    stage.desk.finding.append(told(OrderState.FILLED, fill_of(stage.desk.placed[0], PX, parse_qty("1"))))
    await stage.reconciler.round()
    assert stage.journalled().state is GraphState.COMPLETED


async def test_a_poll_of_a_part_filled_order_without_news_writes_nothing(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    half = fill_of(stage.desk.placed[0], PX, parse_qty("0.5"))
    stage.desk.finding += [told(OrderState.ACCEPTED, half), told(OrderState.ACCEPTED, half)]
    await stage.reconciler.round()
    assert stage.leg_state() is OrderState.PARTIAL
    written = len(stage.journal.batches)
    await stage.market.clock.advance(3)
    await stage.reconciler.round()
    assert (len(stage.desk.found), len(stage.journal.batches)) == (2, written)


async def test_a_clock_that_was_set_back_does_not_end_the_polling(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    stage.desk.finding += [told(OrderState.ACCEPTED), told(OrderState.ACCEPTED)]
    await stage.reconciler.round()
    now = stage.market.clock.now()
    earlier = Reconciler(stage.runtime, lambda: Nanos(now - 3600 * NANOS_PER_S), stage.market.clock.sleep_until)
    earlier._asked = stage.reconciler._asked
    await earlier.round()
    assert len(stage.desk.found) == 2
