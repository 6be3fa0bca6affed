"""The runtime's laws: journal before the wire, silence is never a refusal, a fill counts once, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from tests.parts.desks import fill_of, told
from tests.parts.market import TAKER, HandMarket
from tests.parts.stage import LIMIT, MARKET, PX, Stage
from venuekit.errors import NotSent, RateLimited, Refused, RejectReason
from venuekit.instrument import FeeSchedule
from venuekit.lifecycle import GraphState, NodeState, OrderState
from venuekit.order import OrderType, TimeInForce
from venuekit.run.clock import settle
from venuekit.units import NANOS_PER_S, Nanos, Rate, parse_px, parse_qty
from venuekit_engine.desk.desk import Told
from venuekit_engine.refusal import Unavailable
from venuekit_engine.runtime.desks import Desks
from venuekit_engine.runtime.runtime import Runtime


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
