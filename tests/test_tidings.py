"""What accounts' streams tell, taken into the runtime: in any order, any number of times, of our orders only."""

from __future__ import annotations

import asyncio
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.parts.desks import fill_of, told
from tests.parts.stage import LIMIT, Stage
from venuekit.errors import OutcomeUnknown
from venuekit.fill import Fill
from venuekit.graph.reducer import check
from venuekit.graph.run import Leg
from venuekit.instrument import Instrument
from venuekit.lifecycle import GraphState, OrderState
from venuekit.market import Gap
from venuekit.order import Balance, NewOrder, OrderReport
from venuekit.run.clock import settle
from venuekit.side import Side
from venuekit.units import Px, Qty, parse_px, parse_qty
from venuekit.venue import AccountEvent
from venuekit_engine.runtime.reconcile import Reconciler
from venuekit_engine.runtime.tidings import Source, Tidings

Told = TypeVar("Told", Fill, OrderReport)
PX = parse_px("99.95")
GAP = Gap("", "a connection begins")


class Account:
    """The desk whose account it is."""

    venue = "alpha"

    def restate(self, told: Told, instrument: Instrument) -> Told:
        return told


class OtherSide(Account):
    """The desk of a venue whose stream tells in the terms of the other outcome."""

    def restate(self, told: Told, instrument: Instrument) -> Told:
        if isinstance(told, Fill):
            return replace(told, side=Side.BUY, px=Px(2 * PX - told.px))
        return told


