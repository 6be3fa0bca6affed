"""Clients that others wrote for Kalshi trade at our simulator, and understand what happened.

Kalshi's own SDK, kalshi-sdk and ccxt speak over loopback, each from an environment of its own. What is asserted is what
the client understood, held against the exchange behind the simulator, which counts in decimals of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Final

from tests.peers.desk import only
from tests.peers.kalshi_desk import KalshiDesk
from tests.peers.kalshi_words import WORDS, Placed
from tests.peers.peer import Peer
from venuekit_testkit.simulate.kalshi.keys import ED25519_ID, ED25519_PEM

D: Final = Decimal


def test_each_client_can_do_what_its_docs_say(peers: Callable[[str], Peer]) -> None:
    """Where one learnt more, give it the tests that are marked `only` for others."""
    whole = {"market", "amend", "decrease", "place_many", "cancel_many", "call"}
    streams = {"watch_book", "watch_account"}
    more = {
        "ccxt_kalshi": {"cancel_all", "retired"},
        "kalshi_sdk": whole | streams | {"cancel_all"},
        "kalshi_sync": whole,
    }
    able = {name: set(peers(name).actions) for name in WORDS}
    everybody = set.intersection(*able.values())
    assert {name: actions - everybody for name, actions in able.items()} == more


# ── what is public ──


async def test_a_client_reads_that_the_exchange_is_open(kalshi: KalshiDesk) -> None:
    told = await kalshi.do("status")
    assert told.get("status") == "ok" or told["trading_active"] is True


async def test_a_client_reads_the_open_markets(kalshi: KalshiDesk) -> None:
    told = await kalshi.do("markets")
    listed = {market.get("ticker") or market["id"] for market in told}
    assert listed == {symbol for symbol, market in kalshi.exchange.markets.items() if market.is_open}


@only("kalshi", "kalshi_sdk", "kalshi_sync")
async def test_a_client_reads_one_market(kalshi: KalshiDesk) -> None:
    told = await kalshi.do("market", ticker=kalshi.ticker)
    bid, ask = (told.get(f"{name}_dollars") or told[name] for name in ("yes_bid", "yes_ask"))
    assert (D(bid), D(ask)) == (kalshi.best("buy"), kalshi.best("sell"))


async def test_a_client_reads_the_book(kalshi: KalshiDesk) -> None:
    book = kalshi.words.book(await kalshi.do("book", ticker=kalshi.ticker))
    resting = kalshi.exchange.books[kalshi.ticker]
    assert (book.bids, book.asks) == (resting.levels("buy"), resting.levels("sell"))


@only("kalshi", "kalshi_sync")  # the others sign with RSA alone
async def test_an_ed25519_key_opens_the_account(kalshi: KalshiDesk) -> None:
    await kalshi.reconnect(key=ED25519_ID, pem=ED25519_PEM)
    await kalshi.place()
    assert await kalshi.query() == kalshi.seen()


# ── an order's life ──


async def test_an_order_that_rests_is_found_again(kalshi: KalshiDesk) -> None:
    placed = await kalshi.place()
    assert placed == Placed(kalshi.number(), "peer-1", D(0), D(5))
    assert await kalshi.query() == kalshi.seen()
    assert await kalshi.orders("resting") == [kalshi.seen()]


async def test_a_partial_fill_is_counted(kalshi: KalshiDesk) -> None:
    await kalshi.place()
    kalshi.exchange.fill(kalshi.really("peer-1"), D(2))
    told = await kalshi.query()
    assert told == kalshi.seen()
    assert (told.state, told.filled) == ("open", D(2))


async def test_a_crossing_order_trades_at_the_makers_price(kalshi: KalshiDesk) -> None:
    ask = kalshi.best("sell")
    placed = await kalshi.place(price="0.60")
    assert placed == Placed(kalshi.number(), "peer-1", D(5), D(0))
    (fill,) = [kalshi.words.fill(told) for told in await kalshi.do("fills", ticker=kalshi.ticker)]
    (execution,) = kalshi.really("peer-1").executions
    assert fill == (placed.id, ask, D(5), execution.fee, False)
    assert await kalshi.orders("executed") == [kalshi.seen()]


async def test_an_ask_without_contracts_buys_the_other_outcome(kalshi: KalshiDesk) -> None:
    await kalshi.place(side="ask", price=f"{kalshi.best('buy'):f}")
    assert kalshi.words.positions(await kalshi.do("positions", ticker=kalshi.ticker)) == {kalshi.ticker: D(-5)}


async def test_a_position_and_the_cash_are_what_the_exchange_counts(kalshi: KalshiDesk) -> None:
    await kalshi.place(price="0.60")
    assert kalshi.words.positions(await kalshi.do("positions", ticker=kalshi.ticker)) == {kalshi.ticker: D(5)}
    told, free = (
        kalshi.words.cash(await kalshi.do("balance")),
        sum(held.free for held in kalshi.account.assets.values()),
    )
    assert told.quantize(D("0.01"), ROUND_DOWN) == D(free).quantize(D("0.01"), ROUND_DOWN)


async def test_a_killed_order_is_no_order(kalshi: KalshiDesk) -> None:
    error = await kalshi.refused("place", **kalshi.order(price="0.60", qty="100000", tif="fill_or_kill"))
    kalshi.assert_refused(error, "fill_or_kill_insufficient_resting_volume")


@only("kalshi", "kalshi_sdk", "kalshi_sync")
async def test_an_amended_order_keeps_its_number(kalshi: KalshiDesk) -> None:
    placed = await kalshi.place()
    words = {"ticker": kalshi.ticker, "side": "bid", "price": "0.30", "qty": "7", "client_id": "peer-2"}
    told = await kalshi.do("amend", order_id=placed.id, **words)
    assert told["order_id"] == placed.id
    assert D(told["remaining_count"]) == 7
    assert await kalshi.query("peer-2") == kalshi.seen("peer-2")
    assert kalshi.really("peer-2").px == D("0.30")


@only("kalshi", "kalshi_sdk", "kalshi_sync")
async def test_a_decreased_order_keeps_its_place(kalshi: KalshiDesk) -> None:
    placed = await kalshi.place()
    place = kalshi.really("peer-1").place
    told = await kalshi.do("decrease", order_id=placed.id, ticker=kalshi.ticker, by="2")
    assert D(told["remaining_count"]) == 3
    assert (await kalshi.query()).state == "open"
    assert kalshi.really("peer-1").place == place


async def test_a_cancelled_order_is_over(kalshi: KalshiDesk) -> None:
    placed = await kalshi.place()
    await kalshi.do("cancel", order_id=placed.id, ticker=kalshi.ticker)
    assert (await kalshi.query()).state == "cancelled"
    assert await kalshi.orders("resting") == []


@only("kalshi", "kalshi_sdk", "kalshi_sync")
async def test_a_batch_takes_what_it_can(kalshi: KalshiDesk) -> None:
    orders = [kalshi.order(), kalshi.order(client_id="peer-2", qty="9999999"), kalshi.order(client_id="peer-3")]
    first, second, third = await kalshi.do("place_many", orders=orders)
    assert [first["order_id"], third["order_id"]] == [kalshi.number("peer-1"), kalshi.number("peer-3")]
    assert second["error"]["code"] == "insufficient_balance"
    gone = [first["order_id"], third["order_id"], "no-such-order"]
    told = await kalshi.do("cancel_many", order_ids=gone, ticker=kalshi.ticker)
    assert [row["order_id"] for row in told] == gone
    assert [D(row["reduced_by"]) for row in told] == [5, 5, 0]
    assert told[2]["error"]["code"] == "not_found"
    assert kalshi.exchange.open_orders() == []


@only("kalshi", "ccxt_kalshi", "kalshi_sdk")
async def test_all_orders_go(kalshi: KalshiDesk) -> None:
    await kalshi.place()
    await kalshi.place(client_id="peer-2")
    await kalshi.do("cancel_all", **({"ticker": kalshi.ticker} if kalshi.peer.name == "ccxt_kalshi" else {}))
    assert kalshi.exchange.open_orders() == []
