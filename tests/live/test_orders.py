"""Live orders from the door to the venue and back: journalled first, sent once, booked once."""

from __future__ import annotations

from tests.live.fault import refuse
from tests.live.rig import BUY, REST, Rig
from venuekit.units import parse_px, parse_qty

SIGNED = ("POST order", "GET order", "GET myTrades", "GET account", "DELETE order")


async def test_without_keys_an_order_is_refused_and_nothing_is_sent(rig: Rig) -> None:
    await rig.start(keys=False)
    node = await rig.node(await rig.submit(REST))
    assert (node.status, node.reason) == ("rejected", "AUTH")
    assert "no credentials" in (node.message or "")
    assert [rig.exchange.asked[call] for call in SIGNED] == [0] * len(SIGNED)


async def test_an_order_is_durable_before_its_request_arrives(rig: Rig) -> None:
    await rig.start()
    seen: list[bool] = []
    rig.exchange.on_order = lambda client_id: seen.append(client_id.encode() in rig.journal())
    await rig.rest()
    assert seen == [True]


async def test_a_resting_order_is_polled_until_it_filled_and_each_fill_is_booked_once(rig: Rig) -> None:
    rig.exchange.always["GET account"] = refuse(-1003, "not today")  # so that positions are sums of fills
    await rig.start()
    graph_id = await rig.rest()
    (order,) = rig.exchange.orders
    rig.exchange.fill(order, "0.4")
    await rig.until_order(graph_id, "PARTIAL", passing_s=1)
    asked = rig.exchange.asked["GET order"]
    await rig.until(lambda: rig.exchange.asked["GET order"] >= asked + 2, passing_s=1)
    assert len(await rig.fills()) == 1
    rig.exchange.fill(order, "0.6")
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert (shown.filled_qty_1e8, shown.avg_fill_price_1e9) == (parse_qty("1"), parse_px("99.75"))
    fills = await rig.fills()
    assert sorted(fill.qty_1e8 for fill in fills) == [parse_qty("0.4"), parse_qty("0.6")]
    assert {fill.liquidity for fill in fills} == {"maker"}
    assert (rig.held("BTC"), rig.held("USDT")) == (parse_qty("0.999"), parse_qty("-99.75"))
    assert rig.exchange.submissions == 1


async def test_history_is_read_only_when_more_has_traded(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    rig.exchange.fill(rig.exchange.orders[0], "0.4")
    await rig.until_order(graph_id, "PARTIAL", passing_s=1)
    asked = rig.exchange.asked["GET order"]
    await rig.until(lambda: rig.exchange.asked["GET order"] >= asked + 3, passing_s=1)
    assert rig.exchange.asked["GET myTrades"] == 1


async def test_a_market_order_is_booked_from_the_answer_alone(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.submit({**BUY, "qty": "2"})
    shown = await rig.until_order(graph_id, "COMPLETED")
    assert (shown.filled_qty_1e8, shown.avg_fill_price_1e9) == (parse_qty("2"), parse_px("100.625"))
    assert {fill.liquidity for fill in await rig.fills()} == {"taker"}
    assert rig.exchange.asked["GET myTrades"] == 0
    assert (rig.held("BTC"), rig.held("USDT")) == (rig.venue_held("BTC"), rig.venue_held("USDT"))


async def test_trades_of_the_answer_that_polling_tells_again_count_once(rig: Rig) -> None:
    await rig.start()
    # The market came to our price after we looked: a part trades at once, the rest waits.
    rig.exchange.change("BTCUSDT", [], [("99.75", "0.4")])
    graph_id = await rig.rest()
    assert (await rig.order(graph_id)).filled_qty_1e8 == parse_qty("0.4")
    await rig.until(lambda: rig.exchange.asked["GET myTrades"] > 0, passing_s=1)
    (order,) = rig.exchange.orders
    rig.exchange.fill(order, "0.6")
    shown = await rig.until_order(graph_id, "COMPLETED", passing_s=1)
    assert shown.filled_qty_1e8 == parse_qty("1")
    assert sorted(fill.liquidity for fill in await rig.fills()) == ["maker", "taker"]


async def test_a_refusal_keeps_the_venues_words(rig: Rig) -> None:
    await rig.start()
    rig.exchange.spoil("POST order", refuse(-2010, "Account has insufficient balance for requested action."))
    graph_id = await rig.submit(REST)
    shown = await rig.until_order(graph_id, "FAILED")
    node = await rig.node(graph_id)
    assert (shown.failure_reason, node.status) == ("INSUFFICIENT_BALANCE", "rejected")
    assert node.message == "binance: Account has insufficient balance for requested action. [-2010]"
    assert (rig.exchange.submissions, rig.exchange.orders) == (1, [])
