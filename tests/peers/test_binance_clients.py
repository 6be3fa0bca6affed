"""Clients that others wrote for Binance trade at our simulator, and understand what happened.

python-binance, Binance's own SDK and ccxt speak over loopback, each from an environment of its own. What is asserted is
what the client understood, held against the exchange behind the simulator, which counts in decimals of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest

from tests.peers.binance_desk import SYMBOL, BinanceDesk
from tests.peers.binance_words import WORDS
from tests.peers.desk import only
from tests.peers.peer import Peer
from venuekit_testkit.simulate.binance.keys import KEYS

D: Final = Decimal


def test_each_client_can_do_what_its_docs_say(peers: Callable[[str], Peer]) -> None:
    """Where one learnt more, give it the tests that are marked `only` for others."""
    able = {name: set(peers(name).actions) for name in WORDS}
    everybody = set.intersection(*able.values())
    more = {name: actions - everybody for name, actions in able.items()}
    assert more == {"binance_sdk": {"amend", "call", "request"}, "ccxt_binance": set(), "python_binance": set()}


# ── what is public ──


async def test_a_client_reads_the_market(binance: BinanceDesk) -> None:
    told = await binance.do("exchange_info", symbol=binance.symbol)
    market = binance.exchange.markets[SYMBOL]
    assert SYMBOL in str(told)
    assert str(market.tick.normalize()) in str(told)


async def test_a_client_reads_the_book(binance: BinanceDesk) -> None:
    book = binance.words.book(await binance.do("book", symbol=binance.symbol), [])
    resting = binance.exchange.books[SYMBOL]
    assert book.bids == resting.levels("buy")
    assert book.asks == resting.levels("sell")


@pytest.mark.parametrize("kind", KEYS)
async def test_each_kind_of_key_opens_the_account(binance: BinanceDesk, kind: str) -> None:
    await binance.reconnect(key=KEYS[kind]["api_key"], secret=KEYS[kind]["api_secret"])
    assert binance.words.holdings(await binance.do("account"))
    await binance.place(price=binance.below())
    await binance.do("watch_account")


# ── an order's life ──


async def test_an_order_that_rests_is_known_by_both_its_names(binance: BinanceDesk) -> None:
    placed = await binance.place(price=binance.below())
    really = binance.really("peer-1")
    assert placed == binance.seen()
    assert placed.state == "open"
    assert await binance.query(client_id="peer-1") == placed
    assert await binance.query(order_id=really.id) == placed
    assert await binance.orders() == [placed]


async def test_a_partial_fill_is_counted_and_paid_for(binance: BinanceDesk) -> None:
    await binance.place(price=binance.below())
    binance.exchange.fill(binance.really("peer-1"), D("0.04"))
    told = await binance.query(client_id="peer-1")
    assert told == binance.seen()
    assert (told.state, told.filled) == ("open", D("0.04"))


async def test_a_crossing_order_trades_at_the_makers_price(binance: BinanceDesk) -> None:
    ask = binance.best("sell")
    placed = await binance.place(price=str(ask))
    assert (placed.state, placed.filled, placed.paid) == ("filled", D("0.1"), D("0.1") * ask)
    (trade,) = [binance.words.trade(told) for told in await binance.do("trades", symbol=binance.symbol)]
    (execution,) = binance.really("peer-1").executions
    assert trade == (placed.id, ask, D("0.1"), execution.fee, False)
    assert await binance.orders() == []


async def test_a_market_order_needs_no_price(binance: BinanceDesk) -> None:
    placed = await binance.place(side="SELL")
    assert placed == binance.seen()
    assert (placed.state, placed.paid) == ("filled", D("0.1") * binance.best("buy"))


async def test_what_cannot_trade_at_once_expires(binance: BinanceDesk) -> None:
    placed = await binance.place(price=binance.below(), type="LIMIT", tif="IOC")
    assert (placed.state, placed.filled) == ("expired", D(0))


async def test_money_is_what_the_exchange_counts(binance: BinanceDesk) -> None:
    await binance.place(price=binance.below())
    await binance.place(price=str(binance.best("sell")), client_id="peer-2")
    told = binance.words.holdings(await binance.do("account"))
    for asset, held in binance.account.assets.items():
        if held.total:
            assert told[asset] == (held.free, held.locked), asset


@only("binance", "binance_sdk")
async def test_a_shrunk_order_keeps_its_number_and_its_place(binance: BinanceDesk) -> None:
    placed = await binance.place(price=binance.below())
    place = binance.really("peer-1").place
    told = await binance.do("amend", symbol=binance.symbol, order_id=int(placed.id), qty="0.06", client_id="peer-2")
    amended = binance.words.order(told)
    assert (amended.id, amended.client_id, amended.qty) == (placed.id, "peer-2", D("0.06"))
    assert binance.really("peer-2").place == place


async def test_a_replaced_order_is_a_new_one(binance: BinanceDesk) -> None:
    placed = await binance.place(price=binance.below())
    words = {"symbol": binance.symbol, "order_id": int(placed.id), "side": "BUY", "qty": "0.2", "client_id": "peer-2"}
    replaced = binance.words.order(binance.words.replaced(await binance.do("replace", price=binance.below(), **words)))
    assert replaced == binance.seen("peer-2")
    assert replaced.id != placed.id
    assert (await binance.query(order_id=int(placed.id))).state == "cancelled"
    assert await binance.orders() == [replaced]


async def test_a_cancelled_order_is_over(binance: BinanceDesk) -> None:
    placed = await binance.place(price=binance.below())
    told = binance.words.order(await binance.do("cancel", symbol=binance.symbol, client_id="peer-1"))
    assert (told.id, told.state) == (placed.id, "cancelled")
    assert (await binance.query(client_id="peer-1")).state == "cancelled"
    assert await binance.orders() == []


async def test_all_orders_go_at_once(binance: BinanceDesk) -> None:
    placed = [await binance.place(price=binance.below(), client_id=name) for name in ("peer-1", "peer-2")]
    told = [binance.words.order(row) for row in await binance.do("cancel_all", symbol=binance.symbol)]
    assert {each.id for each in told} == {each.id for each in placed}
    assert {each.state for each in told} == {"cancelled"}
    assert binance.exchange.open_orders() == []