class Heard:
    """A stage, and the tidings of its account. `calm` are the clients whose streams miss nothing."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.stirred: list[tuple[str, str]] = []
        self.calm: set[str] = set()
        clock, now = self.stage.market.clock, self.stage.market.clock.now
        self.stage.reconciler = Reconciler(
            self.stage.runtime, now, clock.sleep_until, lambda client_id, instrument: client_id in self.calm
        )
        self.tidings = Tidings(self.stage.runtime, self.stage.reconciler, lambda *key: self.stirred.append(key), now)

    async def rest(self) -> NewOrder:
        """Place an order that rests."""
        self.stage.desk.placing.append(told(OrderState.ACCEPTED))
        await self.stage.submit(LIMIT)
        return self.stage.desk.placed[0]

    def hear(self, *events: AccountEvent, client_id: str = "client_1", desk: Source | None = None) -> None:
        self.tidings.take(client_id, desk or Account(), events)

    @property
    def leg(self) -> Leg:
        return self.stage.journalled().nodes["order"].legs[0]


@pytest.fixture
def heard() -> Heard:
    return Heard()


def report(order: NewOrder, state: OrderState, filled: str = "0", **changes: object) -> OrderReport:
    made = OrderReport(
        client_id=order.client_id,
        venue_id="v1",
        venue_symbol=order.instrument.venue_symbol,
        side=order.side,
        state=state,
        qty=order.qty,
        filled=parse_qty(filled),
    )
    return replace(made, **changes)


def part(order: NewOrder, qty: str, trade_id: str) -> Fill:
    return fill_of(order, PX, parse_qty(qty), trade_id)


async def test_a_fill_and_its_report_end_the_order(heard: Heard) -> None:
    order = await heard.rest()
    heard.hear(part(order, "1", "t1"), report(order, OrderState.FILLED, "1"))
    assert heard.stage.journalled().state is GraphState.COMPLETED
    assert heard.leg.filled == parse_qty("1")
    assert heard.stirred == [("client_1", "alpha")]


async def test_news_alone_are_written(heard: Heard) -> None:
    order = await heard.rest()
    written = len(heard.stage.journal.batches)
    heard.hear(report(order, OrderState.ACCEPTED), Balance("USD", Qty(1)))
    assert len(heard.stage.journal.batches) == written
    assert heard.stirred == [("client_1", "alpha")]


async def test_an_order_is_found_by_the_venues_name_where_ours_is_not_told(heard: Heard) -> None:
    order = await heard.rest()
    heard.hear(replace(part(order, "0.4", "t1"), client_id=""))
    heard.hear(replace(part(order, "0.4", "t2"), client_id="", venue_id="v2"))
    assert (heard.leg.filled, heard.leg.state) == (parse_qty("0.4"), OrderState.PARTIAL)


@pytest.mark.parametrize(("client_id", "venue"), [("client_2", "alpha"), ("client_1", "beta")])
async def test_a_stream_moves_no_order_of_another_client_or_venue(heard: Heard, client_id: str, venue: str) -> None:
    order = await heard.rest()
    desk = Account()
    desk.venue = venue
    heard.hear(part(order, "1", "t1"), report(order, OrderState.CANCELLED), client_id=client_id, desk=desk)
    assert heard.leg.state is OrderState.ACCEPTED


async def test_what_is_told_in_other_terms_is_booked_in_ours(heard: Heard) -> None:
    order = await heard.rest()
    heard.hear(replace(part(order, "0.4", "t1"), side=Side.SELL, px=Px(PX - 1)), desk=OtherSide())
    [row] = [fill for batch in heard.stage.journal.batches for fill in batch.fills]
    assert (row.side, row.px_1e9) == ("BUY", PX + 1)


async def test_a_report_that_overtakes_the_answer_says_nothing_and_a_fill_counts(heard: Heard) -> None:
    heard.stage.desk.going = asyncio.Event()
    heard.stage.desk.placing.append(told(OrderState.ACCEPTED))
    await heard.stage.submit(LIMIT)
    order = heard.stage.desk.placed[0]
    heard.hear(report(order, OrderState.REJECTED))
    assert heard.leg.state is OrderState.INTENT
    heard.hear(part(order, "0.4", "t1"))
    heard.stage.desk.going.set()
    await settle()
    assert (heard.leg.state, heard.leg.filled) == (OrderState.PARTIAL, parse_qty("0.4"))


async def test_an_end_that_counts_more_than_we_saw_is_asked_about(heard: Heard) -> None:
    order = await heard.rest()
    heard.hear(report(order, OrderState.CANCELLED, "0.4"))
    assert heard.leg.state is OrderState.ACCEPTED
    heard.stage.desk.finding.append(told(OrderState.CANCELLED, part(order, "0.4", "t1")))
    await heard.stage.reconciler.round()
    assert (heard.leg.state, heard.leg.filled) == (OrderState.CANCELLED, parse_qty("0.4"))


async def test_a_live_order_that_counts_more_than_we_saw_is_asked_about(heard: Heard) -> None:
    order = await heard.rest()
    heard.hear(part(order, "0.2", "t2"), report(order, OrderState.PARTIAL, "0.6"))
    assert order.client_id in heard.stage.runtime.doubts
    heard.hear(part(order, "0.4", "t1"))
    assert not heard.stage.runtime.doubts


async def test_filled_with_every_fill_of_less_than_we_asked_for_is_over(heard: Heard) -> None:
    order = await heard.rest()
    heard.hear(part(order, "0.4", "t1"), report(order, OrderState.FILLED, "0.4", client_id="by-hand"))
    assert (heard.leg.state, heard.leg.filled) == (OrderState.CANCELLED, parse_qty("0.4"))
    assert not heard.stage.runtime.doubts


async def test_the_same_number_in_another_market_is_another_order(heard: Heard) -> None:
    order = await heard.rest()
    fill = replace(part(order, "0.4", "t1"), client_id="by-hand", venue_symbol="ELSEWHERE")
    heard.hear(fill, report(order, OrderState.CANCELLED, client_id="by-hand", venue_symbol="ELSEWHERE"))
    assert (heard.leg.filled, heard.leg.state) == (0, OrderState.ACCEPTED)


async def test_an_order_whose_answer_was_lost_is_no_longer_in_doubt(heard: Heard) -> None:
    heard.stage.desk.placing.append(OutcomeUnknown("timeout", venue="alpha"))
    await heard.stage.submit(LIMIT)
    assert heard.stage.runtime.doubts
    heard.hear(report(heard.stage.desk.placed[0], OrderState.ACCEPTED))
    assert heard.leg.state is OrderState.ACCEPTED
    assert not heard.stage.runtime.doubts


async def test_a_gap_makes_the_next_round_ask_and_calm_makes_rounds_rare(heard: Heard) -> None:
    stage = heard.stage
    await heard.rest()

    async def asked_after(seconds: int) -> int:
        await stage.market.clock.advance(seconds)
        stage.desk.finding.append(told(OrderState.ACCEPTED))
        await stage.reconciler.round()
        stage.desk.finding.clear()
        return len(stage.desk.found)

    heard.calm.add("client_1")
    assert await asked_after(0) == 1
    assert await asked_after(29) == 1
    assert await asked_after(1) == 2
    heard.hear(GAP, client_id="client_2")
    assert await asked_after(3) == 2
    heard.hear(GAP)
    assert await asked_after(0) == 3
    heard.calm.clear()
    assert await asked_after(2) == 4


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.booleans())
def test_in_whatever_order_and_however_often_the_fills_are_the_sum_and_over_is_over(
    deck: list[int], cancels: bool
) -> None:
    async def play() -> None:
        heard = Heard()
        order = await heard.rest()
        end = OrderState.CANCELLED if cancels else OrderState.FILLED
        last = "0.2" if cancels else "0.6"
        filled = "0.6" if cancels else "1"
        events: list[AccountEvent] = [
            report(order, OrderState.ACCEPTED),
            part(order, "0.4", "t1"),
            report(order, OrderState.PARTIAL, "0.4"),
            part(order, last, "t2"),
            report(order, OrderState.PARTIAL, filled) if cancels else report(order, OrderState.FILLED, "1"),
            report(order, end, filled),
        ]
        seen: set[str] = set()
        over = False
        for number in deck:
            heard.hear(events[number])
            event = events[number]
            if isinstance(event, Fill):
                seen.add(event.trade_id)
            leg, run = heard.leg, heard.stage.journalled()
            check(run)
            assert leg.filled == sum(parse_qty(qty) for id, qty in (("t1", "0.4"), ("t2", last)) if id in seen)
            assert not over or not leg.is_live, "what is over stays over"
            over = not leg.is_live
            assert not over or len(seen) == 2, "over only with every fill"

    asyncio.run(play())
