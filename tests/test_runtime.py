"""The runtime's laws: journal before the wire, silence is never a refusal, a fill counts once, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from tests.parts.desks import ScriptedDesk, fill_of, told
from tests.parts.journal import MemoryJournal
from tests.parts.market import TAKER, HandMarket
from venuekit.errors import NotSent, OutcomeUnknown, RateLimited, Refused, RejectReason
from venuekit.graph.event import decode_event
from venuekit.graph.model import Graph
from venuekit.graph.payload import parse_graph
from venuekit.graph.reducer import replay
from venuekit.graph.run import GraphRun
from venuekit.instrument import FeeSchedule
from venuekit.lifecycle import GraphState, NodeState, OrderState
from venuekit.order import OrderType, TimeInForce
from venuekit.run.clock import settle
from venuekit.units import NANOS_PER_S, Nanos, Rate, parse_px, parse_qty
from venuekit_engine.desk.desk import Told
from venuekit_engine.ledger.ledger import Ledger
from venuekit_engine.refusal import Unavailable
from venuekit_engine.runtime.admission import admit
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.graphs import Graphs
from venuekit_engine.runtime.reconcile import Reconciler
from venuekit_engine.runtime.runtime import Runtime

PX = parse_px("100.02")
LIMIT = {"symbol": "BTC-USD", "side": "buy", "qty": "1", "price": "99.95"}
MARKET = {"symbol": "BTC-USD", "side": "buy", "qty": "1"}


class Stage:
    """A runtime with one venue whose desk does what it is told."""

    def __init__(self) -> None:
        self.market = HandMarket()
        self.market.put([("99.98", "1")], [("100.02", "5")])
        self.journal, self.desk = MemoryJournal(), ScriptedDesk()
        self.ledger = Ledger(self.market.hub, play=False)
        now = self.market.clock.now
        self.graphs = Graphs(self.market.hub, self.ledger, self.journal, now)
        desks = Desks(lambda _: None, lambda _, venue: self.desk if venue == self.desk.venue else None)
        self.runtime = Runtime(self.market.hub, desks, self.ledger, self.graphs, now)
        self.reconciler = Reconciler(self.runtime, now, self.market.clock.sleep_until)

    def graph(self, payload: Mapping[str, object], graph_id: str = "graph_1") -> Graph:
        made = parse_graph(payload, client_id="client_1", graph_id=graph_id, sandbox=False)
        return admit(made, self.market.hub)

    async def submit(self, payload: Mapping[str, object]) -> GraphRun:
        run = await self.runtime.submit(self.graph(payload), "digest")
        await settle()
        return self.now() or run

    def now(self) -> GraphRun | None:
        running = self.graphs.find("graph_1")
        return running.run if running else None

    def journalled(self) -> GraphRun:
        return replay(decode_event(row.body) for batch in self.journal.batches for row in batch.events)

    def leg_state(self) -> OrderState:
        return self.journalled().nodes["order"].legs[0].state


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_nothing_is_sent_before_its_intent_is_durable(stage: Stage) -> None:
    stage.journal.held = True
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    task = asyncio.create_task(stage.runtime.submit(stage.graph(LIMIT), "digest"))
    await settle()
    assert [len(batch.events) for batch in stage.journal.batches] == [2]
    assert stage.desk.placed == []
    assert not task.done()
    stage.journal.release()
    await task
    await settle()
    assert len(stage.desk.placed) == 1


async def test_a_broken_journal_admits_and_sends_nothing(stage: Stage) -> None:
    stage.journal.broken = True
    with pytest.raises(Unavailable, match="nothing was sent"):
        await stage.runtime.submit(stage.graph(LIMIT), "digest")
    await settle()
    assert (stage.desk.placed, stage.now()) == ([], None)
    assert stage.ledger.holding("client_1", False, "alpha", "USD", Nanos(0)).locked == 0


async def test_an_order_is_placed_and_its_fill_is_booked_once(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    fill = fill_of(stage.desk.placed[0], parse_px("99.95"), parse_qty("1"))
    leg = stage.desk.placed[0].client_id
    for _ in range(3):
        stage.runtime.told(leg, told(OrderState.FILLED, fill))
        await settle()
    assert stage.journalled().state is GraphState.COMPLETED
    assert len(stage.journal.fills) == 1
    assert stage.ledger.holding("client_1", False, "alpha", "BTC", Nanos(0)).qty == parse_qty("1")


async def test_a_refusal_ends_the_order_with_its_reason(stage: Stage) -> None:
    stage.desk.placing.append(Refused("no", venue="alpha", reason=RejectReason.INSUFFICIENT_BALANCE, code="-2010"))
    await stage.submit(LIMIT)
    node = stage.journalled().nodes["order"]
    assert (node.state, node.reason) == (NodeState.REJECTED, RejectReason.INSUFFICIENT_BALANCE)
    assert "[-2010]" in node.message
    assert stage.journal.batches[-1].orders[0].status == "FAILED"


async def test_what_was_not_sent_says_so(stage: Stage) -> None:
    stage.desk.placing.append(NotSent("connection refused", venue="alpha"))
    await stage.submit(LIMIT)
    assert "nothing was sent" in stage.journalled().nodes["order"].message


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


async def test_a_cancel_tells_the_fill_that_raced_it(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    half = fill_of(stage.desk.placed[0], PX, parse_qty("0.5"))
    stage.desk.cancelling.append(told(OrderState.CANCELLED, half))
    await stage.runtime.cancel("graph_1")
    await settle()
    run = stage.journalled()
    assert (run.state, run.nodes["order"].state, run.nodes["order"].filled) == (
        GraphState.CANCELLED,
        NodeState.PARTIAL_FILL,
        parse_qty("0.5"),
    )


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


async def test_an_order_cancelled_while_on_its_way_is_cancelled_when_it_arrives(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    stage.desk.cancelling.append(told(OrderState.CANCELLED))
    await stage.runtime.submit(stage.graph(LIMIT), "digest")
    await stage.runtime.cancel("graph_1")
    await settle()
    assert len(stage.desk.cancelled) == 1
    assert stage.journalled().state is GraphState.CANCELLED


async def test_an_ended_graph_leaves_memory_and_lets_go(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.FILLED))
    stage.desk.finding.append(None)
    await stage.submit(LIMIT)
    locked = stage.ledger.holding("client_1", False, "alpha", "USD", Nanos(0))
    assert locked.locked == parse_qty("100.04995")  # the price, and ten basis points
    fill = fill_of(stage.desk.placed[0], parse_px("99.95"), parse_qty("1"))
    stage.runtime.told(stage.desk.placed[0].client_id, told(OrderState.FILLED, fill))
    await settle()
    assert (stage.now(), len(stage.graphs), locked.locked) == (None, 0, 0)


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
    again.desk.finding.append(told(OrderState.CANCELLED))
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


async def test_no_desk_means_no_venue(stage: Stage) -> None:
    other = Stage()
    other.runtime = Runtime(
        other.market.hub, Desks(lambda _: None, lambda *_: None), other.ledger, other.graphs, other.market.clock.now
    )
    run = await other.submit(MARKET)
    node = run.nodes["order"]
    assert (node.state, node.reason) == (NodeState.REJECTED, RejectReason.AUTH)
    assert "no credentials" in node.message


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda market: market.put([("99", "1")], []), RejectReason.STALE_VENUE),
        (lambda market: market.put([("101", "1")], [("100", "1")]), RejectReason.STALE_VENUE),
        (lambda market: market.books["alpha", "BTC-USD"].distrust("gap"), RejectReason.STALE_VENUE),
        (lambda market: market.put([("99", "1")], [("100", "0.5")]), None),
    ],
)
async def test_no_order_is_routed_on_a_book_that_may_not_be_used(
    stage: Stage, spoil: Callable[[HandMarket], object], reason: RejectReason | None
) -> None:
    spoil(stage.market)
    if reason is None:
        stage.desk.placing.append(told(OrderState.CANCELLED))
    run = await stage.submit(MARKET)
    assert run.nodes["order"].reason is reason
    assert len(stage.desk.placed) == (reason is None)


async def test_time_alone_makes_a_book_unusable(stage: Stage) -> None:
    await stage.market.clock.advance_to(Nanos(stage.market.clock.now() + 60 * NANOS_PER_S))
    run = await stage.submit(MARKET)
    assert run.nodes["order"].reason is RejectReason.STALE_VENUE


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


async def test_a_report_of_a_venue_is_kept_with_its_message(stage: Stage) -> None:
    stage.desk.placing.append(Told(OrderState.CANCELLED, "v1", (), "the venue's own words"))
    await stage.submit(LIMIT)
    assert stage.journalled().nodes["order"].legs[0].message == "the venue's own words"


@pytest.mark.parametrize(
    ("payload", "sent"),
    [
        (LIMIT | {"post_only": True}, (OrderType.LIMIT, TimeInForce.GTC, True)),
        (LIMIT, (OrderType.LIMIT, TimeInForce.GTC, False)),
        (LIMIT | {"price": "100.02"}, (OrderType.LIMIT, TimeInForce.IOC, False)),
        (MARKET, (OrderType.MARKET, TimeInForce.IOC, False)),
    ],
)
async def test_a_child_order_says_what_was_asked(
    stage: Stage, payload: Mapping[str, object], sent: tuple[OrderType, TimeInForce, bool]
) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(payload)
    order = stage.desk.placed[0]
    assert (order.type, order.tif, order.post_only) == sent


async def test_a_rate_limit_is_told_as_one(stage: Stage) -> None:
    stage.desk.placing.append(RateLimited("10 orders a second", venue="alpha", retry_after=Nanos(0)))
    await stage.submit(LIMIT)
    node = stage.journalled().nodes["order"]
    assert (node.reason, node.state) == (RejectReason.RATE_LIMIT, NodeState.REJECTED)


async def test_closing_waits_for_what_is_on_the_wire(stage: Stage) -> None:
    stage.desk.going = asyncio.Event()
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit(LIMIT)
    closing = asyncio.create_task(stage.runtime.close())
    await settle()
    assert not closing.done()
    stage.desk.going.set()
    await closing
    assert stage.leg_state() is OrderState.ACCEPTED


async def test_an_order_whose_desk_went_away_before_it_was_sent_was_not_sent(stage: Stage) -> None:
    stage.journal.held = True
    task = asyncio.create_task(stage.runtime.submit(stage.graph(LIMIT), "digest"))
    await settle()
    stage.desk.venue = ""  # its keys were revoked
    stage.journal.release()
    await task
    await settle()
    node = stage.journalled().nodes["order"]
    assert (node.reason, stage.desk.placed) == (RejectReason.BAD_VENUE, [])
    assert "nothing was sent" in node.message


async def test_a_limit_that_takes_and_rests_at_one_venue_is_one_order(stage: Stage) -> None:
    stage.desk.placing.append(told(OrderState.ACCEPTED))
    await stage.submit({"symbol": "BTC-USD", "side": "buy", "qty": "7", "price": "100.02"})
    [placed] = stage.desk.placed
    assert (placed.qty, placed.px, placed.tif) == (parse_qty("7"), PX, TimeInForce.GTC)


async def test_what_rests_elsewhere_goes_beside_what_is_taken(stage: Stage) -> None:
    cheap = FeeSchedule(Rate(0), TAKER)
    stage.market.put([("99.98", "1")], [("100.05", "1")], venue="beta", fees=cheap)
    desks = Desks(lambda _: None, lambda _, venue: stage.desk)
    stage.runtime = Runtime(stage.market.hub, desks, stage.ledger, stage.graphs, stage.market.clock.now)
    stage.desk.placing += [told(OrderState.CANCELLED), told(OrderState.ACCEPTED)]
    await stage.submit({"symbol": "BTC-USD", "side": "buy", "qty": "7", "price": "100.02"})
    assert [(order.instrument.venue, order.qty, order.tif) for order in stage.desk.placed] == [
        ("alpha", parse_qty("5"), TimeInForce.IOC),
        ("beta", parse_qty("2"), TimeInForce.GTC),
    ]
