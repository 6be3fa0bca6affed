"""What live accounts hold: read from the venue into positions, and used by the router while it is fresh."""

from __future__ import annotations

from decimal import Decimal

from tests.live.fault import Hold, refuse
from tests.live.rig import ALICE, BUY, KEYS, Rig
from venuekit.units import NANOS_PER_S, parse_px, parse_qty
from venuekit_engine.answer import ConnectedVenue
from venuekit_engine.caller import Caller
from venuekit_testkit.simulate.fault import Fault

DENIED = refuse(-2015, "Invalid API-key, IP, or permissions for action.")


async def health(rig: Rig) -> ConnectedVenue:
    (row,) = await rig.engine.credentials.list(ALICE)
    return row


def entry(rig: Rig, asset: str) -> int:
    found = rig.engine.trade.positions(ALICE, venues=None, kinds=None, include_closed=True)
    return next(row.entry_price_usd_1e9 for row in found.positions if asset in row.instrument.values())


def amounts(rig: Rig, caller: Caller) -> dict[int, int]:
    found = rig.engine.trade.positions(caller, venues=None, kinds=None, include_closed=True)
    return {row.id: row.qty_1e8 for row in found.positions}


async def test_connecting_keys_shows_what_the_account_holds(rig: Rig) -> None:
    await rig.start()
    assert (rig.held("BTC"), rig.held("USDT"), rig.held("ETH")) == tuple(map(parse_qty, ("10", "100000", "50")))
    assert entry(rig, "BTC") == parse_px("100"), "the middle of the market when it was first seen"
    row = await health(rig)
    assert (row.connected, row.error, row.last_heartbeat_ns) == (True, None, rig.clock.now())


async def test_positions_are_those_of_the_venue_after_a_restart_too(rig: Rig) -> None:
    await rig.start()
    await rig.crash()
    rig.exchange.always["GET account"] = DENIED
    await rig.start(keys=False)
    assert (rig.held("BTC"), entry(rig, "BTC")) == (parse_qty("10"), parse_px("100"))
    del rig.exchange.always["GET account"]
    rig.exchange.account.assets["BTC"].free = Decimal(7)
    await rig.until(lambda: rig.held("BTC") == parse_qty("7"), passing_s=1)


