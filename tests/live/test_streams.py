"""The account's stream beside polling: what it tells is booked at once and once, and what it misses is asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.live.exchange import KEY, SECRET
from tests.live.fault import Hold, fail
from tests.live.rig import ALICE, BUY, KEYS, REST, Rig
from venuekit.lifecycle import OrderState
from venuekit.units import parse_qty
from venuekit_testkit.simulate.binance.proof import Keys
from venuekit_testkit.simulate.exchange.order import Order
from venuekit_testkit.simulate.fault import Fault

ASKING = ("GET order", "GET myTrades")


@pytest.fixture
async def streamed(rig: Rig) -> Rig:
    """A rig whose account has a stream that is calm."""
    rig.exchange.venue.private_on = True
    await rig.start()
    await calm(rig)
    return rig


async def calm(rig: Rig) -> None:
    """Let time pass until the stream counts as whole."""
    await rig.until(lambda: rig.exchange.listeners == 1, passing_s=1)
    await rig.until(lambda: is_calm(rig), passing_s=1)
    await rig.until_live()  # the book has aged meanwhile


def is_calm(rig: Rig) -> bool:
    instrument = rig.engine.hub.instrument("binance", "BTC-USDT")
    return instrument is not None and rig.engine.streams.tells("alice", instrument)


def asked(rig: Rig) -> int:
    return sum(rig.exchange.asked[call] for call in ASKING)


async def pass_alive(rig: Rig, seconds: int) -> None:
    """Let time pass while the venue pings every ten seconds."""
    for _ in range(seconds // 10):
        await rig.exchange.ping()
        await rig.pass_time(10)


async def resting(rig: Rig) -> tuple[str, Order]:
    """Submit an order that rests and was asked about once."""
    graph_id = await rig.rest()
    before = rig.exchange.asked["GET order"]
    await rig.until(lambda: rig.exchange.asked["GET order"] > before, passing_s=1)
    return graph_id, rig.exchange.orders[-1]


async def test_a_fill_arrives_without_asking(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    before = asked(streamed)
    streamed.exchange.fill(order, "0.4")
    assert (await streamed.until_order(graph_id, "PARTIAL")).filled_qty_1e8 == parse_qty("0.4")
    streamed.exchange.fill(order, "0.6")
    shown = await streamed.until_order(graph_id, "COMPLETED")
    assert (shown.filled_qty_1e8, asked(streamed)) == (parse_qty("1"), before)
    fills = (await streamed.fills())[::-1]  # the newest comes first
    assert [(fill.qty_1e8, fill.liquidity, fill.fee_asset) for fill in fills] == [
        (parse_qty("0.4"), "maker", "BTC"),
        (parse_qty("0.6"), "maker", "BTC"),
    ]


async def test_an_order_that_somebody_cancels_at_the_venue_ends_without_asking(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    before = asked(streamed)
    streamed.exchange.fill(order, "0.4")
    streamed.exchange.cancel(order)
    shown = await streamed.until_order(graph_id, "CANCELLED")
    assert (shown.filled_qty_1e8, asked(streamed)) == (parse_qty("0.4"), before)
    assert streamed.locked("USDT") == 0


async def test_an_order_that_somebody_makes_smaller_at_the_venue_ends_without_asking(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    before = asked(streamed)
    streamed.exchange.shrink(order, Decimal("0.4"), "by-hand")
    streamed.exchange.fill(order, "0.4")
    shown = await streamed.until_order(graph_id, "CANCELLED")
    assert (shown.filled_qty_1e8, asked(streamed)) == (parse_qty("0.4"), before)


async def test_what_is_told_many_times_and_polled_as_well_counts_once(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    streamed.exchange.venue.faults.plan(Fault.DUPLICATE, "fill")
    streamed.exchange.fill(order, "0.4")
    await streamed.until_order(graph_id, "PARTIAL")
    streamed.exchange.hang_up_account()
    before = asked(streamed)
    await streamed.until(lambda: asked(streamed) > before + 2, passing_s=1)
    assert len(await streamed.fills()) == 1
    assert streamed.legs(graph_id)[0].filled == parse_qty("0.4")
    await streamed.until(lambda: streamed.held("BTC") == streamed.venue_held("BTC"), passing_s=1)


async def test_while_the_stream_is_calm_orders_are_polled_seldom_and_often_when_it_is_not(streamed: Rig) -> None:
    await resting(streamed)
    await pass_alive(streamed, 30)  # what placing it stirred up is over
    before = streamed.exchange.asked["GET order"]
    await pass_alive(streamed, 60)
    seldom = streamed.exchange.asked["GET order"] - before
    assert 1 <= seldom <= 6  # each half minute, and as often with the reading of the account
    streamed.exchange.venue.private_on = False
    streamed.exchange.hang_up_account()
    before = streamed.exchange.asked["GET order"]
    await streamed.pass_time(30)
    assert streamed.exchange.asked["GET order"] - before >= 12


async def test_nothing_is_lost_when_the_stream_dies_and_it_comes_back(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    streamed.exchange.venue.private_on = False
    streamed.exchange.hang_up_account()
    await streamed.until(lambda: not is_calm(streamed))
    streamed.exchange.fill(order, "0.4")
    await streamed.until_order(graph_id, "PARTIAL", passing_s=1)
    streamed.exchange.venue.private_on = True
    await calm(streamed)
    before = asked(streamed)
    streamed.exchange.fill(order, "0.6")
    shown = await streamed.until_order(graph_id, "COMPLETED")
    assert (shown.filled_qty_1e8, len(await streamed.fills()), asked(streamed)) == (parse_qty("1"), 2, before)


async def test_what_happened_before_the_subscription_is_asked_for_at_once(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    streamed.exchange.fill_unheard(order, "0.4")
    streamed.exchange.hang_up_account()
    await streamed.until_order(graph_id, "PARTIAL", passing_s=1)
    assert streamed.clock.now() - streamed.engine.graphs.find(graph_id).run.updated == 0  # type: ignore[union-attr]


async def test_an_order_is_over_only_with_every_fill_that_the_venue_counts(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    streamed.exchange.fill_unheard(order, "0.4")
    streamed.exchange.asked.clear()
    streamed.exchange.cancel(order)
    await streamed.until(lambda: order.client_id in streamed.engine.runtime.doubts)
    assert streamed.legs(graph_id)[0].state is OrderState.ACCEPTED
    shown = await streamed.until_order(graph_id, "CANCELLED", passing_s=1)
    assert (shown.filled_qty_1e8, streamed.exchange.asked["GET myTrades"]) == (parse_qty("0.4"), 1)


async def test_late_and_foreign_events_move_nothing(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    new = next(event for event in streamed.exchange.venue.reports if event.get("x") == "NEW")
    streamed.exchange.fill(order, "0.4")
    await streamed.until_order(graph_id, "PARTIAL")
    trade = next(event for event in streamed.exchange.venue.reports if event.get("x") == "TRADE")
    written = len(streamed.journal())
    for event in (new, {**trade, "c": "somebody-elses", "i": 7, "t": 99}):
        streamed.exchange.tell(event)
    streamed.exchange.fill(order, "0.1")
    await streamed.until(lambda: streamed.legs(graph_id)[0].filled == parse_qty("0.5"))
    assert streamed.legs(graph_id)[0].state is OrderState.PARTIAL
    assert [fill.qty_1e8 for fill in await streamed.fills()] == [parse_qty("0.1"), parse_qty("0.4")]
    assert len(streamed.journal()) > written


async def test_a_frame_that_cannot_be_read_makes_us_ask(streamed: Rig) -> None:
    await resting(streamed)
    before = asked(streamed)
    streamed.exchange.tell({"e": "novelty"})
    await streamed.until(lambda: not is_calm(streamed))
    await streamed.until(lambda: asked(streamed) > before, passing_s=1)
    await calm(streamed)


async def test_a_market_order_whose_trades_come_both_ways_is_booked_once(streamed: Rig) -> None:
    graph_id = await streamed.submit({**BUY, "qty": "2"})
    shown = await streamed.until_order(graph_id, "COMPLETED")
    assert (shown.filled_qty_1e8, len(await streamed.fills())) == (parse_qty("2"), 2)
    await streamed.until(lambda: streamed.held("BTC") == streamed.venue_held("BTC"), passing_s=1)


async def test_fills_are_told_while_the_answer_to_an_order_is_still_awaited(streamed: Rig) -> None:
    hold = Hold(worked=True)
    streamed.exchange.spoil("POST order", hold)
    graph_id = await streamed.submit({**BUY, "qty": "2"})
    shown = await streamed.until_order(graph_id, "COMPLETED")
    assert shown.filled_qty_1e8 == parse_qty("2")
    hold.release()
    await streamed.engine.runtime.close()
    assert (len(await streamed.fills()), streamed.exchange.submissions) == (2, 1)


async def test_an_order_whose_answer_was_lost_is_known_from_the_stream(streamed: Rig) -> None:
    streamed.exchange.always["GET order"] = fail
    streamed.exchange.spoil("POST order", Fault.DROP_ACK)
    graph_id = await streamed.submit(REST)
    await streamed.until(lambda: streamed.legs(graph_id)[0].state is OrderState.UNKNOWN)
    order = streamed.exchange.orders[-1]
    streamed.exchange.fill(order, "1")
    shown = await streamed.until_order(graph_id, "COMPLETED")
    assert (shown.filled_qty_1e8, streamed.exchange.submissions) == (parse_qty("1"), 1)


async def test_after_a_kill_the_stream_is_opened_again_and_what_it_missed_is_booked_once(streamed: Rig) -> None:
    graph_id, order = await resting(streamed)
    streamed.exchange.fill(order, "0.3")
    await streamed.until_order(graph_id, "PARTIAL")
    await streamed.crash()
    streamed.exchange.fill(order, "0.2")
    await streamed.start(keys=False)
    await streamed.until(lambda: streamed.legs(graph_id)[0].filled == parse_qty("0.5"), passing_s=1)
    await calm(streamed)
    streamed.exchange.fill(order, "0.5")
    shown = await streamed.until_order(graph_id, "COMPLETED")
    assert (shown.filled_qty_1e8, streamed.exchange.submissions) == (parse_qty("1"), 1)
    assert sorted(fill.qty_1e8 for fill in await streamed.fills()) == [parse_qty(qty) for qty in ("0.2", "0.3", "0.5")]


async def test_new_keys_open_a_new_stream_and_no_keys_end_it(streamed: Rig) -> None:
    await streamed.engine.credentials.connect(ALICE, "binance", KEYS)
    await streamed.until(lambda: streamed.exchange.subscriptions == 2)
    await streamed.until(lambda: streamed.exchange.listeners == 1)
    await streamed.engine.credentials.disconnect(ALICE, "binance")
    await streamed.until(lambda: streamed.exchange.listeners == 0)
    assert not is_calm(streamed)


async def test_keys_that_the_stream_refuses_are_polled_with_and_not_hammered(rig: Rig) -> None:
    rig.exchange.venue.stream_keys = Keys({"HMAC": {"api_key": KEY, "api_secret": "another"}})
    rig.exchange.venue.private_on = True
    with capture_logs() as logs:
        await rig.start()
        graph_id = await rig.rest()
        await rig.pass_time(30)
        rig.exchange.fill(rig.exchange.orders[0], "1")
        await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert 2 <= rig.exchange.subscriptions <= 8
    assert "Signature for this request is not valid" in repr(logs)
    assert SECRET not in repr(logs)


async def test_what_is_held_follows_the_stream(streamed: Rig) -> None:
    held: Any = streamed.exchange.account.assets["BTC"]
    held.free += Decimal(3)  # somebody pays in
    streamed.exchange.tell_balances()
    reads = streamed.exchange.asked["GET account"]
    await streamed.until(lambda: streamed.exchange.asked["GET account"] > reads, passing_s=1)
    await streamed.until(lambda: streamed.held("BTC") == streamed.venue_held("BTC"))
