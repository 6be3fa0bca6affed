"""When a step cannot be written: nothing more is taken or placed, what is open is told, and cancels still go out."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.parts.desks import fill_of, told
from tests.parts.stage import LIMIT, Stage
from venuekit.lifecycle import OrderState
from venuekit.run.clock import settle
from venuekit.units import Nanos, parse_px, parse_qty
from venuekit_engine.refusal import Unavailable
from venuekit_engine.store.fault import Unstorable
from venuekit_engine.store.rows import Batch


@pytest.fixture
async def stage() -> Stage:
    """A stage with one order that rests."""
    stage = Stage()
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    return stage


async def break_journal(stage: Stage) -> None:
    """Let the journal fail under a fill of half the order."""
    order = stage.desk.placed[0]
    stage.journal.broken = True
    stage.runtime.told(order.client_id, told(OrderState.PARTIAL, fill_of(order, parse_px("99.95"), parse_qty("0.5"))))
    await settle()


async def test_after_a_step_that_could_not_be_written_none_is_written(stage: Stage) -> None:
    order, written = stage.desk.placed[0], len(stage.journal.batches)
    await break_journal(stage)
    stage.journal.broken = False  # a hole in the graph's events would be worse than no more of them
    stage.runtime.told(
        order.client_id, told(OrderState.FILLED, fill_of(order, parse_px("99.95"), parse_qty("1"), "t2"))
    )
    await settle()
    assert len(stage.journal.batches) == written
    assert stage.journalled().is_live


async def test_what_is_open_is_said_once(stage: Stage) -> None:
    with capture_logs() as logs:
        await break_journal(stage)
    said = [entry for entry in logs if entry["event"] == "journal_failed"]
    assert [entry["open_orders"] for entry in said] == [[stage.desk.placed[0].client_id]]
    assert "no space left" in stage.graphs.halted


async def test_new_orders_are_refused(stage: Stage) -> None:
    await break_journal(stage)
    stage.journal.broken = False  # as if there were room again; the hole is there all the same
    with pytest.raises(Unavailable, match="nothing was sent"):
        await stage.runtime.submit(stage.graph(LIMIT, "graph_2"), "digest")
    assert len(stage.desk.placed) == 1


async def test_a_cancel_still_goes_out(stage: Stage) -> None:
    await break_journal(stage)
    stage.desk.cancelling.append(told(OrderState.CANCELLED))
    with pytest.raises(Unavailable, match="the cancel was sent"):
        await stage.runtime.cancel("graph_1")
    await settle()
    assert len(stage.desk.cancelled) == 1


async def test_a_cancel_that_breaks_the_journal_goes_out(stage: Stage) -> None:
    stage.journal.broken = True
    stage.desk.cancelling.append(told(OrderState.CANCELLED))
    with pytest.raises(Unavailable, match="the cancel was sent"):
        await stage.runtime.cancel("graph_1")
    await settle()
    assert len(stage.desk.cancelled) == 1


async def test_nobody_is_asked_for_what_could_not_be_written(stage: Stage) -> None:
    await break_journal(stage)
    await stage.market.clock.advance(60)
    await stage.reconciler.round()
    assert stage.desk.found == []


async def test_an_order_whose_intent_is_durable_is_not_placed_after_the_break() -> None:
    stage = Stage()
    stage.journal.held = True
    task = asyncio.create_task(stage.runtime.submit(stage.graph(LIMIT), "digest"))
    await settle()
    stage.journal.broken = True
    with pytest.raises(Unavailable):
        await stage.runtime.submit(stage.graph(LIMIT, "graph_2"), "digest")
    stage.journal.release()
    await task
    await settle()
    assert stage.desk.placed == []


async def test_a_client_that_goes_away_does_not_take_its_order_along() -> None:
    stage = Stage()
    stage.journal.held = True
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    task = asyncio.create_task(stage.runtime.submit(stage.graph(LIMIT), "digest"))
    await settle()
    task.cancel()
    await settle()
    stage.journal.release()
    await settle()
    assert task.cancelled()
    assert len(stage.desk.placed) == 1
    assert stage.leg_state() is OrderState.ACCEPTED


async def test_an_order_that_could_not_be_written_holds_nothing_back() -> None:
    stage = Stage()
    stage.journal.broken = True
    with pytest.raises(Unavailable, match="nothing was sent"):
        await stage.runtime.submit(stage.graph(LIMIT), "digest")
    holding = stage.ledger.holding("client_1", False, "alpha", "USD", Nanos(0))
    assert (holding.locked, len(stage.graphs)) == (0, 0)


async def test_one_submission_that_no_column_can_hold_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()

    def refuse(batch: Batch) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.set_exception(Unstorable("a number over 64 bits"))
        return future

    with monkeypatch.context() as patched:
        patched.setattr(stage.journal, "write", refuse)
        with pytest.raises(Unavailable, match="nothing was sent"):
            await stage.runtime.submit(stage.graph(LIMIT), "digest")
    assert (stage.graphs.halted, len(stage.graphs)) == ("", 0)
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    assert len(stage.desk.placed) == 1


async def test_a_step_that_no_column_can_hold_stops_everything(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be left out either: what is written later would stand on it."""
    order = stage.desk.placed[0]
    failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    failed.set_exception(Unstorable("a number over 64 bits"))
    with monkeypatch.context() as patched:
        patched.setattr(stage.journal, "write", lambda batch: failed)
        fill = fill_of(order, parse_px("99.95"), parse_qty("0.5"))
        stage.runtime.told(order.client_id, told(OrderState.PARTIAL, fill))
    assert "64 bits" in stage.graphs.halted