async def test_what_is_locked_is_what_the_venue_locked(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    assert rig.locked("USDT") > parse_qty("99.75"), "our own sum has a margin for the fee"
    await rig.until(lambda: rig.locked("USDT") == parse_qty("99.75"), passing_s=1)
    await rig.engine.trade.cancel_graph(ALICE, graph_id)
    await rig.until_order(graph_id, "CANCELLED")
    assert rig.locked("USDT") == 0
    await rig.pass_time(5)
    assert rig.locked("USDT") == 0


async def test_a_fill_after_a_reading_moves_the_position_and_the_next_reading_replaces_it(rig: Rig) -> None:
    await rig.start()
    read = rig.exchange.asked["GET account"]
    await rig.until_order(await rig.submit(BUY), "COMPLETED")
    assert rig.held("BTC") == rig.venue_held("BTC") == parse_qty("10.999")
    await rig.until(lambda: rig.exchange.asked["GET account"] > read, passing_s=1)
    await rig.pass_time(3)
    assert (rig.held("BTC"), rig.held("USDT")) == (rig.venue_held("BTC"), rig.venue_held("USDT"))
    assert parse_px("100") < entry(rig, "BTC") < parse_px("100.5"), "ten at the middle, one at its price"


async def test_a_reading_that_holds_a_fill_which_we_do_not_know_yet_counts_it_once(rig: Rig) -> None:
    await rig.start()
    await rig.rest()
    await rig.pass_time(3)
    rig.exchange.fill(rig.exchange.orders[0], "0.5")
    seen = {rig.held("BTC")}
    rig.engine.accounts.stir("alice", "binance")
    for _ in range(12):
        await rig.pass_time(0.5)
        seen.add(rig.held("BTC"))
    assert seen == {parse_qty("10"), parse_qty("10.4995")}


async def test_a_reading_that_is_older_than_a_fill_does_not_take_it_back(rig: Rig) -> None:
    await rig.start()
    graph_id = await rig.rest()
    await rig.pass_time(3)
    hold = Hold(worked=True)
    rig.exchange.spoil("GET account", hold)
    rig.engine.accounts.stir("alice", "binance")
    await rig.until(hold.arrived.is_set, passing_s=0.5)
    rig.exchange.fill(rig.exchange.orders[0], "0.5")
    hold.release()
    begun, seen = rig.clock.now(), set[tuple[int, int]]()

    def look() -> bool:
        seen.add((rig.legs(graph_id)[0].filled, rig.held("BTC")))
        return rig.clock.now() - begun > 6 * NANOS_PER_S

    await rig.until(look, passing_s=0.1)
    assert seen == {(0, parse_qty("10")), (parse_qty("0.5"), parse_qty("10.4995"))}


async def test_what_was_traded_elsewhere_is_seen_within_half_a_minute(rig: Rig) -> None:
    await rig.start()
    rig.exchange.account.assets["BTC"].free = Decimal(12)
    del rig.exchange.account.assets["ETH"]
    rig.exchange.change("BTCUSDT", [("109.50", "1")], [("100.50", "0"), ("101.00", "0"), ("110.50", "1")])
    begun = rig.clock.now()
    await rig.until(lambda: rig.held("BTC") == parse_qty("12"), passing_s=1)
    assert rig.clock.now() - begun <= 32 * NANOS_PER_S
    assert rig.held("ETH") == 0
    assert entry(rig, "BTC") == parse_px("101.666666667"), "ten at 100, and two at the 110 of now"


async def test_a_venue_that_refuses_is_reported_and_stops_nothing(rig: Rig) -> None:
    await rig.start()
    heard = (await health(rig)).last_heartbeat_ns
    rig.exchange.always["GET account"] = DENIED
    rig.engine.accounts.stir("alice", "binance")
    await rig.until(lambda: rig.engine.accounts.health("alice", "binance")[1] is not None, passing_s=1)
    row = await health(rig)
    assert (row.connected, row.last_heartbeat_ns) == (True, heard)
    assert row.error == "binance: Invalid API-key, IP, or permissions for action. [-2015]"
    await rig.until_live()
    await rig.until_order(await rig.submit(BUY), "COMPLETED")
    del rig.exchange.always["GET account"]
    await rig.until(lambda: rig.engine.accounts.health("alice", "binance")[1] is None, passing_s=1)


async def test_a_dropped_connection_is_tried_again(rig: Rig) -> None:
    rig.exchange.spoil("GET account", Fault.DROP_ACK)
    await rig.engine.start()
    await rig.until_live()
    await rig.engine.credentials.connect(ALICE, "binance", KEYS)
    await rig.until(lambda: rig.held("BTC") == parse_qty("10"), passing_s=0.5)


async def test_an_order_that_cannot_be_paid_is_not_sent(rig: Rig) -> None:
    rig.exchange.account.assets["USDT"].free = Decimal("0.00001")
    await rig.start()
    node = await rig.node(await rig.submit(BUY))
    assert (node.status, node.reason, rig.exchange.submissions) == ("rejected", "INSUFFICIENT_BALANCE", 0)


async def test_what_was_heard_too_long_ago_decides_nothing(rig: Rig) -> None:
    rig.exchange.account.assets["USDT"].free = Decimal("0.00001")
    await rig.start()
    rig.exchange.always["GET account"] = DENIED
    await rig.pass_time(61)
    await rig.until_live()
    shown = await rig.until_order(await rig.submit(BUY), "FAILED")
    assert (shown.failure_reason, rig.exchange.submissions) == ("INSUFFICIENT_BALANCE", 1), "the venue's own no"


async def test_paper_holdings_are_never_those_of_the_venue(rig: Rig) -> None:
    await rig.start()
    paper = ALICE.on_paper(True)
    await rig.until_order(await rig.submit({**BUY, "is_sandbox": True}), "COMPLETED")
    before = amounts(rig, paper)
    await rig.pass_time(35)
    assert amounts(rig, paper) == before
    assert all(qty > parse_qty("90000") for qty in before.values())
